"""Who works for a studio: files on people, with their permits, and the search through them."""
