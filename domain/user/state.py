"""A user as their facts leave them."""

from domain.value import State


class User(State, frozen=True):
    """`id` is empty until they registered. Of whom was erased there is the id and nothing else."""

    id: str = ""
    email: str = ""
    name: str = ""
    role: str = "customer"
    version: int = 0
    erased: bool = False
