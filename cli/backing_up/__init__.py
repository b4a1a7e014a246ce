"""Take the database elsewhere and bring it back, proved to be what it was."""
