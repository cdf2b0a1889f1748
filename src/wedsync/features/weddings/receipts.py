"""A supplier's reading of what only a grant opens leaves one receipt a person, area and day, which the couple reads.

It is an action of its own, done before the answer leaves: what could not be written down is not told.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterable
from datetime import date
from typing import Final, Protocol

import msgspec

from wedsync.kernel.clock import utc_now
from wedsync.kernel.fields.definitions import FIELD_BY_KEY
from wedsync.kernel.ids import PersonId, SupplierId, WeddingId
from wedsync.kernel.permissions import Area, Permission, WriteClass
from wedsync.platform.database import WEDDING, Actor, Nothing, Query, Tx, action
from wedsync.platform.http.exchange import Exchange

MOST_REMEMBERED: Final = 50_000


class Keyed(Protocol):
    """A fact, or a change of one."""

    @property
    def key(self) -> str:
        """Which question it answers."""


class Told(msgspec.Struct, frozen=True):
    """As much of a fact, or of a change of one, as says what was read."""

    key: str


class _Facts(msgspec.Struct, frozen=True):
    facts: tuple[Told, ...]


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What a supplier reads of a wedding today."""

    wedding_id: WeddingId
    supplier_id: SupplierId
    areas: tuple[str, ...]


LEAVE: Final = Query(
    Reading,
    Nothing,
    """
    insert into app.access_receipts (wedding_id, supplier_id, area)
    select %(wedding_id)s, %(supplier_id)s, a.area from unnest(%(areas)s::text[]) as a (area)
    on conflict do nothing
    """,
)
_FACTS: Final = msgspec.json.Decoder(_Facts)
_ALL_TOLD: Final = msgspec.json.Decoder(tuple[Told, ...])
# What this process has seen written today: a receipt is looked for once, not with every page.
_left: Final[OrderedDict[tuple[PersonId, SupplierId, WeddingId, Area, date], None]] = OrderedDict()


@action(requires=Permission.WEDDING_READ, on=WEDDING, write_class=WriteClass.SECURITY)
async def leave_receipts(tx: Tx, wedding_id: WeddingId, areas: Collection[Area]) -> tuple[Area, ...]:
    """Write down that a supplier's member reads these areas today, as far as it may; returns which those are.

    Repeating it changes nothing.
    """
    supplier, read = tx.actor.supplier_id, tuple(area for area in areas if area in tx.standing.readable)
    if supplier is not None and read:
        reading = Reading(wedding_id=wedding_id, supplier_id=supplier, areas=tuple(area.value for area in read))
        await tx.run(LEAVE, reading)
    return read


async def keep_receipts(exchange: Exchange, wedding_id: WeddingId, read: Iterable[str]) -> None:
    """Before the values of these fields are told: see that today's receipts are there. Nothing, to who is no supplier.

    Raises Unavailable when they cannot be kept.
    """
    actor = exchange.actor()
    if actor.person_id is None or actor.supplier_id is None or exchange.looks_as is not None:
        return  # an operator who looks as somebody is on record by name, with each page
    keys = {key: None for key in read if key in FIELD_BY_KEY}
    areas = sorted({FIELD_BY_KEY[key].area for key in keys if FIELD_BY_KEY[key].is_protected})
    today = utc_now().date()
    marks = {area: (actor.person_id, actor.supplier_id, wedding_id, area, today) for area in areas}
    missing = tuple(area for area in areas if marks[area] not in _left)
    if not missing:
        return
    there = Actor(
        person_id=actor.person_id,
        supplier_id=actor.supplier_id,
        wedding_id=wedding_id,
        request_id=exchange.request_id,
    )
    async with exchange.services.database.transaction(there) as tx:
        left = await leave_receipts(tx, wedding_id, missing)
    for area in left:
        _left[marks[area]] = None
        if len(_left) > MOST_REMEMBERED:
            _left.popitem(last=False)


def keys_told(told: Iterable[Keyed]) -> Iterable[str]:
    """The fields of which something is told; that one was cleared is told too."""
    return (each.key for each in told)


async def keep_for_facts(exchange: Exchange, wedding_id: WeddingId, raw: bytes) -> bytes:
    """The same for JSON that holds `facts`, before it is passed on."""
    if exchange.actor().supplier_id is not None:
        await keep_receipts(exchange, wedding_id, keys_told(_FACTS.decode(raw).facts))
    return raw


async def keep_for_list(exchange: Exchange, wedding_id: WeddingId, raw: bytes) -> bytes:
    """The same for a JSON list of facts or of changes."""
    if exchange.actor().supplier_id is not None:
        await keep_receipts(exchange, wedding_id, keys_told(_ALL_TOLD.decode(raw)))
    return raw
