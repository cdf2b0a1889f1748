"""What people asked for of their data, over REST: what the command line shows, and the answers."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from litestar import Response, get, put
from litestar.params import QueryParameter

from wedsync.features.privacy.model import Outcome
from wedsync.kernel.permissions import Permission
from wedsync.operations.data_requests import queries as q
from wedsync.operations.data_requests.actions import answer_correction
from wedsync.platform.database import CELL, Reader, Tx, refuse_hidden
from wedsync.platform.http import Exchange, HandlerLike, declares
from wedsync.platform.http.bodies import Body
from wedsync.platform.http.passing import passed_all

SUPPORTS: Final = declares(Permission.SUPPORT, on="cell")


class AnswerBody(Body, frozen=True, kw_only=True):
    """Whether it was put right, and what you tell them."""

    outcome: Outcome
    answer: str


@get(
    "/api/v1/operations/data-requests", tags=["operations"], summary="What people asked for of their data", opt=SUPPORTS
)
async def requests(
    exchange: Exchange,
    reader: Reader,
    after: UUID | None = None,
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 50,
) -> Response[list[q.OpenRequest]]:
    """What is not done: overdue first, then the oldest. `after` is the id of the last one you have."""
    raw = await reader.json(q.OPEN, q.Page(after=after, limit=limit))
    await refuse_hidden(reader, CELL, exchange.signed_in().person_id, requires=Permission.SUPPORT)
    return passed_all(raw, q.OpenRequest)


@put(
    "/api/v1/operations/data-requests/{request_id:uuid}/answer",
    tags=["operations"],
    summary="Answer a correction",
    opt=SUPPORTS,
)
async def answer(request_id: UUID, data: AnswerBody, tx: Tx) -> None:
    """Once. A letter tells them."""
    await answer_correction(tx, tx.person_id, q.Answer(id=request_id, outcome=data.outcome, answer=data.answer))


ROUTES: Final[tuple[HandlerLike, ...]] = (requests, answer)
