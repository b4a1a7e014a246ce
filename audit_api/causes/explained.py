"""The table of explanations: for each refusal, what the decision looked at. A test holds it against the domain."""

from audit_api.causes.again import VersionMismatch
from audit_api.causes.case import Case
from audit_api.causes.cause import Cause
from audit_api.causes.of_places import (
    customer_limit,
    hold_limit,
    no_accessible_places,
    not_enough_places,
    places_in_use,
    seats_taken,
    single_seat_left,
    sold_out,
    type_in_use,
)
from audit_api.causes.of_terms import bad_offer, has_bookings, sales_closed, sales_not_open
from audit_api.causes.saying import Explain, of_booking, terms
from audit_api.why import Because
from domain.ownership import OwnedByAnother
from domain.person import refusals as person
from domain.refusal import Refusal
from domain.seating_plan import BadSeatingPlan
from domain.show import refusals as show
from domain.ticket_type import refusals as ticket_type
from domain.user import refusals as user
from domain.venue import refusals as venue


def _another_version(case: Case) -> Cause:
    version = case.reason.version
    because = [Because("version", version, version)] if version else []
    return Cause("It has changed since whoever asked last saw it.", because)


_STANDS = ("status", "expires_at")
_PAID = ("status", "total", "paid", "refund", "payment", "further_payments", "unwanted_payments", "tickets.")

EXPLAINED: dict[type[Refusal], Explain] = {
    VersionMismatch: _another_version,
    OwnedByAnother: terms("It is somebody else's.", "owner_id"),
    BadSeatingPlan: terms("The plan that was asked for contradicts itself: {problem}"),
    show.ShowNotFound: terms("There is no such event for whoever asked.", "status", "owner_id"),
    show.ShowAlreadyScheduled: terms("It had been scheduled.", "name", "status"),
    show.BadOffer: bad_offer,
    show.ShowIsCancelled: terms("The event had been cancelled.", "status"),
    show.ShowIsOver: terms("The event was over.", "starts_at", "ends_at"),
    show.ShowHasBookings: has_bookings,
    show.PlacesInUse: places_in_use,
    show.TicketTypeInUse: type_in_use("Tickets of this type are held or sold."),
    show.AllotmentNotFound: terms(
        "There is no such allotment that can be booked from.", "allotments.{allotment_id}"
    ),
    show.AllotmentAlreadyMade: terms("It had been made.", "allotments.{allotment_id}"),
    show.NotEnoughPlaces: not_enough_places,
    show.NotOnSale: terms("The event had not been published.", "status"),
    show.SalesAreClosed: sales_closed,
    show.SalesNotOpen: sales_not_open,
    show.TicketTypeNotOffered: terms(
        "The event does not offer this ticket type.", "offers.{ticket_type_id}", "offers."
    ),
    show.TicketTypeRequired: of_booking(
        "There are several ticket types, and none was named.", "tickets.", and_terms=("offers.",)
    ),
    show.AboveMaximum: of_booking(
        "{requested} were asked for; one booking may have {maximum}.", "tickets.", and_terms=("offers.",)
    ),
    show.BelowMinimum: of_booking(
        "{requested} were asked for; one booking has at least {minimum}.", "tickets.", and_terms=("offers.",)
    ),
    show.SoldOut: sold_out,
    show.SeatsNotAvailable: seats_taken,
    show.SingleSeatLeft: single_seat_left,
    show.CompanionSeats: terms("These seats are for the company of wheelchair users of their row.", "plan."),
    show.NoAccessiblePlaces: no_accessible_places,
    show.CustomerLimitReached: customer_limit,
    show.HoldLimitReached: hold_limit,
    show.SeatsUnknown: terms("The plan has no such seats.", "plan."),
    show.SeatsNotInTicketType: terms(
        "The ticket type does not cover these seats.", "offers.{ticket_type_id}", "plan."
    ),
    show.SeatsNamedTwice: terms("The request names seats more than once."),
    show.BookingNotFound: of_booking("There is no such booking for whoever asked.", "customer.", "status"),
    show.BookingAlreadyCancelled: of_booking("The booking had been cancelled.", *_STANDS, "tickets."),
    show.BookingNotPending: of_booking("The booking was {status}, and is no hold.", *_STANDS),
    show.BookingNotConfirmed: of_booking("The booking was {status}, and not paid.", *_STANDS),
    show.HoldTooLong: of_booking(
        "The hold would have lasted longer than the event allows.",
        "created_at",
        "expires_at",
        and_terms=("rules.hold_seconds_max", "payment_window_seconds"),
    ),
    show.BookingAlreadyPaid: of_booking("The booking had been paid by another payment.", *_PAID),
    show.RefundTooHigh: of_booking("No more can be paid back than was paid and not paid back yet.", *_PAID),
    show.BookingIsExpired: of_booking(
        "The hold had run out, and its places could not be had again.", *_STANDS
    ),
    show.BookingChangedHands: of_booking("The booking had become somebody else's.", "customer."),
    show.CustomerErased: of_booking("Whose booking it was had been erased.", "customer."),
    show.TicketsNotInBooking: of_booking("The booking has no such tickets.", "tickets."),
    show.TicketsAlreadyCancelled: of_booking(
        "Some of these tickets had been cancelled.", "status", "tickets."
    ),
    show.PaymentRequired: of_booking(
        "It had to be paid at once.", *_PAID, and_terms=("payment_window_seconds",)
    ),
    show.PaymentAmountWrong: of_booking("This is not what it costs.", *_PAID, and_terms=("offers.",)),
    show.PaymentTooLate: of_booking(
        "The booking had ended before the money came.", *_STANDS, "unwanted_payments"
    ),
    venue.VenueNotFound: terms("There is no such venue.", "id"),
    venue.VenueAlreadyOpened: terms("There is such a venue.", "id"),
    venue.VenueIsClosed: terms("The venue had been closed.", "status"),
    ticket_type.TicketTypeNotFound: terms("There is no such ticket type in the catalogue.", "id"),
    ticket_type.TicketTypeAlreadyAdded: terms("There is such a ticket type.", "id"),
    ticket_type.TicketTypeIsWithdrawn: terms("The ticket type had been withdrawn.", "status"),
    user.UserNotFound: terms("There is no such account, or none any more.", "id", "erased"),
    user.UserAlreadyRegistered: terms("There is an account of this address.", "id"),
    user.LastAdministrator: terms("Nobody else could have administrated.", "role", "disabled"),
    user.KeyRoleNotAllowed: terms("Nobody makes a key that may do more than they may.", "role"),
    user.KeyNeedsEvents: terms("An organizer's keys are for events that are named.", "role"),
    user.KeyExpiryIsPast: terms("The key would have expired before it was made."),
    user.TooManyApiKeys: terms("One account may have {maximum} keys.", "keys"),
    user.ApiKeyNotFound: terms("The account has no such key.", "keys"),
    person.PersonNotFound: terms("Nothing is known about anybody with this id.", "erased"),
}


REFUSALS: dict[str, type[Refusal]] = {
    ("PreconditionFailed" if refusal is VersionMismatch else refusal.__name__): refusal
    for refusal in EXPLAINED
}
"""By the name under which they are kept."""


def explain(case: Case) -> Cause:
    """Why the command was refused."""
    return EXPLAINED[type(case.reason)](case)
