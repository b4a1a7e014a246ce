"""E-mail addresses in the one form in which they are one mailbox.

What looks alike must not be two accounts: addresses are in NFC and lower case, a domain is written as the domain name
system writes it (`bücher.example` is `xn--bcher-kva.example`), and a local part has neither invisible signs, nor
others that only look like letters, nor letters of alphabets that are mistaken for each other side by side.
"""

import re
import unicodedata

import idna

from runtime.texts.visible import INVISIBLE, JOINERS, script_of, visible_line

CHARS_MAX = 254
# What mail servers take from each other; deliberately less than RFC 5322 allows to be written.
SHAPE = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s]+")
HOST = re.compile(
    r"(?=.{1,253}\Z)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)+"
)
MISTAKEN_FOR_EACH_OTHER = frozenset({"LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "CHEROKEE"})

NO_ADDRESS = "this is not an e-mail address"


def email_address(text: str) -> str:
    """The one form of `text`. Raises ValueError for what is no address, or looks like another one."""
    address = visible_line(text.strip()).lower()
    if not SHAPE.fullmatch(address):
        raise ValueError(NO_ADDRESS)
    local, _, domain = address.partition("@")
    address = f"{_local(local)}@{_domain(domain)}"
    if len(address) > CHARS_MAX:
        raise ValueError(f"{NO_ADDRESS}: it is too long")
    return address


def account_key(text: str) -> str:
    """The form to look an account up by: for what is no address, a text that no account has or an older one may."""
    try:
        return email_address(text)
    except ValueError:
        return text.strip().lower()


def _local(local: str) -> str:
    if local.isascii():
        return local
    local = unicodedata.normalize("NFC", local)
    if INVISIBLE.search(local) or JOINERS.search(local) or unicodedata.normalize("NFKC", local) != local:
        raise ValueError(f"{NO_ADDRESS}: it has characters that look like others")
    alphabets = {script_of(sign) for sign in local if sign.isalpha()} & MISTAKEN_FOR_EACH_OTHER
    if len(alphabets) > 1:
        raise ValueError(f"{NO_ADDRESS}: it mixes letters of alphabets that look alike")
    return local


def _domain(domain: str) -> str:
    try:
        if not domain.isascii():
            domain = idna.encode(domain, uts46=True, std3_rules=True).decode()
        elif "xn--" in domain:
            # Whether it stands for anything: an encoded name that does not would be a second form of another.
            domain = idna.encode(idna.decode(domain)).decode()
    except ValueError:
        raise ValueError(f"{NO_ADDRESS}: its domain cannot be one") from None
    if not HOST.fullmatch(domain):
        raise ValueError(f"{NO_ADDRESS}: its domain cannot be one")
    return domain
