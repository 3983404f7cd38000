"""How any service runs. Knows nothing of film; the only place that knows nameko, kombu, amqp and eventlet."""
