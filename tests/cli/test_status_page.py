"""What an operator sees at a glance: figures in columns, then what wants a person."""

from cli.status_page import page, size
from cli.watching.look import WatchLook
from eventstore.violations import Tally, Violation
from projections.status import Footing, ParkedStream, ProjectorStatus
from tests.projections.writing import NOON

PARKED = ParkedStream("show-1", 1_200, NOON, "RowMissing: bookings has no row 7")
BOOKINGS = ProjectorStatus("bookings", 2, 3, 123_456, 1_500, 2.25, (PARKED,))
TOO_FULL = Violation(2, "capacity", "show-1: Stalls", 1_300, "show-1: Stalls has 5 of 4", NOON)
VENUES = ProjectorStatus("venues", None, 1, 0, 0, 0.0, ())


def test_a_page_of_two() -> None:
    on = {"bookings": Footing(12_345_678, 9_000, 0, rebuilding=True), "venues": Footing(workers=2)}
    watch = WatchLook(124_900, 56, (Tally("capacity", 2, 1),), (TOO_FULL,))
    said = page(124_956, [BOOKINGS, VENUES], on, {"bookings": 1_234.5, "venues": 0.0}, watch)
    assert said.splitlines() == [
        "log at position 124,956",
        "",
        "read model  version   position  behind              facts/s   rows   size  workers",
        "bookings    2          123,456  1,500 facts, 2.2 s    1,234  9,000  12 MB        0",
        "venues      not made         0  up to date                0      0    0 B        2",
        "",
        "bookings is being rebuilt",
        "bookings is of version 2, this program would make 3",
        "bookings has no worker: start one with `seatledger project`",
        "bookings set show-1 aside at position 1,200 on 2027-03-01 12:00:00 UTC: RowMissing: bookings has no row 7",
        "    seatledger retry bookings show-1",
        "",
        "watched up to position 124,900, 56 facts behind; 1 open violations",
        "violation 2 of capacity at position 1,300, found 2027-03-01 12:00:00 UTC: show-1: Stalls has 5 of 4",
        "    seatledger watch --acknowledge 2 --why ...",
    ]


def test_sizes_are_short() -> None:
    assert [size(each) for each in (0, 999, 1_000, 8_192, 2_400_000, 12_300_000_000)] == [
        "0 B", "999 B", "1 kB", "8 kB", "2 MB", "12.3 GB",
    ]  # fmt: skip
