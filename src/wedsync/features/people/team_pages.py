"""The team of a business: who belongs to it, who is invited, and what each may do."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from litestar import Response, get, post

from wedsync.features.people import actions
from wedsync.features.people import queries as q
from wedsync.features.people.api import address_in
from wedsync.features.people.inviting import wrong_in
from wedsync.features.people.model import INVITED_ROLES, Member, SentInvitation, SupplierCapacity
from wedsync.features.people.ownership_pages import ownership_view
from wedsync.features.people.shell import Visit, business_of, supplier_shell
from wedsync.features.people.views import RoleHelp, TeamInvitation, TeamMember, TeamPage
from wedsync.features.people.words import answer_so_far, is_waiting
from wedsync.kernel.ids import InvitationId, PersonId, SupplierId
from wedsync.kernel.permission_words import team_help
from wedsync.kernel.permissions import Permission, Standing, SupplierRole, allows
from wedsync.kernel.problems import Conflict, Invalid
from wedsync.platform.database import ById, Tx
from wedsync.platform.formats import initials, short_date
from wedsync.platform.forms import Form, chosen, filled, read_form
from wedsync.platform.http import declares, drawn, see_other
from wedsync.platform.pages import Filled, Option
from wedsync.platform.rate_limits import INVITATION_AGAIN, RateLimits

READS: Final = declares(Permission.TEAM_READ, on="supplier")
WRITES: Final = declares(Permission.TEAM_WRITE, on="supplier")
# Whoever only found an unlocked telephone brings nobody in, and makes nobody more than they are.
RAISES: Final = declares(Permission.TEAM_WRITE, on="supplier", is_dangerous=True)


class InviteForm(Form, frozen=True, kw_only=True):
    """Whom to invite, in which role."""

    email: str
    role: SupplierRole


class RoleForm(Form, frozen=True, kw_only=True):
    """A member's next role."""

    role: SupplierRole


@get("/s/{supplier_id:uuid}/team", opt=READS)
async def team(supplier_id: UUID, visit: Visit) -> Response[str]:
    """Everybody, in the order in which they joined."""
    return drawn(await _page(visit, supplier_id, Filled()))


@post("/s/{supplier_id:uuid}/team/invitations", opt=RAISES)
async def invite(supplier_id: UUID, body: bytes, visit: Visit, tx: Tx, limits: RateLimits) -> Response[str]:
    """A letter with a link, good for 7 days."""
    form = read_form(body, InviteForm)
    await limits.take_invitation(str(tx.person_id), form.email)
    try:
        new = actions.NewInvitation(kind="member", email=address_in(form.email), role=form.role)
        await actions.invite_member(tx, SupplierId(supplier_id), new)
    except (Invalid, Conflict) as refusal:
        email = filled(form.email, wrong_in(refusal), "email")
        return drawn(await _page(visit, supplier_id, email), status=refusal.status)
    return see_other(f"/s/{supplier_id}/team?told=invited")


@get("/s/{supplier_id:uuid}/team/invitations", opt=READS)
async def invitations(supplier_id: UUID) -> Response[str]:
    """A refused form is answered at its own address; who opens that again comes to the page it stands on."""
    return see_other(f"/s/{supplier_id}/team")


@post("/s/{supplier_id:uuid}/team/invitations/{invitation_id:uuid}/again", opt=WRITES)
async def send_again(supplier_id: UUID, invitation_id: UUID, tx: Tx, limits: RateLimits) -> Response[str]:
    """The same link, for what is left of its week."""
    await actions.send_again(tx, SupplierId(supplier_id), InvitationId(invitation_id))
    await limits.take(INVITATION_AGAIN, str(invitation_id))
    return see_other(f"/s/{supplier_id}/team?told=again")


@post("/s/{supplier_id:uuid}/team/invitations/{invitation_id:uuid}/withdraw", opt=WRITES)
async def withdraw(supplier_id: UUID, invitation_id: UUID, tx: Tx) -> Response[str]:
    """The link is worth nothing from now on."""
    await actions.revoke_invitation(tx, SupplierId(supplier_id), InvitationId(invitation_id))
    return see_other(f"/s/{supplier_id}/team?told=withdrawn")


@post("/s/{supplier_id:uuid}/team/{person_id:uuid}/role", opt=RAISES)
async def change_role(supplier_id: UUID, person_id: UUID, body: bytes, tx: Tx) -> Response[str]:
    """The owner's is transferred, never edited."""
    await actions.change_role(tx, SupplierId(supplier_id), PersonId(person_id), read_form(body, RoleForm).role)
    return see_other(f"/s/{supplier_id}/team?told=role")


@post("/s/{supplier_id:uuid}/team/{person_id:uuid}/end", opt=WRITES)
async def remove(supplier_id: UUID, person_id: UUID, tx: Tx) -> Response[str]:
    """What they did stays on record."""
    await actions.remove_member(tx, SupplierId(supplier_id), PersonId(person_id))
    return see_other(f"/s/{supplier_id}/team?told=shown-out")


async def _page(visit: Visit, supplier_id: UUID, email: Filled) -> TeamPage:
    business = business_of(visit.me, supplier_id)
    found = await visit.reader.one(q.TEAM_PAGE, ById(supplier_id))
    may_write = allows(Standing(supplier_role=business.role), Permission.TEAM_WRITE)
    return TeamPage(
        shell=supplier_shell(visit, supplier_id, "Team"),
        supplier_name=business.name,
        members=tuple(_member(each, visit, business, may_write=may_write) for each in found.members),
        invitations=tuple(_invitation(each, supplier_id, may_write=may_write) for each in found.invitations),
        invite_url=f"/s/{supplier_id}/team/invitations",
        invite_roles=_roles("member") if may_write else (),
        role_help=tuple(RoleHelp(label=role.value.capitalize(), sentence=help_) for role, help_ in team_help()),
        email=email,
        settings_url=f"/s/{supplier_id}/settings",
        keys_url=f"/s/{supplier_id}/keys" if may_write else "",
        ownership=ownership_view(visit, business, found),
    )


def _member(member: Member, visit: Visit, business: SupplierCapacity, *, may_write: bool) -> TeamMember:
    is_you = member.person_id == visit.me.id
    may_change = may_write and not is_you and member.role is not SupplierRole.OWNER
    base = f"/s/{business.supplier_id}/team/{member.person_id}"
    return TeamMember(
        name=member.display_name,
        email="",
        initials=initials(member.display_name),
        role_label=member.role.value.capitalize(),
        last_seen=f"since {short_date(member.created_at.date())}",
        roles=_roles(member.role.value) if may_change else (),
        role_url=f"{base}/role" if may_change else "",
        remove_url=f"{base}/end" if may_change else "",
        is_you=is_you,
    )


def _invitation(sent: SentInvitation, supplier_id: UUID, *, may_write: bool) -> TeamInvitation:
    base = f"/s/{supplier_id}/team/invitations/{sent.id}" if may_write and is_waiting(sent) else ""
    return TeamInvitation(
        email=sent.email,
        role_label=(sent.role or "").capitalize(),
        expires_text=answer_so_far(sent),
        again_url=base and f"{base}/again",
        withdraw_url=base and f"{base}/withdraw",
    )


def _roles(value: str) -> tuple[Option, ...]:
    return chosen(tuple((role.value, role.value.capitalize()) for role in INVITED_ROLES), value)


HANDLERS: Final = (team, invite, invitations, send_again, withdraw, change_role, remove)
