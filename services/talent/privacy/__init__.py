"""What a person may ask of a studio: everything that it holds about them, and to be forgotten."""
