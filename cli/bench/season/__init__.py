"""A big, believable season straight into the log: what a read side has to answer questions about."""
