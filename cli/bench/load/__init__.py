"""The load generator: a program of its own, so that its work is not counted as the server's."""
