"""Attempts to guess a password are slowed down, for an account and for an address; nobody is locked out.

Somebody who fails again and again for an account uses up what all strangers together may try. Whoever has signed in to
it from their address before is no stranger there: they have attempts of their own, which nobody else can use up.
"""

from dataclasses import replace
from hashlib import blake2b

from starlette.types import Scope

from runtime.bounded import Bounded
from runtime.http.rate_limits.limits import LIMITS, sign_in_limits
from runtime.http.rate_limits.sign_in import SignInLimits
from runtime.ids import new_secret
from runtime.problems import Problem

TOO_MANY_ATTEMPTS = "too-many-attempts"
FAMILIAR_MAX = 50_000


class Attempts:
    """One for a process. `begin` before a password is looked at, `succeeded` when it was the right one."""

    def __init__(self, familiar_max: int = FAMILIAR_MAX) -> None:
        self._familiar: Bounded[bytes, bool] = Bounded(familiar_max)
        self._key = new_secret().encode()

    def begin(self, scope: Scope, account: str) -> None:
        """Raises Problem 429 `too-many-attempts`, whether or not there is such an account."""
        limits, address = _limits(scope)
        if limits is None:
            return
        try:
            limits.attempt(address, self._counted_as(address, account))
        except Problem as refused:
            raise Problem(replace(refused.answer, code=TOO_MANY_ATTEMPTS)) from None

    def succeeded(self, scope: Scope, account: str) -> None:
        """Count it for nobody, and know them again."""
        limits, address = _limits(scope)
        if limits is not None:
            limits.succeeded(address, self._counted_as(address, account))
            self._familiar.put(self._pair(address, account), True)

    def _counted_as(self, address: str, account: str) -> str:
        is_familiar = self._familiar.get(self._pair(address, account))
        return f"{account}\n{address}" if is_familiar else account

    def _pair(self, address: str, account: str) -> bytes:
        # Who signs in from where is personal: a dump of the memory does not tell.
        text = f"{address}\n{account}".encode("utf-8", "replace")
        return blake2b(text, key=self._key, digest_size=16).digest()


def _limits(scope: Scope) -> tuple[SignInLimits | None, str]:
    """As the outer layers have put them there; none where there are no such layers."""
    return sign_in_limits(scope) if LIMITS in scope else (None, "")
