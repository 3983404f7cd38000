"""What becomes of an executed contract: amendments, renewal, termination."""
