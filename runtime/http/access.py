"""Who may call an operation: said once, where the operation is declared, and enforced before its handler runs."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal, Protocol, TypeVar

from runtime.authentication.problems import NOT_AUTHENTICATED
from runtime.identity import Caller, Role
from runtime.problems import Problem

Answer = Literal["yes", "own", "no"]
"""May they: for anybody's resources, for their own only, or not at all."""


class Token(Enum):
    """Whether an operation looks at the token: not even at a bad one, where there is one, or in any case."""

    IGNORED = "ignored"
    OPTIONAL = "optional"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True, init=False)
class Access:
    """`roles` may call for anybody's resources, those of `own` for what is theirs. An administrator may everything.

    What is whose only the handler knows: it asks `for_anybody` and, where that is false, looks whose it is.
    """

    roles: frozenset[Role]
    own: frozenset[Role]
    token: Token
    admitted: tuple[Role, ...]

    def __init__(
        self, roles: Iterable[Role] = (), own: Iterable[Role] = (), token: Token = Token.REQUIRED
    ) -> None:
        theirs = frozenset(own)
        anybodys = frozenset(roles) | ({Role.ADMIN} - theirs)
        object.__setattr__(self, "roles", anybodys)
        object.__setattr__(self, "own", theirs)
        object.__setattr__(self, "token", token)
        # A tuple, because roles are singletons: to find one by identity takes a tenth of what its hash does.
        object.__setattr__(self, "admitted", tuple(role for role in Role if role in anybodys | theirs))

    def for_anybody(self, caller: Caller) -> bool:
        """Whether this caller may do it to what is not theirs, too."""
        return caller.role in self.roles

    def of(self, role: Role | None) -> Answer:
        """What a role may; None is who shows no token."""
        if role is None:
            return "no" if self.token is Token.REQUIRED else "yes"
        if role in self.roles:
            return "yes"
        return "own" if role in self.own else "no"

    @property
    def by_role(self) -> Mapping[str, Answer]:
        """What each may, `anonymous` first."""
        return {"anonymous": self.of(None), **{role.value: self.of(role) for role in Role}}


PUBLIC = Access(Role, token=Token.IGNORED)
"""For everybody. A token is not looked at."""

OPTIONAL = Access(Role, token=Token.OPTIONAL)
"""For everybody, and some see more: no token is fine, a bad one is not."""

SIGNED_IN = Access(own=Role)
"""For everybody with a token, about themselves."""


class Authenticator(Protocol):
    """Who stands behind the value of an `Authorization` header."""

    def remembered(self, authorization: str) -> Caller | None:
        """The caller, where that is known already and still holds. None says nothing: `authenticate` does."""
        ...

    async def authenticate(self, authorization: str | None) -> Caller:
        """Raises Problem 401: `not-authenticated` without a bearer token, `token-invalid`, `token-expired`."""
        ...


class NobodyIsKnown:
    """The authenticator of an application that was given none: it lets nobody in."""

    def remembered(self, _authorization: str) -> Caller | None:
        return None

    async def authenticate(self, _authorization: str | None) -> Caller:
        raise Problem(NOT_AUTHENTICATED)


def authorization(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    """The value of the first `Authorization` header; without one, an `X-API-Key` as if it had been sent there."""
    key = None
    for name, value in headers:
        if name == b"authorization":
            return value.decode("latin-1")
        if name == b"x-api-key":
            key = value
    return None if key is None else f"Bearer {key.decode('latin-1')}"


F = TypeVar("F", bound=Callable[..., Any])


def open_to(access: Access) -> Callable[[F], F]:
    """Declares the access of an endpoint that the framework serves; for those of `hot_route` it is a parameter."""

    def declare(endpoint: F) -> F:
        vars(endpoint)["access"] = access
        return endpoint

    return declare


def declared(endpoint: object) -> Access | None:
    """The access of an endpoint, if it says one."""
    access = getattr(endpoint, "access", None)
    return access if isinstance(access, Access) else None
