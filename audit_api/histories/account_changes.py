"""What happened to an account and to a person's key, and what each fact changed."""

import logging

from audit_api.histories.entry import Changes, State, differences
from audit_api.lifespan_state import AuditServices
from domain.codec import CODEC
from domain.user.evolve import evolve
from domain.user.state import User
from eventstore.facts import RecordedFact
from eventstore.wanted import Wanted

_log = logging.getLogger(__name__)

PAGE = 500
ERASED: Changes = {"erased": {"before": False, "after": True}}


async def account_changes(services: AuditServices, facts: list[RecordedFact]) -> dict[int, Changes]:
    """By position, what those of `facts` changed that are about an account or a person. Raises `StoreUnavailable`."""
    found = {fact.position: ERASED for fact in facts if fact.name == "PersonErased"}
    by_stream: dict[str, set[int]] = {}
    for fact in facts:
        if fact.stream.startswith("user-"):
            by_stream.setdefault(fact.stream, set()).add(fact.position)
    for stream, positions in by_stream.items():
        found |= await _in_account(services, stream, positions)
    return found


async def _in_account(services: AuditServices, stream: str, positions: set[int]) -> dict[int, Changes]:
    found: dict[int, Changes] = {}
    user, wanted = User(), Wanted(upto=max(positions))
    while True:
        page, goes_on = await services.selections.about_stream(stream, wanted, PAGE)
        for fact in page:
            before = _state(user)
            try:
                user = evolve(user, CODEC.decode(fact.name, fact.schema_version, fact.data))
            except Exception:  # noqa: BLE001 - whatever an altered fact does to the fold, the history must be shown
                _log.exception("%s cannot be folded from position %d on", stream, fact.position)
                return found
            if fact.position in positions:
                found[fact.position] = differences(before, _state(user))
        if goes_on is None:
            return found
        wanted = Wanted(upto=wanted.upto, after=goes_on)


def _state(user: User) -> State:
    if not user.id:
        return {}
    return {
        "email": user.email or None,
        "name": user.name or None,
        "role": None if user.erased else user.role,
        "disabled": user.disabled,
        "erased": user.erased,
        "keys": sorted(user.keys),
    }
