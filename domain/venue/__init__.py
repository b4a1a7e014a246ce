"""A venue: a place with an address, a time zone and a seating plan."""
