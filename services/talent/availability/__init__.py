"""When people are free: holds, bookings, days off, and one calendar per person for all studios."""
