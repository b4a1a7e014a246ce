"""The log by itself: its chain, and its places counted by hand."""

from collections.abc import Sequence

from domain.codec import CODEC
from domain.show.facts import ShowPublished, ShowScheduled
from eventstore.facts import RecordedFact
from eventstore.verify import Verifier
from tests.domain.show.model import Model
from tests.domain.show.model_facts import happened
from tests.simulation.judging.broken import Broken, require


def check_log(log: Sequence[RecordedFact]) -> None:
    """Raises `Broken`."""
    verifier = Verifier()
    for fact in log:
        verifier.check(fact)
    require(verifier.first_bad is None, "the chain", verifier.first_bad)
    require([fact.position for fact in log] == list(range(1, len(log) + 1)), "positions", "a gap")
    models: dict[str, Model] = {}
    for recorded in log:
        _count(models, recorded)


def _count(models: dict[str, Model], recorded: RecordedFact) -> None:
    fact = CODEC.decode(recorded.name, recorded.schema_version, recorded.data)
    if isinstance(fact, ShowScheduled):
        require(recorded.stream not in models, "one effect", f"{recorded.stream} is scheduled twice")
        models[recorded.stream] = Model(fact.plan, fact.offers, fact.starts_at, fact.rules)
        return
    if isinstance(fact, ShowPublished):
        return
    model = models[recorded.stream]
    try:
        happened(model, fact)
    except (AssertionError, KeyError) as error:
        raise Broken("the model", f"{recorded.name} at {recorded.position}: {error!r}") from error
    seats = [ticket.seat for ticket in model.live() if ticket.seat is not None]
    require(
        len(seats) == len(set(seats)),
        "no place sold twice",
        f"{recorded.name} at {recorded.position}: {seats}",
    )
    full = {part: left for part, left in model.free().items() if left < 0}
    require(not full, "no place sold twice", f"{recorded.name} at {recorded.position}: {full}")
    for offer in model.offers.values():
        require(model.quota_left(offer) >= 0, "quotas", f"{recorded.name} at {recorded.position}: {offer.id}")
