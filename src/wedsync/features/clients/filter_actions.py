"""Keeping a way of looking for the whole team, and letting it go."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl
from uuid import UUID

from wedsync.features.clients import filter_queries as q
from wedsync.features.clients.actions import tell
from wedsync.features.clients.filtering import Asked, Filter, read_asked
from wedsync.kernel.fields.cleaning import FieldError, clean_line, fit
from wedsync.kernel.fields.model import Rules
from wedsync.kernel.ids import BatchId, SupplierId
from wedsync.kernel.permissions import Permission, WriteClass
from wedsync.kernel.problems import AlreadyDone, BadRequest, Conflict, Invalid
from wedsync.platform.database import SUPPLIER, ById, Tx, action, open_batch

MOST_FILTERS: Final = 50
MOST_WORDS: Final = 20
_NAME: Final = Rules(min_length=1, max_length=100)


@action(requires=Permission.CLIENTS_WRITE, on=SUPPLIER, write_class=WriteClass.PLAN)
async def save_filter(tx: Tx, supplier_id: SupplierId, name: str, query: str) -> q.SavedFilter:
    """Keep what an address asks for, under a name that no other has. Raises Invalid, Conflict."""
    asked = asked_in(query)
    if asked.filter == Filter():
        raise Invalid(errors=[{"field": "query", "detail": "This shows everybody. Set a filter first."}])
    new = q.NewFilter(supplier_id=supplier_id, name=_named(name), query=asked.address().removeprefix("?"))
    if len(await tx.all(q.FILTERS, ById(supplier_id))) >= MOST_FILTERS:
        raise Conflict(f"A team keeps up to {MOST_FILTERS} filters. Remove one first.")
    try:
        saved = await tx.one(q.SAVE_FILTER, new)
    except AlreadyDone:
        raise Conflict("There is a filter of that name already. Give this one another.") from None
    tell(tx, supplier_id)
    return saved


@action(requires=Permission.CLIENTS_WRITE, on=SUPPLIER, write_class=WriteClass.PLAN)
async def remove_filter(tx: Tx, supplier_id: SupplierId, filter_id: UUID) -> BatchId:
    """Let a filter go; it can be undone for 30 days."""
    batch = await open_batch(tx, supplier_id, "clients.remove_filter")
    await tx.one(q.REMOVE_FILTER, q.FilterRemoval(supplier_id=supplier_id, id=filter_id, batch=batch))
    tell(tx, supplier_id)
    return batch


def asked_in(query: str) -> Asked:
    """What the words of an address ask for. Raises BadRequest."""
    try:
        words = parse_qsl(query.removeprefix("?"), max_num_fields=MOST_WORDS, errors="strict")
    except ValueError:
        raise BadRequest("This is not what the address of a list of clients says.") from None
    return read_asked(dict(words))


def _named(name: str) -> str:
    try:
        return fit(clean_line(name), _NAME)
    except FieldError as error:
        detail = error.detail if name.strip() else "Give it a name."
        raise Invalid(errors=[{"field": "name", "detail": detail}]) from None
