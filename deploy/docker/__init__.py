"""Callboard in containers: the image, and what docker-compose.yml needs besides it."""
