"""The rates of a scenario as bars, for a terminal."""

from collections.abc import Mapping
from typing import Any

WIDTH = 48
EIGHTHS = " ▏▎▍▌▋▊▉"


def bars(sides: Mapping[str, Mapping[str, Any]]) -> str:
    """One bar a side, the longest as wide as the plot."""
    rates = {name: figures["requests_per_second"]["median"] for name, figures in sides.items()}
    most = max(rates.values())
    margin = max(map(len, rates))
    return "\n".join(
        f"{name.rjust(margin)} {bar(value / most)} {value:,.0f}/s" for name, value in rates.items()
    )


def bar(share: float) -> str:
    """`share` of the full width, to an eighth of a character."""
    whole, part = divmod(round(share * WIDTH * 8), 8)
    return "█" * whole + EIGHTHS[part].strip()
