"""What the watchman has found, as it is shown to people."""

from cli.watching.look import NAMED_MAX, WatchLook


def listed(seen: WatchLook) -> list[str]:
    """How far it is, then what is open, each with the command to type."""
    behind = f", {seen.lag_facts:,} facts behind" if seen.lag_facts else ""
    lines = [f"watched up to position {seen.position:,}{behind}; {seen.open_count} open violations"]
    for each in seen.open[:NAMED_MAX]:
        since = f"{each.found_at:%Y-%m-%d %H:%M:%S} UTC"
        lines += [
            f"violation {each.number} of {each.invariant} at position {each.position:,}, found {since}: {each.details}",
            f"    seatledger watch --acknowledge {each.number} --why ...",
        ]
    if seen.open_count > NAMED_MAX:
        lines.append(f"and {seen.open_count - NAMED_MAX} more")
    return lines
