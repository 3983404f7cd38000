"""FastAPI and FastStream: an HTTP process, a ledger process and a schedule process."""
