"""Passwords as they are typed: made the same on every system, and the worst of them refused."""

import unicodedata

from runtime.problems import Problem, ProblemDetail

WEAK = ProblemDetail(
    422,
    "weak-password",
    "This password would be guessed first",
    "It must not be the e-mail address, the name, or one character again and again.",
)


def prepared(password: str) -> str:
    """As RFC 8265 (OpaqueString) has it: any space is a space, and letters are composed.

    One keyboard sends é as one character and another one as two: to whoever types it, it is the same password. Case is
    kept, and compatibility forms (NFKC) are too: they would make different passwords equal.
    """
    spaced = "".join(" " if unicodedata.category(sign) == "Zs" else sign for sign in password)
    return unicodedata.normalize("NFC", spaced)


def must_be_good(password: str, email: str, name: str) -> None:
    """Raises Problem 422 `weak-password`.

    There is no list of common passwords: whoever guesses is slowed down, and these few are what is tried first for
    this very person.
    """
    folded = prepared(password).casefold().strip()
    about = {prepared(text).casefold().strip() for text in (email, email.partition("@")[0], name)}
    if folded in about or len(set(folded)) == 1 or not folded:
        raise Problem(WEAK)
