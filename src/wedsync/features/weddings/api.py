"""Weddings over REST: one answer holds a wedding with its events, facts and suppliers, as its reader may see it.

A fact's ETag is its revision. Who changes one says which revision they had seen (If-Match); "0" where there was none.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

import msgspec
from litestar import Response, delete, get, patch, post, put
from litestar.params import HeaderParameter, Parameter

from wedsync.features.weddings import actions
from wedsync.features.weddings import queries as q
from wedsync.features.weddings.facts import FactWrite, Recorded
from wedsync.features.weddings.model import Event, Fact, FactValue, Wedding, field_at
from wedsync.features.weddings.receipts import keep_for_facts, keep_for_list, keep_receipts
from wedsync.kernel.cursors import LATEST
from wedsync.kernel.fields.definitions import CORE_FIELDS, event_field
from wedsync.kernel.fields.model import EventKind
from wedsync.kernel.ids import BatchId, EventId, WeddingId
from wedsync.kernel.permissions import Permission
from wedsync.kernel.problems import BadRequest, NotFound, PreconditionRequired
from wedsync.kernel.zones import Reading
from wedsync.platform.database import WEDDING, ById, Reader, Tx, refuse_hidden
from wedsync.platform.http.bodies import Body, read_moment
from wedsync.platform.http.exchange import Exchange
from wedsync.platform.http.passing import passed, passed_all
from wedsync.platform.http.routes import OPEN, declares

_TAG: Final = re.compile(r'(?:W/)?"(\d{1,9})"')
Before = Annotated[
    str | None, Parameter(description="Only changes before this time (RFC 3339).", schema_extra={"format": "date-time"})
]
READS: Final = declares(Permission.WEDDING_READ, on="wedding")


class WeddingBody(Body, frozen=True, kw_only=True):
    """The couple's names as far as they are known, and the zone of the wedding."""

    first_name: str
    last_name: str = ""
    other_first_name: str = ""
    other_last_name: str = ""
    zone: str = "Europe/London"


class FactBody(Body, frozen=True, kw_only=True):
    """A value as people write it; null takes it back.

    `accept_lock`: the date may lock the wedding at once; `accept_far`: for more than a month, first event to last.
    `clock`: what is meant by a time that the clock leaps over or shows twice, once the answer has asked.
    """

    value: FactValue = None
    is_not_applicable: bool = False
    reason: str = ""
    accept_lock: bool = False
    accept_far: bool = False
    clock: Reading | None = None


class EventBody(Body, frozen=True, kw_only=True):
    """A further event."""

    kind: EventKind
    title: str


class TitleBody(Body, frozen=True, kw_only=True):
    """What an event is called."""

    title: str


class LeadBody(Body, frozen=True, kw_only=True):
    """Hours before the wedding from which plans are read-only. `accept_lock`: they may be so at once."""

    hours: int
    accept_lock: bool = False


class Lead(msgspec.Struct, frozen=True, kw_only=True):
    """The lead that holds now."""

    hours: int


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """A wedding that has just been opened."""

    id: WeddingId


class Confirmation(msgspec.Struct, frozen=True, kw_only=True):
    """When the date was confirmed; from then on class A facts are fixed."""

    date_set_at: datetime


class Removed(msgspec.Struct, frozen=True, kw_only=True):
    """The deletion, by which it can be undone for 30 days."""

    batch: BatchId


class Restored(msgspec.Struct, frozen=True, kw_only=True):
    """How many rows came back."""

    rows: int


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """An answer that a field allows."""

    value: str
    label: str


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A core field: what is asked, how it is answered, who reads it by default."""

    key: str
    label: str
    type: str
    group: str
    area: str
    readers: str
    field_class: str
    is_essential: bool
    is_derived: bool
    hint: str
    choices: list[Choice]


@post("/api/v1/weddings", tags=["weddings"], summary="Open your wedding", opt=declares(Permission.SELF))
async def open_wedding(data: WeddingBody, tx: Tx) -> Opened:
    """You become its first partner."""
    new = actions.NewWedding(
        first_name=data.first_name,
        last_name=data.last_name,
        other_first_name=data.other_first_name,
        other_last_name=data.other_last_name,
        zone=data.zone,
    )
    return Opened(id=await actions.open_wedding(tx, tx.person_id, new))


@get("/api/v1/weddings/{wedding_id:uuid}", tags=["weddings"], summary="One wedding", opt=READS)
async def one_wedding(wedding_id: UUID, reader: Reader, exchange: Exchange) -> Response[Wedding]:
    """With its events, the facts you may read, its members and suppliers."""
    raw = await reader.json_one(q.WEDDING, ById(wedding_id))
    return passed(await keep_for_facts(exchange, WeddingId(wedding_id), raw), Wedding)


@get("/api/v1/weddings/{wedding_id:uuid}/facts", tags=["facts"], summary="Every fact you may read", opt=READS)
async def list_facts(wedding_id: UUID, reader: Reader, exchange: Exchange) -> Response[list[Fact]]:
    """The current revision of each."""
    raw = await reader.json(q.FACTS, ById(wedding_id))
    await refuse_hidden(reader, WEDDING, WeddingId(wedding_id))
    return passed_all(await keep_for_list(exchange, WeddingId(wedding_id), raw), Fact)


@get("/api/v1/weddings/{wedding_id:uuid}/facts/{key:str}", tags=["facts"], summary="One fact", opt=READS)
async def one_fact(wedding_id: UUID, key: str, reader: Reader, exchange: Exchange) -> Response[Fact]:
    """By the key of its core field; its ETag is its revision."""
    found = await _fact(reader, WeddingId(wedding_id), key)
    await keep_receipts(exchange, WeddingId(wedding_id), (found.key,))
    return Response(found, headers={"etag": f'"{found.revision}"'})


@patch(
    "/api/v1/weddings/{wedding_id:uuid}/facts/{key:str}",
    tags=["facts"],
    summary="Write a fact",
    opt=declares(Permission.FACTS_WRITE, on="wedding"),
)
async def write_fact(
    wedding_id: UUID,
    key: str,
    data: FactBody,
    exchange: Exchange,
    if_match: Annotated[str, HeaderParameter(name="If-Match")] = "",
) -> Response[Fact]:
    """412 with both values when somebody else saved first; 409 when it is fixed; 423 while the wedding is on."""
    await keep_receipts(exchange, WeddingId(wedding_id), (key,))  # a conflict tells what stands
    tx = await exchange.transaction()
    return written(await actions.record_fact(tx, WeddingId(wedding_id), _write(key, data, if_match)))


@get(
    "/api/v1/weddings/{wedding_id:uuid}/facts/{key:str}/revisions",
    tags=["facts"],
    summary="How a fact came to be",
    opt=READS,
)
async def revisions(wedding_id: UUID, key: str, reader: Reader, exchange: Exchange) -> Response[list[q.Revision]]:
    """Newest first."""
    found = await _fact(reader, WeddingId(wedding_id), key)
    await keep_receipts(exchange, WeddingId(wedding_id), (found.key,))
    subject = q.OneFact(
        wedding_id=WeddingId(wedding_id), subject_id=found.event_id or wedding_id, fact_key=found.fact_key
    )
    return passed_all(await reader.json(q.REVISIONS, subject), q.Revision)


@get("/api/v1/weddings/{wedding_id:uuid}/changes", tags=["facts"], summary="What changed lately", opt=READS)
async def changes(
    wedding_id: UUID,
    reader: Reader,
    exchange: Exchange,
    before: Before = None,
    limit: Annotated[int, Parameter(ge=1, le=100)] = 50,
) -> Response[list[q.Change]]:
    """Newest first; the next part begins before the last change's `written_at`."""
    until = LATEST if before is None else read_moment(before, "before")
    raw = await reader.json(q.RECENT_CHANGES, q.Page(id=WeddingId(wedding_id), before=until, limit=limit))
    await refuse_hidden(reader, WEDDING, WeddingId(wedding_id))
    return passed_all(await keep_for_list(exchange, WeddingId(wedding_id), raw), q.Change)


@get("/api/v1/weddings/{wedding_id:uuid}/events", tags=["events"], summary="The wedding's events", opt=READS)
async def list_events(wedding_id: UUID, reader: Reader) -> Response[list[Event]]:
    """In their order; local times in the event's own zone, and the instants they are."""
    raw = await reader.json(q.EVENTS, ById(wedding_id))
    await refuse_hidden(reader, WEDDING, WeddingId(wedding_id))
    return passed_all(raw, Event)


@post(
    "/api/v1/weddings/{wedding_id:uuid}/events",
    tags=["events"],
    summary="Add an event",
    opt=declares(Permission.EVENTS_WRITE, on="wedding"),
)
async def add_event(wedding_id: UUID, data: EventBody, tx: Tx) -> Event:
    """It follows the first event's date until it has its own."""
    return await actions.add_event(tx, WeddingId(wedding_id), actions.NewEvent(kind=data.kind, title=data.title))


@patch(
    "/api/v1/weddings/{wedding_id:uuid}/events/{event_id:uuid}",
    tags=["events"],
    summary="Rename an event",
    opt=declares(Permission.EVENTS_WRITE, on="wedding"),
)
async def rename_event(wedding_id: UUID, event_id: UUID, data: TitleBody, tx: Tx) -> Event:
    """Its date, times and venue are facts."""
    return await actions.rename_event(tx, WeddingId(wedding_id), EventId(event_id), data.title)


@delete(
    "/api/v1/weddings/{wedding_id:uuid}/events/{event_id:uuid}",
    tags=["events"],
    summary="Remove an event",
    status_code=200,
    opt=declares(Permission.EVENTS_WRITE, on="wedding"),
)
async def remove_event(wedding_id: UUID, event_id: UUID, tx: Tx) -> Removed:
    """It can be restored for 30 days. The first event stays."""
    return Removed(batch=await actions.remove_event(tx, WeddingId(wedding_id), EventId(event_id)))


@patch(
    "/api/v1/weddings/{wedding_id:uuid}/events/{event_id:uuid}/facts/{key:str}",
    tags=["events"],
    summary="Write a fact of an event",
    opt=declares(Permission.FACTS_WRITE, on="wedding"),
)
async def write_event_fact(
    wedding_id: UUID,
    event_id: UUID,
    key: str,
    data: FactBody,
    exchange: Exchange,
    if_match: Annotated[str, HeaderParameter(name="If-Match")] = "",
) -> Response[Fact]:
    """`key` is date, time_zone, start_time, end_time, venue_name, venue_address or venue_contact."""
    asked = event_field(EventKind.OTHER, key)
    await keep_receipts(exchange, WeddingId(wedding_id), () if asked is None else (asked.key,))
    tx = await exchange.transaction()
    write = msgspec.structs.replace(_write(key, data, if_match), event_id=EventId(event_id))
    return written(await actions.record_fact(tx, WeddingId(wedding_id), write))


@put(
    "/api/v1/weddings/{wedding_id:uuid}/date-confirmation",
    tags=["weddings"],
    summary="Confirm the date",
    opt=declares(Permission.DATE_CONFIRM, on="wedding"),
)
async def confirm_date(wedding_id: UUID, tx: Tx) -> Confirmation:
    """From here on names, date, zone and venues are fixed. Safe to repeat."""
    return Confirmation(date_set_at=await actions.confirm_date(tx, WeddingId(wedding_id)))


@put(
    "/api/v1/weddings/{wedding_id:uuid}/lead",
    tags=["weddings"],
    summary="Make plans read-only earlier",
    opt=declares(Permission.LEAD_WRITE, on="wedding"),
)
async def set_lead(wedding_id: UUID, data: LeadBody, tx: Tx) -> Lead:
    """0 to 48 hours before the wedding is on. 409 when that would be now; a running lock is not shortened (423)."""
    hours = await actions.set_lead(tx, WeddingId(wedding_id), data.hours, accept_lock=data.accept_lock)
    return Lead(hours=hours)


@put(
    "/api/v1/weddings/{wedding_id:uuid}/deletions/{batch_id:uuid}/restoration",
    tags=["weddings"],
    summary="Undo a deletion",
    opt=declares(Permission.EVENTS_WRITE, on="wedding"),
)
async def restore(wedding_id: UUID, batch_id: UUID, tx: Tx) -> Restored:
    """Exactly what it took, once, within 30 days."""
    return Restored(rows=await actions.restore(tx, WeddingId(wedding_id), BatchId(batch_id)))


@get("/api/v1/fields", tags=["facts"], summary="The 75 core fields", opt=OPEN)
async def fields() -> list[Question]:
    """What is asked about every wedding."""
    return QUESTIONS


QUESTIONS: Final = [
    Question(
        key=field.key,
        label=field.label,
        type=field.type.value,
        group=field.group.value,
        area=field.area.value,
        readers=field.readers.codes,
        field_class=field.field_class.value,
        is_essential=field.is_essential,
        is_derived=field.is_derived,
        hint=field.hint,
        choices=[Choice(value=choice.value, label=choice.label) for choice in field.rules.choices],
    )
    for field in CORE_FIELDS
]


async def _fact(reader: Reader, wedding_id: WeddingId, key: str) -> Fact:
    events = await reader.all(q.EVENTS, ById(wedding_id))
    await refuse_hidden(reader, WEDDING, wedding_id)
    field, event_id = field_at(events, key, None)
    facts = await reader.all(q.FACTS, ById(wedding_id))
    found = next((fact for fact in facts if (fact.fact_key, fact.event_id) == (field.fact_key, event_id)), None)
    if found is None:
        raise NotFound("Nothing has been said about this yet.")
    return found


def revision_in(if_match: str) -> int:
    """The revision that a writer had seen. Raises PreconditionRequired, BadRequest."""
    if not if_match:
        raise PreconditionRequired
    tag = _TAG.fullmatch(if_match.strip())
    if tag is None:
        raise BadRequest('If-Match is a revision in quotes, such as "3"; "0" where there was none.')
    return int(tag[1])


def written(recorded: Recorded) -> Response[Fact]:
    """The fact as it stands now, with its revision."""
    return Response(recorded.fact, headers={"etag": f'"{recorded.fact.revision}"'})


def _write(key: str, data: FactBody, if_match: str) -> FactWrite:
    return FactWrite(
        key=key,
        base_revision=revision_in(if_match),
        value=data.value,
        is_not_applicable=data.is_not_applicable,
        reason=data.reason,
        accept_lock=data.accept_lock,
        accept_far=data.accept_far,
        clock=data.clock,
    )


ROUTES: Final = (
    open_wedding,
    one_wedding,
    list_facts,
    one_fact,
    write_fact,
    revisions,
    changes,
    list_events,
    add_event,
    rename_event,
    remove_event,
    write_event_fact,
    confirm_date,
    set_lead,
    restore,
    fields,
)
