"""The limits: what the broker, the database and nameko's HTTP server give without a platform around them."""
