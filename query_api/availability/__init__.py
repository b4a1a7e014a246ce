"""What is left of an event: now, for many at once, and as of an earlier moment; with what time alone has changed."""
