"""What talent puts on paper: contracts and files as PDF, the seal on an executed contract, and checking it."""
