"""The seat map of an event: whole, changes since a position, and live."""
