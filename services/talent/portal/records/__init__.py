"""What a person finds of their own on their page: contracts, documents, days, and all that the studio holds on them."""
