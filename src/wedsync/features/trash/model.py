"""What was removed and can still be brought back: who removed it, when, and what went along.

Every table whose rows can be removed has its line in KINDS; a test names the one that is missing.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, LiteralString

import msgspec

from wedsync.kernel.ids import BatchId
from wedsync.kernel.permissions import Permission, Standing, SupplierRole, WeddingRole, allows

# Things that are named of one deletion; of more only the number is told.
MOST_THINGS: Final = 20
USUAL_PAGE: Final = 20


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """A table whose rows can be removed: what one is called, the column with its name, and who brings it back."""

    word: LiteralString
    table: LiteralString
    scope: LiteralString
    name: LiteralString
    requires: Permission


KINDS: Final = (
    Kind(
        word="event",
        table="wedding_events",
        scope="wedding_id",
        name="title",
        requires=Permission.EVENTS_WRITE,
    ),
    Kind(word="venue", table="venues", scope="supplier_id", name="name", requires=Permission.VENUES_WRITE),
    Kind(word="client", table="clients", scope="supplier_id", name="name", requires=Permission.CLIENTS_WRITE),
    Kind(word="note", table="client_notes", scope="supplier_id", name="body", requires=Permission.CLIENTS_WRITE),
    Kind(
        word="question", table="client_questions", scope="supplier_id", name="detail", requires=Permission.CLIENTS_WRITE
    ),
    Kind(word="filter", table="client_filters", scope="supplier_id", name="name", requires=Permission.CLIENTS_WRITE),
)
_BY_WORD: Final = {kind.word: kind for kind in KINDS}
_LEADS: Final = (SupplierRole.OWNER, SupplierRole.ADMIN)


class Thing(msgspec.Struct, frozen=True, kw_only=True):
    """One row that went along, by the name under which people knew it."""

    kind: str
    name: str


class Deletion(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was removed, until when it comes back, and what its reader may know of it.

    `things` are the first of `count`; `removed_by` is empty for who is no longer known.
    """

    batch: BatchId
    removed_at: datetime
    until: datetime
    is_own: bool
    things: tuple[Thing, ...]
    count: int
    removed_by: str | None = None


def may_bring_back(standing: Standing, deletion: Deletion) -> bool:
    """One's own, or anybody's for a partner and for who leads the business; and only what one may also change."""
    is_lead = standing.wedding_role is WeddingRole.PARTNER or standing.supplier_role in _LEADS
    kinds = {_BY_WORD[thing.kind].requires for thing in deletion.things}
    return (deletion.is_own or is_lead) and all(allows(standing, requires) for requires in kinds)
