"""Seals, keys and proofs as auditors get them."""

from typing import Annotated

from pydantic import Field

from resources.shape import Moment, Shape

Hash = Annotated[str, Field(description="SHA-256 in hex.")]
Path = Annotated[list[Hash], Field(description="As RFC 6962 has it, from the leaf upwards.")]
Size = Annotated[int, Field(description="It covers the facts at positions 1 to this.")]
KeyId = Annotated[str, Field(description="The first 16 hex digits of the SHA-256 of the public key.")]
LogId = Annotated[int, Field(description="Which log; 1, as long as there is one.")]


class Seal(Shape):
    """What the whole log was up to a position, signed."""

    log_id: LogId
    size: Size
    root: Annotated[str, Field(description="Root of the Merkle tree over these facts, in hex.")]
    previous: Annotated[str, Field(description="Digest of the seal before it, in hex; zeros for the first.")]
    sealed_at: Moment
    key_id: KeyId
    signature: Annotated[str, Field(description="Ed25519 over the statement of the seal, in hex.")]


class SealPage(Shape):
    items: list[Seal]
    next: Annotated[int | None, Field(description="Send it as `after` for the next page; null at the end.")]


class SealKey(Shape):
    """A public key. It signs the seals of sizes above `after`, until another takes over."""

    log_id: LogId
    number: int
    key_id: KeyId
    public_key: Annotated[str, Field(description="Ed25519, 32 bytes in hex.")]
    after: int
    created_at: Moment
    signature: Annotated[
        str,
        Field(
            description="By the key before it over the statement of this one, in hex; the first by itself."
        ),
    ]


class SealKeys(Shape):
    items: Annotated[list[SealKey], Field(description="All of them, the oldest first.")]
    next: Annotated[None, Field(description="Always null: there are few.")]


class Leaf(Shape):
    """What the leaf of a fact is made of."""

    position: int
    stream: str
    version: int
    hash: Hash


class InclusionProof(Shape):
    """That a fact is in the log that was sealed."""

    fact: Leaf
    leaf: Annotated[str, Field(description="SHA-256 of 0x00, position, version, hash and stream, in hex.")]
    path: Path
    seal: Seal


class ConsistencyProof(Shape):
    """That the log of the first seal is the beginning of that of the second."""

    first: Seal
    second: Seal
    path: Path
