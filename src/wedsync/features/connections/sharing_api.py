"""What suppliers ask for, and who read what, over REST."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

import msgspec
from litestar import delete, get, post, put
from litestar.params import Parameter

from wedsync.features.connections import receipt_queries, requests
from wedsync.features.connections import request_queries as q
from wedsync.features.connections.model import USUAL_PAGE, GrantRequest, Level
from wedsync.features.connections.who_reads import FactReader, who_reads
from wedsync.features.weddings.page_queries import SEEN
from wedsync.features.weddings.sight import Sight, sight_of
from wedsync.kernel.cursors import place_of, read_place
from wedsync.kernel.fields.definitions import field_named
from wedsync.kernel.fields.model import Field
from wedsync.kernel.ids import GrantRequestId, SupplierId, WeddingId
from wedsync.kernel.permissions import Area, Permission, allows
from wedsync.kernel.problems import Forbidden, NotFound
from wedsync.platform.database import WEDDING, ById, Reader, Tx, refuse_hidden
from wedsync.platform.http.bodies import Body
from wedsync.platform.http.routes import declares
from wedsync.platform.rate_limits import GRANT_REQUESTS, GRANT_REQUESTS_THERE, RateLimits

READS: Final = declares(Permission.WEDDING_READ, on="wedding")
ASKS: Final = declares(Permission.GRANTS_ASK, on="wedding")
SHARES: Final = declares(Permission.SHARING_WRITE, on="wedding")
Limit = Annotated[int, Parameter(ge=1, le=100)]
Before = Annotated[str, Parameter(description="The `next` of the part before.", max_length=80)]


class AskBody(Body, frozen=True, kw_only=True):
    """An area, how much of it, whether to change it too, and why: 2 to 500 characters that the couple reads."""

    area: Area
    reason: str
    level: Level = Level.EVERYTHING
    can_write: bool = False


class AnswerBody(Body, frozen=True, kw_only=True):
    """Whether the couple gives what was asked for."""

    give: bool


class RequestsList(msgspec.Struct, frozen=True, kw_only=True):
    """A part of what was asked for; `next` leads on, and is empty at the end."""

    items: list[GrantRequest]
    next: str = ""


class ReceiptsList(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the receipts; `next` leads on, and is empty at the end."""

    items: list[receipt_queries.AccessReceipt]
    next: str = ""


@get(
    "/api/v1/weddings/{wedding_id:uuid}/grant-requests",
    tags=["sharing"],
    summary="What suppliers asked to see",
    opt=READS,
)
async def list_requests(
    wedding_id: UUID, reader: Reader, limit: Limit = USUAL_PAGE, before: Before = ""
) -> RequestsList:
    """Newest first. The couple reads all of them, a supplier its own."""
    at, item = read_place(before)
    page = q.RequestsPage(wedding_id=WeddingId(wedding_id), before_at=at, before_id=item, limit=limit)
    items = await reader.all(q.REQUESTS, page)
    if not items:
        await refuse_hidden(reader, WEDDING, WeddingId(wedding_id))
    is_more = len(items) == limit
    return RequestsList(items=items, next=place_of(items[-1].created_at, items[-1].id) if is_more else "")


@post(
    "/api/v1/weddings/{wedding_id:uuid}/grant-requests",
    tags=["sharing"],
    summary="Ask a couple to share an area",
    opt=ASKS,
)
async def ask(wedding_id: UUID, data: AskBody, tx: Tx, limits: RateLimits) -> GrantRequest:
    """Both partners get a letter. 409 when it is shared, was asked for, or was declined within 7 days."""
    wanted = requests.Ask(area=data.area, level=data.level, can_write=data.can_write, reason=data.reason)
    asked = await requests.ask(tx, WeddingId(wedding_id), wanted)
    await take_request(limits, tx.actor.supplier_id, wedding_id)
    return asked


@delete(
    "/api/v1/weddings/{wedding_id:uuid}/grant-requests/{request_id:uuid}",
    tags=["sharing"],
    summary="Take a request back",
    opt=ASKS,
)
async def withdraw_request(wedding_id: UUID, request_id: UUID, tx: Tx) -> None:
    """While nobody has answered it."""
    await requests.withdraw_request(tx, WeddingId(wedding_id), GrantRequestId(request_id))


@put(
    "/api/v1/weddings/{wedding_id:uuid}/grant-requests/{request_id:uuid}/answer",
    tags=["sharing"],
    summary="Answer what a supplier asked for",
    opt=SHARES,
)
async def answer_request(wedding_id: UUID, request_id: UUID, data: AnswerBody, tx: Tx) -> GrantRequest:
    """Who asked gets a letter. A yes is a grant like any other, and can be taken back."""
    return await requests.answer_request(tx, WeddingId(wedding_id), GrantRequestId(request_id), give=data.give)


@get(
    "/api/v1/weddings/{wedding_id:uuid}/access-receipts",
    tags=["sharing"],
    summary="Who read what only your grant opens",
    opt=SHARES,
)
async def list_receipts(
    wedding_id: UUID, reader: Reader, limit: Limit = USUAL_PAGE, before: Before = "", supplier: UUID | None = None
) -> ReceiptsList:
    """Newest first: one a person, area and day, kept for a year. `supplier`: that one's alone."""
    items = await receipts_of(reader, wedding_id, before, limit, supplier)
    if not items:
        await refuse_hidden(reader, WEDDING, WeddingId(wedding_id), requires=Permission.SHARING_WRITE)
    is_more = len(items) == limit
    return ReceiptsList(items=items, next=place_of(items[-1].first_read_at, items[-1].id) if is_more else "")


@get(
    "/api/v1/weddings/{wedding_id:uuid}/support-looks",
    tags=["sharing"],
    summary="Who of our support opened your wedding, and why",
    opt=SHARES,
)
async def list_support_looks(wedding_id: UUID, reader: Reader) -> list[receipt_queries.SupportLook]:
    """The latest 50, kept for two years."""
    found = await reader.all(receipt_queries.SUPPORT_LOOKS, ById(wedding_id))
    if not found:
        await refuse_hidden(reader, WEDDING, WeddingId(wedding_id), requires=Permission.SHARING_WRITE)
    return found


@get(
    "/api/v1/weddings/{wedding_id:uuid}/facts/{key:str}/readers",
    tags=["sharing"],
    summary="Who can see a fact, and why",
    opt=SHARES,
)
async def list_readers(wedding_id: UUID, key: str, reader: Reader) -> list[FactReader]:
    """Everybody who belongs to the wedding, and each of its suppliers; those who read it first."""
    field = field_named(key)
    seen = await reader.one(SEEN, ById(wedding_id))
    return list(await readers_of(reader, sight_of(seen), field))


async def readers_of(reader: Reader, sight: Sight, field: Field) -> tuple[FactReader, ...]:
    """Raises Forbidden to who does not decide it, NotFound for what follows from other facts."""
    if not allows(sight.seen.standing, Permission.SHARING_WRITE):
        raise Forbidden
    if field.is_derived:
        raise NotFound("This follows from other details: who reads those reads it.")
    here = receipt_queries.OneFact(wedding_id=sight.seen.wedding.id, fact_key=field.fact_key)
    found = await reader.one(receipt_queries.RESTRICTED, here)
    return who_reads(sight, field, is_restricted=found.is_restricted)


async def take_request(limits: RateLimits, supplier: UUID | None, wedding: UUID) -> None:
    """Count a request for the business and for the couple: each is two letters. Raises TooManyRequests."""
    await limits.take(GRANT_REQUESTS, str(supplier))
    await limits.take(GRANT_REQUESTS_THERE, f"{supplier} {wedding}")


async def receipts_of(
    reader: Reader, wedding_id: UUID, before: str, limit: int, supplier: UUID | None
) -> list[receipt_queries.AccessReceipt]:
    """A part of a wedding's receipts, or of those that one supplier left there. Raises BadRequest."""
    at, item = read_place(before)
    if supplier is None:
        page = receipt_queries.ReceiptsPage(wedding_id=WeddingId(wedding_id), before_at=at, before_id=item, limit=limit)
        return await reader.all(receipt_queries.RECEIPTS, page)
    theirs = receipt_queries.SupplierReceiptsPage(
        wedding_id=WeddingId(wedding_id),
        supplier_id=SupplierId(supplier),
        before_at=at,
        before_id=item,
        limit=limit,
    )
    return await reader.all(receipt_queries.RECEIPTS_OF, theirs)


ROUTES: Final = (list_requests, ask, withdraw_request, answer_request, list_receipts, list_support_looks, list_readers)
