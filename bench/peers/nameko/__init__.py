"""Plain nameko 2: gateway, contracts, ledger and schedule, a process each."""
