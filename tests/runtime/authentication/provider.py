"""An OIDC provider on this machine: serves its documents, and can go away, lie or be slow."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from tests.runtime.authentication.forging import ISSUED

Jwk = dict[str, Any]


def _named(name: str, algorithm: str, private: Any, written: type[Any]) -> tuple[str, Any, Jwk]:
    return algorithm, private, {**json.loads(written.to_jwk(private.public_key())), "kid": name, "use": "sig"}


KEYS: dict[str, tuple[str, Any, Jwk]] = {
    "rsa": _named("rsa", "RS256", rsa.generate_private_key(65537, 2048), RSAAlgorithm),
    "ec": _named("ec", "ES256", ec.generate_private_key(ec.SECP256R1()), ECAlgorithm),
    "ed": _named("ed", "EdDSA", ed25519.Ed25519PrivateKey.generate(), OKPAlgorithm),
    "short": _named("short", "RS256", rsa.generate_private_key(65537, 1024), RSAAlgorithm),
    "p384": _named("p384", "ES384", ec.generate_private_key(ec.SECP384R1()), ECAlgorithm),
}
"""By name: the algorithm, the private key, the public JWK. The last two are not fit for us."""


class Provider:
    """`keys` are the names of those it publishes; `documents` replaces what it serves at a path."""

    def __init__(self) -> None:
        self.issuer = ""
        self.keys = ["rsa", "ec", "ed"]
        self.documents: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.is_away = False

    def token(self, key: str = "rsa", **changes: Any) -> str:
        algorithm, private, _ = KEYS[key]
        claims = {
            "iss": self.issuer, "aud": "tickets", "sub": "subject-1", "iat": ISSUED, "exp": ISSUED + 300,
            "name": "Olga", "email": "olga@example.org", "realm_access": {"roles": ["clerk", "other"]}, **changes,
        }  # fmt: skip
        kept = {name: value for name, value in claims.items() if value is not ...}
        return jwt.encode(kept, private, algorithm, headers={"kid": key})

    def _document(self, path: str) -> bytes | None:
        if path in self.documents:
            return self.documents[path]
        if path == "/.well-known/openid-configuration":
            return json.dumps({"issuer": self.issuer, "jwks_uri": f"{self.issuer}/keys"}).encode()
        if path == "/keys":
            return json.dumps({"keys": [KEYS[name][2] for name in self.keys]}).encode()
        return None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        path = head.split(b" ")[1].decode()
        self.asked.append(path)
        document = None if self.is_away else self._document(path)
        status = b"503 Away" if document is None else b"200 OK"
        body = document or b""
        writer.write(
            b"HTTP/1.1 %b\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%b" % (status, len(body), body)
        )
        await writer.drain()
        writer.close()


@asynccontextmanager
async def provider() -> AsyncIterator[Provider]:
    made = Provider()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    async with server:
        made.issuer = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield made
