"""Hold the facts of one stream against the latest seal and against one that was kept, without reading all the others.

That proves the inclusion of all of them at once: each block of the log with a fact of the stream in it is hashed anew
and takes the place of the subtree that is stored. If the root is then the seal's, what was hashed is what was sealed.
"""

from collections.abc import Iterable

from audit_api.known import NOTHING, Known
from eventstore.facts import RecordedFact
from eventstore.postgres.seals import PostgresSeals
from eventstore.postgres.tree import BLOCK, BLOCK_LEVEL, PostgresTree, TreeBroken, perfect
from eventstore.seals.key import SealKey
from eventstore.seals.keys import Keys
from eventstore.seals.seal import Seal
from eventstore.seals.tree import Tree
from eventstore.store import LogReader
from eventstore.verify import Break, Guarantee


class SealedStream:
    """`begin` once, `add` each page in order, `end`; remembers the first break. All raise `StoreUnavailable`."""

    def __init__(self, seals: PostgresSeals, tree: PostgresTree, known: Known = NOTHING) -> None:
        self._seals = seals
        self._tree = tree
        self._known = known
        self._keys = Keys()
        self._blocks: dict[int, bytes] = {}
        self._against: list[Seal] = []
        self._sealed_to = 0
        self.unsealed = 0
        self.first_bad: Break | None = None

    @property
    def seals(self) -> int:
        """How many were held against it, if all went well."""
        return 0 if self.first_bad else len(self._against)

    @property
    def sealed_to(self) -> int:
        """The size of the larger of them."""
        return 0 if self.first_bad else self._sealed_to

    async def begin(self, store: LogReader) -> int:
        """Look for seals and keys; the last position of the log after that."""
        last = await self._seals.last()
        position = await store.last_position()
        for key in await self._seals.keys():
            if problem := self._keys.add(key):
                self._break(0, problem, Guarantee.KEYS)
        for seal in (await self._kept(self._last_saved()), last):
            if seal is None or self.first_bad is not None:
                continue
            if problem := self._keys.problem_with(seal):
                self._break(seal.size, problem, Guarantee.SIGNATURE)
            elif not 0 < seal.size <= position:
                problem = f"the seal of size {seal.size} is not where the log has that size"
                self._break(position, problem, Guarantee.TREE)
            elif seal not in self._against:
                self._against.append(seal)
                self._sealed_to = seal.size
        self._check_pin(last, position)
        return position

    async def add(self, page: Iterable[RecordedFact]) -> None:
        """The next facts of the stream."""
        for fact in page:
            number = (fact.position - 1) >> BLOCK_LEVEL
            self.unsealed += fact.position > self._sealed_to
            # What is behind the last whole block is read at the end, with the seal over it.
            if (number + 1) * BLOCK <= self._sealed_to and number not in self._blocks:
                leaves = await self._leaves(number * BLOCK, (number + 1) * BLOCK)
                if self.first_bad is not None:
                    return
                self._blocks[number] = perfect(leaves)

    async def end(self) -> None:
        """There are no more facts."""
        for seal in self._against:
            if self.first_bad is None:
                await self._check(seal)

    async def _check(self, seal: Seal) -> None:
        tree, whole, differing = Tree(), seal.size >> BLOCK_LEVEL, None
        async for number, stored in self._tree.blocks(whole):
            hashed = self._blocks.get(number, stored)
            tree.add_block(BLOCK_LEVEL, hashed)
            if differing is None and hashed != stored:
                differing = number
        if tree.size != whole * BLOCK:
            self._break(
                tree.size, "a subtree of the log is missing from eventstore.seal_nodes", Guarantee.TREE
            )
            return
        for leaf in await self._leaves(tree.size, seal.size):
            tree.add(leaf)
        if tree.root != seal.root:
            self._altered(seal, differing)

    def _altered(self, seal: Seal, block: int | None) -> None:
        """Which fact it was, a root does not say; a chain does, where it was not made anew."""
        if block is None:
            problem = f"the facts up to here are not those that were sealed at size {seal.size}"
            self._break(seal.size, problem, Guarantee.TREE)
            return
        first, last = block * BLOCK + 1, (block + 1) * BLOCK
        problem = (
            f"the facts {first} to {last}, some of them its own, are not what was sealed at size {seal.size}"
        )
        self._break(last, problem, Guarantee.TREE)

    async def _leaves(self, after: int, to: int) -> list[bytes]:
        try:
            return await self._tree.leaves(after, to)
        except TreeBroken as error:
            self._break(to, str(error), Guarantee.NO_GAPS)
            return []

    def _last_saved(self) -> Seal | None:
        last = None
        for each in self._known.saved:
            if isinstance(each, Seal):
                last = each
            else:
                self._check_key(each)
        return last

    def _check_key(self, saved: SealKey) -> None:
        key = self._keys.numbered(saved.number)
        if key is not None and key != saved:
            self._break(0, f"key {saved.number} is not the saved one", Guarantee.SAVED_SEALS)

    async def _kept(self, saved: Seal | None) -> Seal | None:
        """The same, if it is among those of the log."""
        if saved is not None and await self._seals.seal(saved.size) != saved:
            problem = f"the saved seal of size {saved.size} is not among those of the log"
            self._break(saved.size, problem, Guarantee.SAVED_SEALS)
        return saved

    def _check_pin(self, last: Seal | None, position: int) -> None:
        pinned = self._known.pinned
        if pinned is None:
            return
        number, by = self._keys.number_of(pinned), last and self._keys.signs(last.size)
        if number is None:
            problem = "the public key that was given is not among the keys of the log"
            self._break(position, problem, Guarantee.KEYS)
        elif by is None or by.number < number:
            problem = "nothing is sealed by the public key that was given, or by one after it"
            self._break(position, problem, Guarantee.KEYS)

    def _break(self, position: int, problem: str, guarantee: Guarantee) -> None:
        if self.first_bad is None:
            self.first_bad = Break(position, "", 0, problem, guarantee)
