"""A run in figures and words."""

from collections import Counter
from collections.abc import Iterator

from tests.chaos.clients.call import Said
from tests.chaos.run import Ran

SHOWN_MAX = 5


def report(ran: Ran) -> Iterator[str]:
    """Lines; the last one says whether all is well."""
    calls, found = ran.diary.calls, ran.checked
    said = Counter(call.said for call in calls)
    doubtful = sum(call.was_doubtful and call.said is not Said.UNKNOWN for call in calls)
    attempts = sum(len(call.attempts) for call in calls)
    refused = Counter(call.code for call in calls if call.said is Said.REFUSED)
    yield f"seed {ran.plan.seed}: {ran.plan.seconds:.0f} s of faults, {ran.seconds:.0f} s in all"
    yield "faults: " + (
        ", ".join(f"{fault} {count}" for fault, count in sorted(ran.struck.items())) or "none"
    )
    for fault, why in ran.left_out.items():
        yield f"left out: {fault}, because it cannot be had here: {why}"
    yield (
        f"commands: {len(calls)} in {attempts} requests; acknowledged {said[Said.DONE]}, "
        f"refused {said[Said.REFUSED]}, unknown and then known {doubtful}, never known {said[Said.UNKNOWN]}"
    )
    yield "refused: " + (", ".join(f"{code} {count}" for code, count in refused.most_common()) or "none")
    yield (
        f"own writes read {ran.diary.reads}, not read in time {len(ran.diary.unread)}; "
        f"facts in the log {found.facts}"
    )
    verdicts = ", ".join(f"{finding} {count}" for finding, count in found.histories.found.items())
    yield f"histories: {verdicts or 'none'}, {found.histories.operations} operations"
    yield from (f"not read in time: {unread}" for unread in ran.diary.unread[:SHOWN_MAX])
    for death in ran.deaths:
        yield f"ended by itself: {death}"
    for check, wrong in found.wrong.items():
        yield f"{check}: {len(wrong)}"
        yield from (f"    {line}" for line in wrong[:SHOWN_MAX])
    if found.is_well:
        yield "all is well"
    else:
        yield f"WRONG: run it again with --seed {ran.plan.seed}; everything is in {ran.folder}"
