"""The tags of a fact: by them one booking's, or one customer's, own history is found in one index scan."""

from domain.codec import Fact
from domain.show.facts import BookingTransferred, SeatsBooked, SeatsHeld


def booking_tag(booking_id: str) -> str:
    return f"booking:{booking_id}"


def customer_tag(customer_id: str) -> str:
    return f"customer:{customer_id}"


def tags(fact: Fact) -> tuple[str, ...]:
    """Every tag of `fact`; none for facts about a whole stream."""
    booking_id = getattr(fact, "booking_id", None)
    if booking_id is None:
        return ()
    if isinstance(fact, SeatsHeld | SeatsBooked | BookingTransferred) and fact.customer.id is not None:
        return (booking_tag(booking_id), customer_tag(fact.customer.id))
    return (booking_tag(booking_id),)
