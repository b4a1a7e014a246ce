"""The form in which an e-mail address is one account, however it is typed."""

from unicodedata import normalize

DOMAIN_MAX_CHARS = 253


def normalised(email: str) -> str:
    """Trimmed, composed (NFC), in lower case, and the domain as it is sent over the wire: `ana@xn--bcher-kva.example`.

    What cannot be an address is only trimmed, composed and put into lower case: no account has it.
    """
    text = normalize("NFC", normalize("NFC", email).strip().lower())
    local, at, domain = text.rpartition("@")
    if not at or domain.isascii():
        return text
    return f"{local}@{_wire_form(domain)}"


def _wire_form(domain: str) -> str:
    if len(domain) > DOMAIN_MAX_CHARS:
        return domain
    try:
        return domain.encode("idna").decode().lower()
    except UnicodeError:
        return domain
