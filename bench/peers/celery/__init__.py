"""Celery 5: an HTTP process that sends each event to two tasks, and a worker process for each task."""
