"""Whom a couple connects, what each may see, and who else belongs to the wedding."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from litestar import Response, get, post

from wedsync.features.connections import actions
from wedsync.features.connections import queries as q
from wedsync.features.connections.model import Ending, Grant, Level
from wedsync.features.connections.request_queries import SHARED_WITH, WAITING, SharedPage, Waiting
from wedsync.features.connections.sharing import (
    OFF,
    connection_row,
    grant_view,
    invitation_row,
    may_share,
    sharing_page,
)
from wedsync.features.connections.views import (
    ConnectionRow,
    GrantFragment,
    SuppliersFragment,
    SuppliersPage,
)
from wedsync.features.people.api import address_in
from wedsync.features.people.inviting import wrong_in
from wedsync.features.people.model import LONGEST_NAME
from wedsync.features.people.shell import Visit
from wedsync.features.people.words import SUPPLIER_TYPES
from wedsync.features.weddings.home import Asking, home_page
from wedsync.features.weddings.page_queries import SEEN, SEEN_AT_HOME, Seen
from wedsync.features.weddings.pages import shell_of
from wedsync.features.weddings.sight import sight_of
from wedsync.features.weddings.views import HeadFragment
from wedsync.kernel.cursors import read_place
from wedsync.kernel.ids import InvitationId, PersonId, SupplierId, WeddingId
from wedsync.kernel.permissions import Area, Permission, SupplierType, WeddingRole
from wedsync.kernel.problems import Conflict, Forbidden, Invalid
from wedsync.platform.database import ById, Tx
from wedsync.platform.forms import Form, chosen, filled, read_form, shown
from wedsync.platform.http import declares, drawn, see_other
from wedsync.platform.rate_limits import INVITATION_AGAIN, RateLimits

LATEST_RECEIPTS: Final = 5
READS: Final = declares(Permission.WEDDING_READ, on="wedding")
SHARES: Final = declares(Permission.SHARING_WRITE, on="wedding")
MEMBERS: Final = declares(Permission.WEDDING_MEMBERS_WRITE, on="wedding")


class InviteForm(Form, frozen=True, kw_only=True):
    """A supplier to invite."""

    name: str = ""
    supplier_type: str = ""
    email: str = ""


class MemberForm(Form, frozen=True, kw_only=True):
    """Somebody to belong to the wedding."""

    name: str = ""
    email: str = ""
    role: WeddingRole


class GrantForm(Form, frozen=True, kw_only=True):
    """How much of one area a supplier gets; `level` "off" takes it back."""

    area: Area
    level: str
    can_write: str = ""


@get("/w/{wedding_id:uuid}/suppliers", opt=READS)
async def suppliers(wedding_id: UUID, visit: Visit) -> Response[str]:
    """Who works at the wedding, and who is invited to."""
    if visit.exchange.is_fragment:
        sight = sight_of(await visit.reader.one(SEEN, ById(wedding_id)))
        head = HeadFragment(shell=shell_of(visit, sight, "Suppliers"))
        rows = await _rows(visit, sight.seen)
        seen_url = f"/w/{wedding_id}/seen"
        return shown(head, SuppliersFragment(connections=rows, seen_url=seen_url, csrf=visit.exchange.csrf))
    return drawn(await _suppliers(visit, wedding_id, InviteForm(), {}))


@post("/w/{wedding_id:uuid}/suppliers/invitations", opt=SHARES)
async def invite_supplier(wedding_id: UUID, body: bytes, visit: Visit, tx: Tx, limits: RateLimits) -> Response[str]:
    """A letter with a link, good for 7 days."""
    form = read_form(body, InviteForm)
    await limits.take_invitation(str(tx.person_id), form.email)
    service = next((kind for kind in SupplierType if kind.value == form.supplier_type), None)
    try:
        wanted = actions.NewInvitation(
            kind="supplier", email=address_in(form.email), name=form.name.strip()[:LONGEST_NAME], service=service
        )
        await actions.invite(tx, WeddingId(wedding_id), wanted)
    except (Invalid, Conflict) as refusal:
        return drawn(await _suppliers(visit, wedding_id, form, wrong_in(refusal)), status=refusal.status)
    return see_other(f"/w/{wedding_id}/suppliers?told=invited")


@post("/w/{wedding_id:uuid}/suppliers/invitations/{invitation_id:uuid}/again", opt=SHARES)
async def send_again(wedding_id: UUID, invitation_id: UUID, tx: Tx, limits: RateLimits) -> Response[str]:
    """The same link, for what is left of its week."""
    return await _again(tx, limits, wedding_id, invitation_id, page="suppliers")


@post("/w/{wedding_id:uuid}/suppliers/invitations/{invitation_id:uuid}/withdraw", opt=SHARES)
async def withdraw(wedding_id: UUID, invitation_id: UUID, tx: Tx) -> Response[str]:
    """The link is worth nothing from now on."""
    await actions.revoke_invitation(tx, WeddingId(wedding_id), InvitationId(invitation_id))
    return see_other(f"/w/{wedding_id}/suppliers?told=withdrawn")


@get("/w/{wedding_id:uuid}/suppliers/{supplier_id:uuid}", opt=SHARES)
async def sharing(wedding_id: UUID, supplier_id: UUID, visit: Visit) -> Response[str]:
    """What one supplier may see; a page for the two who decide it."""
    sight = sight_of(await visit.reader.one(SEEN, ById(wedding_id)))
    if not may_share(sight.seen):
        raise Forbidden
    at, item = read_place("")
    here = SharedPage(
        wedding_id=WeddingId(wedding_id),
        supplier_id=SupplierId(supplier_id),
        before_at=at,
        before_id=item,
        limit=LATEST_RECEIPTS,
    )
    found = await visit.reader.one(SHARED_WITH, here)
    return drawn(sharing_page(found, shell_of(visit, sight, "Suppliers"), wedding_id, visit.me.zone))


@post("/w/{wedding_id:uuid}/suppliers/{supplier_id:uuid}/sharing", opt=SHARES)
async def share(wedding_id: UUID, supplier_id: UUID, body: bytes, visit: Visit, tx: Tx) -> Response[str]:
    """One area, from the same moment."""
    form = read_form(body, GrantForm)
    await _share(tx, WeddingId(wedding_id), SupplierId(supplier_id), form)
    if not visit.exchange.is_fragment:
        return see_other(f"/w/{wedding_id}/suppliers/{supplier_id}?told=saved#g-{form.area.value}")
    connection = await tx.one(q.CONNECTION, _pair(wedding_id, supplier_id))
    grant = grant_view(connection, form.area, wedding_id, is_saved=True)
    return shown(GrantFragment(grant=grant, csrf=visit.exchange.csrf))


@post("/w/{wedding_id:uuid}/suppliers/{supplier_id:uuid}/end", opt=SHARES)
async def end_connection(wedding_id: UUID, supplier_id: UUID, tx: Tx) -> Response[str]:
    """It sees nothing of this wedding from the same moment."""
    await actions.end_connection(tx, WeddingId(wedding_id), SupplierId(supplier_id), Ending.DISCONNECTED)
    return see_other(f"/w/{wedding_id}/suppliers?told=ended")


@post("/w/{wedding_id:uuid}/members", opt=SHARES)
async def invite_member(wedding_id: UUID, body: bytes, visit: Visit, tx: Tx, limits: RateLimits) -> Response[str]:
    """The other partner, a companion or a coordinator."""
    form = read_form(body, MemberForm)
    await limits.take_invitation(str(tx.person_id), form.email)
    try:
        name = form.name.strip()[:LONGEST_NAME]
        wanted = actions.NewInvitation(kind=form.role.value, email=address_in(form.email), name=name)
        await actions.invite(tx, WeddingId(wedding_id), wanted)
    except (Invalid, Conflict) as refusal:
        wrong = wrong_in(refusal)
        asking = Asking(
            name=filled(form.name, wrong, "name"), email=filled(form.email, wrong, "email"), role=form.role.value
        )
        seen = await visit.reader.one(SEEN_AT_HOME, ById(wedding_id))
        shell = shell_of(visit, sight_of(seen), "Home")
        return shown(home_page(seen, shell, me=visit.me.id, asking=asking), status=refusal.status)
    return see_other(f"/w/{wedding_id}/home?told=invited")


@post("/w/{wedding_id:uuid}/members/invitations/{invitation_id:uuid}/again", opt=SHARES)
async def send_again_to_member(wedding_id: UUID, invitation_id: UUID, tx: Tx, limits: RateLimits) -> Response[str]:
    """The same link, for what is left of its week."""
    return await _again(tx, limits, wedding_id, invitation_id, page="home")


@post("/w/{wedding_id:uuid}/members/invitations/{invitation_id:uuid}/withdraw", opt=SHARES)
async def withdraw_from_member(wedding_id: UUID, invitation_id: UUID, tx: Tx) -> Response[str]:
    """The link is worth nothing from now on."""
    await actions.revoke_invitation(tx, WeddingId(wedding_id), InvitationId(invitation_id))
    return see_other(f"/w/{wedding_id}/home?told=withdrawn")


@post("/w/{wedding_id:uuid}/members/{person_id:uuid}/end", opt=MEMBERS)
async def remove_member(wedding_id: UUID, person_id: UUID, tx: Tx) -> Response[str]:
    """A companion or coordinator; nobody shows a partner out."""
    await actions.remove_member(tx, WeddingId(wedding_id), PersonId(person_id))
    return see_other(f"/w/{wedding_id}/home?told=removed")


async def _again(tx: Tx, limits: RateLimits, wedding_id: UUID, invitation_id: UUID, *, page: str) -> Response[str]:
    await actions.send_again(tx, WeddingId(wedding_id), InvitationId(invitation_id))
    await limits.take(INVITATION_AGAIN, str(invitation_id))
    return see_other(f"/w/{wedding_id}/{page}?told=again")


async def _suppliers(visit: Visit, wedding_id: UUID, form: InviteForm, wrong: dict[str, str]) -> SuppliersPage:
    sight = sight_of(await visit.reader.one(SEEN, ById(wedding_id)))
    page = f"/w/{wedding_id}/suppliers"
    return SuppliersPage(
        shell=shell_of(visit, sight, "Suppliers"),
        wedding_id=str(wedding_id),
        fragment_url=page,
        connections=await _rows(visit, sight.seen),
        seen_url=f"/w/{wedding_id}/seen",
        looked_url=f"/w/{wedding_id}/receipts" if may_share(sight.seen) else "",
        csrf=visit.exchange.csrf,
        invite_url=f"{page}/invitations" if may_share(sight.seen) else "",
        supplier_types=chosen(SUPPLIER_TYPES, form.supplier_type),
        name=filled(form.name, wrong, "name"),
        email=filled(form.email, wrong, "email"),
        type_error=wrong.get("service", ""),
    )


async def _rows(visit: Visit, seen: Seen) -> tuple[ConnectionRow, ...]:
    is_deciding, wedding_id = may_share(seen), seen.wedding.id
    nothing = Waiting(invitations=(), requests=())
    waiting = await visit.reader.one(WAITING, ById(wedding_id)) if is_deciding else nothing
    unseen = {each.supplier_id: each.count for each in await visit.reader.all(q.UNSEEN_BY, ById(wedding_id))}
    here = (
        connection_row(seen, each.supplier_id, waiting.requests, unseen.get(each.supplier_id, 0), may_share=is_deciding)
        for each in seen.wedding.suppliers
    )
    invited = (invitation_row(each, wedding_id) for each in waiting.invitations if each.kind == "supplier")
    return (*here, *invited)


async def _share(tx: Tx, wedding_id: WeddingId, supplier_id: SupplierId, form: GrantForm) -> None:
    if form.level == OFF:
        await actions.stop_sharing(tx, wedding_id, supplier_id, form.area)
        return
    level = next((each for each in Level if each.value == form.level), None)
    if level is None:
        raise Invalid(errors=[{"field": "level", "detail": "Choose nothing, the usual or everything."}])
    grant = Grant(area=form.area, level=level, can_write=form.can_write == "yes")
    await actions.share(tx, wedding_id, supplier_id, grant)


def _pair(wedding_id: UUID, supplier_id: UUID) -> q.OneConnection:
    return q.OneConnection(wedding_id=WeddingId(wedding_id), supplier_id=SupplierId(supplier_id))


HANDLERS: Final = (
    suppliers,
    invite_supplier,
    send_again,
    withdraw,
    sharing,
    share,
    end_connection,
    invite_member,
    send_again_to_member,
    withdraw_from_member,
    remove_member,
)
