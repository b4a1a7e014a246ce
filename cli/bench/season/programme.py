"""The houses and what is on in them: venues, ticket types, and shows over three years."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from cli.bench.season.size import Size
from cli.bench.season.words import (
    BY_CATEGORY,
    CATEGORIES,
    CITIES,
    COMPANIES,
    GUESTS,
    HOUSES,
    PATRONS,
    RARE,
    SERIES,
    TICKET_TYPES,
    City,
)  # fmt: skip
from domain.money import Money
from domain.seating_plan import Area, Row, SeatingPlan, Section
from domain.show.facts import ShowFact, ShowPublished, ShowScheduled
from domain.show.offer import Offer
from domain.ticket_type.facts import TicketTypeAdded
from domain.venue.facts import VenueOpened
from runtime.ids import new_id

YEAR = timedelta(days=365)
HALLS = (400, 800, 1_200, 2_500, 6_000, 15_000, 40_000)
"""How many people go into a house."""

ROW_SEATS = 40


@dataclass(frozen=True)
class House:
    """A venue, and what every show in it starts from."""

    venue_id: str
    name: str
    city: City
    plan: SeatingPlan
    currency: str

    @property
    def capacity(self) -> int:
        return self.plan.capacity


@dataclass(frozen=True)
class Show:
    """One date in a house."""

    show_id: str
    name: str
    category: str
    house: House
    starts_at: datetime
    offers: tuple[Offer, ...]

    @property
    def stream(self) -> str:
        return f"show-{self.show_id}"

    def facts(self, at: datetime) -> tuple[ShowFact, ...]:
        """Planned and put on sale."""
        house = self.house
        scheduled = ShowScheduled(
            self.show_id, self.name, house.name, house.city.timezone, self.starts_at, house.plan, self.offers, at,
            f"{self.name}, {self.category} in {house.city.name}.", self.category, house.venue_id,
            payment_window_seconds=600,
            city=house.city.name,
        )  # fmt: skip
        return scheduled, ShowPublished(self.show_id, at)


def ticket_types(at: datetime) -> tuple[TicketTypeAdded, ...]:
    """The catalogue."""
    return tuple(TicketTypeAdded(new_id(), name, Money(price, "EUR"), at) for name, price in TICKET_TYPES)


def houses(size: Size, chance: Random) -> list[House]:
    """Venues of all sizes in many cities."""
    return [_house(number, chance) for number in range(size.venues)]


def _house(number: int, chance: Random) -> House:
    city = CITIES[number % len(CITIES)]
    name = f"{chance.choice(HOUSES)} {chance.choice(PATRONS)} {city.name}"
    currency = "GBP" if city.timezone == "Europe/London" else "EUR"
    return House(new_id(), name, city, plan_for(HALLS[number % len(HALLS)]), currency)


def plan_for(capacity: int) -> SeatingPlan:
    """A tenth in the best rows, four tenths seated behind them, the rest standing."""
    rows = max(1, capacity // 10 // ROW_SEATS)
    front = Section("Stalls", tuple(Row(str(number + 1), ROW_SEATS) for number in range(rows)))
    back = Section("Circle", tuple(Row(str(number + 1), ROW_SEATS) for number in range(4 * rows)))
    return SeatingPlan((front, back), (Area("Gallery", capacity - front.capacity - back.capacity),))


def opened(house: House, at: datetime) -> VenueOpened:
    """The fact that began the house."""
    city = house.city
    return VenueOpened(
        house.venue_id, house.name, f"1, {city.name}", city.timezone, house.plan, at, city=city.name
    )


def shows(
    size: Size, built: Sequence[House], types: Sequence[TicketTypeAdded], today: datetime, chance: Random
) -> Iterator[Show]:
    """The series first, then everything else, from a year before `today` to two years after it."""
    begins = today - YEAR
    series = built[0]
    for number in range(size.dates):
        # All to come, so that who lists what is on has to go through them.
        starts_at = today + timedelta(days=1) + 2 * YEAR * number / size.dates
        yield Show(
            new_id(), SERIES, "family", series, _on_the_hour(starts_at), _offers(series, types, chance)
        )
    for _ in range(size.shows - size.dates):
        house, category = chance.choice(built), chance.choice(CATEGORIES)
        starts_at = _on_the_hour(begins + chance.random() * 3 * YEAR)
        yield Show(
            new_id(), _name(category, chance), category, house, starts_at, _offers(house, types, chance)
        )


def _name(category: str, chance: Random) -> str:
    name = f"{chance.choice(BY_CATEGORY[category])} · {chance.choice(COMPANIES)}"
    if chance.random() < 0.4:
        name += f" with {chance.choice(GUESTS)}"
    if chance.random() < 0.005:
        name += f" and {chance.choice(RARE)}"
    return name


def _on_the_hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def _offers(house: House, types: Sequence[TicketTypeAdded], chance: Random) -> tuple[Offer, ...]:
    """One type for each part of the house, at this show's price."""
    factor = chance.choice((60, 80, 100, 100, 130, 180))
    return tuple(
        Offer(
            kind.ticket_type_id, kind.name, Money(kind.price.amount * factor // 100, house.currency), (part,)
        )
        for kind, part in zip(types, house.plan.part_names, strict=True)
    )
