"""Links in letters that sign in, finish a sign-up or choose another password: each works once, for a while.

A stranger learns nothing from an answer: known and unknown addresses cause the same work and the same words.
"""

from __future__ import annotations

from uuid import UUID

import msgspec

from wedsync.features.people import actions
from wedsync.features.people import queries as q
from wedsync.features.people.jobs import LINK, SEND_LINK, ForRow
from wedsync.features.people.model import LinkKind, SignUp
from wedsync.kernel.ids import PersonId, new_id
from wedsync.kernel.permissions import SupplierType, WriteClass
from wedsync.kernel.problems import Conflict, NotFound
from wedsync.platform.database import Tx, open_action
from wedsync.platform.jobs import defer
from wedsync.platform.passwords import PasswordHash
from wedsync.platform.tokens import token_hash


@open_action(write_class=WriteClass.SECURITY)
async def ask_for_link(tx: Tx, email: str, sign_up: SignUp | None = None, *, kind: LinkKind = LinkKind.SIGN_IN) -> UUID:
    """Send a link to an address: it signs in who has an account, and finishes the sign-up of who has none.

    Returns what was asked, by which it can be asked again.
    """
    row = new_id()
    intent = None
    if sign_up is not None:
        kept = q.Intent(
            business=sign_up.business,
            supplier_types=tuple(kind.value for kind in sign_up.supplier_types),
            zone=sign_up.zone,
            name=sign_up.name,
        )
        intent = msgspec.json.encode(kept).decode()
    link = q.NewLink(
        id=row,
        hash=token_hash(tx.sealer.token(LINK, row)),
        email=email,
        kind=kind,
        lasts=kind.lasts,
        intent=intent,
    )
    await tx.run(q.ISSUE_LINK, link)
    await defer(tx, SEND_LINK, ForRow(row))
    return row


@open_action(write_class=WriteClass.SECURITY)
async def ask_again(tx: Tx, earlier: UUID) -> UUID:
    """Send another link for what an earlier one was asked for: the first may have been lost, or be over. Returns it."""
    row = new_id()
    link = q.AnotherLink(earlier=earlier, id=row, hash=token_hash(tx.sealer.token(LINK, row)))
    await tx.run(q.REISSUE_LINK, link)
    await defer(tx, SEND_LINK, ForRow(row))
    return row


@open_action(write_class=WriteClass.SECURITY)
async def redeem_link(tx: Tx, token: str, secret: PasswordHash | None = None) -> PersonId:
    """Use a link up, opening the business of a sign-up. Raises Conflict when it was used or is over.

    The password is chosen here and not at the sign-up: only who opens the letter has proved the address.
    """
    person = await _redeemed(tx, token)
    if secret is not None:
        await actions.set_password(tx, person, secret)
    return person


async def _redeemed(tx: Tx, token: str) -> PersonId:
    found = await tx.maybe(q.REDEEM_LINK, q.ByHash(token_hash(token)))
    if found is None:
        raise Conflict("This link was used or is over. Ask for a new one: it takes a moment.")
    if found.person_id is not None:
        await tx.act_as(found.person_id)
        return found.person_id
    if found.intent is None:
        raise NotFound("There is no account for this address. Sign up, or open the invitation you were sent.")
    person = await actions.register(tx, email=found.email, name=found.intent.name, zone=found.intent.zone)
    await tx.act_as(person)
    business = SignUp(
        business=found.intent.business,
        supplier_types=tuple(SupplierType(kind) for kind in found.intent.supplier_types),
        zone=found.intent.zone,
        name=found.intent.name,
        email=found.email,
    )
    await actions.open_supplier(tx, person, business)
    return person
