"""The token that lets one image through a freeze: signed here, verified anywhere with the public key, offline.

What it says is bound: this cell, this image, this incident, until then.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from wedsync.platform.signing import NotSigned, SigningKey, read_signed

KIND: Final = "release+jwt"
_PURPOSE: Final = "release key"


class NotAToken(Exception):  # noqa: N818 - it reads as the sentence it carries
    """It was not signed by this key, or something in it was changed."""

    def __init__(self) -> None:
        super().__init__("This is no token of ours, or it was changed on its way.")


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """What a token lets pass. `jti` is the override, which is used once; instants in seconds, as JWT has them.

    `change` is the one kind of change that it lets go between events; "" for a token that passes a freeze.
    """

    jti: UUID
    cell: str
    digest: str
    incident: str
    nbf: int
    exp: int
    change: str = ""

    def refusal(self, *, cell: str, digest: str, now: datetime) -> str:
        """Why it does not let this image pass here and now; "" when it does."""
        if self.cell != cell:
            return f"The token is for the cell {self.cell}, and this is {cell}."
        if self.digest != digest:
            return "The token is for another image."
        if not self.nbf <= now.timestamp() < self.exp:
            return "The token is over: it is good for two hours, within the window that was asked for."
        return ""


class ReleaseKey:
    """The private key, as it follows from a secret text: nothing is stored, and another text is another key."""

    def __init__(self, secret: str) -> None:
        """`secret` has 32 bytes or more, made by chance."""
        self._key: Final = SigningKey(secret, _PURPOSE)

    @property
    def public(self) -> str:
        """The public half as a JWK, for whoever verifies."""
        return self._key.public

    def sign(self, release: Release) -> str:
        """The token."""
        return self._key.sign(KIND, msgspec.json.encode(release))

    def read(self, token: str) -> Release:
        """What a token says. Raises NotAToken."""
        return read_token(token, self.public)


def read_token(token: str, public: str) -> Release:
    """What a token says, by a public key or a set of them (`{"keys": […]}`). Raises NotAToken."""
    try:
        return msgspec.json.decode(read_signed(KIND, token, public), type=Release)
    except (NotSigned, msgspec.MsgspecError):
        raise NotAToken from None
