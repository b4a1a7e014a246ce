"""The form of an export: lines of JSON. A header; the public keys; each fact, and each seal behind the last fact that
it covers; a trailer. Each line has one form, byte for byte.

A fact is a CloudEvent, whose `data` are the very bytes that were hashed. Where an export begins in the middle of the
log, a stream's first fact in it also has `previous`, the hash of the fact before it.
"""

import re
from binascii import unhexlify
from datetime import datetime
from typing import NamedTuple

import orjson

from eventstore.facts import RecordedFact
from eventstore.hashing import canonical, envelope, moment

FORMAT = "seatledger-export-1"

NUMBERS_END = 1 << 63
"""Positions and versions are below it."""

PEAK_BYTES = 32

FACT = b'{"specversion"'
SEAL = b'{"seal"'
KEY = b'{"key"'


class NotAnExport(ValueError):
    """Says what is wrong with a line."""


class Header(NamedTuple):
    """The facts after position `after` up to `to`. `peaks` are those of the tree of the facts before them."""

    log_id: int
    after: int
    to: int
    peaks: list[bytes]
    exported_at: str


class Trailer(NamedTuple):
    """How many there are. An export without a trailer has been cut off."""

    facts: int
    seals: int


class ExportedFact(NamedTuple):
    """`hashed` is what went into the fact's hash after the hash before it."""

    position: int
    stream: str
    version: int
    hash: bytes
    previous: bytes | None
    hashed: bytes


def header_line(header: Header) -> bytes:
    peaks = [each.hex() for each in header.peaks]
    return canonical({"header": {**header._asdict(), "format": FORMAT, "peaks": peaks}})


def header_of(line: bytes) -> Header:
    """Raises NotAnExport."""
    try:
        found = orjson.loads(line)["header"]
        peaks = [bytes.fromhex(each) for each in found["peaks"]]
        header = Header(found["log_id"], found["after"], found["to"], peaks, found["exported_at"])
        if moment(datetime.fromisoformat(header.exported_at)) != header.exported_at:
            raise ValueError
        is_tree = len(peaks) == header.after.bit_count() and all(len(each) == PEAK_BYTES for each in peaks)
        is_typed = _are_numbers(header.log_id, header.after, header.to)
        if (
            header_line(header) == line
            and is_typed
            and is_tree
            and 0 <= header.after <= header.to < NUMBERS_END
        ):
            return header
    # A time in the year 1 or 9999 may lie outside of the calendar in UTC.
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        pass
    raise NotAnExport("this is not the header of an export")


def trailer_line(trailer: Trailer) -> bytes:
    return canonical({"trailer": trailer._asdict()})


def trailer_of(line: bytes) -> Trailer:
    """Raises NotAnExport."""
    try:
        found = orjson.loads(line)["trailer"]
        trailer = Trailer(found["facts"], found["seals"])
        if trailer_line(trailer) == line and _are_numbers(*trailer):
            return trailer
    except (ValueError, KeyError, TypeError):
        pass
    raise NotAnExport("this is neither a fact, a seal, a key nor a trailer")


# A fact is not parsed, which would take longer than to prove it: what is needed stands at its two ends. Members of an
# envelope are in the order of their names, and a quotation mark inside of a string is never a bare one.
_TEXT = rb'("[^"\\]*(?:\\.[^"\\]*)*")'
_TAIL = re.compile(
    rb',"name":%b,"recorded_at":%b,"schema_version":-?[0-9]+,"stream":%b,' % (_TEXT, _TEXT, _TEXT)
)
BEGIN = b'{"specversion":"1.0","id":"'
_HEAD = b'{"specversion":"1.0","id":"%d","source":"urn:seatledger:log:%d","type":%b,"subject":%b,"time":%b,"hash":"'
_DATA = b'","data":'
_PREVIOUS = b'","previous":"'
_HEX = 64


def fact_line(fact: RecordedFact, log_id: int, previous: bytes | None) -> bytes:
    """The line of a fact; `previous` is the hash of the fact before it in its stream, None to leave it out."""
    name, stream, at = (orjson.dumps(each) for each in (fact.name, fact.stream, moment(fact.recorded_at)))
    head = _HEAD % (fact.position, log_id, name, stream, at)
    before = b"" if previous is None else _PREVIOUS + previous.hex().encode()
    return b"".join((head, fact.hash.hex().encode(), before, _DATA, envelope(fact), b"}"))


def fact_of(line: bytes, log_id: int) -> ExportedFact:
    """Raises NotAnExport where the line is not one that an export of that log can have."""
    try:
        tail = _TAIL.match(line, line.rindex(b',"name":"'))
        number = line[line.rindex(b',"version":') + 11 : -2]
        version = int(number)
        position = int(line[len(BEGIN) : line.index(b'"', len(BEGIN))])
        if tail is None or not line.endswith(b"}}") or version >= NUMBERS_END or position >= NUMBERS_END:
            raise NotAnExport("this is not a fact")
        # Python reads "+1", " 1" and "0_1" too.
        if number != b"%d" % version:
            raise NotAnExport("this is not a fact")
        name, at, stream = tail.groups()
        head = _HEAD % (position, log_id, name, stream, at)
        if not line.startswith(head):
            raise NotAnExport("the attributes of the fact are not those of its data")
        digest, end = _hex(line, len(head)), len(head) + _HEX
        previous = None
        if line.startswith(_PREVIOUS, end):
            previous, end = _hex(line, end + len(_PREVIOUS)), end + len(_PREVIOUS) + _HEX
        if not line.startswith(_DATA, end):
            raise NotAnExport("this is not a fact")
        text = stream[1:-1].decode() if b"\\" not in stream else str(orjson.loads(stream))
        return ExportedFact(position, text, version, digest, previous, line[end + len(_DATA) : -1])
    except ValueError as error:
        raise error if isinstance(error, NotAnExport) else NotAnExport("this is not a fact") from None


def _hex(line: bytes, begin: int) -> bytes:
    text = line[begin : begin + _HEX]
    if len(text) < _HEX or text != text.lower():
        raise NotAnExport("hashes are 64 digits and small letters")
    return unhexlify(text)


def _are_numbers(*values: object) -> bool:
    return all(type(each) is int for each in values)
