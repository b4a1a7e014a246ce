"""Every "no" a venue can say."""

from domain.refusal import Refusal


class VenueNotFound(Refusal, frozen=True):
    venue_id: str


class VenueAlreadyOpened(Refusal, frozen=True):
    venue_id: str


class VenueIsClosed(Refusal, frozen=True):
    venue_id: str
