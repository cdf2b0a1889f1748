"""Taking an invitation up, whatever kind it is, whether or not one has an account yet.

The code came to an address, so whoever holds it and has no account gets one for that address. Who has an account signs
in first: a forwarded letter must not open somebody else's.
"""

from __future__ import annotations

from contextlib import suppress

import msgspec

from wedsync.features.connections import actions as connections
from wedsync.features.people import actions as people
from wedsync.features.people import queries as q
from wedsync.features.people.model import Invitation, Me, SignedIn, read_name
from wedsync.features.weddings import actions as weddings
from wedsync.features.weddings.facts import FactWrite
from wedsync.features.weddings.queries import BEFORE, FactNeeds
from wedsync.kernel.fields.cleaning import FieldError
from wedsync.kernel.ids import PersonId, SupplierId, WeddingId
from wedsync.kernel.problems import Conflict, Invalid, LockedWedding, SignedOut
from wedsync.platform.database import NoParams, Tx
from wedsync.platform.passwords import PasswordHash
from wedsync.platform.tokens import token_hash


class Acceptance(msgspec.Struct, frozen=True, kw_only=True):
    """`wedding_id`: the couple's wedding, None to open one. `supplier_id`: the business, when a couple invites one."""

    name: str = ""
    secret: PasswordHash | None = None
    partner_name: str = ""
    wedding_id: WeddingId | None = None
    supplier_id: SupplierId | None = None


class Accepted(msgspec.Struct, frozen=True, kw_only=True):
    """Where it led: a business, a wedding, or both. `session` is begun for who had no account."""

    supplier_id: SupplierId | None = None
    wedding_id: WeddingId | None = None
    session: SignedIn | None = None


async def accept(tx: Tx, code: str, wanted: Acceptance, *, device: str) -> Accepted:
    """Take an invitation up.

    Raises NotFound, Conflict (used, over), SignedOut (sign in first), Invalid (a name is needed).
    """
    invitation = (await tx.one(q.READ_INVITATION, q.ByHash(token_hash(code)))).here.open
    session = None
    if tx.actor.person_id is None:
        person = await _register(tx, invitation, wanted)
        session = person
    accepted = await _take_up(tx, code, invitation, wanted)
    if session is not None:
        begun = await people.begin_session(tx, session, device, is_by_link=True)
        return msgspec.structs.replace(accepted, session=begun)
    return accepted


async def _register(tx: Tx, invitation: Invitation, wanted: Acceptance) -> PersonId:
    if invitation.has_account:
        raise SignedOut("This address has an account. Sign in, then open the invitation again.")
    try:
        name = read_name(wanted.name)
    except FieldError as error:
        raise Invalid(errors=[{"field": "name", "detail": error.detail}]) from None
    person = await people.register(tx, email=invitation.email, name=name, zone="Europe/London")
    await tx.act_as(person)
    if wanted.secret is not None:
        await people.set_password(tx, person, wanted.secret)
    return person


async def _take_up(tx: Tx, code: str, invitation: Invitation, wanted: Acceptance) -> Accepted:
    me = await tx.one(q.ME, NoParams())
    match invitation.kind:
        case "member":
            return Accepted(supplier_id=await people.join_team(tx, code, me.name))
        case "couple":
            wedding = wanted.wedding_id or await _open_wedding(tx, me, wanted)
            return Accepted(supplier_id=await connections.accept_as_couple(tx, wedding, code), wedding_id=wedding)
        case "supplier":
            supplier = wanted.supplier_id or next((one.supplier_id for one in me.suppliers), None)
            if supplier is None:
                raise Conflict("Sign your business up first, then open the invitation again.")
            wedding = await connections.accept_from_couple(tx, code, display_name=me.name, supplier_id=supplier)
            return Accepted(supplier_id=supplier, wedding_id=wedding)
        case "partner":
            wedding = await connections.accept_from_couple(tx, code, display_name=me.name)
            await _enter_partner(tx, wedding, me)
            return Accepted(wedding_id=wedding)
        case _:
            return Accepted(wedding_id=await connections.accept_from_couple(tx, code, display_name=me.name))


async def _open_wedding(tx: Tx, me: Me, wanted: Acceptance) -> WeddingId:
    first, _, last = me.name.partition(" ")
    other_first, _, other_last = " ".join(wanted.partner_name.split()).partition(" ")
    new = weddings.NewWedding(
        first_name=first, last_name=last, other_first_name=other_first, other_last_name=other_last, email=me.email
    )
    return await weddings.open_wedding(tx, tx.person_id, new)


async def _enter_partner(tx: Tx, wedding: WeddingId, me: Me) -> None:
    """What the second partner has just told us is not asked again; what was told before them stays."""
    first, _, last = me.name.partition(" ")
    said = {"partner2_first_name": first, "partner2_last_name": last, "partner2_email": me.email}
    before = await tx.one(BEFORE, FactNeeds(id=wedding, keys=(*said, "partner1_email")))
    told = {fact.fact_key: fact.value for fact in before.facts}
    for key, value in said.items():
        if not value or key in told or value == told.get("partner1_email"):
            continue
        # A name of one letter, or a wedding that is on: then the details page asks.
        with suppress(Invalid, LockedWedding):
            await weddings.record_fact(tx, wedding, FactWrite(key=key, value=value, base_revision=0))
