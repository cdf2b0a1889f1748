"""What is done about an amendment. Proposing, like approving, may be the last word that was missing.

Their class is ledger: rows are only ever added, so a lock refuses none of it. Whether an amendment may take effect now
is decided by the database alone, from the answers that stand in it.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

import msgspec

from wedsync.features.amendments import queries as q
from wedsync.features.amendments.carrying_out import carry_out, load
from wedsync.features.amendments.drafting import draft_of
from wedsync.features.amendments.jobs import TELL, Occasion, Told
from wedsync.features.amendments.model import LONGEST_TEXT, TERMS, Amendment, Answer, Kind, Proposal, Reply, State
from wedsync.features.weddings.locking import refuse_far
from wedsync.features.weddings.page_queries import SEEN
from wedsync.features.weddings.sight import sight_of
from wedsync.kernel.clock import utc_now
from wedsync.kernel.ids import AmendmentId, WeddingId, new_id
from wedsync.kernel.permissions import Permission, WeddingRole, WriteClass
from wedsync.kernel.problems import AlreadyDone, Forbidden, Invalid
from wedsync.platform.database import WEDDING, ById, Event, Tx, action
from wedsync.platform.jobs import defer


@action(requires=Permission.AMENDMENTS_PROPOSE, on=WEDDING, write_class=WriteClass.LEDGER)
async def propose(tx: Tx, wedding_id: WeddingId, proposal: Proposal) -> Amendment:
    """Propose to change what is fixed. Who may approve it approves it by proposing it.

    Raises Invalid (a value), NotFound (a fact), Conflict (not fixed, no emergency, cancelled, far away), Forbidden.
    """
    draft = draft_of(sight_of(await tx.one(SEEN, ById(wedding_id))), proposal)
    key = next((each.key for each in proposal.wanted), "changes")
    refuse_far(draft.before, draft.after, is_accepted=proposal.accept_far, field=key)
    amendment_id = AmendmentId(new_id())
    await tx.one(
        q.PROPOSE,
        q.NewAmendment(
            wedding_id=wedding_id,
            id=amendment_id,
            kind=proposal.kind,
            reason_code=proposal.reason_code,
            reason=proposal.reason.strip() or None,
        ),
    )
    for each in draft.changes:
        await tx.one(
            q.PROPOSE_CHANGE,
            q.NewChange(
                wedding_id=wedding_id,
                amendment_id=amendment_id,
                event_id=each.event_id,
                fact_key=each.field.fact_key,
                base_revision=each.base_revision,
                value=None if each.value is None else msgspec.json.encode(each.value).decode(),
            ),
        )
    if _approves_by_proposing(tx, proposal.kind):
        await _answer(tx, wedding_id, Reply(amendment_id=amendment_id, answer=Answer.APPROVE))
    settled = await _settle(tx, wedding_id, amendment_id)
    if settled.state is State.PROPOSED:
        await _tell(tx, wedding_id, amendment_id, Occasion.PROPOSED)
    return settled


@action(requires=Permission.AMENDMENTS_APPROVE, on=WEDDING, write_class=WriteClass.LEDGER)
async def approve(tx: Tx, wedding_id: WeddingId, amendment_id: AmendmentId) -> Amendment:
    """Agree. With the last approval that was missing all of it takes effect, or this is refused and nothing does.

    While the wedding is read-only the yes is kept, and it takes effect when the wedding is open (`settling`).

    Raises AlreadyDone (by you), Conflict (decided, or a fact has changed since it was proposed), Forbidden.
    """
    if any(each.person_id == tx.person_id for each in (await load(tx, wedding_id, amendment_id)).approvals):
        raise AlreadyDone
    await _answer(tx, wedding_id, Reply(amendment_id=amendment_id, answer=Answer.APPROVE))
    return await _settle(tx, wedding_id, amendment_id)


@action(requires=Permission.AMENDMENTS_APPROVE, on=WEDDING, write_class=WriteClass.LEDGER)
async def refuse(tx: Tx, wedding_id: WeddingId, amendment_id: AmendmentId, note: str = "") -> Amendment:
    """One partner's no ends it. Raises Conflict when it is decided already."""
    return await _end(tx, wedding_id, Reply(amendment_id=amendment_id, answer=Answer.REFUSE, note=note))


@action(requires=Permission.AMENDMENTS_PROPOSE, on=WEDDING, write_class=WriteClass.LEDGER)
async def withdraw(tx: Tx, wedding_id: WeddingId, amendment_id: AmendmentId) -> Amendment:
    """Take back what you, or your business, proposed. Raises Conflict when it is decided already."""
    return await _end(tx, wedding_id, Reply(amendment_id=amendment_id, answer=Answer.WITHDRAW))


@action(requires=Permission.TERMS_ANSWER, on=WEDDING, write_class=WriteClass.LEDGER)
async def answer_terms(tx: Tx, wedding_id: WeddingId, reply: Reply) -> Amendment:
    """A supplier accepts or declines what took effect; it may change its mind, and both answers stay on record.

    Raises Conflict before it has taken effect, AlreadyDone when that is the answer that stands.
    """
    if reply.answer not in TERMS or tx.actor.supplier_id is None:
        raise Forbidden
    stands = await load(tx, wedding_id, reply.amendment_id)
    if stands.terms_of(tx.actor.supplier_id, utc_now()) is TERMS[reply.answer]:
        raise AlreadyDone
    await _answer(tx, wedding_id, reply)
    if reply.answer is Answer.DECLINE:
        await _tell(tx, wedding_id, reply.amendment_id, Occasion.DECLINED)
    else:
        _tell_pages(tx, wedding_id)
    return await load(tx, wedding_id, reply.amendment_id)


@action(requires=Permission.AMENDMENTS_APPROVE, on=WEDDING, write_class=WriteClass.LEDGER)
async def settle(tx: Tx, wedding_id: WeddingId, amendment_id: AmendmentId) -> Amendment:
    """Carry it out if nothing is missing any more, close it if nothing can come of it. Safe to repeat."""
    found = await load(tx, wedding_id, amendment_id)
    if found.state is not State.PROPOSED:
        return found
    if (await tx.one(q.STANDS, _one(wedding_id, amendment_id))).is_past:
        return await _end(tx, wedding_id, Reply(amendment_id=amendment_id, answer=Answer.LAPSE))
    return await _settle(tx, wedding_id, amendment_id)


def _approves_by_proposing(tx: Tx, kind: Kind) -> bool:
    role = tx.standing.wedding_role
    return role is WeddingRole.PARTNER or (role is WeddingRole.COORDINATOR and kind is Kind.EMERGENCY)


async def _answer(tx: Tx, wedding_id: WeddingId, reply: Reply) -> None:
    if len(reply.note) > LONGEST_TEXT:
        raise Invalid(errors=[{"field": "note", "detail": f"Use at most {LONGEST_TEXT} characters."}])
    said = q.NewResponse(
        wedding_id=wedding_id,
        amendment_id=reply.amendment_id,
        answer=reply.answer,
        note=reply.note.strip() or None,
    )
    await tx.one(q.RESPOND, said)


async def _settle(tx: Tx, wedding_id: WeddingId, amendment_id: AmendmentId) -> Amendment:
    """Carry it out if nothing is missing any more."""
    found = await load(tx, wedding_id, amendment_id)
    if not (await tx.one(q.STANDS, _one(wedding_id, amendment_id))).is_approved:
        _tell_pages(tx, wedding_id)
        return found
    await carry_out(tx, wedding_id, found)
    await _answer(tx, wedding_id, Reply(amendment_id=amendment_id, answer=Answer.EFFECTIVE))
    tx.emit(Event(kind="facts", id=str(wedding_id), scope=str(wedding_id)))
    await _tell(tx, wedding_id, amendment_id, Occasion.EFFECTIVE)
    return await load(tx, wedding_id, amendment_id)


async def _end(tx: Tx, wedding_id: WeddingId, reply: Reply) -> Amendment:
    await load(tx, wedding_id, reply.amendment_id)
    await _answer(tx, wedding_id, reply)
    await _tell(tx, wedding_id, reply.amendment_id, _ENDINGS.get(reply.answer, Occasion.ENDED))
    return await load(tx, wedding_id, reply.amendment_id)


_ENDINGS: Final = {Answer.LAPSE: Occasion.LAPSED}


def _one(wedding_id: WeddingId, amendment_id: AmendmentId) -> q.OneAmendment:
    return q.OneAmendment(wedding_id=wedding_id, amendment_id=amendment_id)


async def _tell(tx: Tx, wedding_id: WeddingId, amendment_id: AmendmentId, occasion: Occasion) -> None:
    _tell_pages(tx, wedding_id)
    await defer(tx, TELL, Told(wedding_id=wedding_id, amendment_id=amendment_id, occasion=occasion))


def _tell_pages(tx: Tx, wedding_id: UUID) -> None:
    tx.emit(Event(kind="amendments", id=str(wedding_id), scope=str(wedding_id)))
