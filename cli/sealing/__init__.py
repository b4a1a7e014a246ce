"""The sealer as a process runs it: when it looks, what it tells, which key wraps its keys."""
