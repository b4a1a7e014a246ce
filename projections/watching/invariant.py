"""What must always hold."""

from enum import StrEnum


class Invariant(StrEnum):
    """The names are told to operators: in metrics, in logs, and by `seatledger watch`."""

    PLACE_ONCE = "place-once"
    """No place is held, sold or kept back twice."""
    PLACE_EXISTS = "place-exists"
    """What is held or sold is in the plan, where its ticket type is offered."""
    KEPT_BACK = "kept-back"
    """What an allotment keeps is sold only to those who name it, and no more than it keeps."""
    CAPACITY = "capacity"
    """Per section and area: sold, held and kept back are within the capacity."""
    QUOTA = "quota"
    """Per ticket type, and per quota that types share: sold and held are within the quota."""
    REFUNDS = "refunds"
    """Per booking: refunds are within payments."""
    TICKET_CODE_ONCE = "ticket-code-once"
    """No code stands on two tickets of a show."""
    BOOKING_KNOWN = "booking-known"
    """A booking is made once, before anything else happens to it."""
    READABLE = "readable"
    """Every fact can be read."""
    CHAIN = "chain"
    """Every fact is what its hash says, after the one before it."""
    GAPLESS = "gapless"
    """No position and no version is missing, and the log never gets shorter."""
    BOOKINGS = "bookings-equal-log"
    """The read table of bookings is what the log says."""
    AVAILABILITY = "availability-equals-log"
    """The read table of availability is what the log says."""
