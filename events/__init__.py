"""What the services say to each other: a module (talent: a package) per publisher, one golden sample per event version."""
