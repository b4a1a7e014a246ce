"""What one seed stands for: how many take part, how bad the weather is, which bounds hold."""

from dataclasses import dataclass
from random import Random

from command_api.writing.limits import WriteLimits

FATES = ("lost on the way", "answer lost", "arrives late", "works long", "rolled back", "choked", "silent")
"""What may befall an append."""

HABITS = ("book", "change booking", "change show", "change mind", "pass on", "open show")


@dataclass(frozen=True)
class Plan:
    """`trouble` is the probability that a call to the log goes wrong, `kills` how many processes are ended meanwhile.

    `policies` and `projectors` say that they run. Every so manyth booking is `poison` to one of the projectors;
    `follow_max` is how many facts, and bookings, are taken at a time. `pauses` are the longest that clients make.
    Turns are taken after a batch of `lost_min` commands came second, until nobody else wrote in `turns_alone_max`.
    Favourites come more often than others: what is rare beside everything else is frequent in some schedule.
    With `keeps_noes` a no under a key is kept under it, as those of clients are and those of imports are not.
    `any_order` says that what is ready is run in any order, not in the one that asyncio promises.
    """

    seed: int
    processes: int
    shows: int
    clients: int
    commands: int
    any_order: bool
    trouble: float
    kills: int
    page_max: int
    skew_seconds: float
    slowest_seconds: float
    policies: bool
    projectors: bool
    poison_every: int | None
    follow_max: int
    favourite_fate: str | None
    favourite_habit: str | None
    pauses: tuple[float, ...]
    keeps_noes: bool
    lost_min: int
    turns_alone_max: int
    limits: WriteLimits

    def chance(self, about: str) -> Random:
        """Chance of its own for each who draws: what one does more or less changes nothing for the others."""
        return Random(f"{self.seed} {about}")


def planned(seed: int) -> Plan:
    """Mostly small: little that happens often enough collides in more ways than much that happens once."""
    draw = Random(f"{seed} plan")
    large = draw.random() < 0.15
    crowded = draw.random() < 0.1
    return Plan(
        seed=seed,
        processes=3 if crowded else draw.choice((1, 2, 2, 3)),
        shows=1 if crowded else draw.choice((1, 1, 2, 3)),
        clients=draw.randint(8, 12) if crowded else draw.randint(4, 10) if large else draw.randint(1, 4),
        commands=draw.randint(4, 10) if large else draw.randint(2, 6),
        any_order=draw.random() < 0.5,
        trouble=draw.choice((0.0, 0.05, 0.15, 0.3, 0.5)),
        kills=draw.choice((0, 0, 1, 2, 4)),
        page_max=draw.choice((1, 2, 3, 7, 100)),
        skew_seconds=draw.choice((0.0, 0.0, 0.5, 30.0)),
        slowest_seconds=draw.choice((0.0, 0.01, 0.05, 1.0)),
        policies=draw.random() < 0.3,
        projectors=draw.random() < 0.25,
        poison_every=draw.choice((None, None, 3, 8)),
        follow_max=draw.choice((1, 2, 5, 1_000)),
        favourite_fate=draw.choice((None, *FATES)),
        favourite_habit=draw.choice((None, *HABITS)),
        pauses=(0.02,) if crowded else draw.choice(((0.02,), (0.1, 1.0), (1.0, 12.0))),
        lost_min=draw.choice((1, 1, 1, 4)),
        turns_alone_max=draw.choice((1, 5, 32)),
        keeps_noes=Random(f"{seed} noes").random() < 0.8,
        limits=WriteLimits(
            flights_max=draw.choice((1, 2, 3)),
            turns_max=draw.choice((1, 2)),
            batch_facts_max=draw.choice((1, 3, 10, 500)),
            queue_max=draw.choice((1, 3, 100, 100)),
            writers_max=draw.choice((1, 2, 10)),
        ),
    )
