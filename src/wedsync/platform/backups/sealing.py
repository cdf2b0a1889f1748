"""Seals what leaves the house: AES-256-GCM in chunks, so that memory stays small and no bit can change unseen.

The key of each file follows from the backup key, a salt and the file's name: one put in another's place does not open.
A chunk's nonce is its number and whether it is the last, so none can be moved, repeated or cut off.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Final, Protocol

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC: Final = b"WSB1"
SALT_BYTES: Final = 16
CHUNK_BYTES: Final = 1024 * 1024
_TAG_BYTES: Final = 16


class Damaged(Exception):  # noqa: N818 - it reads as the sentence it carries
    """A file that is not what was written; `name` says which."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name} {why}")
        self.name = name
        self.why = why


class Readable(Protocol):
    """Something to read from, once."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; none at the end."""


class Writable(Protocol):
    """Something to write to."""

    def write(self, data: bytes, /) -> int:
        """All of it."""


class Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """What was written: its bytes and their SHA-256, and how many bytes are in it."""

    size_bytes: int
    sha256: str
    plain_bytes: int


class BackupKey:
    """The key of a place of backups."""

    def __init__(self, secret: str) -> None:
        """`secret` is a text made by chance, at least 32 bytes of it."""
        self._master: Final = hmac.digest(secret.encode(), b"wedsync backups", "sha256")

    @property
    def mark(self) -> str:
        """Known to everybody, so that the wrong key is noticed: says nothing about the key."""
        return hmac.digest(self._master, b"mark", "sha256").hex()[:16]

    def name_for(self, content: bytes) -> str:
        """A name for content that only who has the key can link to it; `content` is a hash of it."""
        return hmac.digest(self._master, b"name" + content, "sha256").hex()[:40]

    def seal(self, name: str, content: Iterable[bytes], out: Writable) -> Sealed:
        """Write `content` sealed; pieces may have any size, and one chunk is kept in memory."""
        salt = secrets.token_bytes(SALT_BYTES)
        cipher, digest = self._cipher(name, salt), sha256()
        digest.update(MAGIC + salt)
        size, plain = out.write(MAGIC + salt), 0
        for number, (chunk, is_last) in enumerate(_chunks(content)):
            data = cipher.encrypt(_nonce(number, is_last=is_last), chunk, None)
            digest.update(data)
            size += out.write(data)
            plain += len(chunk)
        return Sealed(size_bytes=size, sha256=digest.hexdigest(), plain_bytes=plain)

    def unseal(self, name: str, source: Readable) -> Iterator[bytes]:
        """The content, a chunk at a time, each proved before it is given. Raises Damaged."""
        head = _exactly(source, len(MAGIC) + SALT_BYTES)
        if len(head) < len(MAGIC) + SALT_BYTES or not head.startswith(MAGIC):
            raise Damaged(name, "is no sealed file")
        cipher = self._cipher(name, head[len(MAGIC) :])
        chunk = _exactly(source, CHUNK_BYTES + _TAG_BYTES)
        number = 0
        while True:
            following = _exactly(source, CHUNK_BYTES + _TAG_BYTES)
            try:
                yield cipher.decrypt(_nonce(number, is_last=not following), chunk, None)
            except InvalidTag:
                raise Damaged(name, "was altered or cut off") from None
            if not following:
                return
            chunk, number = following, number + 1

    def _cipher(self, name: str, salt: bytes) -> AESGCM:
        derived = HKDF(algorithm=SHA256(), length=32, salt=salt, info=name.encode())
        return AESGCM(derived.derive(self._master))


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\x01" if is_last else b"\x00")


def _chunks(content: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Chunks of one size, the last one shorter, and whether each is the last; at least one, if empty."""
    held = bytearray()
    for piece in content:
        held += piece
        while len(held) > CHUNK_BYTES:
            yield bytes(held[:CHUNK_BYTES]), False
            del held[:CHUNK_BYTES]
    yield bytes(held), True


def _exactly(source: Readable, size: int) -> bytes:
    """`size` bytes, or what is left."""
    found = source.read(size)
    if len(found) == size or not found:
        return found
    held = bytearray(found)
    while len(held) < size and (more := source.read(size - len(held))):
        held += more
    return bytes(held)
