"""All checks over a run that has come to rest."""

from typing import NamedTuple

from tests.chaos.checks.effects import doubled, halves, lost, refused_and_done
from tests.chaos.checks.histories import Histories, histories
from tests.chaos.checks.late import untold
from tests.chaos.checks.logged import logged
from tests.chaos.checks.places import wrong_places
from tests.chaos.checks.programs import not_caught_up, said_by_programs
from tests.chaos.clients.call import Said
from tests.chaos.clients.diary import Diary
from tests.chaos.clients.shows import Shows
from tests.chaos.schedule import COMMANDS
from tests.chaos.world.readings import Readings
from tests.chaos.world.world import World

Findings = dict[str, list[str]]


class Checked(NamedTuple):
    """`wrong` holds for each check what it found, an empty list where all is well."""

    wrong: Findings
    facts: int
    histories: Histories

    @property
    def is_well(self) -> bool:
        return not any(self.wrong.values())


async def checked(world: World, diary: Diary, shows: Shows, other_answers: list[str]) -> Checked:
    """Call it when everything runs again and every outcome that can be known is known."""
    behind = await not_caught_up(world)
    said = await said_by_programs(world)
    log = await logged(world.database.dsn)
    readings = Readings(world.clocks.jumps, COMMANDS)
    seen = histories(diary.calls, untold(diary.calls, log), shows, readings)
    wrong: Findings = {
        "acknowledged and lost": lost(diary.calls, log),
        "carried out twice": doubled(diary.calls, log),
        "refused and carried out": refused_and_done(diary.calls, log),
        "half applied": halves(log),
        "sold twice or paid back too much": wrong_places(log),
        "own write not seen": diary.unseen,
        "another answer for the same key": other_answers,
        "never known": [call.key for call in diary.calls if call.said is Said.UNKNOWN],
        "answers that no client should get": strange(diary),
        "not linearizable": seen.violated,
        "read models behind or parked": behind,
        "verify, replay, watch": said,
    }
    return Checked(wrong, len(log.facts), seen)


KNOWN_STATUSES = frozenset({200, 201, 404, 409, 503, None})


def strange(diary: Diary) -> list[str]:
    """Neither done nor refused by a rule, and no request to come back either."""
    return [
        f"{call.key} {call.action}: {attempt.status} {attempt.code} from {attempt.door}"
        for call in diary.calls
        for attempt in call.attempts
        if attempt.status not in KNOWN_STATUSES
    ]
