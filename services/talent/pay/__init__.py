"""The pay clock: what of a fee is due when, what was paid, and how punctual a studio is."""
