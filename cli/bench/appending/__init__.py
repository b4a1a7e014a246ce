"""The log alone: what the store takes from many callers, beside what the server takes from pgbench."""
