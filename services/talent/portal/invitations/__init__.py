"""Who may use a performer's own page: invitations by the studio, each with a personal link to the address on file."""
