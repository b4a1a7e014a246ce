"""Proofs that are short: that a fact is in a sealed log, and that one sealed log is the beginning of another.

As in RFC 6962. A proof is a list of hashes, each the root over a span of leaves; `inclusion` and `consistency` say
which spans, `parts` says of which perfect subtrees each is made, and `included` and `consistent` check a proof.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from eventstore.seals.tree import node, root_of


class Span(NamedTuple):
    """Leaves from number `begin` up to but without `end`."""

    begin: int
    end: int


class Part(NamedTuple):
    """The perfect subtree over `2**level` leaves that has `number` others of its size before it."""

    level: int
    number: int


def parts(span: Span) -> list[Part]:
    """The perfect subtrees side by side that make up the span, the largest first.

    The span must begin where a subtree as large as itself may begin, as those of proofs do.
    """
    found, begin = list[Part](), span.begin
    while begin < span.end:
        level = (span.end - begin).bit_length() - 1
        found.append(Part(level, begin >> level))
        begin += 1 << level
    return found


def roots(spans: Sequence[Span], known: Mapping[Part, bytes]) -> list[bytes]:
    """The root over each span, from the subtrees that are its parts."""
    return [root_of([known[part] for part in parts(span)]) for span in spans]


def inclusion(number: int, size: int) -> list[Span]:
    """What proves that leaf `number` is in the tree of the first `size` leaves, from the leaf upwards."""
    spans, begin, end = list[Span](), 0, size
    while end - begin > 1:
        middle = begin + _left(end - begin)
        if number < middle:
            spans.append(Span(middle, end))
            end = middle
        else:
            spans.append(Span(begin, middle))
            begin = middle
    return spans[::-1]


def consistency(first: int, size: int) -> list[Span]:
    """What proves that the tree of the first `first` leaves, at least 1, is the beginning of that of `size`."""
    spans, begin, end = list[Span](), 0, size
    # Where the old tree is a perfect subtree on the left edge, whoever checks has its root already.
    whole = True
    while first != end - begin:
        middle = _left(end - begin)
        if first <= middle:
            spans.append(Span(begin + middle, end))
            end = begin + middle
        else:
            spans.append(Span(begin, begin + middle))
            begin, first, whole = begin + middle, first - middle, False
    if not whole:
        spans.append(Span(begin, end))
    return spans[::-1]


def _left(leaves: int) -> int:
    """How many of these leaves are in the left subtree: the largest power of two that leaves some for the right."""
    return 1 << ((leaves - 1).bit_length() - 1)


def included(leaf: bytes, number: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether `path` leads from leaf `number` to the root of the tree of `size` leaves."""
    if not 0 <= number < size:
        return False
    digest, place, last = leaf, number, size - 1
    for each in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            digest = node(each, digest)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            digest = node(digest, each)
        place, last = place >> 1, last >> 1
    return last == 0 and digest == root


def consistent(first: int, first_root: bytes, size: int, root: bytes, path: Sequence[bytes]) -> bool:
    """Whether `path` proves that the tree of `first` leaves is the beginning of that of `size`."""
    if not 0 < first <= size:
        return False
    if first == size:
        return not path and first_root == root
    # A perfect first tree is itself where the proof begins, and is left out of it.
    hashes = [first_root, *path] if first & (first - 1) == 0 else list(path)
    if not hashes:
        return False
    place, last = first - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = hashes[0]
    for each in hashes[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = node(each, old), node(each, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node(new, each)
        place, last = place >> 1, last >> 1
    return last == 0 and old == first_root and new == root
