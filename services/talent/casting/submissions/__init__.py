"""Submissions: people who are put forward for a role, up to the offer and the draft of their contract."""
