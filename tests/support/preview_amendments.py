"""Clara and Dan want their day a week later; the chapel's roof leaks."""

from collections.abc import Callable

from tests.support.preview_people import SHIELD_FIXED
from tests.support.preview_weddings import CSRF, couple_shell

from wedsync.features.amendments.views import (
    AmendmentFragment,
    AmendmentPage,
    AmendmentRow,
    AmendmentsFragment,
    AmendmentsPage,
    AnswerView,
    Box,
    ContactView,
    ContactWay,
    Deed,
    EffectGroup,
    EffectView,
    FixedRow,
    Hidden,
    ProposePage,
    TermsView,
    Way,
)
from wedsync.features.weddings.field_views import Control
from wedsync.platform.pages import Crumb, Filled, Moment, Option, View

WHEN = Moment(iso="2026-11-26T20:00:00Z", text="2 h ago")
BACK = (Crumb(label="What is fixed", href="/w/9/amendments"),)
SHELL = couple_shell("", SHIELD_FIXED)
ROWS = (
    AmendmentRow(
        title="Wedding date",
        href="/w/9/amendments/1",
        said_by="Clara",
        when=WHEN,
        state="proposed",
        tone="fixed",
        waits_for="waits for Dan",
    ),
    AmendmentRow(
        title="Ceremony venue, Ceremony address",
        href="/w/9/amendments/2",
        said_by="Alder & Lane, supplier",
        when=WHEN,
        state="in effect",
        tone="ok",
    ),
)
FIXED = (
    FixedRow(label="Wedding date", display="Saturday 12 June 2027", propose_url="/w/9/amendments/new?key=wedding_date"),
    FixedRow(label="Ceremony venue", display="Chapel by the Mill"),
)
WAYS = (
    Way(label="Move the whole wedding", why="To another day, or to one that you do not know yet.", href="/w/9/x"),
    Way(label="Cancel the wedding", why="Nothing is deleted. Both of you agree to it.", href="/w/9/y"),
)
GROUPS = (
    EffectGroup(
        title="What would change",
        effects=(
            EffectView(what="Wedding date", before="Saturday 12 June 2027", after="Saturday 19 June 2027", detail=""),
        ),
    ),
    EffectGroup(
        title="Worth a look before you agree",
        tone="fixed",
        effects=(EffectView(what="Alder & Lane", before="", after="", detail="Has another wedding on that day."),),
    ),
    EffectGroup(
        title="When everything would be",
        effects=(
            EffectView(
                what="Ceremony",
                before="Saturday 12 June 2027, 14:00 (Europe/London)",
                after="Saturday 19 June 2027, 14:00 (Europe/London)",
                detail="",
            ),
        ),
    ),
)
LIST = AmendmentsPage(
    shell=SHELL,
    crumbs=(Crumb(label="Back", href="/w/9/details"),),
    wedding_id="9",
    fragment_url="/w/9/amendments",
    why="The date is confirmed, so names, date, clock and venues are what everybody relies on.",
    now="Propose what should change.",
    nobody="No supplier is connected.",
    no_way="",
    until_text="Read-only from Friday 11 June 2027, 23:00 (Europe/London)",
    talk_to=(
        ContactView(
            name="Clara",
            initials="C",
            role_label="Partner · asked first",
            ways=(ContactWay(text="+447700900123", href="tel:+447700900123"),),
        ),
        ContactView(name="Cora Lines", initials="CL", role_label="Coordinator"),
    ),
    waiting=ROWS[:1],
    decided=ROWS[1:],
    fixed=FIXED,
    nothing_fixed="",
    ways=WAYS,
)
BOXES = (
    Box(name="value_1", label="Ceremony venue", control=Control.TEXT, value="Chapel by the Mill", stands="Chapel"),
    Box(
        name="value_2",
        label="Ceremony address",
        control=Control.LINES,
        value="Mill",
        stands="Mill Lane 1, Bath",
        error="Give at least 10 characters.",
    ),
)
PROPOSE = ProposePage(
    shell=SHELL,
    crumbs=BACK,
    title="Propose a change",
    intro="Both of you have to agree to this. First you see what it would do.",
    action="/w/9/amendments/new",
    carried=(Hidden(name="kind", value="change"), Hidden(name="key", value="ceremony_venue_name")),
    boxes=BOXES,
    others="Brunch",
    is_moving_others=True,
    may_wait=True,
    is_waiting=False,
    reasons=(Option(value="venue", label="The venue"), Option(value="weather", label="Weather or travel")),
    reason_error="Choose why.",
    reason_hint="The couple reads it.",
    reason=Filled(value="The roof leaks"),
    problem="",
    why="",
    groups=(),
    lead="",
    send="",
    is_grave=False,
    csrf=CSRF,
)
LOOKED = ProposePage(
    shell=SHELL,
    crumbs=BACK,
    title="Move the whole wedding",
    intro="Both of you have to agree to this. First you see what it would do.",
    action="/w/9/amendments/new",
    carried=(Hidden(name="kind", value="postponement"), Hidden(name="value_1", value="2027-06-19")),
    boxes=(),
    others="Brunch",
    is_moving_others=True,
    may_wait=True,
    is_waiting=False,
    reasons=(),
    reason_error="",
    reason_hint="The couple reads it.",
    reason=Filled(value="The roof leaks"),
    problem="",
    why="The venue. The roof leaks",
    groups=GROUPS,
    lead="Nothing changes until the other one agrees; a letter asks them.",
    send="Propose it",
    is_grave=False,
    csrf=CSRF,
)
ANSWERS = (
    AnswerView(name="Clara", initials="C", said="approved it", note="", when=WHEN, tone="ok"),
    AnswerView(
        name="Alder & Lane",
        initials="AL",
        said="declines what it means",
        note="We are in Scotland that week",
        when=WHEN,
        tone="bad",
    ),
)
TERMS = (
    TermsView(name="Alder & Lane", initials="AL", said="declined: terms differ", tone="bad", seen="has seen it"),
    TermsView(name="Felix", initials="F", said="accepted", tone="ok", seen="has not seen it yet"),
)
DEEDS = (
    Deed(action="/w/9/amendments/1/approval", label="Approve it", tone="primary", sure="All of it takes effect."),
    Deed(action="/w/9/amendments/1/refusal", label="Refuse it", tone="danger", takes_note=True),
)
ONE = AmendmentPage(
    shell=SHELL,
    crumbs=BACK,
    wedding_id="9",
    fragment_url="/w/9/amendments/1",
    title="Wedding date",
    said_by="Clara",
    when=WHEN,
    reason_label="The venue",
    reason="The roof leaks",
    reference="4821 0937",
    support="+44 20 7946 0000",
    state="proposed",
    tone="fixed",
    waits_for="waits for Dan",
    notice="Something it would change has changed since.",
    groups=GROUPS,
    answers=ANSWERS,
    terms=TERMS,
    deeds=DEEDS,
    csrf=CSRF,
)
PREVIEWS: dict[str, Callable[[], View]] = {
    "amendments": lambda: LIST,
    "amendments-fragment": lambda: AmendmentsFragment(
        waiting=ROWS[:1], decided=ROWS[1:], fixed=(), nothing_fixed="None that you may propose to change.", ways=()
    ),
    "amendment-proposed": lambda: PROPOSE,
    "amendment-looked-at": lambda: LOOKED,
    "amendment": lambda: ONE,
    "amendment-fragment": lambda: AmendmentFragment(
        state="in effect",
        tone="ok",
        waits_for="",
        notice="",
        groups=(),
        answers=(),
        terms=(),
        deeds=(),
        csrf=CSRF,
    ),
}
