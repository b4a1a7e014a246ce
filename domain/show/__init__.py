"""A show: what every ticketing API calls an event. One show is one consistency boundary: offer, seats and bookings."""
