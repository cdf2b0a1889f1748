"""The keys under which a business's own programs come.

A key says what it is, so that whoever scans for leaked ones finds it, and proves by its checksum that nobody mistyped
it. The database keeps only its SHA-256, and is asked at every request: a key that has ended opens nothing, anywhere.
"""

from __future__ import annotations

import re
import secrets
import time
import zlib
from base64 import b32encode
from collections import OrderedDict
from contextlib import suppress
from hashlib import sha256
from typing import Final

import msgspec

from wedsync.kernel.ids import KeyId, PersonId, SupplierId
from wedsync.kernel.permissions import KeyScope, Permission, opens
from wedsync.kernel.problems import Unavailable
from wedsync.kernel.tiers import SupplierTier
from wedsync.platform.database import NOBODY, Database, Nothing, Query

PREFIX: Final = "ws_live_"
PUBLIC_LENGTH: Final = 12
SECRET_BYTES: Final = 32
USE_KEPT_EVERY_S: Final = 60.0
MOST_REMEMBERED: Final = 20_000
_WELL_FORMED: Final = re.compile(r"(ws_live_[a-z2-7]{12}_[a-z2-7]{52})_([0-9a-f]{8})", re.ASCII)


class ApiKey(msgspec.Struct, frozen=True, kw_only=True):
    """A live key: for which business, by whom it was made, and what it opens."""

    key_id: KeyId
    supplier_id: SupplierId
    person_id: PersonId
    scopes: frozenset[KeyScope]
    tier: SupplierTier

    def opens(self, permission: Permission | None) -> bool:
        """Whether it opens what asks for this; what asks for nothing in particular it does not open."""
        return permission is not None and opens(self.scopes, permission)


class NewKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key that nobody has been given yet."""

    public_id: str
    token: str


class _ByHash(msgspec.Struct, frozen=True):
    hash: bytes


class _ById(msgspec.Struct, frozen=True):
    key: KeyId


_KEY_HOLDER: Final = Query(
    _ByHash, ApiKey, "select key_id, supplier_id, person_id, scopes, tier from app.key_holder(%(hash)s)"
)
_NOTE_USE: Final = Query(_ById, Nothing, "select app.note_key_use(%(key)s)")


class ApiKeys:
    """Finds what a key opens, and notes the minute in which it was used."""

    def __init__(self, database: Database) -> None:
        """Remembers nothing but when it last noted a key's use."""
        self._database = database
        self._noted: OrderedDict[KeyId, float] = OrderedDict()

    async def find(self, token: str) -> ApiKey | None:
        """The live key, or None. Raises Unavailable when the database cannot be asked."""
        if not is_well_formed(token):
            return None
        found = await self._database.reader(NOBODY).maybe(_KEY_HOLDER, _ByHash(key_hash(token)))
        if found is not None:
            await self._note(found.key_id)
        return found

    async def _note(self, key: KeyId) -> None:
        now = time.monotonic()
        if now - self._noted.get(key, -USE_KEPT_EVERY_S) < USE_KEPT_EVERY_S:
            return
        self._noted[key] = now
        self._noted.move_to_end(key)
        if len(self._noted) > MOST_REMEMBERED:
            self._noted.popitem(last=False)
        with suppress(Unavailable):  # whoever only reads is served while nothing can be written
            async with self._database.transaction(NOBODY) as tx:
                await tx.run(_NOTE_USE, _ById(key))


def new_key() -> NewKey:
    """A fresh key: its prefix, a part that may be said aloud, 32 secret bytes and a checksum over all of it."""
    public_id = _text(secrets.token_bytes(PUBLIC_LENGTH))[:PUBLIC_LENGTH]
    body = f"{PREFIX}{public_id}_{_text(secrets.token_bytes(SECRET_BYTES))}"
    return NewKey(public_id=public_id, token=f"{body}_{_checksum(body)}")


def looks_like_key(token: str) -> bool:
    """Whether it means to be a key of ours."""
    return token.startswith(PREFIX)


def is_well_formed(token: str) -> bool:
    """Whether it can be one: of the right shape, and with the right checksum."""
    parts = _WELL_FORMED.fullmatch(token)
    return parts is not None and parts[2] == _checksum(parts[1])


def key_hash(token: str) -> bytes:
    """What the database keeps of a key."""
    return sha256(token.encode()).digest()


def _checksum(body: str) -> str:
    return f"{zlib.crc32(body.encode()):08x}"


def _text(raw: bytes) -> str:
    return b32encode(raw).decode().rstrip("=").lower()
