"""Which problem each refusal is: status, code, title, and its data under the API's names.

409 is a no by the rules as things stand, 404 something that is not there, 422 a request that could never be right.
"""

from typing import Any

import msgspec

from domain.ownership import OwnedByAnother
from domain.person import refusals as person
from domain.refusal import Refusal
from domain.seating_plan import BadSeatingPlan
from domain.show import refusals as show
from domain.ticket_type import refusals as ticket_type
from domain.user import refusals as user
from domain.venue import refusals as venue
from runtime.problems import ProblemDetail

_PROBLEMS: dict[type[Refusal], tuple[int, str, str]] = {
    OwnedByAnother: (403, "forbidden", "This belongs to somebody else"),
    BadSeatingPlan: (422, "bad-seating-plan", "The seating plan contradicts itself"),
    venue.VenueNotFound: (404, "venue-not-found", "There is no such venue"),
    venue.VenueAlreadyOpened: (409, "venue-already-exists", "This venue exists"),
    venue.VenueIsClosed: (409, "venue-closed", "This venue is closed"),
    ticket_type.TicketTypeNotFound: (404, "ticket-type-not-found", "There is no such ticket type"),
    ticket_type.TicketTypeAlreadyAdded: (409, "ticket-type-already-exists", "This ticket type exists"),
    ticket_type.TicketTypeIsWithdrawn: (409, "ticket-type-withdrawn", "This ticket type has been withdrawn"),
    show.ShowNotFound: (404, "event-not-found", "There is no such event"),
    show.ShowAlreadyScheduled: (409, "event-already-exists", "This event exists"),
    show.BadOffer: (422, "bad-offer", "What is offered contradicts itself"),
    show.ShowIsCancelled: (409, "event-cancelled", "The event has been cancelled"),
    show.ShowIsOver: (409, "event-over", "The event is over"),
    show.ShowHasBookings: (409, "event-has-bookings", "The event has been booked: cancel it instead"),
    show.PlacesInUse: (409, "places-in-use", "The new plan lacks places that are in use"),
    show.TicketTypeInUse: (409, "ticket-type-in-use", "Tickets of this type are held or sold"),
    show.AllotmentNotFound: (404, "allotment-not-found", "The event has no such allotment"),
    show.AllotmentAlreadyMade: (409, "allotment-already-exists", "This allotment exists"),
    show.NotEnoughPlaces: (409, "not-enough-places", "The area has fewer free places than that"),
    show.NotOnSale: (409, "not-on-sale", "The event is not on sale yet"),
    show.SalesAreClosed: (409, "sales-closed", "Sales are closed"),
    show.SalesNotOpen: (409, "sales-not-open", "Sales have not opened yet"),
    show.TicketTypeNotOffered: (404, "ticket-type-not-found", "The event does not offer this ticket type"),
    show.TicketTypeRequired: (422, "ticket-type-required", "Say which ticket type: the event offers several"),
    show.AboveMaximum: (409, "above-maximum", "More tickets than one booking may have"),
    show.BelowMinimum: (409, "below-minimum", "Fewer tickets than one booking must have"),
    show.SoldOut: (409, "sold-out", "Not enough tickets are left"),
    show.SeatsNotAvailable: (409, "seats-not-available", "Some of these seats are taken"),
    show.SingleSeatLeft: (409, "single-seat-left", "The choice would leave a single seat free"),
    show.CompanionSeats: (409, "companion-seats", "Companion seats go with a wheelchair place of the row"),
    show.NoAccessiblePlaces: (
        409,
        "no-accessible-places",
        "Not enough wheelchair places with company are left",
    ),
    show.CustomerLimitReached: (409, "customer-limit-reached", "More tickets than one customer may have"),
    show.HoldLimitReached: (409, "hold-limit-reached", "More unpaid bookings than one customer may have"),
    show.SeatsUnknown: (404, "seat-not-found", "The plan has no such seats"),
    show.SeatsNotInTicketType: (
        409,
        "seats-not-in-ticket-type",
        "The ticket type does not cover these seats",
    ),
    show.SeatsNamedTwice: (422, "seats-named-twice", "Seats are named more than once"),
    show.BookingNotFound: (404, "booking-not-found", "There is no such booking"),
    show.BookingAlreadyCancelled: (409, "booking-already-cancelled", "The booking has been cancelled"),
    show.BookingNotPending: (409, "booking-not-pending", "Only a hold can be extended"),
    show.BookingNotConfirmed: (409, "booking-not-confirmed", "Only a confirmed booking can be transferred"),
    show.HoldTooLong: (409, "hold-too-long", "The hold cannot last that long"),
    show.BookingAlreadyPaid: (409, "booking-already-paid", "The booking was paid under another reference"),
    show.RefundTooHigh: (409, "refund-too-high", "More than can be paid back"),
    show.BookingIsExpired: (409, "booking-expired", "The booking was not paid in time"),
    show.BookingChangedHands: (409, "booking-changed-hands", "The booking has been given to somebody else"),
    show.CustomerErased: (409, "customer-erased", "Who booked has been erased: nobody can be named any more"),
    show.TicketsNotInBooking: (404, "ticket-not-found", "The booking has no such tickets"),
    show.TicketsAlreadyCancelled: (409, "tickets-already-cancelled", "Some of these tickets are cancelled"),
    show.PaymentRequired: (409, "payment-required", "The booking has to be paid"),
    show.PaymentAmountWrong: (409, "payment-amount-wrong", "This is not what the booking costs"),
    show.PaymentTooLate: (409, "payment-too-late", "The payment came after the places were gone"),
    user.UserNotFound: (404, "user-not-found", "There is no such user"),
    person.PersonNotFound: (404, "customer-not-found", "There is no such customer"),
    user.UserAlreadyRegistered: (409, "email-taken", "This e-mail address has an account"),
    user.LastAdministrator: (409, "last-administrator", "This is the last administrator"),
    user.KeyRoleNotAllowed: (403, "key-role-not-allowed", "You may not make keys of this role"),
    user.KeyNeedsEvents: (422, "key-needs-events", "Say which of your events the key is for"),
    user.KeyExpiryIsPast: (422, "expiry-is-past", "The key would have expired already"),
    user.TooManyApiKeys: (409, "too-many-keys", "More keys than one account may have: revoke some"),
    user.ApiKeyNotFound: (404, "api-key-not-found", "There is no such key"),
}

REFUSALS: tuple[type[Refusal], ...] = tuple(_PROBLEMS)
"""All there are."""

_API_NAMES = {
    "show_id": "event_id",
    "ticket_ids": "tickets",
    "problem": "detail",
    "opens_after": "opens_when_sold_out",
}


def refusal_problem(reason: Refusal) -> ProblemDetail:
    """How a refusal is answered."""
    status, code, title = _PROBLEMS[type(reason)]
    data: dict[str, Any] = msgspec.to_builtins(reason)
    extras = {_API_NAMES.get(name, name): value for name, value in data.items()}
    return ProblemDetail(status, code, title, extras.pop("detail", None), extras)


def status_and_code(reason: Refusal) -> tuple[int, str]:
    """The two that say which problem it is."""
    status, code, _ = _PROBLEMS[type(reason)]
    return status, code


def codes(*refusals: type[Refusal]) -> dict[int, list[str]]:
    """The problem codes of these refusals by status, for an operation's documentation."""
    found: dict[int, list[str]] = {}
    for refusal in refusals:
        status, code, _ = _PROBLEMS[refusal]
        found.setdefault(status, []).append(code)
    return found
