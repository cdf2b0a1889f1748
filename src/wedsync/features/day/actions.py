"""What is done on the day. A lock refuses none of it; the house's clock decides what came in time.

The day ends by itself. The coordinator may close it early, after confirming twice, and reopen it within six hours.
"""

from __future__ import annotations

from typing import Final

from wedsync.features.day import queries as q
from wedsync.features.day.model import Entry, EntryId, EntryKind, NewEntry, read_entry
from wedsync.kernel.ids import WeddingId, new_id
from wedsync.kernel.permissions import Permission, WriteClass
from wedsync.kernel.problems import Conflict, IdempotencyMismatch
from wedsync.platform.database import WEDDING, ById, Event, Tx, action

FIRST_QUESTION: Final = (
    "Closing the day opens plans to changes at once, for everybody, before the evening is over. "
    "By itself it ends as planned, or an hour after the last entry if that is later."
)
SECOND_QUESTION: Final = (
    "Has everybody gone home? Confirm once more, and the day is closed. You can reopen it for 6 hours."
)


@action(requires=Permission.DAY_LOG_WRITE, on=WEDDING, write_class=WriteClass.DAY_OF)
async def write_entry(tx: Tx, wedding_id: WeddingId, new: NewEntry) -> Entry:
    """Add an entry; the same one sent again is the entry that stands.

    Raises Invalid, IdempotencyMismatch (its id was used for something else), Conflict (too early, or over).
    """
    said, place = read_entry(new), q.OneEntry(wedding_id=wedding_id, id=new.id)
    entry = await tx.maybe(q.ENTRY, place)
    if entry is None and await tx.maybe(q.WRITE, _row(wedding_id, said)) is not None:
        _tell(tx, wedding_id, "day")
    # Whoever sent it at the same moment was first; an id of an entry that one may not read is taken all the same.
    entry = entry or await tx.maybe(q.ENTRY, place)
    if entry is None or not entry.says(said):
        raise IdempotencyMismatch
    return entry


@action(requires=Permission.DAY_CLOSE, on=WEDDING, write_class=WriteClass.DAY_OF)
async def close_day(tx: Tx, wedding_id: WeddingId, confirmation: str = "") -> Entry:
    """Close the day early, on the second confirmation; each names the question that it answers.

    Raises Conflict: not now, or with member `confirmation` to be sent back with a yes.
    """
    await tx.run(q.MAY_SAY, q.Word(id=wedding_id, word=EntryKind.CLOSED))
    said_before = (await tx.one(q.WORDS, ById(wedding_id))).count
    yes, yes_again = (_answer(tx, wedding_id, said_before, number) for number in (1, 2))
    if confirmation == yes:
        raise Conflict(SECOND_QUESTION, confirmation=yes_again)
    if confirmation != yes_again:
        raise Conflict(FIRST_QUESTION, confirmation=yes)
    return await _say(tx, wedding_id, EntryKind.CLOSED)


@action(requires=Permission.DAY_CLOSE, on=WEDDING, write_class=WriteClass.DAY_OF)
async def reopen_day(tx: Tx, wedding_id: WeddingId) -> Entry:
    """Take an early closing back within six hours: the day ends when it would have. Raises Conflict."""
    return await _say(tx, wedding_id, EntryKind.REOPENED)


async def _say(tx: Tx, wedding_id: WeddingId, word: EntryKind) -> Entry:
    new = NewEntry(id=EntryId(new_id()), kind=word)
    await tx.one(q.WRITE, _row(wedding_id, new))
    _tell(tx, wedding_id, "day")
    _tell(tx, wedding_id, "facts")  # the shield above every page of the wedding
    return await tx.one(q.ENTRY, q.OneEntry(wedding_id=wedding_id, id=new.id))


def _answer(tx: Tx, wedding_id: WeddingId, said_before: int, number: int) -> str:
    """What stands for a yes: of this person, to this question, about this closing and no later one."""
    message = wedding_id.bytes + tx.person_id.bytes + str(said_before).encode()
    return tx.sealer.sign(f"closing {number}", message)


def _row(wedding_id: WeddingId, new: NewEntry) -> q.NewRow:
    return q.NewRow(
        wedding_id=wedding_id,
        id=new.id,
        kind=new.kind,
        text=new.text or None,
        severity=new.severity,
        category=new.category,
        arrived_supplier_id=new.arrived_supplier_id,
        device_at=new.device_at,
    )


def _tell(tx: Tx, wedding_id: WeddingId, kind: str) -> None:
    tx.emit(Event(kind=kind, id=str(wedding_id), scope=str(wedding_id)))
