"""The token that lets one image through a freeze: signed here, verified anywhere with the public key, offline.

EdDSA over Ed25519. What it says is bound: this cell, this image, this incident, until then.
"""

from __future__ import annotations

import hmac
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

import msgspec

if TYPE_CHECKING:
    from joserfc.jwk import KeySet, OKPKey

ALGORITHM: Final = "Ed25519"  # RFC 9864's name for EdDSA with this curve
KIND: Final = "release+jwt"
LONGEST_TOKEN: Final = 4096
_PURPOSE: Final = b"release key"


class NotAToken(Exception):  # noqa: N818 - it reads as the sentence it carries
    """It was not signed by this key, or something in it was changed."""

    def __init__(self) -> None:
        super().__init__("This is no token of ours, or it was changed on its way.")


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """What a token lets pass. `jti` is the override, which is used once; instants in seconds, as JWT has them."""

    jti: UUID
    cell: str
    digest: str
    incident: str
    nbf: int
    exp: int

    def refusal(self, *, cell: str, digest: str, now: datetime) -> str:
        """Why it does not let this image pass here and now; "" when it does."""
        if self.cell != cell:
            return f"The token is for the cell {self.cell}, and this is {cell}."
        if self.digest != digest:
            return "The token is for another image."
        if not self.nbf <= now.timestamp() < self.exp:
            return "The token is over: it is good for two hours, within the window that was asked for."
        return ""


class _Keys(msgspec.Struct, frozen=True):
    keys: list[dict[str, str | list[str]]]


class ReleaseKey:
    """The private key, as it follows from a secret text: nothing is stored, and another text is another key."""

    def __init__(self, secret: str) -> None:
        """`secret` has 32 bytes or more, made by chance."""
        # Imported late, here and below: a web process signs and reads a token a few times a year.
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415
        from joserfc.jwk import OKPKey  # noqa: PLC0415

        seed = hmac.digest(secret.encode(), _PURPOSE, "sha256")
        self._key: Final = OKPKey.import_key(Ed25519PrivateKey.from_private_bytes(seed))

    @property
    def public(self) -> str:
        """The public half as a JWK, for whoever verifies."""
        named = {"kid": self._key.thumbprint(), "alg": ALGORITHM, "use": "sig"}
        return msgspec.json.encode(self._key.as_dict(private=False) | named).decode()

    def sign(self, release: Release) -> str:
        """The token."""
        from joserfc import jws  # noqa: PLC0415

        head = {"alg": ALGORITHM, "kid": self._key.thumbprint(), "typ": KIND}
        return jws.serialize_compact(head, msgspec.json.encode(release), self._key, algorithms=[ALGORITHM])

    def read(self, token: str) -> Release:
        """What a token says. Raises NotAToken."""
        return read_token(token, self.public)


def read_token(token: str, public: str) -> Release:
    """What a token says, by a public key or a set of them (`{"keys": […]}`). Raises NotAToken."""
    from joserfc import jws  # noqa: PLC0415
    from joserfc.errors import JoseError  # noqa: PLC0415

    try:
        signed = jws.deserialize_compact(token.strip()[:LONGEST_TOKEN], _keys(public), algorithms=[ALGORITHM])
        is_ours = signed.headers().get("typ") == KIND
        release = msgspec.json.decode(signed.payload, type=Release)
    except (JoseError, msgspec.MsgspecError, ValueError, TypeError, KeyError):
        raise NotAToken from None
    if not is_ours:
        raise NotAToken
    return release


def _keys(public: str) -> OKPKey | KeySet:
    from joserfc.jwk import KeySet, OKPKey  # noqa: PLC0415

    try:
        listed = msgspec.json.decode(public, type=_Keys).keys
    except msgspec.ValidationError:
        return OKPKey.import_key(msgspec.json.decode(public, type=dict[str, str | list[str]]))
    return KeySet([OKPKey.import_key(each) for each in listed])
