"""The limits of one process, and where they are applied."""

from collections.abc import Awaitable, Callable
from time import monotonic

from starlette.types import ASGIApp, Receive, Scope, Send

from runtime.http.client_address import ClientAddress, limited_as
from runtime.http.envelope import STANDING
from runtime.http.rate_limits.quota import Quota, rate_limited
from runtime.http.rate_limits.sign_in import SignInLimits
from runtime.identity import Caller
from runtime.settings import Settings

LIMITS = "rate_limits"
"""In the scope: the `RateLimits` of this process."""

ADDRESS = "client_address"
"""In the scope: where the request comes from, as text."""

NEVER_LIMITED = "/livez"
"""A process that is asked too often is alive: whoever restarts it for a refusal makes a flood worse."""


class RateLimits:
    """Made once for each process: several processes on one port each grant the whole quota."""

    def __init__(self, settings: Settings, *, now: Callable[[], float] = monotonic) -> None:
        self.address = Quota("address", settings.rate_address_per_minute, now=now)
        self.caller = Quota("caller", settings.rate_caller_per_minute, now=now)
        self.sign_in = SignInLimits(settings.sign_in_failures_per_minute, now=now)


class RateLimited:
    """Counts each request for its address before anything else looks at it. Raises Problem 429 `rate-limited`.

    It only looks and passes on, so it is no coroutine: the next layer's is what it returns.
    """

    def __init__(self, app: ASGIApp, limits: RateLimits, client_address: ClientAddress) -> None:
        self._app = app
        self._limits = limits
        self._client_address = client_address

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if scope["type"] == "http":
            scope[LIMITS] = self._limits
            address = scope[ADDRESS] = self._client_address.of(scope)
            quota = self._limits.address
            if quota.per_minute and scope["path"] != NEVER_LIMITED:
                debt = quota.use(limited_as(address))
                scope[STANDING] = quota, debt
                if debt < 0:
                    _refuse(quota, debt)
        return self._app(scope, receive, send)


def admit(scope: Scope, caller: Caller) -> None:
    """Counts a request for its caller, once it is known who that is. Raises Problem 429 `rate-limited`.

    The answer tells of whichever limit is nearer, the caller's or the address's.
    """
    limits: RateLimits | None = scope.get(LIMITS)
    if limits is None or not limits.caller.per_minute:
        return
    quota = limits.caller
    debt = quota.use(caller.id)
    other: tuple[Quota, float] | None = scope.get(STANDING)
    if other is None or debt < 0 or quota.remaining(debt) < other[0].remaining(other[1]):
        scope[STANDING] = quota, debt
    if debt < 0:
        _refuse(quota, debt)


def sign_in_limits(scope: Scope) -> tuple[SignInLimits, str]:
    """What counts failures to sign in, and the address it counts them for."""
    limits: RateLimits = scope[LIMITS]
    return limits.sign_in, scope[ADDRESS]


def _refuse(quota: Quota, debt: float) -> None:
    raise rate_limited(quota, -debt, f"At most {quota.per_minute} a minute are served for one {quota.name}.")
