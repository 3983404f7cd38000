"""The papers behind a person: passports, mandates, consents and memberships; who checked them, and until when they hold."""
