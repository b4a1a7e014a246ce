"""A user: somebody who signs in, and the role they have."""
