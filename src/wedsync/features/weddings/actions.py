"""What is done to a wedding. A fact is written by adding a revision; its writer says which revision they had seen.

Dates, zones and times are resolved here, for every event at once, and the database stores the result only if the values
it was resolved from still stand.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec

from wedsync.features.weddings import proposal_queries as p
from wedsync.features.weddings import queries as q
from wedsync.features.weddings.facts import FactWrite, Recorded, is_private, write_fact
from wedsync.features.weddings.locking import read_lead, refuse_locking_at_once
from wedsync.features.weddings.model import LONGEST_TITLE, MOST_EVENTS, Event, resolve_wedding
from wedsync.kernel.fields.model import EventKind
from wedsync.kernel.ids import BatchId, EventId, PersonId, ProposalId, WeddingId, new_id
from wedsync.kernel.permissions import Permission, WriteClass
from wedsync.kernel.problems import Conflict, Invalid
from wedsync.platform.database import SELF, WEDDING, ById, Tx, action, open_batch, restore_batch
from wedsync.platform.database import Event as Told
from wedsync.platform.realtime import couple_of

WOULD_LOCK: Final = "The wedding is nearer than that, so its plans become read-only at once."


class NewWedding(msgspec.Struct, frozen=True, kw_only=True):
    """A wedding as one partner opens it; the other may join later. `email` is theirs, `zone` where it will be."""

    first_name: str
    last_name: str = ""
    other_first_name: str = ""
    other_last_name: str = ""
    email: str = ""
    zone: str = "Europe/London"


class Taking(msgspec.Struct, frozen=True, kw_only=True):
    """How somebody takes what is proposed: the revision they had seen, and what they know a date does (`FactWrite`)."""

    base_revision: int
    accept_lock: bool = False
    accept_far: bool = False


class NewEvent(msgspec.Struct, frozen=True, kw_only=True):
    """A further event; its date, times and venue are facts that are entered next."""

    kind: EventKind
    title: str


@action(requires=Permission.SELF, on=SELF, write_class=WriteClass.PLAN)
async def open_wedding(tx: Tx, person_id: PersonId, new: NewWedding) -> WeddingId:
    """Open a wedding with oneself as its first partner, and enter what is known: the names and the zone."""
    wedding = WeddingId(new_id())
    known = {
        "partner1_first_name": new.first_name,
        "partner1_last_name": new.last_name,
        "partner2_first_name": new.other_first_name,
        "partner2_last_name": new.other_last_name,
        "partner1_email": new.email,
    }
    title = " & ".join(name for name in (new.first_name, new.other_first_name) if name)
    await tx.run(q.FOUND_WEDDING, q.NewWedding(id=wedding, title=title, display_name=new.first_name))
    given = {key: value for key, value in known.items() if value} | {"time_zone": new.zone}
    for key, value in given.items():
        await record_fact(tx, wedding, FactWrite(key=key, value=value, base_revision=0))
    tx.emit(Told(kind="capacity", id=str(person_id), scope=str(person_id)))
    return wedding


@action(requires=Permission.FACTS_WRITE, on=WEDDING, write_class=WriteClass.PLAN)
async def record_fact(tx: Tx, wedding_id: WeddingId, write: FactWrite) -> Recorded:
    """Write one fact, unless it says that already.

    Raises Invalid (the value), RevisionConflict (somebody else saved first; members yours, current, revision),
    Fixed (class A after the confirmation), LockedWedding, Conflict (the date would lock the wedding at once, or for
    long). When the wedding's date moves, days of their own move along.
    """
    recorded = await write_fact(tx, wedding_id, write)
    if recorded.is_new:
        scope = couple_of(wedding_id) if is_private(write) else str(wedding_id)
        tx.emit(Told(kind="facts", id=str(wedding_id), scope=scope))
    if recorded.title:
        await tx.run(q.RETITLE, q.NewTitle(id=wedding_id, title=recorded.title))
    for follower in recorded.followers:
        await write_fact(tx, wedding_id, follower)
    return recorded


@action(requires=Permission.FACTS_WRITE, on=WEDDING, write_class=WriteClass.PLAN)
async def use_proposal(tx: Tx, wedding_id: WeddingId, proposal: ProposalId, taking: Taking) -> Recorded:
    """Make what a supplier knew a fact, as if the actor had typed it. Raises what `record_fact` raises."""
    found = await tx.one(p.PROPOSAL, p.OneProposal(wedding_id=wedding_id, id=proposal))
    write = FactWrite(
        key=found.key,
        value=found.value,
        base_revision=taking.base_revision,
        accept_lock=taking.accept_lock,
        accept_far=taking.accept_far,
    )
    return await record_fact(tx, wedding_id, write)


@action(requires=Permission.FACTS_WRITE, on=WEDDING, write_class=WriteClass.SECURITY)
async def leave_proposal(tx: Tx, wedding_id: WeddingId, proposal: ProposalId) -> None:
    """Let go what a supplier wrote; that supplier never learns of it.

    Its class is security, as a connection's: it changes no plan. Only the couple's pages hear of it.
    """
    await tx.one(p.LEAVE, p.OneProposal(wedding_id=wedding_id, id=proposal))
    tx.emit(Told(kind="facts", id=str(wedding_id), scope=couple_of(wedding_id)))


@action(requires=Permission.DATE_CONFIRM, on=WEDDING, write_class=WriteClass.SECURITY)
async def confirm_date(tx: Tx, wedding_id: WeddingId) -> datetime:
    """Confirm the date: from here on names, date, zone and venues are fixed. Confirming twice changes nothing.

    Its class is security, not core: it changes no plan and only ever protects more, so a lock does not refuse it.
    """
    confirmed = await tx.one(q.CONFIRM_DATE, ById(wedding_id))
    tx.emit(Told(kind="facts", id=str(wedding_id), scope=str(wedding_id)))
    return confirmed.date_set_at


@action(requires=Permission.LEAD_WRITE, on=WEDDING, write_class=WriteClass.PLAN)
async def set_lead(tx: Tx, wedding_id: WeddingId, hours: int, *, accept_lock: bool = False) -> int:
    """Make plans read-only so many hours before the wedding is on, from 0 to 48.

    Raises Invalid, LockedWedding (a running lock is not shortened), Conflict (it would lock the wedding at once).
    """
    lead = read_lead(hours)
    window = await tx.one(q.WINDOW, ById(wedding_id))
    if not accept_lock:
        refuse_locking_at_once(window.span, lead, sentence=WOULD_LOCK, field="hours")
    await tx.run(q.SET_LEAD, q.NewLead(id=wedding_id, hours=lead))
    _tell(tx, wedding_id)
    return lead


@action(requires=Permission.EVENTS_WRITE, on=WEDDING, write_class=WriteClass.PLAN)
async def add_event(tx: Tx, wedding_id: WeddingId, new: NewEvent) -> Event:
    """Add an event after the others. Until it has a date of its own it follows the first event's."""
    event = await tx.one(q.ADD_EVENT, q.NewEvent(wedding_id=wedding_id, kind=new.kind, title=read_title(new.title)))
    if event.position > MOST_EVENTS:
        raise Conflict(f"A wedding has at most {MOST_EVENTS} events.")
    await _resolve(tx, wedding_id)
    return event


@action(requires=Permission.EVENTS_WRITE, on=WEDDING, write_class=WriteClass.PLAN)
async def rename_event(tx: Tx, wedding_id: WeddingId, event_id: EventId, title: str) -> Event:
    """Call an event something else."""
    new = q.EventTitle(wedding_id=wedding_id, event_id=event_id, title=read_title(title))
    event = await tx.one(q.RENAME_EVENT, new)
    _tell(tx, wedding_id)
    return event


@action(requires=Permission.EVENTS_WRITE, on=WEDDING, write_class=WriteClass.PLAN)
async def remove_event(tx: Tx, wedding_id: WeddingId, event_id: EventId) -> BatchId:
    """Remove an event; the deletion can be undone for 30 days by its batch. The first event stays."""
    batch = await open_batch(tx, wedding_id, "weddings.remove_event")
    await tx.one(q.REMOVE_EVENT, q.Removal(wedding_id=wedding_id, event_id=event_id, batch=batch))
    await _resolve(tx, wedding_id)
    return batch


@action(requires=Permission.EVENTS_WRITE, on=WEDDING, write_class=WriteClass.PLAN)
async def restore(tx: Tx, wedding_id: WeddingId, batch: BatchId) -> int:
    """Undo a deletion exactly, once, within 30 days; returns how many rows came back."""
    restored = await restore_batch(tx, wedding_id, batch)
    await _resolve(tx, wedding_id)
    return restored


def read_title(raw: str) -> str:
    """A title of one line. Raises Invalid."""
    title = " ".join(raw.split())
    if not 1 <= len(title) <= LONGEST_TITLE or not title.isprintable():
        raise Invalid(errors=[{"field": "title", "detail": f"Give a title of 1 to {LONGEST_TITLE} characters."}])
    return title


async def _resolve(tx: Tx, wedding_id: WeddingId) -> None:
    resolution = resolve_wedding(await tx.all(q.LOCAL_TIMES, ById(wedding_id)))
    instants = msgspec.json.encode(resolution.events).decode()
    await tx.run(q.RESOLVE_EVENTS, q.NewInstants(id=wedding_id, instants=instants))
    _tell(tx, wedding_id)


def _tell(tx: Tx, wedding_id: WeddingId) -> None:
    tx.emit(Told(kind="facts", id=str(wedding_id), scope=str(wedding_id)))
