"""Facts to and from their storage format.

Names outlive classes: the log holds (name, schema version, canonical JSON), this registry maps the pair to a class. A
fact whose shape changes gets a higher version here and an upcaster for each older one; upcasters are pure, chained, and
run on reading. `tests/domain/golden` holds one file for each pair ever written; all must decode for ever.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from domain.person.facts import PersonErased, PersonFact
from domain.show import facts as show
from domain.show.facts import ShowFact
from domain.ticket_type.facts import TicketTypeAdded, TicketTypeChanged, TicketTypeFact, TicketTypeWithdrawn
from domain.user.facts import (
    ApiKeyMade,
    ApiKeyRevoked,
    UserDisabled,
    UserEnabled,
    UserErased,
    UserFact,
    UserRegistered,
    UserRoleChanged,
)
from domain.venue.facts import (
    VenueClosed,
    VenueDetailsChanged,
    VenueFact,
    VenueOpened,
    VenueSeatingPlanChanged,
)

Fact = VenueFact | TicketTypeFact | ShowFact | UserFact | PersonFact
Upcaster = Callable[[dict[str, Any]], dict[str, Any]]

REGISTRY: dict[tuple[str, int], type[Fact]] = {
    ("VenueOpened", 1): VenueOpened,
    ("VenueDetailsChanged", 1): VenueDetailsChanged,
    ("VenueSeatingPlanChanged", 1): VenueSeatingPlanChanged,
    ("VenueClosed", 1): VenueClosed,
    ("TicketTypeAdded", 1): TicketTypeAdded,
    ("TicketTypeChanged", 1): TicketTypeChanged,
    ("TicketTypeWithdrawn", 1): TicketTypeWithdrawn,
    ("ShowScheduled", 1): show.ShowScheduled,
    ("ShowPublished", 1): show.ShowPublished,
    ("ShowDetailsChanged", 1): show.ShowDetailsChanged,
    ("ShowPlanChanged", 1): show.ShowPlanChanged,
    ("ShowRescheduled", 1): show.ShowRescheduled,
    ("TicketTypeOffered", 1): show.TicketTypeOffered,
    ("OfferChanged", 1): show.OfferChanged,
    ("OfferWithdrawn", 1): show.OfferWithdrawn,
    ("SalesOpened", 1): show.SalesOpened,
    ("SeatsAllotted", 1): show.SeatsAllotted,
    ("AllotmentReleased", 1): show.AllotmentReleased,
    ("SalesClosed", 1): show.SalesClosed,
    ("SalesReopened", 1): show.SalesReopened,
    ("ShowCancelled", 1): show.ShowCancelled,
    ("ShowDeleted", 1): show.ShowDeleted,
    ("SeatsHeld", 1): show.SeatsHeld,
    ("SeatsBooked", 1): show.SeatsBooked,
    ("HoldExtended", 1): show.HoldExtended,
    ("BookingConfirmed", 1): show.BookingConfirmed,
    ("BookingCancelled", 1): show.BookingCancelled,
    ("BookingExpired", 1): show.BookingExpired,
    ("PaymentCameTooLate", 1): show.PaymentCameTooLate,
    ("PaymentCameTwice", 1): show.PaymentCameTwice,
    ("PlacesReplaced", 1): show.PlacesReplaced,
    ("TicketsAdded", 1): show.TicketsAdded,
    ("TicketsExchanged", 1): show.TicketsExchanged,
    ("BookingTransferred", 1): show.BookingTransferred,
    ("TicketHolderNamed", 1): show.TicketHolderNamed,
    ("UserRegistered", 1): UserRegistered,
    ("UserRoleChanged", 1): UserRoleChanged,
    ("UserDisabled", 1): UserDisabled,
    ("UserEnabled", 1): UserEnabled,
    ("ApiKeyMade", 1): ApiKeyMade,
    ("ApiKeyRevoked", 1): ApiKeyRevoked,
    ("UserErased", 1): UserErased,
    ("PersonErased", 1): PersonErased,
}

# (name, version) -> the same fact's data as of version + 1. Empty until a stored shape changes for the first time.
UPCASTERS: dict[tuple[str, int], Upcaster] = {}


class UnknownFact(LookupError):
    """The log holds a fact this code has no class for: it was written by newer code."""

    def __init__(self, name: str, schema_version: int) -> None:
        super().__init__(f"no class is registered for {name} version {schema_version}")


class Codec:
    """A registry with its upcasters, compiled: one decoder for each stored (name, version).

    `encode` gives canonical JSON: sorted keys, UTF-8, no floats, so that equal facts have equal bytes and equal hashes.
    """

    def __init__(
        self, registry: dict[tuple[str, int], type[Any]], upcasters: dict[tuple[str, int], Upcaster]
    ) -> None:
        self._upcasters = upcasters
        self._classes = registry
        self._decoders = {key: msgspec.json.Decoder(fact).decode for key, fact in registry.items()}
        self._keys = {fact: key for key, fact in registry.items()}
        self._encode = msgspec.json.Encoder(order="sorted").encode

    def key(self, fact: type[Any]) -> tuple[str, int]:
        """The (name, schema version) under which a fact class is written."""
        return self._keys[fact]

    def encode(self, fact: Any) -> tuple[str, int, bytes]:
        """A fact as (name, schema version, canonical JSON)."""
        name, version = self._keys[type(fact)]
        return name, version, self._encode(fact)

    def decode(self, name: str, schema_version: int, data: bytes | str) -> Any:
        """The fact that was stored; raises `UnknownFact`, or `msgspec.ValidationError` for data of another shape."""
        decoder = self._decoders.get((name, schema_version))
        return decoder(data) if decoder else self._upcast(name, schema_version, data)

    def _upcast(self, name: str, schema_version: int, data: bytes | str) -> Any:
        if (name, schema_version) not in self._upcasters:
            raise UnknownFact(name, schema_version)
        fields: dict[str, Any] = msgspec.json.decode(data)
        version = schema_version
        while (name, version) in self._upcasters:
            fields = self._upcasters[name, version](fields)
            version += 1
        if (name, version) not in self._classes:
            raise UnknownFact(name, version)
        return msgspec.convert(fields, self._classes[name, version])


CODEC = Codec(REGISTRY, UPCASTERS)
