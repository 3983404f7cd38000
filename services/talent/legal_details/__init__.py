"""What a studio is in law, which its contracts state: kept encrypted, because it names who signs for the studio."""
