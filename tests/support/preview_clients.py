"""A photographer's own clients: the list, one of them, and what was typed wrongly."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from uuid import UUID

import msgspec
from msgspec import structs
from tests.support.preview_people import supplier_shell

from wedsync.features.clients.boxes import NOTHING, ClientForm, as_it_stands, as_typed
from wedsync.features.clients.bulk_drawing import bulk_boxes, done_sentence, done_title, look_first
from wedsync.features.clients.bulk_model import Act, Deed
from wedsync.features.clients.bulk_queries import Bulk, Preview, WouldChange
from wedsync.features.clients.drawing import facts, filter_view, saving_view, ways_of_looking
from wedsync.features.clients.filter_queries import SavedFilter
from wedsync.features.clients.filtering import NO_STAGE, Asked, Filter
from wedsync.features.clients.model import ClientSaid, Stage, read_client
from wedsync.features.clients.months import Month, days_of, weeks_of
from wedsync.features.clients.note_drawing import NEW_NOTE
from wedsync.features.clients.note_drawing import as_typed as as_written
from wedsync.features.clients.note_model import NoteKind
from wedsync.features.clients.search_drawing import search_box
from wedsync.features.clients.views import (
    BesideRow,
    BesideView,
    BoardFragment,
    BoardPage,
    BulkFragment,
    BulkPage,
    CalendarPage,
    ClientPage,
    ClientsPage,
    ClientView,
    ColumnView,
    DayView,
    EntryView,
    Fact,
    FoundFragment,
    FoundView,
    InvitationBox,
    LookFirst,
    LookFirstPage,
    NewClientPage,
    NoteView,
    OfferView,
    QuestionView,
    ReminderView,
    SearchPage,
)
from wedsync.features.clients.words import STAGES
from wedsync.kernel.ids import ClientId
from wedsync.kernel.problems import Invalid
from wedsync.platform.formats import long_date
from wedsync.platform.forms import chosen
from wedsync.platform.pages import Crumb, Filled, Moment, Option, View

CLIENTS = (
    ClientView(
        id="11111111-0000-7000-8000-000000000001",
        name="Ann & Bea Lee",
        href="/s/1/clients/1",
        date_text="Sat 8 May 2027",
        venue="The Old Mill, Bath",
        stage="Booked",
        tone="ok",
        tags=("VIP", "Local"),
        questions="2 questions",
        is_connected=True,
    ),
    ClientView(
        id="11111111-0000-7000-8000-000000000002",
        name="Émile Fox and Kit O’Brien-Featherstonehaugh",
        href="/s/1/clients/2",
        date_text="no date yet",
        venue="",
        stage="Enquiry",
        tone="fixed",
        tags=(),
        questions="",
        is_connected=False,
    ),
    ClientView(
        id="11111111-0000-7000-8000-000000000003",
        name="Zoe Adams",
        href="/s/1/clients/3",
        date_text="Fri 4 Jun 2027",
        venue="Copeland Park",
        stage="",
        tone="",
        tags=("Two days",),
        questions="",
        is_connected=False,
    ),
)
LEE = ClientSaid(
    name="Ann & Bea Lee",
    email="ann@example.org",
    phone="+447700900123",
    venue="The Old Mill, Bath",
    guests=80,
    stage=Stage.BOOKED,
    tags=("VIP", "Local"),
)
TYPED = ClientForm(name="", email="ann", guests="lots", event_date="next spring", total="1.800", tags="VIP")
CRUMBS = (Crumb(label="Clients", href="/s/1/clients"),)
TAGS = ("Local", "Two days", "VIP")
QUESTIONS = (
    QuestionView(
        element_id="q-1",
        label="Date",
        verbatim="06/07/2027",
        detail="Is this 6 July 2027 or 7 June 2027?",
        offers=(OfferView(text="6 July 2027", can_press=True), OfferView(text="7 June 2027", can_press=True)),
        answer_url="/s/1/clients/1/questions/1/answer",
        leave_url="/s/1/clients/1/questions/1/leave",
    ),
    QuestionView(
        element_id="q-2",
        label="Guests",
        verbatim="a few",
        detail="How many guests is that?",
        offers=(),
        answer_url="/s/1/clients/1/questions/2/answer",
        leave_url="/s/1/clients/1/questions/2/leave",
    ),
)
ENTRIES = (
    EntryView(title="Changed: date, venue", said_by="Ben", when=Moment(iso="2026-11-27T09:12:00Z", text="9 min ago")),
    EntryView(
        title="Note, important",
        said_by="Anna",
        when=Moment(iso="2026-11-26T09:12:00Z", text="yesterday"),
        text="Bea does not like\nflash.",
    ),
    EntryView(
        title="Brought in with a list", said_by="Anna", when=Moment(iso="2026-11-20T09:12:00Z", text="Fri 20 Nov 2026")
    ),
)


NOTES = (
    NoteView(
        kind="Important",
        tone="bad",
        body="Bea does not like\nflash.",
        said_by="Anna",
        when=Moment(iso="2026-11-26T09:12:00Z", text="yesterday"),
        change_url="/s/1/clients/1?change=1#note",
        remove_url="/s/1/clients/1/notes/1/end",
    ),
    NoteView(
        kind="Reminder",
        tone="fixed",
        body="Send the contract",
        said_by="Ben",
        when=Moment(iso="2026-11-20T09:12:00Z", text="Fri 20 Nov 2026"),
        day="Fri 27 Nov 2026",
    ),
)
MET = BesideView(
    title="Ann & Bea",
    href="/s/1/weddings/9",
    rows=(
        BesideRow(label="Names", ours="Ann Lee & Bea Lee", theirs="Ann Lee & Bea Lee", remark=""),
        BesideRow(
            label="Date",
            ours="Sat 8 May 2027",
            theirs="Sat 15 May 2027",
            remark="Their day is 1 week later than yours.",
        ),
        BesideRow(label="Venue", ours="The Old Mill, Bath", theirs="Not told, or not shared with you", remark=""),
        BesideRow(label="Guests", ours="80", theirs="92", remark="They count 12 more."),
    ),
    has_ended=False,
    unlink_url="/s/1/clients/1/wedding/end",
    link_url="",
    weddings=(),
    invitation=None,
)
ENDED = msgspec.structs.replace(MET, title="", rows=(), has_ended=True, unlink_url="")
ALONE = msgspec.structs.replace(
    ENDED,
    has_ended=False,
    link_url="/s/1/clients/1/wedding",
    weddings=(Option(value="9", label="Clara & Dan, Sat 15 May 2027"),),
    invitation=InvitationBox(
        action="/s/1/clients/1/invitation",
        email="ann@example.org",
        why_not="",
        services=(
            Option(value="photographer", label="Photographer"),
            Option(value="videographer", label="Videographer"),
        ),
    ),
)


MAY = Month(year=2027, month=5)
WOULD = Preview(
    found=320,
    changing=300,
    first=(
        WouldChange(id=ClientId(UUID(int=1)), name="Ann & Bea Lee", tags=("VIP",), stage=Stage.BOOKED),
        WouldChange(id=ClientId(UUID(int=2)), name="Zoe Adams", tags=()),
    ),
)
DOING = Bulk(
    id=UUID(int=1),
    act=Act.TAG,
    value="Album",
    total=320,
    done=250,
    changed=240,
    created_at=datetime(2026, 11, 27, 9, 12, tzinfo=UTC),
)
VIP = Asked(filter=Filter(every=("vip",), asks=True))
SAVED = tuple(
    SavedFilter(id=UUID(int=number), name=name, query=query)
    for number, (name, query) in enumerate(
        (("May 2027", "from=2027-05-01&to=2027-05-31"), ("To invite", "connected=no"))
    )
)


def _list(**changes: object) -> ClientsPage:
    page = ClientsPage(
        shell=supplier_shell("Clients", None),
        clients=CLIENTS,
        is_empty=False,
        box=search_box(Asked(), "/s/1/clients"),
        filter=filter_view(Asked(), TAGS),
        saving=saving_view(Asked(), SAVED, "/s/1/clients", Filled(), may_write=True),
        bulk=bulk_boxes(Asked(), Act.STAGE, NO_STAGE, Filled(), everybody=False),
        bulk_url="/s/1/clients/bulk",
        views=ways_of_looking("/s/1/clients", "List"),
        due=(
            ReminderView(
                name="Ann & Bea Lee",
                href="/s/1/clients/1#notes",
                body="Send the contract",
                date_text="Fri 27 Nov 2026",
                done_url="/s/1/clients/1/notes/1/end?to=clients",
            ),
        ),
        due_count=21,
        list_url="/s/1/clients",
        clear_url="",
        more_url="/s/1/clients?after=1",
        new_url="/s/1/clients/new",
        import_url="/s/1/clients/imports",
        undo_url="",
    )
    return msgspec.structs.replace(page, **changes)


def _board(*, may_move: bool) -> BoardPage:
    held = {"booked": CLIENTS[:1], "enquiry": CLIENTS[1:2], NO_STAGE: CLIENTS[2:]}
    return BoardPage(
        shell=supplier_shell("Clients", None),
        supplier_id="1",
        fragment_url="/s/1/clients/board",
        csrf="5b1f",
        views=ways_of_looking("/s/1/clients", "Board"),
        columns=tuple(
            ColumnView(
                element_id=f"stage-{stage}",
                title=label,
                count=str(len(held.get(stage, ()))),
                list_url=f"/s/1/clients?stage={stage}",
                clients=held.get(stage, ()),
                more_url="/s/1/clients?stage=booked&after=1" if stage == "booked" else "",
                stages=chosen(STAGES, stage),
            )
            for stage, label in STAGES
        ),
        may_move=may_move,
    )


def _calendar(*, is_empty: bool) -> CalendarPage:
    held = (
        {} if is_empty else {date(2027, 5, 8): CLIENTS, date(2027, 5, 29): CLIENTS[2:], date(2027, 6, 5): CLIENTS[:1]}
    )
    days = tuple(
        DayView(
            iso=day.isoformat(),
            number=str(day.day),
            text=long_date(day),
            is_outside=day.month != MAY.month,
            clients=held.get(day, ()),
            more=2 if day == date(2027, 5, 8) and not is_empty else 0,
            more_url="/s/1/clients?from=2027-05-08&to=2027-05-08",
        )
        for day in days_of(MAY)
    )
    return CalendarPage(
        shell=supplier_shell("Clients", None),
        views=ways_of_looking("/s/1/clients", "Calendar"),
        title=MAY.title,
        weeks=weeks_of(days),
        today="2027-05-12",
        is_empty=is_empty,
        before_url="/s/1/clients/calendar?month=2027-04",
        after_url="/s/1/clients/calendar?month=2027-06",
        this_url="/s/1/clients/calendar",
    )


def _look_first(look: LookFirst | None, tag: Filled) -> LookFirstPage:
    return LookFirstPage(
        shell=supplier_shell("Clients", None),
        crumbs=CRUMBS,
        boxes=bulk_boxes(VIP, Act.TAG, NO_STAGE, tag, everybody=True),
        chosen=(CLIENTS[0].id, CLIENTS[2].id),
        look=look,
        bulk_url="/s/1/clients/bulk",
    )


def _bulk(bulk: Bulk) -> BulkPage:
    return BulkPage(
        shell=supplier_shell("Clients", None),
        crumbs=CRUMBS,
        supplier_id="1",
        title=done_title(bulk),
        sentence=done_sentence(bulk),
        done=bulk.done,
        total=bulk.total,
        is_doing=bulk.done < bulk.total,
        undo_url="/s/1/clients/bulk/1/undo",
        fragment_url="/s/1/clients/bulk/1",
        list_url="/s/1/clients",
        csrf="5b1f",
    )


def _client(**changes: object) -> ClientPage:
    page = ClientPage(
        shell=supplier_shell("Clients", None),
        crumbs=CRUMBS,
        name=LEE.name,
        line="Sat 8 May 2027 · The Old Mill, Bath",
        stage="Booked",
        tone="ok",
        boxes=as_it_stands(read_client(LEE)),
        is_refused=False,
        facts=facts(LEE),
        others=(Fact(label="Album", value="Linen, 30 × 30"),),
        questions=QUESTIONS,
        notes=NOTES,
        note=NEW_NOTE,
        note_url="/s/1/clients/1/notes",
        note_cancel_url="",
        undo_url="",
        beside=MET,
        entries=ENTRIES,
        older_url="/s/1/clients/1?before=2#timeline",
        action="/s/1/clients/1",
        remove_url="/s/1/clients/1/end",
    )
    return msgspec.structs.replace(page, **changes)


def _new(refused: ClientForm | None) -> NewClientPage:
    boxes = as_it_stands(NOTHING)
    if refused is not None:
        try:
            read_client(refused.said)
        except Invalid as refusal:
            boxes = as_typed(refused, refusal)
    return NewClientPage(shell=supplier_shell("Clients", None), crumbs=CRUMBS, boxes=boxes, action="/s/1/clients/new")


FOUND = FoundView(
    sentence="More than 1 have “lee” among those who fit the filter. These come first.",
    cut="1,000 or more have it before the filter, and no more are looked at. Type more of it.",
    clients=CLIENTS[:1],
    more_url="/s/1/clients/search?all=vip&q=lee",
    clear_url="/s/1/clients/search?q=lee",
)
PERHAPS = FoundView(
    sentence="Nobody has “feathrstone”. We looked at names, places, companies, tags, telephones, email addresses and days.",
    perhaps=CLIENTS[1:],
)


def _search(typed: str, asked: Asked, found: FoundView) -> SearchPage:
    return SearchPage(
        shell=supplier_shell("Clients", None),
        crumbs=CRUMBS,
        box=search_box(asked, "/s/1/clients", typed),
        found=found,
    )


PREVIEWS: dict[str, Callable[[], View]] = {
    "clients": _list,
    "clients_empty": lambda: _list(clients=(), is_empty=True, due=(), more_url=""),
    "clients_filtered": lambda: _list(
        clients=(),
        due=(),
        more_url="",
        box=search_box(VIP, "/s/1/clients"),
        filter=filter_view(VIP, TAGS),
        saving=saving_view(VIP, SAVED, "/s/1/clients", Filled(error="Give it a name."), may_write=True),
        clear_url="/s/1/clients",
        undo_url="/s/1/trash/3/restoration?to=clients",
    ),
    "clients_kept": lambda: _list(
        saving=saving_view(Asked(filter=Filter(alone=True)), SAVED, "/s/1/clients", Filled(), may_write=True)
    ),
    "clients_look_first": lambda: _look_first(
        look_first(WOULD, Deed(act=Act.TAG, value="Album"), (), query="?all=vip", base="/s/1/clients"), Filled()
    ),
    "clients_look_first_refused": lambda: _look_first(None, Filled(error="Write the tag.")),
    "clients_bulk_doing": lambda: _bulk(DOING),
    "clients_bulk_done": lambda: _bulk(structs.replace(DOING, done=320, changed=300)),
    "clients_bulk_part": lambda: BulkFragment(
        sentence=done_sentence(DOING),
        done=DOING.done,
        total=DOING.total,
        is_doing=True,
        undo_url="",
        fragment_url="/s/1/clients/bulk/1",
        list_url="/s/1/clients",
        csrf="5b1f",
    ),
    "clients_search": lambda: _search("lee", VIP, FOUND),
    "clients_search_perhaps": lambda: _search("feathrstone", Asked(), PERHAPS),
    "clients_search_begun": lambda: _search("", Asked(), FoundView()),
    "clients_found": lambda: FoundFragment(found=FOUND),
    "clients_board": lambda: _board(may_move=True),
    "clients_board_looked_at": lambda: _board(may_move=False),
    "clients_board_part": lambda: BoardFragment(columns=_board(may_move=True).columns, may_move=True, csrf="5b1f"),
    "clients_calendar": lambda: _calendar(is_empty=False),
    "clients_calendar_empty": lambda: _calendar(is_empty=True),
    "client": _client,
    "client_alone": lambda: _client(beside=ALONE, questions=(), notes=()),
    "client_looked_at": lambda: _client(
        action="", remove_url="", notes=(), beside=ENDED, others=(), older_url="", entries=ENTRIES[:1]
    ),
    "client_note_refused": lambda: _client(
        note=as_written("", NoteKind.REMINDER, "", {"body": "Write the note.", "remind_on": "Say the day."}),
        note_cancel_url="/s/1/clients/1#notes",
        undo_url="/s/1/trash/3/restoration?to=clients&at=1",
    ),
    "client_new": lambda: _new(None),
    "client_refused": lambda: _new(TYPED),
}
