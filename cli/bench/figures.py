"""Medians with their spread, and ratios taken round by round."""

from collections.abc import Callable, Sequence
from statistics import median
from typing import Any, NamedTuple

from cli.bench.measuring import Measured
from cli.bench.rounds import Rounds

MICROSECONDS = 1_000_000


class Spread(NamedTuple):
    """A median, and between what it lies."""

    median: float
    min: float
    max: float


def spread(values: Sequence[float]) -> Spread:
    """Of at least one value."""
    return Spread(median(values), min(values), max(values))


def rate(measured: Measured) -> float:
    """Requests per second."""
    return measured.load.rate


def p50(measured: Measured) -> float:
    """Milliseconds."""
    return measured.load.p50_ms


def p99(measured: Measured) -> float:
    """Milliseconds."""
    return measured.load.p99_ms


def answers_per_cpu_second(measured: Measured) -> float:
    """By the CPU of server and database, which a busy machine bends less than the rate; 0 where it is not known."""
    used = (measured.cpu.server or 0.0) + (measured.cpu.postgres or 0.0)
    return sum(measured.load.statuses.values()) / used if used else 0.0


def ratio(rounds: Rounds, one: str, other: str, of: Callable[[Measured], float] = rate) -> float:
    """How `one` stands to `other`: the median of the rounds' ratios, as both had the same neighbours in each."""
    pairs = zip(rounds[one], rounds[other], strict=True)
    return round(median(of(mine) / (of(theirs) or 1.0) for mine, theirs in pairs), 3)


def side_figures(measured: Sequence[Measured]) -> dict[str, Any]:
    """One side's figures, as they are printed and written: rates in requests/s, latencies in ms, CPU in us/request."""
    checks = [each.checked for each in measured if each.checked is not None]
    return {
        "requests_per_second": rounded(spread([rate(each) for each in measured])),
        "p50_ms": rounded(spread([each.load.p50_ms for each in measured])),
        "p99_ms": rounded(spread([p99(each) for each in measured])),
        "max_ms": round(max(each.load.max_ms for each in measured), 2),
        "requests": sum(each.load.requests for each in measured),
        "cpu_us_per_request": {
            "server": _cpu(measured, lambda each: each.cpu.server),
            "postgres": _cpu(measured, lambda each: each.cpu.postgres),
            "client": _cpu(measured, lambda each: each.cpu.client),
        },
        "cpu_seconds": {
            "server": _total(measured, lambda each: each.cpu.server),
            "postgres": _total(measured, lambda each: each.cpu.postgres),
            "client": _total(measured, lambda each: each.cpu.client),
        },
        "others_cores": rounded(spread([each.cpu.others or 0.0 for each in measured])),
        "seconds": sum(each.load.seconds for each in measured),
        "checked": {
            field: sum(getattr(check, field) for check in checks)
            for field in ("acknowledged", "found", "missing", "twice", "unacknowledged", "oversold")
        }
        if checks
        else None,
    }


def rounded(values: Spread) -> dict[str, float]:
    return {name: round(value, 2) for name, value in values._asdict().items()}


def _cpu(measured: Sequence[Measured], of: Callable[[Measured], float | None]) -> float | None:
    """CPU microseconds per answered request, the stragglers included; None where CPU cannot be read."""
    used = _total(measured, of)
    answered = sum(sum(each.load.statuses.values()) for each in measured)
    return None if used is None else round(used / answered * MICROSECONDS, 1)


def _total(measured: Sequence[Measured], of: Callable[[Measured], float | None]) -> float | None:
    values = [value for each in measured if (value := of(each)) is not None]
    return round(sum(values), 2) if len(values) == len(measured) else None
