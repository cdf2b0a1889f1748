"""Connections and sharing over REST: who works at a wedding, and what the couple lets them see."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import date
from typing import Annotated, Final
from uuid import UUID

import msgspec
from litestar import Response, delete, get, post, put
from litestar.params import Parameter

from wedsync.features.connections import actions
from wedsync.features.connections import queries as q
from wedsync.features.connections.accepting import Acceptance, Accepted, accept
from wedsync.features.connections.lists import weddings_of
from wedsync.features.connections.model import (
    USUAL_PAGE,
    Connection,
    Ending,
    Grant,
    Level,
    Listed,
    SentInvitation,
    WeddingMember,
)
from wedsync.features.people.api import address_in
from wedsync.features.people.model import LONGEST_NAME
from wedsync.features.people.queries import READ_INVITATION, ByHash, Chooser
from wedsync.features.people.signing_in import chosen_password
from wedsync.kernel.ids import InvitationId, PersonId, SupplierId, WeddingId
from wedsync.kernel.permissions import Area, Permission, SupplierType
from wedsync.kernel.problems import BadRequest
from wedsync.platform.database import SUPPLIER, WEDDING, ById, Reader, Tx, refuse_hidden
from wedsync.platform.http.bodies import Body
from wedsync.platform.http.exchange import Exchange
from wedsync.platform.http.passing import passed, passed_all
from wedsync.platform.http.routes import OPEN, declares
from wedsync.platform.rate_limits import INVITATION_AGAIN, RateLimits
from wedsync.platform.tokens import token_hash

NO_ID: Final = UUID(int=0)
# A wedding without a date is listed at infinity, after every other; the cursor says so with the last date there is.
NO_DATE: Final = date(9999, 12, 31)
READS: Final = declares(Permission.WEDDING_READ, on="wedding")
SHARES: Final = declares(Permission.SHARING_WRITE, on="wedding")


class GrantBody(Body, frozen=True, kw_only=True):
    """How much of an area a supplier gets."""

    level: Level = Level.USUAL
    can_write: bool = False


class EndingBody(Body, frozen=True, kw_only=True):
    """How a couple ends a connection."""

    ending: Ending = Ending.DISCONNECTED


class InviteBody(Body, frozen=True, kw_only=True):
    """Whom a couple invites; `service` is needed for a supplier."""

    kind: str
    email: str
    name: str = ""
    service: SupplierType | None = None


class AcceptBody(Body, frozen=True, kw_only=True):
    """How to take an invitation up; each kind needs its own part of it."""

    name: str = ""
    password: str = ""
    wedding_id: UUID | None = None
    supplier_id: UUID | None = None


class WeddingsList(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a supplier's weddings by date; `next` leads on, and is empty at the end."""

    items: list[Listed]
    next: str = ""


class ConnectionsList(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a wedding's suppliers; `next` leads on, and is empty at the end."""

    items: list[Connection]
    next: str = ""


Limit = Annotated[int, Parameter(ge=1, le=100)]
After = Annotated[str, Parameter(description="The `next` of the part before.", max_length=120)]


@get(
    "/api/v1/suppliers/{supplier_id:uuid}/weddings",
    tags=["connections"],
    summary="A supplier's weddings, by date",
    opt=declares(Permission.SUPPLIER_READ, on="supplier"),
)
async def list_weddings(
    supplier_id: UUID, reader: Reader, limit: Limit = USUAL_PAGE, after: After = "", since: date | None = None
) -> WeddingsList:
    """From `since` on; those without a date come last."""
    on, wedding = read_cursor(after) if after else (since or date.min, NO_ID)
    page = q.WeddingsPage(supplier_id=SupplierId(supplier_id), after_on=on, after_id=wedding, limit=limit)
    items = await weddings_of(reader, page)
    if not items:
        await refuse_hidden(reader, SUPPLIER, SupplierId(supplier_id))
    is_more = len(items) == limit
    return WeddingsList(items=items, next=cursor(items[-1].held_on, items[-1].wedding_id) if is_more else "")


@get("/api/v1/weddings/{wedding_id:uuid}/connections", tags=["connections"], summary="A wedding's suppliers", opt=READS)
async def list_connections(
    wedding_id: UUID, reader: Reader, limit: Limit = USUAL_PAGE, after: After = ""
) -> ConnectionsList:
    """With what each may see, if you are the couple."""
    supplier = read_cursor(after)[1] if after else NO_ID
    page = q.ConnectionsPage(wedding_id=WeddingId(wedding_id), after_id=supplier, limit=limit)
    items = await reader.all(q.CONNECTIONS, page)
    if not items:
        await refuse_hidden(reader, WEDDING, WeddingId(wedding_id))
    is_more = len(items) == limit
    return ConnectionsList(items=items, next=cursor(None, items[-1].supplier_id) if is_more else "")


@get(
    "/api/v1/weddings/{wedding_id:uuid}/connections/{supplier_id:uuid}",
    tags=["connections"],
    summary="One connection",
    opt=READS,
)
async def one_connection(wedding_id: UUID, supplier_id: UUID, reader: Reader) -> Response[Connection]:
    """What this supplier may see and change."""
    key = q.OneConnection(wedding_id=WeddingId(wedding_id), supplier_id=SupplierId(supplier_id))
    return passed(await reader.json_one(q.CONNECTION, key), Connection)


@put(
    "/api/v1/weddings/{wedding_id:uuid}/connections/{supplier_id:uuid}/ending",
    tags=["connections"],
    summary="Disconnect or block a supplier",
    status_code=204,
    opt=SHARES,
)
async def end_connection(wedding_id: UUID, supplier_id: UUID, data: EndingBody, tx: Tx) -> None:
    """It sees nothing of this wedding from the same moment."""
    await actions.end_connection(tx, WeddingId(wedding_id), SupplierId(supplier_id), data.ending)


@put(
    "/api/v1/suppliers/{supplier_id:uuid}/weddings/{wedding_id:uuid}/ending",
    tags=["connections"],
    summary="Leave a wedding",
    status_code=204,
    opt=declares(Permission.CONNECTIONS_WRITE, on="supplier"),
)
async def leave_wedding(supplier_id: UUID, wedding_id: UUID, tx: Tx) -> None:
    """Only a new invitation leads back."""
    await actions.leave_wedding(tx, SupplierId(supplier_id), WeddingId(wedding_id))


@put(
    "/api/v1/weddings/{wedding_id:uuid}/connections/{supplier_id:uuid}/grants/{area:str}",
    tags=["sharing"],
    summary="Share an area",
    opt=SHARES,
)
async def share(wedding_id: UUID, supplier_id: UUID, area: Area, data: GrantBody, tx: Tx) -> Grant:
    """Giving it again changes how much. The budget cannot be shared."""
    grant = Grant(area=area, level=data.level, can_write=data.can_write)
    return await actions.share(tx, WeddingId(wedding_id), SupplierId(supplier_id), grant)


@delete(
    "/api/v1/weddings/{wedding_id:uuid}/connections/{supplier_id:uuid}/grants/{area:str}",
    tags=["sharing"],
    summary="Take an area back",
    opt=SHARES,
)
async def stop_sharing(wedding_id: UUID, supplier_id: UUID, area: Area, tx: Tx) -> None:
    """From the same moment."""
    await actions.stop_sharing(tx, WeddingId(wedding_id), SupplierId(supplier_id), area)


@get(
    "/api/v1/weddings/{wedding_id:uuid}/invitations",
    tags=["sharing"],
    summary="A couple's invitations that nobody has taken up",
    opt=SHARES,
)
async def list_invitations(wedding_id: UUID, reader: Reader) -> Response[list[SentInvitation]]:
    """Newest first. Their codes are in the letters only."""
    raw = await reader.json(q.OPEN_INVITATIONS, ById(wedding_id))
    await refuse_hidden(reader, WEDDING, WeddingId(wedding_id), requires=Permission.SHARING_WRITE)
    return passed_all(raw, SentInvitation)


@post(
    "/api/v1/weddings/{wedding_id:uuid}/invitations",
    tags=["sharing"],
    summary="Invite somebody to the wedding",
    opt=SHARES,
)
async def invite(wedding_id: UUID, data: InviteBody, tx: Tx, limits: RateLimits) -> SentInvitation:
    """The other partner, a companion, a coordinator or a supplier; a single-use link for 7 days."""
    await limits.take_invitation(str(tx.person_id), data.email)
    new = actions.NewInvitation(
        kind=data.kind, email=address_in(data.email), name=data.name[:LONGEST_NAME], service=data.service
    )
    return await actions.invite(tx, WeddingId(wedding_id), new)


@delete(
    "/api/v1/weddings/{wedding_id:uuid}/invitations/{invitation_id:uuid}",
    tags=["sharing"],
    summary="Withdraw an invitation",
    opt=SHARES,
)
async def revoke_invitation(wedding_id: UUID, invitation_id: UUID, tx: Tx) -> None:
    """Its link is worth nothing from now on."""
    await actions.revoke_invitation(tx, WeddingId(wedding_id), InvitationId(invitation_id))


@post(
    "/api/v1/weddings/{wedding_id:uuid}/invitations/{invitation_id:uuid}/letters",
    tags=["sharing"],
    summary="Send an invitation again",
    status_code=202,
    opt=SHARES,
)
async def send_again(wedding_id: UUID, invitation_id: UUID, tx: Tx, limits: RateLimits) -> SentInvitation:
    """The same link, for what is left of its 7 days; three times a day at most."""
    sent = await actions.send_again(tx, WeddingId(wedding_id), InvitationId(invitation_id))
    await limits.take(INVITATION_AGAIN, str(invitation_id))  # after it: what a stranger tries is not counted here
    return sent


@put("/api/v1/invitations/{code:str}/acceptance", tags=["invitations"], summary="Take an invitation up", opt=OPEN)
async def accept_invitation(code: str, data: AcceptBody, exchange: Exchange, reader: Reader) -> Accepted:
    """Once. Who has no account gets one for the address the letter went to, with `name` and, if wished, `password`."""
    found = (await reader.one(READ_INVITATION, ByHash(token_hash(code)))).here
    chooser = Chooser(email=found.email, name=data.name)
    wanted = Acceptance(
        name=data.name,
        secret=await chosen_password(data.password, chooser) if data.password else None,
        wedding_id=None if data.wedding_id is None else WeddingId(data.wedding_id),
        supplier_id=None if data.supplier_id is None else SupplierId(data.supplier_id),
    )
    return await accept(await exchange.transaction(), code, wanted, device="API")


@put(
    "/api/v1/invitations/{code:str}/refusal",
    tags=["invitations"],
    summary="Decline an invitation",
    status_code=204,
    opt=OPEN,
)
async def decline_invitation(code: str, tx: Tx) -> None:
    """Whoever holds the code may say no; who invited them is told."""
    await actions.decline_invitation(tx, code)


@get("/api/v1/weddings/{wedding_id:uuid}/members", tags=["sharing"], summary="Who belongs to the wedding", opt=READS)
async def members(wedding_id: UUID, reader: Reader) -> Response[list[WeddingMember]]:
    """Partners, companions and the coordinator."""
    raw = await reader.json(q.MEMBERS, ById(wedding_id))
    await refuse_hidden(reader, WEDDING, WeddingId(wedding_id))
    return passed_all(raw, WeddingMember)


@delete(
    "/api/v1/weddings/{wedding_id:uuid}/members/{person_id:uuid}",
    tags=["sharing"],
    summary="Show somebody out",
    opt=declares(Permission.WEDDING_MEMBERS_WRITE, on="wedding"),
)
async def remove_member(wedding_id: UUID, person_id: UUID, tx: Tx) -> None:
    """Companions and coordinators; nobody shows a partner out."""
    await actions.remove_member(tx, WeddingId(wedding_id), PersonId(person_id))


def cursor(on: date | None, row: UUID) -> str:
    """Where the next part of a list begins."""
    return urlsafe_b64encode(f"{on or NO_DATE}~{row}".encode()).decode()


def read_cursor(text: str) -> tuple[date, UUID]:
    """The place a cursor names. Raises BadRequest for anything but a cursor of ours."""
    try:
        on, _, row = urlsafe_b64decode(text.encode()).decode().partition("~")
        return date.fromisoformat(on), UUID(row)
    except ValueError:
        raise BadRequest("`after` is the `next` of the part before, unchanged.") from None


ROUTES: Final = (
    list_weddings,
    list_connections,
    one_connection,
    end_connection,
    leave_wedding,
    share,
    stop_sharing,
    list_invitations,
    invite,
    revoke_invitation,
    send_again,
    accept_invitation,
    decline_invitation,
    members,
    remove_member,
)
