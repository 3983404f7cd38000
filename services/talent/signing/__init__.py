"""Signing by recipients: turns, personal links with one-time codes, reminders, and the letters that carry them."""
