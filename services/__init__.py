"""The four services of the alliance: talent, production, distribution, compliance."""
