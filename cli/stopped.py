"""A command that cannot go on, for a reason its user can do something about."""


class Stopped(Exception):
    """The message is the one line the user gets."""
