"""What happened to an account and to a person's key, and what each fact changed."""

from audit_api.histories.entry import Changes, State
from audit_api.histories.folded import Folding
from audit_api.lifespan_state import AuditServices
from domain.user.evolve import evolve
from domain.user.state import User
from eventstore.facts import RecordedFact

ERASED: Changes = {"erased": {"before": False, "after": True}}


async def account_changes(services: AuditServices, facts: list[RecordedFact]) -> dict[int, Changes]:
    """By position, what those of `facts` changed that are about an account or a person. Raises `StoreUnavailable`."""
    found = {fact.position: ERASED for fact in facts if fact.name == "PersonErased"}
    by_stream: dict[str, set[int]] = {}
    for fact in facts:
        if fact.stream.startswith("user-"):
            by_stream.setdefault(fact.stream, set()).add(fact.position)
    for stream, positions in by_stream.items():
        found |= await ACCOUNT.changes(services, stream, positions)
    return found


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


ACCOUNT = Folding(User, evolve, _state, page_facts=500)
