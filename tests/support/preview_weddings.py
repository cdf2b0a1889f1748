"""The couple's side: Clara Hughes and Dan Whitfield, seven months before their day."""

from collections.abc import Callable

from tests.support.preview_people import SHIELD_FIXED, SHIELD_LOCKED

from wedsync.features.connections.views import (
    ConnectionRow,
    GrantFragment,
    GrantView,
    ReaderRow,
    ReadersPage,
    ReceiptRow,
    ReceiptsPage,
    RequestView,
    SharingPage,
    SuppliersFragment,
    SuppliersPage,
    SupportRow,
)
from wedsync.features.weddings.field_views import (
    Badge,
    Control,
    FieldFragment,
    FieldState,
    FieldView,
    Offer,
    Part,
    ProposalView,
    Side,
)
from wedsync.features.weddings.fixed_views import FixedFact
from wedsync.features.weddings.views import (
    ChangeView,
    Confirmation,
    DetailsFragment,
    DetailsPage,
    EventsFragment,
    EventsPage,
    EventView,
    Head,
    HeadFragment,
    HomeFragment,
    HomePage,
    LeadForm,
    MemberView,
    NextQuestion,
    ReaderView,
    RemovedEvent,
    SectionView,
)
from wedsync.platform.pages import Crumb, Filled, Moment, NavItem, Option, Shell, ShieldLine, View, Who

CSRF = "5b1f"


def couple_shell(current: str, shield: ShieldLine | None = SHIELD_FIXED) -> Shell:
    places = (
        ("Home", "/w/9/home", "home"),
        ("Details", "/w/9/details", "form"),
        ("Events", "/w/9/events", "calendar"),
        ("Day", "/w/9/day", "clock"),
        ("Suppliers", "/w/9/suppliers", "people"),
    )
    return Shell(
        brand="WedMe",
        home="/w/9/home",
        nav=tuple(
            NavItem(label=label, href=href, icon=icon, is_current=label == current) for label, href, icon in places
        ),
        who=Who(name="Clara Hughes", subtitle="Clara & Dan", initials="CD"),
        shield=shield,
        csrf=CSRF,
        live_url="/live",
        is_signed_in=True,
        is_demo=True,
    )


def field(key: str, label: str, **more: object) -> FieldView:
    told = {
        "key": key,
        "element_id": f"f-{key}",
        "label": label,
        "control": Control.TEXT,
        "state": FieldState.SAVED if more.get("value") or more.get("display") else FieldState.EMPTY,
        "base_revision": 3,
        "action": f"/w/9/details/{key}",
        "href": f"/w/9/details/{key}",
        "readers": "Everyone you connect",
    }
    return FieldView(**(told | more))  # type: ignore[arg-type]


def written(text: str, value: str, *, may_use: bool = True) -> ProposalView:
    return ProposalView(text=text, value=value, may_use=may_use, is_final=False, leave_url="/w/9/proposals/1/leave")


def yes_no(chosen: str) -> tuple[Option, ...]:
    return tuple(
        Option(value=value, label=label, is_chosen=value == chosen)
        for value, label in (("true", "Yes"), ("false", "No"))
    )


COUPLE = (
    field(
        "partner1_first_name",
        "Your first name",
        state=FieldState.FIXED,
        display="Clara",
        is_essential=True,
        amend_url="/w/9/amendments/new",
    ),
    field("partner1_last_name", "Your surname", value="Hughes", is_essential=True, note="Clara, 12 March"),
    field(
        "partner1_email",
        "Your email",
        control=Control.EMAIL,
        value="clara@example.com",
        readers="Nobody yet: you decide",
        autocomplete="email",
    ),
    field(
        "partner2_phone",
        "Dan's phone",
        control=Control.PHONE,
        is_essential=True,
        proposals=(written("Wild Fennel Catering wrote: 07700 900123", "+447700900123"),),
        readers="Nobody yet: you decide",
        hint="With country code if not from the UK",
    ),
    field(
        "primary_contact",
        "Whom should suppliers write to?",
        control=Control.CHOICE,
        state=FieldState.SAVED,
        options=(
            Option(value="partner1", label="Clara", is_chosen=True),
            Option(value="partner2", label="Dan"),
            Option(value="both", label="Both of us"),
        ),
    ),
    field(
        "pronouns",
        "Pronouns",
        control=Control.PARTS,
        parts=(
            Part(name="value_partner1", label="Clara", value="she/her"),
            Part(name="value_partner2", label="Dan", value=""),
        ),
        may_skip=True,
    ),
    field(
        "postal_address",
        "Where do letters reach you?",
        control=Control.LINES,
        value="4 Orchard Row\nStroud GL5 1AA",
        readers="Stationery",
        badges=(Badge(initials="PP", name="Papyrus Press"),),
    ),
)
EVENT = (
    field(
        "wedding_date",
        "When is the wedding?",
        control=Control.DATE,
        state=FieldState.FIXED,
        display="Saturday 12 June 2027",
        is_essential=True,
        proposals=(written("Wild Fennel Catering wrote: Friday 14 May 2027", "2027-05-14", may_use=False),),
        amend_url="/w/9/amendments/new",
    ),
    field(
        "ceremony_time",
        "When does the ceremony start?",
        control=Control.TIME,
        value="13:30",
        is_essential=True,
        suffix="Europe/London",
        readers="Photographer, venue, hair & makeup",
        badges=(Badge(initials="AL", name="Alder & Lane"), Badge(initials="EC", name="Elmore Court")),
    ),
    field(
        "ceremony_venue_name",
        "Where is the ceremony?",
        state=FieldState.CONFLICT,
        base_revision=5,
        error="Dan changed this while you were writing. Which one is right?",
        sides=(
            Side(
                title="Yours",
                display="Elmore Court, the orchard",
                said_by="not saved yet",
                choose="Keep mine",
                value="Elmore Court, the orchard",
            ),
            Side(
                title="Dan's, saved",
                display="St Mary's, Hardwicke",
                said_by="Dan, 2 min ago",
                choose="Take Dan's",
                is_current=True,
            ),
        ),
    ),
    field(
        "reception_venue_name",
        "Where is the reception?",
        state=FieldState.SAVED,
        base_revision=2,
        value="Copeland Park",
        readers="Alder & Lane",
        suggest_url="/venues/names",
        offers=(
            Offer(
                text="In the directory: Bussey Building, 133 Copeland Road, London SE15 3SN. Seats 180.",
                address="133 Copeland Road, London SE15 3SN",
                action="/w/9/details/reception_venue_address",
                target="f-reception_venue_address",
                base_revision=0,
            ),
        ),
    ),
    field(
        "reception_time",
        "When does the reception start?",
        control=Control.TIME,
        value="15:00",
        suffix="Europe/London",
        state=FieldState.LOCKED,
        display="15:00",
        unlocks_text="Opens Sun 13 June, 06:00 BST.",
    ),
    field(
        "time_zone",
        "On whose clock?",
        control=Control.SELECT,
        state=FieldState.SAVED,
        options=(
            Option(value="Europe/London", label="London", is_chosen=True),
            Option(value="Europe/Rome", label="Rome"),
        ),
        warning="Rome changes its clocks that weekend.",
    ),
    field(
        "theme_colours",
        "Colours",
        control=Control.COLOURS,
        value="#7a8b6f, #e8d9c5, #a83f5d",
        colours=("#7a8b6f", "#e8d9c5", "#a83f5d"),
        hint="As #rrggbb, a comma between",
    ),
    field(
        "date_flexible",
        "Could the date still move?",
        control=Control.CHOICE,
        options=yes_no(""),
        readers="Nobody yet: you decide",
    ),
)
GUESTS = (
    field(
        "guests_total",
        "Guests in all",
        control=Control.DERIVED,
        state=FieldState.READ_ONLY,
        display="110",
        action="",
        hint="Adults, children and infants together",
    ),
    field(
        "adults",
        "Adults",
        control=Control.NUMBER,
        value="101",
        is_essential=True,
        readers="Venue, caterer",
        not_seen="2 suppliers have not seen this yet",
        not_seen_url="/w/9/seen?by=fact#g-adults",
    ),
    field("children", "Children", control=Control.NUMBER, value="9", readers="Venue, caterer", may_skip=True),
    field(
        "evening_guests",
        "Evening guests",
        control=Control.NUMBER,
        value="-4",
        state=FieldState.ERROR,
        error="Give a number from 0 to 2,000.",
        readers="Venue, caterer, DJ, band",
        may_skip=True,
    ),
    field(
        "infants",
        "Infants",
        control=Control.NUMBER,
        state=FieldState.NOT_APPLICABLE,
        may_skip=True,
        readers="Venue, caterer",
    ),
)
WISHES = (
    field(
        "music_preferences",
        "Music",
        control=Control.LONG_PARTS,
        parts=(
            Part(name="value_must_play", label="Must play", value="September\nDancing Queen"),
            Part(name="value_do_not_play", label="Never play", value="The Birdie Song"),
        ),
        readers="DJ, band",
    ),
    field(
        "special_requests",
        "Anything else?",
        control=Control.LONG_TEXT,
        max_length=5000,
        readers="Nobody yet: you decide",
    ),
    field("total_budget", "Budget", control=Control.MONEY, value="24,500.00", readers="Nobody but you two"),
)
SECTIONS = (
    SectionView(
        element_id="couple", title="The two of you", percent=71, complete=5, applicable=7, fields=COUPLE, is_open=True
    ),
    SectionView(
        element_id="event",
        title="The day",
        percent=64,
        complete=5,
        applicable=7,
        fields=EVENT,
        is_open=True,
        hint="suppliers wait for one",
    ),
    SectionView(element_id="guests", title="Guests", percent=67, complete=2, applicable=3, fields=GUESTS, is_open=True),
    SectionView(element_id="wishes", title="Wishes", percent=0, complete=0, applicable=3, fields=WISHES),
)
INTRO = "Four suppliers read these details. They see a change the moment you make it."
DETAILS = DetailsPage(
    shell=couple_shell("Details"),
    wedding_id="9",
    fragment_url="/w/9/details/fields",
    intro=INTRO,
    percent=62,
    sections=SECTIONS,
    readers=(
        ReaderView(
            name="Alder & Lane",
            type_label="Photographer",
            initials="AL",
            status="connected",
            tone="ok",
            href="/w/9/suppliers/1",
        ),
        ReaderView(
            name="Elmore Court",
            type_label="Venue",
            initials="EC",
            status="connected",
            tone="ok",
            href="/w/9/suppliers/2",
        ),
        ReaderView(
            name="Wild Fennel Catering",
            type_label="Caterer",
            initials="WF",
            status="connected",
            tone="ok",
            href="/w/9/suppliers/3",
        ),
        ReaderView(
            name="The Juniper Band",
            type_label="Band",
            initials="JB",
            status="invited",
            tone="fixed",
            href="/w/9/suppliers/4",
        ),
    ),
    suppliers_url="/w/9/suppliers",
    csrf=CSRF,
)
QUESTIONS = (
    NextQuestion(
        label="When does the ceremony end?", why="Your venue and caterer plan by it", href="/w/9/details#f-end_time"
    ),
    NextQuestion(label="Dan's phone", why="Asked 12 months before", href="/w/9/details#f-partner2_phone"),
    NextQuestion(label="How many children come?", why="Asked 3 months before", href="/w/9/details#f-children"),
)
CHANGES = (
    ChangeView(
        label="Adults",
        before="98",
        after="101",
        said_by="Dan",
        initials="DW",
        when=Moment(iso="2026-11-22T09:21:00Z", text="9 min ago"),
    ),
    ChangeView(
        label="Reception starts",
        before="",
        after="15:00",
        said_by="Elmore Court",
        initials="EC",
        when=Moment(iso="2026-11-21T18:00:00Z", text="yesterday"),
    ),
)


HEAD = Head(title="Clara & Dan", line="Saturday 12 June 2027 · Elmore Court, Gloucester", tag="in 202 days")
CONFIRMATION = Confirmation(
    date_text="12 June 2027",
    action="/w/9/date-confirmation",
    facts=(FixedFact(label="Date", display="Saturday 12 June 2027"), FixedFact(label="Time zone", display="London")),
    empty="reception venue, reception address",
)


def _home(**changes: object) -> HomePage:
    told = {
        "shell": couple_shell("Home", None),
        "wedding_id": "9",
        "fragment_url": "/w/9/home/news",
        "head": HEAD,
        "next_title": "What to tell next",
        "next_line": "Every answer reaches the suppliers who need it, at once.",
        "percent": 62,
        "details_url": "/w/9/details",
        "questions": QUESTIONS,
        "changes": CHANGES,
        "confirmation": CONFIRMATION,
        "members": (
            MemberView(name="Clara Hughes", role_label="Partner", initials="CH", status="you"),
            MemberView(
                name="Dan Whitfield",
                role_label="Partner",
                initials="DW",
                status="invited, 6 days left",
                email="dan.whitfield@example.org",
                again_url="/w/9/members/invitations/4/again",
                withdraw_url="/w/9/members/invitations/4/withdraw",
            ),
            MemberView(name="Grace Hughes", role_label="Companion", initials="GH", remove_url="/w/9/members/3/end"),
        ),
        "invite_url": "/w/9/members",
        "roles": (
            Option(value="partner", label="My partner"),
            Option(value="companion", label="A companion: looks, changes nothing"),
            Option(value="coordinator", label="Our coordinator: runs the day"),
        ),
        "name": Filled(),
        "email": Filled(),
        "supplier_count": 4,
        "suppliers_url": "/w/9/suppliers",
        "csrf": CSRF,
    }
    return HomePage(**(told | changes))  # type: ignore[arg-type]


EVENTS = (
    EventView(
        event_id="e1",
        title="Ceremony",
        kind_label="ceremony",
        when_text="Saturday 12 June 2027, 13:30",
        zone="Europe/London",
        fields=(EVENT[0], EVENT[1]),
    ),
    EventView(
        event_id="e2",
        title="Brunch",
        kind_label="brunch",
        when_text="Sunday 13 June 2027, 10:00",
        zone="Europe/London",
        fields=(
            field("e2-date", "On which day?", control=Control.DATE, value="2027-06-13"),
            field("e2-time", "When does it start?", control=Control.TIME, value="10:00", suffix="Europe/London"),
        ),
        follows="follows the ceremony's clock",
        notes=("01:30 does not exist that night: the clock jumps to 02:00. We take 02:30.",),
        rename_url="/w/9/events/e2/title",
        remove_url="/w/9/events/e2/end",
    ),
)
REMOVED = (
    RemovedEvent(
        title="Henna night",
        when=Moment(iso="2027-06-01T10:00:00Z", text="2 days ago"),
        undo_url="/w/9/deletions/3/undo",
    ),
)
EVENTS_PAGE = EventsPage(
    shell=couple_shell("Events", SHIELD_LOCKED),
    wedding_id="9",
    fragment_url="/w/9/events/all",
    head=Head(
        title="The days and their parts",
        line="Plans are read-only from Saturday 12 June 2027, 00:00 to Monday 14 June 2027, 06:00, London time.",
    ),
    events=EVENTS,
    removed=REMOVED,
    add_url="/w/9/events",
    kinds=(Option(value="party", label="Party"), Option(value="brunch", label="Brunch")),
    name=Filled(),
    add_note="The date is confirmed: a day, clock or place that you tell here is fixed at once.",
    lead=LeadForm(hours=Filled(value="12"), action="/w/9/lead"),
    csrf=CSRF,
)


def _levels(chosen: str) -> tuple[Option, ...]:
    return tuple(
        Option(value=value, label=label, is_chosen=value == chosen)
        for value, label in (
            ("off", "Nothing"),
            ("usual", "What a caterer usually needs"),
            ("everything", "Everything here"),
        )
    )


RECEIPTS = (
    ReceiptRow(
        person="Maya",
        supplier="Wild Fennel Catering",
        label="Contact details",
        when_text="Fri 20 Nov, 09:12 GMT",
        iso="2026-11-20T09:12:00Z",
    ),
    ReceiptRow(
        person="Tom",
        supplier="Wild Fennel Catering",
        label="Your people",
        when_text="Thu 19 Nov, 17:40 GMT",
        iso="2026-11-19T17:40:00Z",
    ),
)
GRANTS = (
    GrantView(
        element_id="g-headcounts",
        area="headcounts",
        label="Numbers",
        sentence="How many adults, children and infants come.",
        levels=_levels("usual"),
        may_write=False,
        can_offer_write=True,
        action="/w/9/suppliers/3/sharing",
        reads="Reads: adults, children, infants, tables",
        is_saved=True,
    ),
    GrantView(
        element_id="g-contacts",
        area="contacts",
        label="Contact details",
        sentence="Your phones and emails, and those of your people.",
        levels=_levels("off"),
        may_write=False,
        can_offer_write=False,
        action="/w/9/suppliers/3/sharing",
    ),
    GrantView(
        element_id="g-people",
        area="people",
        label="Your people",
        sentence="Bridesmaids, best man, parents.",
        levels=_levels("everything"),
        may_write=True,
        can_offer_write=True,
        action="/w/9/suppliers/3/sharing",
        error="This could not be saved. Try again.",
    ),
)
SUPPLIERS = SuppliersPage(
    shell=couple_shell("Suppliers"),
    wedding_id="9",
    fragment_url="/w/9/suppliers",
    csrf=CSRF,
    seen_url="/w/9/seen",
    looked_url="/w/9/receipts",
    connections=(
        ConnectionRow(
            name="Alder & Lane",
            type_label="Photographer",
            initials="AL",
            status="connected",
            tone="ok",
            sees="the usual for a photographer",
            unseen="2 changes not seen",
            sharing_url="/w/9/suppliers/1",
        ),
        ConnectionRow(
            name="Wild Fennel Catering",
            type_label="Caterer",
            initials="WF",
            status="connected",
            tone="ok",
            sees="the usual for a caterer, and contacts",
            sharing_url="/w/9/suppliers/3",
        ),
        ConnectionRow(
            name="The Juniper Band",
            type_label="Band",
            initials="JB",
            status="invited",
            tone="fixed",
            sees="nothing yet",
            sharing_url="/w/9/suppliers/4",
        ),
    ),
    invite_url="/w/9/suppliers/invitations",
    supplier_types=(Option(value="florist", label="Florist"), Option(value="cake", label="Cake")),
    name=Filled(),
    email=Filled(),
    type_error="",
)

PREVIEWS: dict[str, Callable[[], View]] = {
    "details": lambda: DETAILS,
    "details_fragment": lambda: DetailsFragment(intro=INTRO, percent=62, sections=SECTIONS, csrf=CSRF),
    "field_fragment": lambda: FieldFragment(field=EVENT[1], csrf=CSRF),
    "home": _home,
    "home_new": lambda: _home(
        head=Head(title="Your wedding", line="No date yet"),
        percent=0,
        changes=(),
        supplier_count=0,
        confirmation=Confirmation(date_text="", action="", missing=QUESTIONS[:2]),
        members=(MemberView(name="Clara Hughes", role_label="Partner", initials="CH", status="you"),),
    ),
    "home_fragment": lambda: HomeFragment(
        next_title="All told for now",
        next_line="We ask again when the next answers are due.",
        percent=62,
        details_url="/w/9/details",
        questions=QUESTIONS,
        changes=CHANGES,
        confirmation=CONFIRMATION,
        csrf=CSRF,
    ),
    "head_fragment": lambda: HeadFragment(shell=couple_shell("Home", SHIELD_LOCKED), head=HEAD),
    "events": lambda: EVENTS_PAGE,
    "events_fragment": lambda: EventsFragment(events=EVENTS, removed=REMOVED, csrf=CSRF),
    "suppliers": lambda: SUPPLIERS,
    "suppliers_fragment": lambda: SuppliersFragment(
        connections=SUPPLIERS.connections, seen_url=SUPPLIERS.seen_url, csrf=CSRF
    ),
    "suppliers_new": lambda: SuppliersPage(
        shell=couple_shell("Suppliers", None),
        wedding_id="9",
        fragment_url="/w/9/suppliers",
        csrf=CSRF,
        seen_url="/w/9/seen",
        looked_url="/w/9/receipts",
        connections=(),
        invite_url="/w/9/suppliers/invitations",
        supplier_types=(),
        name=Filled(),
        email=Filled(),
        type_error="",
    ),
    "sharing": lambda: SharingPage(
        shell=couple_shell("Suppliers"),
        crumbs=(Crumb(label="Your suppliers", href="/w/9/suppliers"),),
        name="Wild Fennel Catering",
        type_label="Caterer",
        initials="WF",
        status="connected",
        tone="ok",
        intro="Names and basics are seen by everyone you connect. The rest is yours to give.",
        requests=(
            RequestView(
                label="Contact details",
                wish="Everything there",
                reason="We ring on the morning about the allergens.",
                asked=Moment(iso="2026-11-20T12:00:00Z", text="2 days ago"),
                answer_url="/w/9/suppliers/3/requests/1",
            ),
        ),
        grants=GRANTS,
        receipts=RECEIPTS,
        receipts_url="/w/9/receipts?supplier=3",
        disconnect_url="/w/9/suppliers/3/end",
        csrf=CSRF,
    ),
    "readers": lambda: ReadersPage(
        shell=couple_shell("Details"),
        crumbs=(Crumb(label="Details", href="/w/9/details#f-adults"),),
        label="Adults",
        readers=(
            ReaderRow(
                name="Clara",
                initials="C",
                role="partner",
                reads=True,
                why="It is their wedding. Partners read everything.",
                href="",
            ),
            ReaderRow(
                name="Wild Fennel Catering",
                initials="WF",
                role="caterer",
                reads=True,
                why="You share what a caterer usually needs of “Numbers”, and this is part of it.",
                href="/w/9/suppliers/3",
            ),
        ),
        others=(
            ReaderRow(
                name="Bloom & Wild",
                initials="BW",
                role="florist",
                reads=False,
                why="You share what a florist usually needs of “Numbers”. This is not part of it.",
                href="/w/9/suppliers/4",
            ),
        ),
    ),
    "receipts": lambda: ReceiptsPage(
        shell=couple_shell("Suppliers"),
        crumbs=(Crumb(label="Your suppliers", href="/w/9/suppliers"),),
        receipts=RECEIPTS,
        support=(
            SupportRow(
                operator="Olga Brandt",
                text="as Maya of Wild Fennel Catering, 3 pages",
                reason="She cannot find the guests' allergies.",
                when_text="Thu 19 Nov 2026, 12:00 GMT",
                iso="2026-11-19T12:00:00Z",
            ),
        ),
        filters=(
            Option(value="/w/9/receipts", label="All", is_chosen=True),
            Option(value="/w/9/receipts?supplier=3", label="Wild Fennel Catering"),
            Option(value="/w/9/receipts?supplier=4", label="Elmore Court"),
        ),
        older_url="/w/9/receipts?before=1",
    ),
    "grant_fragment": lambda: GrantFragment(grant=GRANTS[0], csrf=CSRF),
}
