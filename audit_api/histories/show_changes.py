"""What the facts about a show itself changed in it: its terms, plan, offer, allotments and status."""

from typing import Any

from audit_api.histories.entry import Changes, State
from audit_api.histories.folded import Folding
from audit_api.lifespan_state import AuditServices
from domain.show.evolve import evolve
from domain.show.state import Show
from eventstore.facts import RecordedFact

NOT_TERMS = frozenset({"show_id", "at", "plan", "offers", "rules"})
"""Of what was scheduled: told apart, or not what can change."""


async def show_changes(services: AuditServices, stream: str, asked: list[RecordedFact]) -> dict[int, Changes]:
    """By position, what each of the facts `asked` changed. Raises `StoreUnavailable`.

    Bookings are left out of the fold: what is on offer does not depend on them.
    """
    positions = {fact.position for fact in asked}
    if not positions:
        return {}
    return await SHOW.changes(services, stream, positions)


def show_state(show: Show) -> State:
    """The show in the words of its facts, flat: of a plan or an offer that changes only what differs is told."""
    if show.scheduled is None:
        return {}
    details = show.scheduled
    terms: dict[str, Any] = {
        name: getattr(details, name) for name in details.__struct_fields__ if name not in NOT_TERMS
    }
    return (
        {"status": show.status}
        | terms
        | {f"rules.{name}": getattr(details.rules, name) for name in details.rules.__struct_fields__}
        | {f"plan.{part.name}": part for part in details.plan.parts}
        | {f"offers.{offer.id}": offer for offer in show.offers.values()}
        | {f"opened.{type_id}": is_open for type_id, is_open in show.opened.items()}
        | {f"allotments.{each.id}": each for each in show.allotments.values()}
    )


SHOW = Folding(Show, evolve, show_state, page_facts=200)
