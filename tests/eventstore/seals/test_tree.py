"""The tree and its proofs against RFC 6962 read literally: recursively, over all the leaves, as slowly as it says."""

from hashlib import sha256

import pytest

from eventstore.seals.proofs import Part, Span, consistency, consistent, included, inclusion, parts, roots
from eventstore.seals.tree import Tree, leaf

SIZE_MAX = 300
LEAVES = [sha256(b"\x00" + bytes([number % 256, number // 256])).digest() for number in range(SIZE_MAX)]


# -------------------------------------------------------------- RFC 6962, section 2.1, as it stands there


def split(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


ROOTS: dict[tuple[int, int], bytes] = {}


def mth(begin: int, end: int) -> bytes:
    if (begin, end) not in ROOTS:
        n = end - begin
        if n == 0:
            ROOTS[begin, end] = sha256(b"").digest()
        elif n == 1:
            ROOTS[begin, end] = LEAVES[begin]
        else:
            k = split(n)
            ROOTS[begin, end] = sha256(b"\x01" + mth(begin, begin + k) + mth(begin + k, end)).digest()
    return ROOTS[begin, end]


def path(m: int, begin: int, end: int) -> list[bytes]:
    n = end - begin
    if n == 1:
        return []
    k = split(n)
    if m < k:
        return [*path(m, begin, begin + k), mth(begin + k, end)]
    return [*path(m - k, begin + k, end), mth(begin, begin + k)]


def subproof(m: int, begin: int, end: int, whole: bool) -> list[bytes]:
    n = end - begin
    if m == n:
        return [] if whole else [mth(begin, end)]
    k = split(n)
    if m <= k:
        return [*subproof(m, begin, begin + k, whole), mth(begin + k, end)]
    return [*subproof(m - k, begin + k, end, whole=False), mth(begin, begin + k)]


# --------------------------------------------------------------------------------------------- ours


def known(spans: list[Span]) -> dict[Part, bytes]:
    """Each part by its definition."""
    wanted = {part for span in spans for part in parts(span)}
    return {part: mth(part.number << part.level, (part.number + 1) << part.level) for part in wanted}


def made(spans: list[Span]) -> list[bytes]:
    return roots(spans, known(spans))


def test_the_root_is_that_of_the_definition_for_every_size() -> None:
    tree = Tree()
    assert tree.root == mth(0, 0)
    for size, each in enumerate(LEAVES, start=1):
        tree.add(each)
        assert (tree.size, tree.root) == (size, mth(0, size))


def test_a_tree_goes_on_from_its_peaks() -> None:
    tree = Tree()
    for each in LEAVES:
        tree = Tree(tree.size, tree.peaks)
        tree.add(each)
    assert tree.root == mth(0, SIZE_MAX)


def test_a_tree_grows_by_whole_blocks_and_says_which_subtrees_are_complete() -> None:
    tree, found = Tree(), dict[Part, bytes]()
    for block in range(SIZE_MAX // 8):
        for above, digest in enumerate(tree.add_block(3, mth(block * 8, block * 8 + 8))):
            found[Part(3 + above, block >> above)] = digest
        assert (tree.size, tree.root) == (block * 8 + 8, mth(0, block * 8 + 8))
    assert found == {
        Part(level, number): mth(number << level, (number + 1) << level)
        for level in range(3, 9)
        for number in range((SIZE_MAX // 8 * 8) >> level)
    }


def test_every_leaf_of_every_size_is_proven_as_the_definition_does_it() -> None:
    for size in range(1, SIZE_MAX + 1):
        for number in range(size):
            proof = made(inclusion(number, size))
            assert proof == path(number, 0, size)
            assert included(LEAVES[number], number, size, proof, mth(0, size))


def test_every_pair_of_sizes_is_proven_as_the_definition_does_it() -> None:
    for size in range(1, SIZE_MAX + 1):
        for first in range(1, size + 1):
            proof = made(consistency(first, size))
            assert proof == subproof(first, 0, size, whole=True)
            assert consistent(first, mth(0, first), size, mth(0, size), proof)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9, 64, 100])
def test_no_other_leaf_place_size_root_or_path_is_included(size: int) -> None:
    for number in range(size):
        root, proof = mth(0, size), path(number, 0, size)
        assert not included(LEAVES[number + 1], number, size, proof, root)
        assert not included(LEAVES[number], number, size, proof, mth(0, size + 1))
        assert not included(LEAVES[number], number, size, [*proof, root], root)
        for other in range(-1, size + 1):
            assert other == number or not included(LEAVES[number], other, size, proof, root)
        for place in range(len(proof)):
            assert not included(LEAVES[number], number, size, proof[:place] + proof[place + 1 :], root)
            changed = [*proof[:place], LEAVES[-1], *proof[place + 1 :]]
            assert not included(LEAVES[number], number, size, changed, root)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9, 64, 100])
def test_no_other_root_or_path_is_consistent(size: int) -> None:
    other = LEAVES[-1]
    for first in range(1, size + 1):
        old, root, proof = mth(0, first), mth(0, size), subproof(first, 0, size, whole=True)
        assert not consistent(first, other, size, root, proof)
        assert not consistent(first, old, size, other, proof)
        assert not consistent(first, old, size, root, [*proof, other])
        assert not consistent(0, old, size, root, proof)
        assert not consistent(size + 1, old, size, root, proof)
        for place in range(len(proof)):
            assert not consistent(first, old, size, root, proof[:place] + proof[place + 1 :])
            changed = [*proof[:place], other, *proof[place + 1 :]]
            assert not consistent(first, old, size, root, changed)


def test_a_leaf_covers_position_stream_version_and_hash() -> None:
    digest = bytes(range(32))
    packed = (7).to_bytes(8) + (3).to_bytes(8) + digest + "Größe-1".encode()
    assert leaf(7, "Größe-1", 3, digest) == sha256(b"\x00" + packed).digest()
    others = {
        leaf(8, "s", 3, digest),
        leaf(7, "t", 3, digest),
        leaf(7, "s", 4, digest),
        leaf(7, "s", 3, bytes(32)),
    }
    assert leaf(7, "s", 3, digest) not in others
    assert len(others) == 4
