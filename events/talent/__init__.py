"""What talent says, a module for each part of it."""
