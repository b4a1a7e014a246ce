"""The body of an operation that needs none: empty, or an empty object."""

from pydantic import TypeAdapter

from command_api.bodies.parts import Body

EMPTY = b"{}"


class Nothing(Body):
    """No fields."""


NOTHING = TypeAdapter(Nothing)
