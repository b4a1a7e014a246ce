"""Check a log against its seals, and against seals that were kept elsewhere."""

from collections.abc import Iterable, Sequence

from eventstore.seals.key import SealKey
from eventstore.seals.keys import Keys
from eventstore.seals.seal import BEFORE_THE_FIRST, Seal, digest
from eventstore.seals.tree import Tree, leaf
from eventstore.verify import Break, Guarantee


class SealChecker:
    """Takes facts in order of position, each seal after the last fact that it covers, each key before its first seal;
    remembers the first break. Memory does not grow with the log.
    """

    def __init__(
        self,
        pinned: bytes | None = None,
        saved: Iterable[Seal | SealKey] = (),
        after: int = 0,
        peaks: Sequence[bytes] = (),
    ) -> None:
        """`pinned` is a public key known from elsewhere, `saved` are seals and keys in order of size. A log that is
        looked at from position `after` on has the tree with these `peaks` there.
        """
        self.first_bad: Break | None = None
        self.seals = 0
        self.sealed_to = 0
        self.keys = Keys()
        self._tree = Tree(after, peaks)
        self._pinned = pinned
        self._pin_has_signed = False
        # The digest of the seal before; not known where the log is looked at from its middle on.
        self._previous = None if after else BEFORE_THE_FIRST
        self._saved = iter(saved)
        self._saved_keys: dict[int, SealKey] = {}
        self._next_saved = self._following_saved(after)
        self._due: Seal | None = None

    def add(self, position: int, stream: str, version: int, digest: bytes) -> None:
        """The next fact. After the first break nothing more is looked at."""
        if self.first_bad is not None:
            return
        if self._due is not None:
            self._saved_is_missing(self._due)
            return
        self._tree.add(leaf(position, stream, version, digest))
        if self._next_saved is not None and self._tree.size == self._next_saved.size:
            self._check_saved(self._next_saved)

    def key(self, key: SealKey) -> None:
        """The next key."""
        if self.first_bad is not None:
            return
        if problem := self.keys.add(key):
            self._break(problem, Guarantee.KEYS)
        else:
            self._check_saved_key(key.number)

    def seal(self, seal: Seal) -> None:
        """The next seal of the log."""
        if self.first_bad is not None:
            return
        if self._previous is not None and seal.previous != self._previous:
            self._break(
                f"the seal before that of size {seal.size} is missing, or another", Guarantee.SEAL_CHAIN
            )
        elif problem := self.keys.problem_with(seal):
            self._break(problem, Guarantee.SIGNATURE)
        elif seal.size != self._tree.size:
            self._break(f"the seal of size {seal.size} is not where the log has that size", Guarantee.TREE)
        elif seal.root != self._tree.root:
            self._break(
                f"the facts up to here are not those that were sealed at size {seal.size}", Guarantee.TREE
            )
        else:
            self._take(seal)

    def _take(self, seal: Seal) -> None:
        due, self._due = self._due, None
        if due is not None and due != seal:
            self._break(f"the seal of size {seal.size} is not the saved one", Guarantee.SAVED_SEALS)
            return
        self._previous = digest(seal)
        self.seals, self.sealed_to = self.seals + 1, seal.size
        signed_by, pin = self.keys.signs(seal.size), self._number_of_pin()
        if signed_by is not None and pin is not None and signed_by.number >= pin:
            self._pin_has_signed = True

    def end(self) -> None:
        """There are no more facts, seals and keys."""
        if self.first_bad is not None:
            return
        if self._due is not None:
            self._saved_is_missing(self._due)
        elif self._next_saved is not None:
            size, there = self._next_saved.size, self._tree.size
            self._break(
                f"a saved seal says that there were {size} facts; {there} are left", Guarantee.SAVED_SEALS
            )
        elif self._pinned is not None and self._tree.size:
            self._check_pin()

    def _check_pin(self) -> None:
        if self._number_of_pin() is None:
            self._break("the public key that was given is not among the keys of the log", Guarantee.KEYS)
        elif not self._pin_has_signed:
            self._break(
                "nothing is sealed by the public key that was given, or by one after it", Guarantee.KEYS
            )

    def _number_of_pin(self) -> int | None:
        return None if self._pinned is None else self.keys.number_of(self._pinned)

    def _check_saved(self, saved: Seal) -> None:
        if saved.root != self._tree.root:
            problem = f"the facts up to here are not those of the saved seal of size {saved.size}"
            self._break(problem, Guarantee.SAVED_SEALS)
        self._due, self._next_saved = saved, self._following_saved(saved.size)

    def _following_saved(self, after: int) -> Seal | None:
        for each in self._saved:
            if isinstance(each, SealKey):
                self._saved_keys[each.number] = each
                self._check_saved_key(each.number)
            elif each.size > after:
                return each
        return None

    def _check_saved_key(self, number: int) -> None:
        saved, key = self._saved_keys.get(number), self.keys.numbered(number)
        if saved is not None and key is not None and saved != key:
            self._break(f"key {number} is not the saved one", Guarantee.SAVED_SEALS)

    def _saved_is_missing(self, saved: Seal) -> None:
        self._break(
            f"the saved seal of size {saved.size} is not among those of the log", Guarantee.SAVED_SEALS
        )

    def _break(self, problem: str, guarantee: Guarantee) -> None:
        if self.first_bad is None:
            self.first_bad = Break(self._tree.size, "", 0, problem, guarantee)
