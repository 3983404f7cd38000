"""Casting on the performer's own page: open calls, own submissions, offers and auditions."""
