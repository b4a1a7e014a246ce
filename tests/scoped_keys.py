"""Tokens of people as they are, and with them keys: for some events only, or of somebody's account."""

from runtime.http.access import Authenticator
from runtime.identity import Caller
from tests.signing import SignedTokens


class WithKeys:
    """An authenticator that knows `tokens`, and the keys that it has given out itself."""

    def __init__(self, tokens: SignedTokens) -> None:
        self.tokens = tokens
        self._others: Authenticator = tokens
        self._keys: dict[str, Caller] = {}

    def shown_by(self, caller: Caller) -> str:
        """The value of the `Authorization` header by which this caller is known."""
        if caller.events is None and caller.acts_for is None:
            return f"Bearer {self.tokens.issue(caller)}"
        value = f"Bearer key-{caller.id}-{caller.acts_for}-{sorted(caller.events or ())}-{caller.role}"
        self._keys[value] = caller
        return value

    def remembered(self, authorization: str) -> Caller | None:
        return self._keys.get(authorization) or self._others.remembered(authorization)

    async def authenticate(self, authorization: str | None) -> Caller:
        return await self._others.authenticate(authorization)
