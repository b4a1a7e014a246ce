"""A PostgreSQL server of one's own: found, initialised, started and stopped with the program that asked for it."""
