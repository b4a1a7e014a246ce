"""Prove an export: what `seatledger audit verify` asks of the log, asked of a file."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import TypeVar

from eventstore.hashing import moment
from eventstore.log_check import LogCheck
from eventstore.offline.lines import FACT, KEY, SEAL, Header, NotAnExport, fact_of, header_of, trailer_of
from eventstore.seals.key import SealKey, key_of
from eventstore.seals.seal import Seal, seal_of
from eventstore.verify import Break, Guarantee, Verdict

LOOK_LINES = 2_000

NOTHING = (1, b"\n")

CLOCKS_DIFFER_MAX = timedelta(minutes=1)

T = TypeVar("T")

Progress = Callable[[int], None]
"""Told now and then how many bytes of lines have been looked at."""


def check_export(
    lines: Iterable[bytes],
    pinned: bytes | None,
    saved: Iterable[Seal | SealKey],
    progress: Progress,
) -> Verdict:
    """What is found in the lines of an export, each with its end. Stops at the first break."""
    numbered = enumerate(lines, start=1)
    try:
        header = header_of(_whole(next(numbered, NOTHING)[1]))
    except NotAnExport as error:
        return Verdict(0, 0, 0, Break(0, "", 0, f"line 1: {error}", Guarantee.FORM))
    kept = _MadeBefore(header, saved)
    check = LogCheck(pinned, kept, header.after, header.peaks)
    form = _check_lines(check, header, numbered, progress)
    verdict = check.verdict(header.after + check.chains.facts)
    return verdict._replace(
        first_bad=check.first_bad or form, exported_at=header.exported_at, not_compared=kept.left_out
    )


class _MadeBefore:
    """Seals that were kept go on after an export was made: those of more facts count only if the export came later. An
    export says itself when it was made, so the first that was left out is told.
    """

    def __init__(self, header: Header, saved: Iterable[Seal | SealKey]) -> None:
        self._to = header.to
        self._made_at = datetime.fromisoformat(header.exported_at)
        self._saved = saved
        self.left_out: str | None = None

    def __iter__(self) -> Iterator[Seal | SealKey]:
        for each in self._saved:
            if isinstance(each, Seal) and each.size > self._to and not self._is_before(each):
                self.left_out = f"the saved seal of {each.size} facts, made at {moment(each.sealed_at)}"
                return
            yield each

    def _is_before(self, seal: Seal) -> bool:
        return seal.sealed_at - self._made_at <= -CLOCKS_DIFFER_MAX


def _check_lines(
    check: LogCheck, header: Header, lines: Iterator[tuple[int, bytes]], progress: Progress
) -> Break | None:
    """Look at all lines but the header; what is wrong with the form of one, if that comes before anything else."""
    read = number = 0
    ended = False
    try:
        for number, line in lines:
            if ended:
                raise NotAnExport("there is something behind the trailer")
            ended = _take(check, header, _whole(line))
            if check.chains.first_bad is not None or check.seals.first_bad is not None:
                return None
            read += len(line)
            if number % LOOK_LINES == 0:
                progress(read)
        if not ended:
            raise NotAnExport("the export ends here without a trailer: it was cut off")
    except NotAnExport as error:
        position = header.after + check.chains.facts + 1
        return Break(position, "", 0, f"line {number}: {error}", Guarantee.FORM)
    return None


def _take(check: LogCheck, header: Header, line: bytes) -> bool:
    """The next line; whether it was the trailer."""
    if line.startswith(FACT):
        fact = fact_of(line, header.log_id)
        if fact.previous is not None:
            if not header.after or fact.version <= 1 or check.chains.knows(fact.stream):
                raise NotAnExport("the fact before this one of its stream is in the export")
            check.chains.start(fact.stream, fact.version - 1, fact.previous)
        check.hashed(fact.position, fact.stream, fact.version, fact.hashed, fact.hash)
    elif line.startswith(SEAL):
        check.seals.seal(_read(seal_of, line))
    elif line.startswith(KEY):
        check.seals.key(_read(key_of, line))
    else:
        _check_end(check, header, line)
        return True
    return False


def _check_end(check: LogCheck, header: Header, line: bytes) -> None:
    trailer = trailer_of(line)
    check.chains.check_end(header.to)
    check.seals.end()
    if check.first_bad is None and trailer != (check.chains.facts, check.seals.seals):
        raise NotAnExport("the trailer counts other facts or seals")
    if check.first_bad is None and header.after + check.chains.facts != header.to:
        # It says which kept seals it is held against.
        raise NotAnExport("it goes further than its first line says")


def _whole(line: bytes) -> bytes:
    if not line.endswith(b"\n"):
        raise NotAnExport("the line is cut off")
    return line[:-1]


def _read(of: Callable[[bytes], T], line: bytes) -> T:
    try:
        return of(line)
    except ValueError as error:
        raise NotAnExport(str(error)) from None
