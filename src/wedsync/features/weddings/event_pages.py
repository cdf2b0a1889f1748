"""The days and parts of a wedding as pages: adding one, removing one, telling when and where."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from litestar import Response, get, post

from wedsync.features.people.shell import Visit, wedding_shell
from wedsync.features.weddings import actions
from wedsync.features.weddings.events_drawing import event_spot, events_fragment, events_head, events_page, lead_form
from wedsync.features.weddings.field_drawing import draw_field
from wedsync.features.weddings.field_saving import Attempt, FieldForm, draw_refused, save
from wedsync.features.weddings.field_views import FieldFragment, FieldView
from wedsync.features.weddings.model import Event
from wedsync.features.weddings.page_queries import SEEN, SEEN_WITH_NEWS, SEEN_WITH_REMOVED
from wedsync.features.weddings.sight import Sight, shield_line, sight_of
from wedsync.features.weddings.views import HeadFragment
from wedsync.kernel.fields.definitions import event_field
from wedsync.kernel.fields.model import EventKind, Field
from wedsync.kernel.ids import BatchId, EventId, WeddingId
from wedsync.kernel.permissions import Permission
from wedsync.kernel.problems import Conflict, Invalid, NotFound
from wedsync.platform.database import ById, Tx
from wedsync.platform.forms import Form, faults, filled, read_form, shown
from wedsync.platform.http import declares, see_other
from wedsync.platform.pages import Shell

READS: Final = declares(Permission.WEDDING_READ, on="wedding")
WRITES: Final = declares(Permission.EVENTS_WRITE, on="wedding")
TELLS: Final = declares(Permission.FACTS_WRITE, on="wedding")
FEW_DIGITS: Final = 5
NO_NUMBER: Final = -1


class EventForm(Form, frozen=True, kw_only=True):
    """A further event; without a name it is called by its kind."""

    kind: EventKind
    name: str = ""


class LeadBoxes(Form, frozen=True, kw_only=True):
    """Hours of lead, as they were typed."""

    hours: str
    accept_lock: str = ""

    @property
    def whole(self) -> int:
        """The number; one that is refused for what is none."""
        typed = self.hours.strip()
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < FEW_DIGITS else NO_NUMBER


class TitleForm(Form, frozen=True, kw_only=True):
    """An event's next name."""

    title: str


@get("/w/{wedding_id:uuid}/events", opt=READS)
async def events(wedding_id: UUID, visit: Visit) -> Response[str]:
    """Every event on its own clock, and those removed lately."""
    sight, shell = await _looked(visit, wedding_id)
    if visit.exchange.is_fragment:
        return shown(HeadFragment(shell=shell, head=events_head(sight)), events_fragment(sight, shell.csrf))
    return shown(events_page(sight, shell))


@post("/w/{wedding_id:uuid}/events", opt=WRITES)
async def add_event(wedding_id: UUID, body: bytes, visit: Visit, tx: Tx) -> Response[str]:
    """It follows the first event's day until it has its own."""
    form = read_form(body, EventForm)
    new = actions.NewEvent(kind=form.kind, title=form.name.strip() or form.kind.value.capitalize())
    try:
        event = await actions.add_event(tx, WeddingId(wedding_id), new)
    except Invalid as refusal:
        wrong = filled(form.name, faults(refusal), "title")
        return shown(events_page(*await _looked(visit, wedding_id), name=wrong), status=422)
    return see_other(f"/w/{wedding_id}/events?told=event#event-{event.id}")


@get("/w/{wedding_id:uuid}/lead", opt=READS)
async def lead(wedding_id: UUID) -> Response[str]:
    """Who reloads a refusal is back at the page that has the form."""
    return see_other(f"/w/{wedding_id}/events#lead")


@post("/w/{wedding_id:uuid}/lead", opt=declares(Permission.LEAD_WRITE, on="wedding"))
async def set_lead(wedding_id: UUID, body: bytes, visit: Visit, tx: Tx) -> Response[str]:
    """How early plans are read-only; what would make them so at once is asked about."""
    form = read_form(body, LeadBoxes)
    try:
        await actions.set_lead(tx, WeddingId(wedding_id), form.whole, accept_lock=form.accept_lock == "yes")
    except (Invalid, Conflict) as refusal:
        sight, shell = await _looked(visit, wedding_id)
        question = refusal.detail if isinstance(refusal, Conflict) else ""
        asked = lead_form(sight, form.hours, question=question, error=faults(refusal).get("hours", ""))
        return shown(events_page(sight, shell, lead=asked), status=refusal.status)
    return see_other(f"/w/{wedding_id}/events?told=saved#lead")


@post("/w/{wedding_id:uuid}/events/{event_id:uuid}/title", opt=WRITES)
async def rename_event(wedding_id: UUID, event_id: UUID, body: bytes, tx: Tx) -> Response[str]:
    """What the couple calls it from now on."""
    await actions.rename_event(tx, WeddingId(wedding_id), EventId(event_id), read_form(body, TitleForm).title)
    return see_other(f"/w/{wedding_id}/events?told=saved#event-{event_id}")


@post("/w/{wedding_id:uuid}/events/{event_id:uuid}/end", opt=WRITES)
async def remove_event(wedding_id: UUID, event_id: UUID, tx: Tx) -> Response[str]:
    """It can be undone for 30 days, from the page that follows."""
    await actions.remove_event(tx, WeddingId(wedding_id), EventId(event_id))
    return see_other(f"/w/{wedding_id}/events?told=event-removed#removed")


@post("/w/{wedding_id:uuid}/deletions/{batch_id:uuid}/undo", opt=WRITES)
async def undo(wedding_id: UUID, batch_id: UUID, visit: Visit, tx: Tx) -> Response[str]:
    """Exactly what it took, once; the page that follows begins at it."""
    gone = (await visit.reader.one(SEEN_WITH_REMOVED, ById(wedding_id))).removed
    await actions.restore(tx, WeddingId(wedding_id), BatchId(batch_id))
    place = next((f"#event-{each.event_id}" for each in gone if each.batch == batch_id), "")
    return see_other(f"/w/{wedding_id}/events?told=restored{place}")


@get("/w/{wedding_id:uuid}/events/{event_id:uuid}/facts/{key:str}", opt=READS)
async def one_field(wedding_id: UUID, event_id: UUID, key: str, visit: Visit) -> Response[str]:
    """The field alone; without JavaScript the page, at that field."""
    sight = sight_of(await visit.reader.one(SEEN, ById(wedding_id)))
    event, field = _field(sight, event_id, key)
    spot = event_spot(sight, event, field.fact_key)
    if not visit.exchange.is_fragment:
        return see_other(f"/w/{wedding_id}/events#{spot.element_id}")
    return _alone(draw_field(sight, field, spot), visit)


@post("/w/{wedding_id:uuid}/events/{event_id:uuid}/facts/{key:str}", opt=TELLS)
async def save_field(wedding_id: UUID, event_id: UUID, key: str, body: bytes, visit: Visit, tx: Tx) -> Response[str]:
    """Save one field of an event; refused, it comes back as it was typed."""
    before = sight_of(await visit.reader.one(SEEN, ById(wedding_id)))
    event, field = _field(before, event_id, key)
    spot = event_spot(before, event, field.fact_key)
    attempt = Attempt(field=field, form=read_form(body, FieldForm), event_id=event.id)
    problem = await save(tx, WeddingId(wedding_id), attempt)
    if problem is not None:
        found = await visit.reader.one(SEEN_WITH_NEWS, ById(wedding_id))
        now = sight_of(found)
        return _refused(visit, now, draw_refused(problem, attempt, now, spot), problem.status)
    if not visit.exchange.is_fragment:
        return see_other(f"/w/{wedding_id}/events#{spot.element_id}")
    return _alone(draw_field(sight_of(await tx.one(SEEN, ById(wedding_id))), field, spot), visit)


def _field(sight: Sight, event_id: UUID, key: str) -> tuple[Event, Field]:
    event = next((event for event in sight.seen.wedding.events if event.id == event_id), None)
    field = None if event is None else event_field(event.kind, key)
    if event is None or field is None:
        raise NotFound
    return event, field


async def _looked(visit: Visit, wedding_id: UUID) -> tuple[Sight, Shell]:
    found = await visit.reader.one(SEEN_WITH_REMOVED, ById(wedding_id))
    sight = sight_of(found)
    return sight, _shell(visit, sight)


def _shell(visit: Visit, sight: Sight) -> Shell:
    wedding_id = sight.seen.wedding.id
    return wedding_shell(visit, wedding_id, "Events", shield_line(sight.shield, f"/w/{wedding_id}/amendments"))


def _refused(visit: Visit, sight: Sight, field: FieldView, status: int) -> Response[str]:
    if visit.exchange.is_fragment:
        return _alone(field, visit, status)
    return shown(events_page(sight, _shell(visit, sight), instead=field), status=status)


def _alone(field: FieldView, visit: Visit, status: int = 200) -> Response[str]:
    return shown(FieldFragment(field=field, csrf=visit.exchange.csrf), status=status)


HANDLERS: Final = (events, add_event, lead, set_lead, rename_event, remove_event, undo, one_field, save_field)
