"""Pay on the performer's own page: own instalments, and what was received of them."""
