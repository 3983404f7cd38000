"""The broker's topology as a file, exported from the services' own declarations."""
