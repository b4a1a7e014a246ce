"""Streams with a fact that cannot be applied: set aside, and taken up again once that is mended."""
