"""Roles: what is asked of whom, who fits, and until when people can be submitted."""
