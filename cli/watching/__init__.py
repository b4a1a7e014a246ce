"""The watchman as a process runs it: when it looks, and what it tells."""
