"""What a program refuses to start with where it matters: SEATLEDGER_MODE=production."""

from itertools import pairwise

from runtime.master_key import master_keys
from runtime.settings import BadSettings, Mode, Settings

DISTINCT_BYTES_MIN = 20
"""Of 32 bytes of chance, 30 are distinct as a rule; fewer than this once in some ten billion keys."""

PASSWORD_CHARS_MIN = 12
PASSWORD_DISTINCT_MIN = 6
COMMON = ("password", "passw0rd", "seatledger", "administrator", "changeme", "letmein", "qwerty", "123456")
"""No part of a password that is to keep anybody out."""


def must_suit_production(settings: Settings) -> None:
    """Raises BadSettings, one line with the variable and the way out. In development everything suits.

    Of the master keys it is the first that must be strong, which everything is wrapped with: an old one that was weak
    is still needed to get away from it.
    """
    if settings.mode is not Mode.PRODUCTION:
        return
    if settings.master_key is None:
        raise BadSettings(
            "SEATLEDGER_MASTER_KEY: must be given in production: openssl rand -hex 32 makes one"
        )
    if is_weak_key(master_keys(settings.master_key)[0]):
        raise BadSettings(
            "SEATLEDGER_MASTER_KEY: is not made of chance: openssl rand -hex 32 makes a better one; put it first, "
            "with the old one behind it if that is in use"
        )
    if settings.admin_password is not None and is_weak_password(settings.admin_password):
        raise BadSettings(
            f"SEATLEDGER_ADMIN_PASSWORD: too weak for production: give {PASSWORD_CHARS_MIN} characters or more that "
            "nobody guesses, or leave it unset to have one made"
        )
    if "*" in settings.cors_origins:
        raise BadSettings(
            "SEATLEDGER_CORS_ORIGINS: * is not for production: name the origins, or leave it unset"
        )
    for variable, url in (
        ("SEATLEDGER_OIDC_ISSUER", settings.oidc_issuer),
        ("SEATLEDGER_OIDC_JWKS_URL", settings.oidc_jwks_url),
    ):
        if url is not None and not url.startswith("https://"):
            raise BadSettings(f"{variable}: http:// is not for production: give the https:// address")


def is_weak_key(key: bytes) -> bool:
    """Whether somebody has thought it up: text, a pattern, a count."""
    steps = {(after - before) % 256 for before, after in pairwise(key)}
    is_text = all(0x20 <= byte < 0x7F for byte in key)
    return is_text or len(set(key)) < DISTINCT_BYTES_MIN or len(steps) < DISTINCT_BYTES_MIN // 2


def is_weak_password(password: str) -> bool:
    """Whether it is short, of few characters, or holds what everybody tries first."""
    plain = password.casefold()
    return (
        len(password) < PASSWORD_CHARS_MIN
        or len(set(plain)) < PASSWORD_DISTINCT_MIN
        or any(word in plain for word in COMMON)
    )
