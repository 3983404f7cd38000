"""Auditions: when and where the people on a shortlist are seen."""
