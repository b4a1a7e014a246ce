"""What customers want: drawn from chance alone, so that the same seed makes the same crowd."""

from collections.abc import Sequence
from enum import Enum
from random import Random
from typing import NamedTuple

from cli.demo.programme import Attraction, OnOffer
from domain.personal import Person
from domain.show.commands import Wanted

PARTY_SIZES = (1, 1, 2, 2, 2, 2, 3, 4, 4, 5, 6)
OWN_CHOICE = 0.4
"""How many choose their seats themselves."""


class Intent(Enum):
    """What a customer will do once the places are theirs; the value is how many of a hundred do."""

    PAY = 80
    LEAVE = 9
    """Never pay: the hold runs out."""
    CANCEL = 6
    """Pay, then give all of it back."""
    RETURN_ONE = 5
    """Pay, then give one ticket back."""


class Visit(NamedTuple):
    """One customer who wants places of one event. `key` makes it one visit, however often it is tried."""

    key: str
    event_id: str
    wanted: Wanted
    customer: Person
    intent: Intent


def draw_visit(chance: Random, key: str, event: Attraction, customers: Sequence[Person]) -> Visit:
    """Somebody comes to buy tickets of `event`."""
    [intent] = chance.choices(tuple(Intent), [intent.value for intent in Intent])
    wanted = _wanted(chance, chance.choice(event.offers))
    return Visit(key, event.event_id, wanted, chance.choice(customers), intent)


def _wanted(chance: Random, offer: OnOffer) -> Wanted:
    quantity = max(chance.choice(PARTY_SIZES), offer.min_per_booking)
    if offer.max_per_booking is not None:
        quantity = min(quantity, offer.max_per_booking)
    if offer.rows and chance.random() < OWN_CHOICE:
        row = chance.choice(offer.rows)
        if len(row.labels) >= quantity:
            start = chance.randrange(len(row.labels) - quantity + 1)
            seats = tuple(f"{row.name}/{label}" for label in row.labels[start : start + quantity])
            return Wanted(quantity, offer.ticket_type_id, seats)
    return Wanted(quantity, offer.ticket_type_id)
