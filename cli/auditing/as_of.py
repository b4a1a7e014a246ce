"""`--as-of`: a position of the log, or a time."""

from datetime import datetime

import click


class AsOf(click.ParamType[int | datetime]):
    """Digits are a position; anything else is a time with its offset."""

    name = "TIME|POSITION"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> int | datetime:
        text = str(value)
        if text.isascii() and text.isdigit():
            return int(text)
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            self.fail(f"{text} is neither a position nor a time such as 2027-03-01T12:00:00Z", param, ctx)
        if moment.tzinfo is None:
            self.fail(f"{text} does not say in which time zone: end it with Z or +01:00", param, ctx)
        return moment
