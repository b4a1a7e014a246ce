"""Passwords, hashed with Argon2id on threads of their own.

A hash takes 20 milliseconds of a core on purpose. On the event loop that would stop every other request; on the
shared thread pool a burst of logins would starve it. So: few threads, and a short queue before them.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from runtime.problems import Problem, come_back_later

WAITING_MAX = 32
"""Hashes waiting for a thread. At two threads the last of them waits a third of a second."""

TOO_MANY_LOGINS = come_back_later(
    "too-many-logins", "Too many people are signing in right now", "Try again in a second."
)

T = TypeVar("T")


class Passwords:
    """Hashes and verifies at most `threads` passwords at once. Call `close` at the end.

    Every method raises Problem 503 `too-many-logins` when the queue is full.
    """

    def __init__(
        self, threads: int, *, waiting_max: int = WAITING_MAX, hasher: PasswordHasher | None = None
    ) -> None:
        # OWASP's recommendation: 19 MiB, two passes, one lane.
        self._hasher = hasher or PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="passwords")
        self._admitted = 0
        self._admitted_max = threads + waiting_max
        self._nobody = self._hasher.hash("nobody's password")

    async def hash(self, password: str) -> str:
        """The hash to store: `$argon2id$...`, with its parameters and salt in it."""
        return await self._run(lambda: self._hasher.hash(password))

    async def verify(self, stored: str, password: str) -> bool:
        """Whether `password` is the one that was hashed into `stored`."""
        return await self._run(lambda: self._matches(stored, password))

    async def verify_nobody(self, password: str) -> bool:
        """False, after the same work as `verify`: for an account that does not exist.

        Without it, the speed of the answer would tell which addresses have accounts.
        """
        await self._run(lambda: self._matches(self._nobody, password))
        return False

    def needs_rehash(self, stored: str) -> bool:
        """Whether `stored` was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(stored)

    def close(self) -> None:
        """End the threads; hashes under way are finished."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _matches(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, work: Callable[[], T]) -> T:
        if self._admitted >= self._admitted_max:
            raise Problem(TOO_MANY_LOGINS)
        self._admitted += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        finally:
            self._admitted -= 1
