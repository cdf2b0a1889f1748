"""A supplier asks for a part of a wedding and says why; the couple gives it or not. Both are told.

A yes is a grant like any other, so whoever gives an area answers what waits for it by the same act.
"""

from __future__ import annotations

from typing import Final

import msgspec

from wedsync.features.connections import queries as grants
from wedsync.features.connections import request_queries as q
from wedsync.features.connections.model import AREAS, Grant, GrantRequest, Level
from wedsync.features.connections.request_letters import SEND_ANSWER, TELL_COUPLE
from wedsync.features.people.jobs import ForRow
from wedsync.kernel.fields.cleaning import FieldError, clean_lines, fit
from wedsync.kernel.fields.model import Rules
from wedsync.kernel.ids import GrantRequestId, SupplierId, WeddingId
from wedsync.kernel.permissions import Area, Permission, WriteClass
from wedsync.kernel.problems import Conflict, Forbidden, Invalid
from wedsync.platform.database import WEDDING, Event, Tx, action
from wedsync.platform.formats import short_date
from wedsync.platform.jobs import defer
from wedsync.platform.realtime import couple_of

SHORTEST_REASON: Final = 2
LONGEST_REASON: Final = 500


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """What a supplier would like to read, or also to change, and why."""

    area: Area
    level: Level
    can_write: bool
    reason: str


@action(requires=Permission.GRANTS_ASK, on=WEDDING, write_class=WriteClass.SECURITY)
async def ask(tx: Tx, wedding_id: WeddingId, wanted: Ask) -> GrantRequest:
    """Ask the couple for an area.

    Raises Invalid, and Conflict: it is shared already, was asked for already, or declined within 7 days.
    """
    supplier = tx.actor.supplier_id
    if supplier is None:
        raise Forbidden
    reason = _read(wanted)
    here = q.Wanted(wedding_id=wedding_id, supplier_id=supplier, area=wanted.area.value)
    _refuse_needless(wanted, await tx.one(q.BEFORE_ASKING, here))
    new = q.NewRequest(
        wedding_id=wedding_id,
        supplier_id=supplier,
        area=wanted.area.value,
        level=wanted.level.value,
        can_write=wanted.can_write,
        reason=reason,
    )
    asked = await tx.maybe(q.ASK, new)
    if asked is None:
        raise Conflict(ASKED)  # a colleague, a moment ago
    await defer(tx, TELL_COUPLE, ForRow(asked.id))
    _tell(tx, wedding_id, supplier)
    return asked


@action(requires=Permission.GRANTS_ASK, on=WEDDING, write_class=WriteClass.SECURITY)
async def withdraw_request(tx: Tx, wedding_id: WeddingId, request: GrantRequestId) -> GrantRequest:
    """Take back what nobody has answered yet."""
    withdrawn = await tx.one(q.ANSWER, q.NewAnswer(wedding_id=wedding_id, id=request, answer="withdrawn"))
    _tell(tx, wedding_id, withdrawn.supplier_id)
    return withdrawn


@action(requires=Permission.SHARING_WRITE, on=WEDDING, write_class=WriteClass.SECURITY)
async def answer_request(tx: Tx, wedding_id: WeddingId, request: GrantRequestId, *, give: bool) -> GrantRequest:
    """Give what was asked for, and nothing less than it had; or do not. Who asked gets a letter either way."""
    asked = await tx.one(q.REQUEST, q.OneRequest(wedding_id=wedding_id, id=request))
    if give:
        pair = grants.OneConnection(wedding_id=wedding_id, supplier_id=asked.supplier_id)
        has = (await tx.one(grants.CONNECTION, pair)).grant(asked.area)
        await give_grant(tx, wedding_id, asked.supplier_id, _both(asked, has))
        return msgspec.structs.replace(asked, answer="given")
    answered = await tx.one(q.ANSWER, q.NewAnswer(wedding_id=wedding_id, id=request, answer="declined"))
    await defer(tx, SEND_ANSWER, ForRow(request))
    _tell(tx, wedding_id, asked.supplier_id)
    return answered


async def give_grant(tx: Tx, wedding_id: WeddingId, supplier_id: SupplierId, grant: Grant) -> Grant:
    """Set a grant, for an action that may; a request that asks for no more is answered by it."""
    given = await tx.one(
        grants.SET_GRANT,
        grants.NewGrant(
            wedding_id=wedding_id,
            supplier_id=supplier_id,
            area=grant.area.value,
            level=grant.level.value,
            can_write=grant.can_write,
        ),
    )
    by = q.GivenGrant(
        wedding_id=wedding_id,
        supplier_id=supplier_id,
        area=given.area.value,
        level=given.level.value,
        can_write=given.can_write,
    )
    for answered in await tx.all(q.ANSWER_BY_GRANT, by):
        await defer(tx, SEND_ANSWER, ForRow(answered.id))
        _tell(tx, wedding_id, supplier_id)
    tell_both(tx, wedding_id, supplier_id)
    return given


async def end_requests(tx: Tx, wedding_id: WeddingId, supplier_id: SupplierId, answer: str) -> None:
    """What still waits when a connection ends is over with it; that it ended says it all."""
    await tx.run(q.ANSWER_ALL, q.Ended(wedding_id=wedding_id, supplier_id=supplier_id, answer=answer))


def tell_both(tx: Tx, wedding_id: WeddingId, supplier_id: SupplierId) -> None:
    """Something changed between a wedding and a supplier: both look anew at what they may see."""
    tx.emit(Event(kind="connection", id=str(wedding_id), scope=str(wedding_id)))
    tx.emit(Event(kind="connection", id=str(wedding_id), scope=str(supplier_id)))


ASKED: Final = "You have asked for this already. The couple has not answered yet."


def _read(wanted: Ask) -> str:
    if wanted.area not in AREAS:
        raise Invalid(errors=[{"field": "area", "detail": "Choose a part of the wedding that can be shared."}])
    rules = Rules(min_length=SHORTEST_REASON, max_length=LONGEST_REASON)
    try:
        return fit(clean_lines(wanted.reason), rules)
    except FieldError as error:
        raise Invalid(errors=[{"field": "reason", "detail": error.detail}]) from None


def _refuse_needless(wanted: Ask, found: q.BeforeAsking) -> None:
    has_level = found.level in {Level.EVERYTHING, wanted.level}
    if has_level and (found.can_write or not wanted.can_write):
        raise Conflict("The couple shares this with you already.")
    if found.is_open:
        raise Conflict(ASKED)
    if found.declined_until is not None:
        day = short_date(found.declined_until.date())
        raise Conflict(f"The couple declined this within the last 7 days. Talk to them, or ask again after {day}.")


def _both(asked: GrantRequest, has: Grant | None) -> Grant:
    is_all = asked.level is Level.EVERYTHING or (has is not None and has.level is Level.EVERYTHING)
    return Grant(
        area=asked.area,
        level=Level.EVERYTHING if is_all else Level.USUAL,
        can_write=asked.can_write or (has is not None and has.can_write),
    )


def _tell(tx: Tx, wedding_id: WeddingId, supplier_id: SupplierId) -> None:
    tx.emit(Event(kind="requests", id=str(wedding_id), scope=couple_of(wedding_id)))
    tx.emit(Event(kind="requests", id=str(wedding_id), scope=str(supplier_id)))
