"""Which fields of facts are about a person.

The mark stands in the type, so that whoever looks after personal data finds every field by looking at the fact classes
and cannot forget one. `personal_fields` is how they look.

To a decision such a text is opaque: it comes in encrypted, is compared and passed on, and is opened where it leaves us.
Equal texts of one person are equal when encrypted, so to compare is enough.
"""

from typing import Annotated, Any, get_args, get_origin, get_type_hints

import msgspec

from domain.value import Value

PERSONAL = msgspec.Meta(extra={"personal": True})

PersonalText = Annotated[str, PERSONAL]


class Person(Value, frozen=True):
    """Whoever a booking is for. `id` is the account, None for somebody the box office only knows by name.

    `person_id` says whose key opens `name` and `email`. `contact_id` is the same for everybody who gave the same
    address. Facts from before there were keys have neither.
    """

    name: PersonalText
    email: PersonalText
    id: str | None = None
    person_id: str | None = None
    contact_id: str | None = None


def personal_fields(struct: type[msgspec.Struct], prefix: str = "") -> list[str]:
    """The dotted paths of every personal field of a fact class, e.g. `["customer.name", "customer.email"]`."""
    paths: list[str] = []
    for name, hint in get_type_hints(struct, include_extras=True).items():
        if not name.startswith("_"):
            paths += _personal_in(hint, f"{prefix}{name}")
    return paths


def _personal_in(hint: Any, path: str) -> list[str]:
    if get_origin(hint) is Annotated:
        inner, *marks = get_args(hint)
        return [path] if PERSONAL in marks else _personal_in(inner, path)
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return personal_fields(hint, f"{path}.")
    return [found for part in get_args(hint) for found in _personal_in(part, path)]
