"""Tickets sold over time, in fact and as supposed, as one SVG. No library is needed."""

from collections.abc import Callable

from audit_api.what_if.outcome import Outcome, Point

WIDTH, HEIGHT = 760, 320
LEFT, RIGHT, TOP, BOTTOM = 60, 100, 50, 40
IN_FACT, SUPPOSED = "#2f6f4f", "#c0562b"

HEAD = f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"
     font-family="system-ui, sans-serif" font-size="13">
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="{LEFT}" y="28" font-weight="600">Tickets sold over time</text>"""


def svg(found: Outcome) -> str:
    """The document. What is sold stays until the next point, so lines go in steps."""
    most = max(max(_in_fact(each), _supposed(each)) for each in found.points) or 1
    begin, end = found.points[0].at, found.points[-1].at
    span = (end - begin).total_seconds() or 1.0

    def place(each: Point, sold: int) -> tuple[float, float]:
        along = (each.at - begin).total_seconds() / span
        return (
            LEFT + along * (WIDTH - LEFT - RIGHT),
            HEIGHT - BOTTOM - sold / most * (HEIGHT - TOP - BOTTOM),
        )

    def line(of: Callable[[Point], int], colour: str, dashes: str) -> str:
        path = ""
        for number, each in enumerate(found.points):
            x, y = place(each, of(each))
            path += f"H{x:.1f}V{y:.1f}" if number else f"M{x:.1f} {y:.1f}"
        return f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>'

    last = found.points[-1]
    labels = [(_in_fact(last), "in fact", IN_FACT), (_supposed(last), "what if", SUPPOSED)]
    close = abs(place(last, labels[0][0])[1] - place(last, labels[1][0])[1]) < 16
    return "\n".join(
        [
            HEAD,
            f'<line x1="{LEFT}" y1="{HEIGHT - BOTTOM}" x2="{WIDTH - RIGHT}" y2="{HEIGHT - BOTTOM}" stroke="#1b1f24"/>',
            f'<text x="{LEFT - 8}" y="{TOP + 5}" text-anchor="end">{most:,}</text>',
            f'<text x="{LEFT - 8}" y="{HEIGHT - BOTTOM + 5}" text-anchor="end">0</text>',
            f'<text x="{LEFT}" y="{HEIGHT - 14}">{begin:%Y-%m-%d %H:%M} UTC</text>',
            f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - 14}" text-anchor="end">{end:%Y-%m-%d %H:%M} UTC</text>',
            line(_in_fact, IN_FACT, ""),
            line(_supposed, SUPPOSED, ' stroke-dasharray="6 3"'),
            *(
                f'<text x="{WIDTH - RIGHT + 6}" y="{place(last, sold)[1] + (16 * number if close else 4):.1f}" '
                f'fill="{colour}">{name} {sold:,}</text>'
                for number, (sold, name, colour) in enumerate(labels)
            ),
            "</svg>\n",
        ]
    )


def _in_fact(each: Point) -> int:
    return each.in_fact.tickets_sold


def _supposed(each: Point) -> int:
    return each.supposed.tickets_sold
