"""Signatures that outlive a process: made here, verified anywhere with the public key, offline. EdDSA over Ed25519.

The key follows from a secret text and a purpose: nothing is stored, and one purpose cannot sign for another.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from joserfc.jwk import KeySet, OKPKey

ALGORITHM: Final = "Ed25519"  # RFC 9864's name for EdDSA with this curve
LONGEST: Final = 4096


class NotSigned(Exception):  # noqa: N818 - it reads as the sentence it carries
    """It was not signed by this key for this, or something in it was changed."""


class _Keys(msgspec.Struct, frozen=True):
    keys: list[dict[str, str | list[str]]]


class SigningKey:
    """A private key for one purpose."""

    def __init__(self, secret: str, purpose: str) -> None:
        """`secret` has 32 bytes or more, made by chance."""
        # Imported late, here and below: a web process signs and reads a few times a year.
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415
        from joserfc.jwk import OKPKey  # noqa: PLC0415

        seed = hmac.digest(secret.encode(), purpose.encode(), "sha256")
        self._key: Final = OKPKey.import_key(Ed25519PrivateKey.from_private_bytes(seed))

    @property
    def public(self) -> str:
        """The public half as a JWK, for whoever verifies."""
        named = {"kid": self._key.thumbprint(), "alg": ALGORITHM, "use": "sig"}
        return msgspec.json.encode(self._key.as_dict(private=False) | named).decode()

    def sign(self, kind: str, payload: bytes) -> str:
        """A compact JWS whose header says what kind of thing it is."""
        from joserfc import jws  # noqa: PLC0415

        head = {"alg": ALGORITHM, "kid": self._key.thumbprint(), "typ": kind}
        return jws.serialize_compact(head, payload, self._key, algorithms=[ALGORITHM])

    def read(self, kind: str, signed: str) -> bytes:
        """What was signed. Raises NotSigned."""
        return read_signed(kind, signed, self.public)


def read_signed(kind: str, signed: str, public: str) -> bytes:
    """What was signed, by a public key or a set of them (`{"keys": […]}`). Raises NotSigned."""
    from joserfc import jws  # noqa: PLC0415
    from joserfc.errors import JoseError  # noqa: PLC0415

    try:
        found = jws.deserialize_compact(signed.strip()[:LONGEST], _keys(public), algorithms=[ALGORITHM])
        is_ours = found.headers().get("typ") == kind
    except (JoseError, msgspec.MsgspecError, ValueError, TypeError, KeyError):
        raise NotSigned from None
    if not is_ours:
        raise NotSigned
    return found.payload


def _keys(public: str) -> OKPKey | KeySet:
    from joserfc.jwk import KeySet, OKPKey  # noqa: PLC0415

    try:
        listed = msgspec.json.decode(public, type=_Keys).keys
    except msgspec.ValidationError:
        return OKPKey.import_key(msgspec.json.decode(public, type=dict[str, str | list[str]]))
    return KeySet([OKPKey.import_key(each) for each in listed])
