"""The day as pages: a couple's and their coordinator's, and the same for each supplier who works there."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import Parameter

from wedsync.features.connections.wedding_page import shell_of as supplier_shell
from wedsync.features.day import actions
from wedsync.features.day import queries as q
from wedsync.features.day.drawing import PAGE, Looked, Place, Typed, day_head, day_page, log_fragment
from wedsync.features.day.model import Category, EntryId, EntryKind, NewEntry, Severity
from wedsync.features.day.views import ClosingPage
from wedsync.features.people.shell import Visit, page_routes
from wedsync.features.weddings.page_queries import SEEN
from wedsync.features.weddings.pages import shell_of
from wedsync.features.weddings.sight import sight_of
from wedsync.features.weddings.views import HeadFragment
from wedsync.kernel.cursors import read_place
from wedsync.kernel.ids import SupplierId, WeddingId
from wedsync.kernel.permissions import Permission
from wedsync.kernel.problems import Conflict, Invalid, Problem
from wedsync.platform.database import ById, Tx
from wedsync.platform.forms import Form, faults, filled, read_form, said, shown
from wedsync.platform.http import declares, drawn, see_other
from wedsync.platform.pages import Crumb

READS: Final = declares(Permission.WEDDING_READ, on="wedding")
WRITES: Final = declares(Permission.DAY_LOG_WRITE, on="wedding")
CLOSES: Final = declares(Permission.DAY_CLOSE, on="wedding")
Before = Annotated[str, Parameter(max_length=80)]


class EntryForm(Form, frozen=True, kw_only=True):
    """An entry; what an issue says stands in a box of its own, so that two forms of one page differ."""

    entry_id: UUID
    kind: EntryKind
    text: str = ""
    issue: str = ""
    severity: Severity | None = None
    category: Category | None = None
    arrived_supplier_id: UUID | None = None

    @property
    def new(self) -> NewEntry:
        """As the action takes it, made now."""
        supplier = self.arrived_supplier_id
        return NewEntry(
            id=EntryId(self.entry_id),
            kind=self.kind,
            text=self.issue if self.kind is EntryKind.ISSUE else self.text,
            severity=self.severity,
            category=self.category,
            arrived_supplier_id=None if supplier is None else SupplierId(supplier),
        )

    def typed(self, problem: Problem) -> Typed:
        """As it stood in the boxes, with what was wrong."""
        wrong, is_issue = faults(problem), self.kind is EntryKind.ISSUE
        return Typed(
            text=filled(self.text, {} if is_issue else wrong, "text"),
            issue=filled(self.issue, wrong if is_issue else {}, "text"),
            problem="" if "text" in wrong else said(problem),
            kind=self.kind.value,
            severity=self.severity.value if self.severity else "",
            category=self.category.value if self.category else "",
        )


class ClosingForm(Form, frozen=True, kw_only=True):
    """The answer to the question before; empty at first."""

    confirmation: str = ""


@get("/w/{wedding_id:uuid}/day", opt=READS)
async def day(wedding_id: UUID, visit: Visit, before: Before = "") -> Response[str]:
    """What happened, and where to say what happens."""
    return _answer(visit, await _look(visit, wedding_id, None, before))


@get("/s/{supplier_id:uuid}/weddings/{wedding_id:uuid}/day", opt=READS)
async def supplier_day(supplier_id: UUID, wedding_id: UUID, visit: Visit, before: Before = "") -> Response[str]:
    """The same for who works there."""
    return _answer(visit, await _look(visit, wedding_id, supplier_id, before))


@post("/w/{wedding_id:uuid}/day/entries", opt=WRITES)
async def write_entry(wedding_id: UUID, body: bytes, visit: Visit, tx: Tx) -> Response[str]:
    """An entry made now."""
    return await _write(wedding_id, None, body, visit, tx)


@post("/s/{supplier_id:uuid}/weddings/{wedding_id:uuid}/day/entries", opt=WRITES)
async def supplier_entry(supplier_id: UUID, wedding_id: UUID, body: bytes, visit: Visit, tx: Tx) -> Response[str]:
    """The same from who works there."""
    return await _write(wedding_id, supplier_id, body, visit, tx)


@post("/w/{wedding_id:uuid}/day/closing", opt=CLOSES)
async def close(wedding_id: UUID, body: bytes, visit: Visit, tx: Tx) -> Response[str]:
    """Asks twice, then closes."""
    try:
        await actions.close_day(tx, WeddingId(wedding_id), read_form(body, ClosingForm).confirmation)
    except Conflict as question:
        confirmation = question.members.get("confirmation")
        if not isinstance(confirmation, str):
            raise
        found = await _look(visit, wedding_id, None)
        return drawn(_question(found, question.detail, confirmation), status=question.status)
    return see_other(f"/w/{wedding_id}/day?told=day-closed")


@post("/w/{wedding_id:uuid}/day/reopening", opt=CLOSES)
async def reopen(wedding_id: UUID, tx: Tx) -> Response[str]:
    """The day ends when it would have."""
    await actions.reopen_day(tx, WeddingId(wedding_id))
    return see_other(f"/w/{wedding_id}/day?told=day-reopened")


@get(
    [
        "/w/{wedding_id:uuid}/day/entries",
        "/w/{wedding_id:uuid}/day/closing",
        "/w/{wedding_id:uuid}/day/reopening",
        "/s/{supplier_id:uuid}/weddings/{wedding_id:uuid}/day/entries",
    ]
)
async def back(visit: Visit) -> Response[str]:
    """Who reloads an answer to a form is back at the page that has it."""
    return see_other(visit.exchange.path.rpartition("/")[0])


async def _look(visit: Visit, wedding_id: UUID, supplier_id: UUID | None, before: str = "") -> Looked:
    at, entry = read_place(before)
    sight = sight_of(await visit.reader.one(SEEN, ById(wedding_id)))
    page = q.LogPage(wedding_id=WeddingId(wedding_id), before=at, before_id=entry, limit=PAGE + 1)
    entries = await visit.reader.all(q.LOG, page)
    if supplier_id is None:
        return Looked(
            sight=sight,
            shell=shell_of(visit, sight, "Day"),
            entries=entries,
            place=Place(base=f"/w/{wedding_id}/day"),
        )
    there = f"/s/{supplier_id}/weddings/{wedding_id}"
    crumb = Crumb(label=sight.seen.wedding.title, href=there)
    return Looked(
        sight=sight,
        shell=supplier_shell(visit, supplier_id, sight),
        entries=entries,
        place=Place(base=f"{there}/day", crumbs=(crumb,), me=SupplierId(supplier_id)),
    )


def _answer(visit: Visit, found: Looked) -> Response[str]:
    if visit.exchange.is_fragment:
        head = HeadFragment(shell=found.shell, head=day_head(found.sight))
        return shown(head, log_fragment(found))
    return shown(day_page(found))


async def _write(wedding_id: UUID, supplier_id: UUID | None, body: bytes, visit: Visit, tx: Tx) -> Response[str]:
    form = read_form(body, EntryForm)
    try:
        entry = await actions.write_entry(tx, WeddingId(wedding_id), form.new)
    except (Invalid, Conflict) as problem:
        found = await _look(visit, wedding_id, supplier_id)
        page = day_page(found, form.typed(problem))
        return shown(page, status=problem.status)
    return see_other(f"{visit.exchange.path.rpartition('/')[0]}#entry-{entry.id}")


def _question(found: Looked, detail: str, confirmation: str) -> ClosingPage:
    is_last = detail == actions.SECOND_QUESTION
    base = found.place.base
    return ClosingPage(
        shell=found.shell,
        question="Close it now?" if is_last else "Close the day early?",
        detail=detail,
        yes="Yes, close the day" if is_last else "Yes, everybody is leaving",
        confirmation=confirmation,
        action=f"{base}/closing",
        back=base,
        csrf=found.shell.csrf,
    )


ROUTES: Final = page_routes(day, supplier_day, write_entry, supplier_entry, close, reopen, back)
