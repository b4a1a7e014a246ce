"""Strategies made from the types themselves, so that a new field is generated the day it is added."""

import types
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
from hypothesis import strategies as st

# What a JSON integer can be in the log: Postgres and every reader take 64 bits.
INTEGERS = st.integers(-(2**63), 2**63 - 1)
MOMENTS = st.datetimes(timezones=st.just(UTC))


def values_of(kind: Any) -> st.SearchStrategy[Any]:
    """Any value of a type that a fact may have. A type that facts should not have is an error here."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return values_of(arguments[0])
    if origin in (Union, types.UnionType):
        return st.one_of(*(values_of(each) for each in arguments))
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin is tuple and arguments[1:] == (...,):
        return st.lists(values_of(arguments[0]), max_size=3).map(tuple)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return st.deferred(lambda: structs_of(kind))
    plain = {str: st.text(), int: INTEGERS, bool: st.booleans(), datetime: MOMENTS, types.NoneType: st.none()}
    if kind not in plain:
        raise TypeError(
            f"a fact has a field of type {kind}: it must be text, a whole number, a moment or a value"
        )
    return plain[kind]


def structs_of(struct: type[msgspec.Struct]) -> st.SearchStrategy[Any]:
    """Any value of a struct, each field any value of its type."""
    hints = get_type_hints(struct, include_extras=True)
    return st.builds(struct, **{name: values_of(hints[name]) for name in struct.__struct_fields__})
