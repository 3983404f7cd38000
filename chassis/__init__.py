"""How any service runs. Knows nothing of film; the only place that knows nameko, kombu, amqp and eventlet."""

import warnings

warnings.filterwarnings(
    "ignore", message="(?s).*Eventlet is deprecated"
)  # known, see docs/decisions/0001; said once there
