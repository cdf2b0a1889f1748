"""Legal holds over REST: what the command line asks."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from litestar import Response, get, post, put
from litestar.params import QueryParameter

from wedsync.kernel.ids import PersonId, WeddingId
from wedsync.kernel.permissions import Permission
from wedsync.operations.holds import actions
from wedsync.operations.holds import queries as q
from wedsync.operations.holds.model import Hold, NewHold
from wedsync.platform.database import CELL, Reader, Tx, refuse_hidden
from wedsync.platform.http import Exchange, HandlerLike, declares
from wedsync.platform.http.bodies import Body
from wedsync.platform.http.passing import passed_all

KEEPS: Final = declares(Permission.HOLDS_WRITE, on="cell")


class HoldBody(Body, frozen=True, kw_only=True):
    """A person or a wedding, and the matter by its file rather than by names."""

    reason: str
    subject_id: UUID | None = None
    wedding_id: UUID | None = None


@get("/api/v1/operations/holds", tags=["operations"], summary="Legal holds", opt=KEEPS)
async def holds(
    exchange: Exchange,
    reader: Reader,
    after: UUID | None = None,
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 50,
) -> Response[list[Hold]]:
    """Newest first; `after` is the id of the last one you have."""
    raw = await reader.json(q.HOLDS, q.Page(after=after, limit=limit))
    await refuse_hidden(reader, CELL, exchange.signed_in().person_id, requires=Permission.HOLDS_WRITE)
    return passed_all(raw, Hold)


@post("/api/v1/operations/holds", tags=["operations"], summary="Ask for a legal hold", opt=KEEPS)
async def ask_hold(data: HoldBody, tx: Tx) -> Hold:
    """It holds once somebody else approves it."""
    new = NewHold(
        reason=data.reason,
        subject_id=None if data.subject_id is None else PersonId(data.subject_id),
        wedding_id=None if data.wedding_id is None else WeddingId(data.wedding_id),
    )
    return await actions.ask_hold(tx, tx.person_id, new)


@put("/api/v1/operations/holds/{hold_id:uuid}/approval", tags=["operations"], summary="Set a legal hold", opt=KEEPS)
async def approve_hold(hold_id: UUID, tx: Tx) -> Hold:
    """Never one that you asked for yourself."""
    return await actions.approve_hold(tx, tx.person_id, hold_id)


@put("/api/v1/operations/holds/{hold_id:uuid}/release", tags=["operations"], summary="Ask to let it go", opt=KEEPS)
async def ask_release(hold_id: UUID, tx: Tx) -> Hold:
    """It holds until somebody else lets it go."""
    return await actions.ask_release(tx, tx.person_id, hold_id)


@put(
    "/api/v1/operations/holds/{hold_id:uuid}/release/approval",
    tags=["operations"],
    summary="Let a legal hold go",
    opt=KEEPS,
)
async def release_hold(hold_id: UUID, tx: Tx) -> Hold:
    """Never when you asked for the release yourself."""
    return await actions.release_hold(tx, tx.person_id, hold_id)


ROUTES: Final[tuple[HandlerLike, ...]] = (holds, ask_hold, approve_hold, ask_release, release_hold)
