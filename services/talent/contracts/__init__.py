"""On what terms people work: contracts, their documents in two languages, and who signed them."""
