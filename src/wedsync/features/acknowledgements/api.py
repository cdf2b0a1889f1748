"""Acknowledgements over REST: which supplier has seen which revision, and saying that one has."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import Parameter

from wedsync.features.acknowledgements import actions
from wedsync.features.acknowledgements import queries as q
from wedsync.features.acknowledgements.model import Shown, Sighting, checked
from wedsync.kernel.cursors import cursor_of, read_cursor
from wedsync.kernel.ids import WeddingId
from wedsync.kernel.permissions import Permission
from wedsync.kernel.problems import BadRequest
from wedsync.platform.database import WEDDING, Reader, Tx, refuse_hidden
from wedsync.platform.http.bodies import Body
from wedsync.platform.http.routes import declares

READS: Final = declares(Permission.WEDDING_READ, on="wedding")
ACKNOWLEDGES: Final = declares(Permission.FACTS_ACKNOWLEDGE, on="wedding")
FIRST: Final = UUID(int=0)
USUAL_PAGE: Final = 200


class ShownBody(Body, frozen=True, kw_only=True):
    """A revision of a fact, as the wedding's facts name it; without `event_id` it is the wedding's own."""

    fact_key: str
    revision: int
    event_id: UUID | None = None


class SeenBody(Body, frozen=True, kw_only=True):
    """What members of your business have seen: 200 facts at most."""

    facts: tuple[ShownBody, ...]


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """How many of them are new; the others were on record."""

    added: int


class Ledger(msgspec.Struct, frozen=True, kw_only=True):
    """A part of it, by supplier; `next` leads on, and is empty at the end."""

    items: list[Sighting]
    next: str = ""


Limit = Annotated[int, Parameter(ge=1, le=500)]
After = Annotated[str, Parameter(description="The `next` of the part before.", max_length=400)]


@get(
    "/api/v1/weddings/{wedding_id:uuid}/acknowledgements",
    tags=["acknowledgements"],
    summary="Who has seen what",
    opt=READS,
)
async def ledger(wedding_id: UUID, reader: Reader, limit: Limit = USUAL_PAGE, after: After = "") -> Ledger:
    """Each fact that is kept track of, for each supplier that reads it: the revision that stands and the one it saw
    last. Who belongs to the wedding reads all of it, a supplier its own. Reading it acknowledges nothing.
    """
    supplier, subject, key = _place(after)
    page = q.LedgerPage(
        wedding_id=WeddingId(wedding_id), after_supplier=supplier, after_subject=subject, after_key=key, limit=limit
    )
    items = await reader.all(q.LEDGER, page)
    if not items:
        await refuse_hidden(reader, WEDDING, WeddingId(wedding_id))
    return Ledger(items=items, next=_cursor(items[-1], wedding_id) if len(items) == limit else "")


@post(
    "/api/v1/weddings/{wedding_id:uuid}/acknowledgements",
    tags=["acknowledgements"],
    summary="Say that you have seen it",
    status_code=200,
    opt=ACKNOWLEDGES,
)
async def acknowledge(wedding_id: UUID, data: SeenBody, tx: Tx) -> Said:
    """For when a person has looked, so no key opens it. All of it is kept, or nothing; said again it stays as it is."""
    shown = checked(
        tuple(
            Shown(subject_id=each.event_id or wedding_id, fact_key=each.fact_key, revision=each.revision)
            for each in data.facts
        ),
        "facts",
    )
    return Said(added=await actions.acknowledge(tx, WeddingId(wedding_id), shown))


def _cursor(last: Sighting, wedding_id: UUID) -> str:
    return cursor_of(f"{last.event_id or wedding_id}~{last.fact_key}", last.supplier_id)


def _place(after: str) -> tuple[UUID, UUID, str]:
    if not after:
        return FIRST, FIRST, ""
    try:
        place, supplier = read_cursor(after)
        subject, _, key = place.partition("~")
        return supplier, UUID(subject), key
    except ValueError:
        raise BadRequest("Take `after` from the part that came last, as it was given.") from None


ROUTES: Final = (ledger, acknowledge)
