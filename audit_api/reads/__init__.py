"""Who has looked at what: every audit read is recorded before its answer goes out."""
