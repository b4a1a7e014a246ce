"""JSON that no client should send, as text: what breaks parsers, types, bounds, databases and calendars."""

from collections.abc import Iterator
from typing import Any

import orjson

VALUES = (
    "null", "true", "false", "0", "-1", "-0", "1.5", "1e400", "1E2", "9223372036854775808",
    "9" * 5_000, "-" + "9" * 5_000,
    '""', '" "', '"\\u0000"', '"a\\u0000b"', '"\\u0007"', '"\\u2028\\u202e"', '"\\ud83d\\ude00"', '"x"',
    f'"{"x" * 100_000}"',
    '"\\"; DROP TABLE eventstore.events; --"', '"%00"', '"../../etc/passwd"', '"Mars/Olympus"', '"Europe/Rome\\u0000"',
    '"Europe"', '"0001-01-01T00:00:00Z"', '"0001-01-01T00:00:00+14:00"', '"9999-12-31T23:59:59-14:00"',
    '"2099-02-30T00:00:00Z"', '"2099-01-01"', '"2099-01-01T00:00:00"', '"2099-01-01T00:00:00+99:99"',
    '"2099-01-01T24:00:00Z"', '"1e3"', "1735689600", "[]", "[[]]", "[null]", "{}", '{"amount":1}',
    '{"amount":1.5,"currency":"EUR"}', '{"amount":"1","currency":"EUR"}', '{"amount":1,"currency":"eur"}',
    '{"amount":-1,"currency":"EUR"}', '{"amount":1000000000001,"currency":"EUR"}',
    '{"amount":1,"currency":"EUR","x":1}',
    '["Stalls/A/1","Stalls/A/1"]', '["a/b/\\u0000"]', '[""]', "[" + ",".join(['"Stalls/A/1"'] * 501) + "]",
)  # fmt: skip

NOT_JSON = (
    b"{", b"nul", b"\xff\xfe{\x00}\x00", b"\x00", b"{'a':1}", b'{"a":1,}', b"NaN", b'{"quantity":NaN}',
    b'{"quantity":Infinity}', b'{"name":"\\ud800"}', b'{"name":"\\ud800\\u0041"}', b'{"name":"\xff"}', b"{}{}",
    b"\xef\xbb\xbf{}",
    b"[" * 50_000, b'{"a":' * 50_000, b"[" * 200 + b"]" * 200,
)  # fmt: skip
"""Each is answered 400 or 422: some parsers would call the deepest nesting JSON, none may fall over it."""

NO_OBJECTS = (b"[]", b"null", b"1", b'"x"', b"true", b"[{}]", b"1" * 5_000)


def spoilt(body: Any) -> Iterator[tuple[str, bytes]]:
    """`body` with one value at a time replaced by each nasty one, and with a field too many."""
    for path in _paths(body):
        for value in VALUES:
            text = orjson.dumps(_with(body, path, orjson.Fragment(value)))
            yield f"{'/'.join(map(str, path))} = {value[:40]}", text
        yield f"{path} and more", orjson.dumps(_with(body, path, {"nobody_knows_this": 1}))


def _paths(value: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if here:
        yield here
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _paths(inner, (*here, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value[:1]):
            yield from _paths(inner, (*here, index))


def _with(value: Any, path: tuple[Any, ...], replacement: Any) -> Any:
    if not path:
        return replacement
    step, *rest = path
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[step] = _with(value[step], tuple(rest), replacement)
    return copy
