"""When the clocks that decide had passed a moment: some of them, all of them."""

from collections.abc import Iterable, Sequence

from tests.chaos.world.clocks import SLACK_SECONDS, Jump

NEVER = float("inf")


class Readings:
    """What the clocks of `programs` may have shown, by what was noted of their jumps."""

    def __init__(self, jumps: Iterable[Jump], programs: Sequence[str]) -> None:
        offsets = dict.fromkeys(programs, 0.0)
        # From each moment on: the furthest behind and the furthest ahead.
        self._spans = [(0.0, 0.0, 0.0)]
        for jump in sorted(jumps):
            if jump.program in offsets:
                offsets[jump.program] = jump.offset
                self._spans.append((jump.at, min(offsets.values()), max(offsets.values())))

    def some_past(self, moment: float, since: float) -> float:
        """The earliest true time from `since` on at which one of the clocks may have shown `moment`."""
        for (began, _, ahead), ended in self._with_ends():
            # A jump may be seen a little before or after it is noted.
            at = max(since, began - SLACK_SECONDS, moment - ahead - SLACK_SECONDS)
            if at <= ended + SLACK_SECONDS:
                return at
        return NEVER

    def all_past(self, moment: float) -> float:
        """The true time from which on all clocks show more than `moment`, for good."""
        latest = 0.0
        for (began, behind, _), ended in self._with_ends():
            until = min(ended, moment - behind)
            if until > began:
                latest = max(latest, until)
        return latest + SLACK_SECONDS

    def _with_ends(self) -> Iterable[tuple[tuple[float, float, float], float]]:
        ends = [began for began, _, _ in self._spans[1:]] + [NEVER]
        return zip(self._spans, ends, strict=True)
