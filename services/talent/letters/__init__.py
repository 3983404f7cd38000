"""Personal links and the letters that bring them: to recipients of contracts, and to performers and agents for their own page."""
