"""The form of an export: lines of JSON. A header; the public keys; each fact, and each seal behind the last fact that
it covers; a trailer. Each line has one form, byte for byte.

A fact is a CloudEvent, whose `data` are the very bytes that were hashed. Where an export begins in the middle of the
log, a stream's first fact in it also has `previous`, the hash of the fact before it.
"""

from typing import Any, NamedTuple

import orjson

from eventstore.hashing import canonical

FORMAT = "seatledger-export-1"

FACT = b'{"specversion"'
SEAL = b'{"seal"'
KEY = b'{"key"'
_DATA = b',"data":'


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
        if header_line(header) == line and _are_numbers(header.log_id, header.after, header.to):
            return header
    except (ValueError, KeyError, TypeError):
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


def fact_of(line: bytes, log_id: int) -> ExportedFact:
    """Raises NotAnExport where the line is not one that an export of that log can have."""
    try:
        event = orjson.loads(line)
        begin = line.index(_DATA)
        digest, previous, data = event["hash"], event.get("previous"), event["data"]
        if line[:begin] != _attributes(event["id"], log_id, data, digest, previous):
            raise NotAnExport("the attributes of the fact are not those of its data")
        return ExportedFact(
            int(event["id"]),
            data["stream"],
            data["version"],
            bytes.fromhex(digest),
            None if previous is None else bytes.fromhex(previous),
            line[begin + len(_DATA) : -1],
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise error if isinstance(error, NotAnExport) else NotAnExport("this is not a fact") from None


def _attributes(position: str, log_id: int, data: dict[str, Any], digest: str, previous: str | None) -> bytes:
    """A line up to its data: everything in it stands in the data, too, or is a number or a hash."""
    name, stream = orjson.dumps(data["name"]), orjson.dumps(data["stream"])
    before = "" if previous is None else f'","previous":"{bytes.fromhex(previous).hex()}'
    return (
        f'{{"specversion":"1.0","id":"{int(position)}","source":"urn:seatledger:log:{log_id}","type":'.encode()
        + name
        + b',"subject":'
        + stream
        + f',"time":"{data["recorded_at"]}","hash":"{digest}{before}"'.encode()
    )


def _are_numbers(*values: object) -> bool:
    return all(type(each) is int for each in values)
