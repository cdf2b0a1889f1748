"""Tokens in links and cookies. The database keeps only their SHA-256; a job can write a link without anyone storing it.

A link's token is derived from its row's id with the installation's secret (HMAC-SHA256, 32 bytes), so it stands in no
table, no job and no log.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import TYPE_CHECKING, Final
from uuid import UUID

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES: Final = 12
TOKEN_BYTES: Final = 32
LONGEST_TOKEN: Final = 64


class SealBroken(Exception):  # noqa: N818 - it reads as what happened
    """We did not seal this, or not for this, or the installation has another secret by now."""


class Sealer:
    """Derives the tokens of links from the installation's secret, and seals with it."""

    __slots__ = ("_secret",)

    def __init__(self, secret: bytes) -> None:
        """`secret` has 32 bytes or more."""
        self._secret: Final = secret

    def token(self, purpose: str, row: UUID) -> str:
        """The token of one row's link; the same again for whoever has the secret."""
        return _text(hmac.digest(self._secret, purpose.encode() + b"\0" + row.bytes, "sha256"))

    def sign(self, purpose: str, message: bytes) -> str:
        """A signature over a message, for values that travel through a browser."""
        return _text(hmac.digest(self._secret, purpose.encode() + b"\0" + message, "sha256"))

    def seal(self, purpose: str, plain: bytes, bound_to: bytes) -> str:
        """What only we read again, and only as what it is `bound_to`: AES-256-GCM, its nonce in front."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return urlsafe_b64encode(nonce + self._cipher(purpose).encrypt(nonce, plain, bound_to)).decode()

    def unseal(self, purpose: str, sealed: str, bound_to: bytes) -> bytes:
        """The same again. Raises SealBroken."""
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - as below

        raw = urlsafe_b64decode(sealed)
        try:
            return self._cipher(purpose).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], bound_to)
        except InvalidTag:
            raise SealBroken from None

    def _cipher(self, purpose: str) -> AESGCM:
        # Imported late: the second step alone needs it.
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

        return AESGCM(hmac.digest(self._secret, b"seal\0" + purpose.encode(), "sha256"))


def new_token() -> str:
    """A fresh session token."""
    return _text(secrets.token_bytes(TOKEN_BYTES))


def token_hash(token: str) -> bytes:
    """What the database keeps of a token; nothing for what cannot be one."""
    return sha256(token.encode()).digest() if 0 < len(token) <= LONGEST_TOKEN else b""


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
