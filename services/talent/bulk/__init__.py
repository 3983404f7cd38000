"""Many at once: people, documents, permits and offers from a spreadsheet."""
