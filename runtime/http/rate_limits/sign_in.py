"""Guessing passwords is slow: few failures a minute for one account, some more from one address."""

from collections.abc import Callable
from hashlib import blake2b
from time import monotonic

from runtime.http.client_address import limited_as
from runtime.http.rate_limits.quota import KEYS_MAX, Quota, rate_limited
from runtime.ids import new_secret

ADDRESS_FACTOR = 10
"""Behind one address may be an office, so it may fail so many times as often as one account."""

TOO_MANY = "Too many attempts to sign in have failed. Try again later."


class SignInLimits:
    """`failures_per_minute` for an account, ten times that from an address; 0 for any number.

    An attempt counts as failed until it is known to have succeeded: many sent at once are many.
    """

    def __init__(
        self, failures_per_minute: int, *, now: Callable[[], float] = monotonic, keys_max: int = KEYS_MAX
    ) -> None:
        self.accounts = Quota("sign-in-account", failures_per_minute, now=now, keys_max=keys_max)
        self.addresses = Quota(
            "sign-in-address", failures_per_minute * ADDRESS_FACTOR, now=now, keys_max=keys_max
        )
        self._key = new_secret().encode()

    def attempt(self, address: str, account: str) -> None:
        """Before a password is looked at; `account` is the address or name given, in its one form.

        Raises Problem 429 `rate-limited`, the same whether or not there is such an account.
        """
        if not self.accounts.per_minute:
            return
        place = limited_as(address)
        wait = self.addresses.use(place)
        if wait < 0:
            raise rate_limited(self.addresses, -wait, TOO_MANY)
        wait = self.accounts.use(self._hidden(account))
        if wait < 0:
            # Refused for the account's sake, it was not even an attempt of this address.
            self.addresses.give_back(place)
            raise rate_limited(self.accounts, -wait, TOO_MANY)

    def succeeded(self, address: str, account: str) -> None:
        """The attempt was none to count."""
        if self.accounts.per_minute:
            self.addresses.give_back(limited_as(address))
            self.accounts.give_back(self._hidden(account))

    def _hidden(self, account: str) -> bytes:
        # Who has tried to sign in is personal: a dump of the memory does not tell.
        return blake2b(account.encode("utf-8", "replace"), key=self._key, digest_size=16).digest()
