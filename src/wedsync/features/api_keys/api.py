"""Keys of a business's programs over REST, for its owner and admins: no key makes, lists or ends keys."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

import msgspec
from litestar import delete, get, post
from litestar.params import Parameter

from wedsync.features.api_keys import actions
from wedsync.features.api_keys import queries as q
from wedsync.features.api_keys.model import USUAL_OVERLAP_HOURS, USUAL_PAGE, Key, KeySaid, MadeKey
from wedsync.kernel.cursors import LAST_ID
from wedsync.kernel.ids import KeyId, SupplierId
from wedsync.kernel.permissions import Permission
from wedsync.platform.database import SUPPLIER, Reader, Tx, refuse_hidden
from wedsync.platform.http.bodies import Body
from wedsync.platform.http.routes import declares

KEYS_AT: Final = "/api/v1/suppliers/{supplier_id:uuid}/keys"
LEADS: Final = declares(Permission.API_KEYS_WRITE, on="supplier")
# A key outlives the session it was made in: an unlocked telephone is not enough for one.
MAKES: Final = declares(Permission.API_KEYS_WRITE, on="supplier", is_dangerous=True)


class KeyBody(KeySaid, Body, frozen=True, kw_only=True):
    """Which program it is for, what it opens, and for how many days: a year if nothing is said, two at most."""


class SuccessorBody(Body, frozen=True, kw_only=True):
    """For how many hours the old key goes on: a day if nothing is said, 168 at most."""

    overlap_hours: int = USUAL_OVERLAP_HOURS


class KeysList(msgspec.Struct, frozen=True, kw_only=True):
    """Keys, newest first; `next` leads on, and is empty at the end."""

    items: list[Key]
    next: str = ""


Limit = Annotated[int, Parameter(ge=1, le=100)]
Before = Annotated[UUID, Parameter(description="The `next` of the part before.")]


@get(KEYS_AT, tags=["keys"], summary="The keys of a business's programs", opt=LEADS)
async def keys(supplier_id: UUID, reader: Reader, limit: Limit = USUAL_PAGE, before: Before = LAST_ID) -> KeysList:
    """Those that have ended too. The keys themselves are told once, when they are made."""
    await refuse_hidden(reader, SUPPLIER, SupplierId(supplier_id), requires=Permission.API_KEYS_WRITE)
    page = q.KeysPage(supplier_id=SupplierId(supplier_id), before=before, limit=limit)
    items = await reader.all(q.KEYS, page)
    return KeysList(items=items, next=str(items[-1].id) if len(items) == limit else "")


@post(KEYS_AT, tags=["keys"], summary="Make a key", opt=MAKES)
async def make(supplier_id: UUID, data: KeyBody, tx: Tx) -> MadeKey:
    """`token` is what a program sends as its bearer token. It is shown this once."""
    return await actions.make_key(tx, SupplierId(supplier_id), data)


@post(f"{KEYS_AT}/{{key_id:uuid}}/successors", tags=["keys"], summary="Make the key that follows another", opt=MAKES)
async def follow(supplier_id: UUID, key_id: UUID, data: SuccessorBody, tx: Tx) -> MadeKey:
    """With the same name and scopes, for a year; both work until the old one ends."""
    return await actions.follow_key(tx, SupplierId(supplier_id), KeyId(key_id), data.overlap_hours)


@delete(f"{KEYS_AT}/{{key_id:uuid}}", tags=["keys"], summary="End a key at once", opt=LEADS)
async def end(supplier_id: UUID, key_id: UUID, tx: Tx) -> None:
    """Ending it twice is no error."""
    await actions.end_key(tx, SupplierId(supplier_id), KeyId(key_id))


ROUTES: Final = (keys, make, follow, end)
