"""Bookings: one, one's own, those that staff searches for; their tickets, and their entries for calendars."""
