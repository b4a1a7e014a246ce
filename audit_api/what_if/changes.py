"""The rules that are supposed to have been others."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from msgspec.structs import replace

from domain.money import Money
from domain.show.facts import OfferChanged, ShowDetailsChanged, ShowFact, ShowScheduled, TicketTypeOffered
from domain.show.offer import Offer
from domain.show.rules import Rules


@dataclass(frozen=True, slots=True)
class Changes:
    """None and no entry leave a rule as it was. Quotas and prices, in minor units, go by a ticket type's id or name."""

    hold_seconds: int | None = None
    quotas: Mapping[str, int] = field(default_factory=dict)
    prices: Mapping[str, int] = field(default_factory=dict)
    no_single_seats: bool = False
    max_per_customer: int | None = None

    def supposed(self, fact: ShowFact) -> ShowFact:
        """The fact as it would have been: the event's own terms, with these rules in them."""
        match fact:
            case ShowScheduled():
                return replace(
                    fact,
                    offers=tuple(map(self._offer, fact.offers)),
                    payment_window_seconds=self._window(fact.payment_window_seconds),
                    rules=self._rules(fact.rules),
                )
            case ShowDetailsChanged():
                window = self._window(fact.payment_window_seconds)
                return replace(fact, payment_window_seconds=window, rules=self._rules(fact.rules))
            case TicketTypeOffered() | OfferChanged():
                return replace(fact, offer=self._offer(fact.offer))
            case _:
                return fact

    def unknown(self, offers: Mapping[str, str]) -> list[str]:
        """Types that are named and were never on offer. `offers` are those that were: id to name."""
        known = {*offers, *offers.values()}
        return sorted({*self.quotas, *self.prices} - known)

    def _offer(self, offer: Offer) -> Offer:
        quota = self.quotas.get(offer.id, self.quotas.get(offer.name, offer.quota))
        price = self.prices.get(offer.id, self.prices.get(offer.name, offer.price.amount))
        return replace(offer, quota=quota, price=Money(price, offer.price.currency))

    def _window(self, seconds: int | None) -> int | None:
        # Where everything is booked at once there is no hold to last for longer or shorter.
        return seconds if seconds is None or self.hold_seconds is None else self.hold_seconds

    def _rules(self, rules: Rules) -> Rules:
        # What was booked kept the rule about single seats. It is asked for only where it is supposed: it is about seats
        # that somebody picked, and the facts do not say which were picked and which were found for them.
        return replace(
            rules,
            no_single_seats=self.no_single_seats,
            max_per_customer=rules.max_per_customer
            if self.max_per_customer is None
            else self.max_per_customer,
        )
