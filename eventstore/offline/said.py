"""What a verification found, in words and as JSON."""

from typing import Any

from eventstore.verify import Break, Guarantee, Verdict


def verdict_body(verdict: Verdict) -> dict[str, Any]:
    """As JSON shows it."""
    bad = verdict.first_bad
    first_bad = bad and {
        "position": bad.position,
        "stream": bad.stream or None,
        "version": bad.version if bad.stream else None,
        "problem": bad.problem,
        "guarantee": bad.guarantee,
    }
    of_export = {"exported_at": verdict.exported_at, "not_compared": verdict.not_compared}
    return {
        "facts": verdict.facts,
        "streams": verdict.streams,
        "seals": verdict.seals,
        "sealed_to": verdict.sealed_to,
        "verified": bad is None,
        "first_bad": first_bad,
        **(of_export if verdict.exported_at else {}),
    }


def finding(bad: Break) -> str:
    """Where it is broken, how, and what found it."""
    if bad.guarantee is Guarantee.FORM:
        at = f" at position {bad.position}" if bad.position else ""
        return f"the export is broken{at}, {bad.problem} (found by: {bad.guarantee})"
    where = f"position {bad.position}"
    if bad.stream:
        where += f", version {bad.version} of {bad.stream}"
    return f"the log is broken at {where}: {bad.problem} (found by: {bad.guarantee})"


def summary(verdict: Verdict, pinned: bytes | None) -> str:
    """What has been verified, and on what it rests."""
    counted = f"{_counted(verdict.facts, 'fact')} in {_counted(verdict.streams, 'stream')}"
    exported = f"; exported at {verdict.exported_at}" if verdict.exported_at else ""
    left_out = (
        f"; NOT COMPARED: {verdict.not_compared}, so take a newer export" if verdict.not_compared else ""
    )
    return f"verified: {counted}; {_sealed(verdict, pinned)}{exported}{left_out}"


def _sealed(verdict: Verdict, pinned: bytes | None) -> str:
    if not verdict.seals:
        return "none of it is sealed"
    by = "the key that was given" if pinned else "the log's own keys (give --key to compare them)"
    rest = f", {_counted(verdict.unsealed, 'fact')} behind not sealed yet" if verdict.unsealed else ""
    return f"sealed up to position {verdict.sealed_to:,} by {by}{rest}"


def _counted(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"
