"""The performer's own page: they or their agent put themselves forward, answer offers, and confirm or dispute payments."""
