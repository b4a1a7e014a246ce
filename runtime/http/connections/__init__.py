"""Connections that send, read and idle no longer, and hold no more, than is fair to all others."""
