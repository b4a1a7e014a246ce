"""What `seatledger status` shows to people."""

from collections.abc import Mapping, Sequence

from cli.watching.look import WatchLook
from cli.watching.page import listed
from projections.status import Footing, ProjectorStatus

HEADINGS = ("read model", "version", "position", "behind", "facts/s", "rows", "size", "workers")
RIGHT = frozenset({"position", "facts/s", "rows", "size", "workers"})

Row = tuple[str, ...]


def page(
    last_position: int,
    found: Sequence[ProjectorStatus],
    on: Mapping[str, Footing],
    rates: Mapping[str, float],
    watch: WatchLook,
) -> str:
    """Aligned columns, then what wants a person, then what the watchman has found."""
    rows = [row(each, on[each.name], rates[each.name]) for each in found]
    lines = [f"log at position {last_position:,}", "", *aligned([HEADINGS, *rows])]
    if notes := [note for each in found for note in notes_on(each, on[each.name])]:
        lines += ["", *notes]
    lines += ["", *listed(watch)]
    return "\n".join(lines)


def row(one: ProjectorStatus, on: Footing, rate: float) -> Row:
    return (
        one.name,
        "not made" if one.version is None else str(one.version),
        f"{one.position:,}",
        f"{one.lag_facts:,} facts, {one.lag_seconds:.1f} s" if one.lag_facts else "up to date",
        f"{rate:,.0f}",
        f"{on.rows:,}",
        size(on.size_bytes),
        str(on.workers),
    )


def aligned(rows: Sequence[Row]) -> list[str]:
    """Figures to the right, so that they can be compared."""
    widths = [max(len(each[column]) for each in rows) for column in range(len(HEADINGS))]
    return [
        "  ".join(
            cell.rjust(width) if heading in RIGHT else cell.ljust(width)
            for cell, width, heading in zip(each, widths, HEADINGS, strict=True)
        ).rstrip()
        for each in rows
    ]


def size(of_bytes: float) -> str:
    for unit in ("B", "kB", "MB"):
        if of_bytes < 1000:
            return f"{of_bytes:.0f} {unit}"
        of_bytes /= 1000
    return f"{of_bytes:.1f} GB"


def notes_on(one: ProjectorStatus, on: Footing) -> list[str]:
    notes = []
    if on.rebuilding:
        notes.append(f"{one.name} is being rebuilt")
    if one.version not in (None, one.code_version):
        notes.append(f"{one.name} is of version {one.version}, this program would make {one.code_version}")
    if one.is_astray:
        notes += [
            f"{one.name} holds facts that are not in this log, as after restoring it to an earlier state",
            f"    seatledger rebuild {one.name}",
        ]
    if one.lag_facts and not on.workers:
        notes.append(f"{one.name} has no worker: start one with `seatledger project`")
    for parked in one.parked:
        since = f"{parked.parked_at:%Y-%m-%d %H:%M:%S} UTC"
        notes += [
            f"{one.name} set {parked.stream} aside at position {parked.position:,} on {since}: {parked.error}",
            f"    seatledger retry {one.name} {parked.stream}",
        ]
    for left_out in one.skipped:
        since = f"{left_out.skipped_at:%Y-%m-%d %H:%M:%S} UTC"
        notes.append(
            f"{one.name} leaves out position {left_out.position:,} of {left_out.stream} since {since}, as "
            f"{left_out.skipped_by} said: {left_out.why}"
        )
    return notes
