"""What each client was told, held against what the log has."""

from command_api.writing.answer import restored
from command_api.writing.failures import ClientLeft, KeyReused, Overloaded, PreconditionFailed
from domain.refusal import Refused
from eventstore.appending import KnownCommand
from eventstore.memory import MemoryStore
from tests.simulation.database import Database
from tests.simulation.history import Attempt, History
from tests.simulation.judging.broken import Broken, require
from tests.simulation.judging.told import CarriedOut, Told, is_kept_no
from tests.simulation.orders import no_answer

# Deadlines are looked at once a second, and a look-up before the queue has its own time.
LATE_SECONDS_MAX = 1.0 + 10.0
NOT_DONE = (Refused, Overloaded, ClientLeft, PreconditionFailed, KeyReused)


def check_answers(history: History, database: Database, *, keeps_noes: bool) -> None:
    """Raises `Broken`."""
    store = database.store
    for attempt in history.attempts:
        # Seen within a call to the log, where the product takes it for a mistake of the store's.
        if isinstance(attempt.error, Broken):
            raise attempt.error
    asked = history.of_command()
    carried_out: dict[str, CarriedOut] = {}
    for stream in sorted({attempt.stream for attempt in history.attempts}):
        here = [attempt for attempt in history.attempts if attempt.stream == stream]
        doubtful = [attempt for attempt in here if _changed_nothing(attempt, store)]
        told = Told(store._streams.get(stream, []), asked, doubtful)
        for attempt in told.unproven.values():
            require(False, "true when said", f"{attempt}: {attempt.error!r} {attempt.reply}")
        require(not (carried_out.keys() & told.carried_out.keys()), "one effect", "a command on two streams")
        carried_out |= told.carried_out
    for command_id, attempts in asked.items():
        _check_command(attempts, carried_out.get(command_id), database, keeps_noes=keeps_noes)
    _check_waiting(history, asked)


def _changed_nothing(attempt: Attempt, store: MemoryStore) -> bool:
    """Whether its answer must be true of a state: a no of the rules, and a yes that found everything done."""
    if isinstance(attempt.error, Refused | PreconditionFailed) or is_kept_no(attempt.reply):
        return True
    known = store._commands.get(attempt.command_id)
    return (
        attempt.reply is not None
        and not attempt.reply.replayed
        and not _has_facts(attempt, known is not None, store)
    )


def _has_facts(attempt: Attempt, known: bool, store: MemoryStore) -> bool:
    return any(fact.command_id == attempt.command_id for fact in store._streams.get(attempt.stream, ()))


def _check_command(
    attempts: list[Attempt], done: CarriedOut | None, database: Database, *, keeps_noes: bool
) -> None:
    store = database.store
    known = store._commands.get(attempts[0].command_id)
    if attempts[0].fingerprint is not None and done is not None:
        require(known is not None, "keys are kept", f"{attempts[0]} left facts and no answer")
    if known is not None and done is not None:
        require(restored(known.answer) == done.answer, "the answer kept", f"{known.answer} of {done.attempt}")
        require(known.position == done.position, "the answer kept", f"{known.position} of {done.attempt}")
        require(
            known.fingerprint == done.attempt.fingerprint,
            "the answer kept",
            f"another body than {done.attempt}",
        )
    if all(isinstance(attempt.error, NOT_DONE) for attempt in attempts):
        kept = known is not None and restored(known.answer).status < 400
        require(done is None and not kept, "a no leaves nothing", attempts[0])
    if attempts[0].fingerprint is not None and keeps_noes:
        for attempt in attempts:
            _check_no_stands(attempt, known)
    firsts = [attempt for attempt in attempts if attempt.reply is not None and not attempt.reply.replayed]
    if attempts[0].fingerprint is not None:
        require(len(firsts) <= 1, "one effect", [str(each) for each in firsts])
    for attempt in attempts:
        if attempt.reply is not None:
            _check_reply(attempt, done, database)
        elif isinstance(attempt.error, NOT_DONE):
            _check_no(attempt, attempts, database)


def _check_no_stands(attempt: Attempt, known: KnownCommand | None) -> None:
    """Whatever becomes of the other tries, and however late: nothing is done under this key any more."""
    if isinstance(attempt.error, Refused | PreconditionFailed):
        require(known is not None, "a no stands", f"{attempt} is not kept")
        assert known is not None
        require(restored(known.answer) == no_answer(attempt.error), "a no stands", f"{attempt}: {known}")
        require(known.fingerprint == attempt.fingerprint, "a no stands", f"{attempt}: {known}")


def _check_reply(attempt: Attempt, done: CarriedOut | None, database: Database) -> None:
    reply, store = attempt.reply, database.store
    assert reply is not None
    commit = database.commit_of.get(attempt.command_id, 0)
    require(commit <= attempt.commits_answered, "committed before it is said", attempt)
    if attempt.fingerprint is not None:
        known = store._commands.get(attempt.command_id)
        require(known is not None, "nothing acknowledged is missing", attempt)
        assert known is not None
        require(reply.answer == restored(known.answer), "the first answer again", attempt)
        require(reply.position == known.position, "the first answer again", attempt)
        require(known.fingerprint == attempt.fingerprint, "a key for one command", attempt)
    if done is None:
        return
    require(reply.position == done.position, "its position", attempt)
    require(reply.answer == done.answer, "the answer is the fold's", f"{attempt}: {reply} {done.answer}")
    if not reply.replayed:
        require(done.attempt is attempt, "one effect", f"{attempt} was told of {done.attempt}")
        require(commit > attempt.commits_asked, "after the asking", attempt)


def _check_no(attempt: Attempt, attempts: list[Attempt], database: Database) -> None:
    store = database.store
    known = store._commands.get(attempt.command_id)
    if isinstance(attempt.error, KeyReused):
        others = [each for each in attempts if each.fingerprint != attempt.fingerprint]
        require(bool(others), "a key for one command", f"{attempt} without another body")
    elif (
        known is not None
        and known.fingerprint == attempt.fingerprint
        and not isinstance(attempt.error, Overloaded | ClientLeft)
    ):
        # A no may be of the moment before it was carried out; not of one after.
        commit = database.commit_of[attempt.command_id]
        require(commit > attempt.commits_asked, "the first answer again", f"{attempt} after its yes")
    if attempt.fingerprint is None:
        here = store._streams.get(attempt.stream, ())
        mine = [fact.name for fact in here if fact.command_id == attempt.command_id]
        require(not mine, "a no leaves nothing", f"{attempt} left {mine}")


def _check_waiting(history: History, asked: dict[str, list[Attempt]]) -> None:
    for attempt in history.attempts:
        # Who comes with a key that is under way waits as long as the first.
        until = max(each.asked_at + each.patience for each in asked[attempt.command_id])
        late = (attempt.answered_at or 0.0) - max(until, attempt.asked_at + attempt.patience)
        require(attempt.answered_at is not None, "waiting is bounded", f"{attempt} has no answer")
        require(late <= LATE_SECONDS_MAX, "waiting is bounded", f"{attempt} {late:.3f} s late")
