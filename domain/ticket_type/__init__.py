"""A ticket type: a reusable kind of ticket in the catalogue."""
