"""What the services say to each other: one module per publisher, one golden sample per event version."""
