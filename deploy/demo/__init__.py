"""The demo alliance: who and what it is made of (the YAML files), and how it works with the platform through its API."""
