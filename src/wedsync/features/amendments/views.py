"""What one sees of amendments: what is fixed and how to ask for something else, one proposal with all it would do.

Every text is ready to read; a template only places it.
"""

from typing import ClassVar

import msgspec

from wedsync.features.weddings.field_views import Control
from wedsync.platform.pages import Crumb, Filled, Moment, Option, Page, View


class FixedRow(msgspec.Struct, frozen=True, kw_only=True):
    """A fact that is not changed without an amendment; `propose_url` is "" for who may not propose."""

    label: str
    display: str
    propose_url: str = ""


class ContactWay(msgspec.Struct, frozen=True, kw_only=True):
    """A way to reach somebody: an address or number, and what opens it."""

    text: str
    href: str


class ContactView(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody to talk to, by the `ways` that the reader may see."""

    name: str
    initials: str
    role_label: str
    ways: tuple[ContactWay, ...] = ()


class AmendmentRow(msgspec.Struct, frozen=True, kw_only=True):
    """An amendment in a list. `waits_for` says what it lacks, or what the reader is asked."""

    title: str
    href: str
    said_by: str
    when: Moment
    state: str
    tone: str = ""
    waits_for: str = ""


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """Something larger that one may propose."""

    label: str
    why: str
    href: str


class AmendmentsFragment(View, frozen=True, kw_only=True):
    """The part that moves: what waits, what is fixed, what was decided."""

    template: ClassVar[str] = "amendments/_amendments.html"
    waiting: tuple[AmendmentRow, ...]
    decided: tuple[AmendmentRow, ...]
    fixed: tuple[FixedRow, ...]
    nothing_fixed: str
    ways: tuple[Way, ...]


class AmendmentsPage(Page, frozen=True, kw_only=True):
    """What is shut and why; `until_text` says when that changes by itself, or is "".

    `nobody` stands where there is none to talk to, `no_way` where the reader sees no way to reach them.
    """

    template: ClassVar[str] = "amendments/amendments.html"
    crumbs: tuple[Crumb, ...]
    wedding_id: str
    fragment_url: str
    why: str
    now: str
    until_text: str
    nobody: str
    no_way: str
    talk_to: tuple[ContactView, ...]
    waiting: tuple[AmendmentRow, ...]
    decided: tuple[AmendmentRow, ...]
    fixed: tuple[FixedRow, ...]
    nothing_fixed: str
    ways: tuple[Way, ...]


class Box(msgspec.Struct, frozen=True, kw_only=True):
    """A value to propose; `stands` is what it says now."""

    name: str
    label: str
    control: Control
    value: str
    stands: str
    options: tuple[Option, ...] = ()
    error: str = ""
    hint: str = ""


class EffectView(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that would be different."""

    what: str
    before: str
    after: str
    detail: str


class EffectGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Effects of one kind; `tone` is "fixed" for what deserves a second look."""

    title: str
    effects: tuple[EffectView, ...]
    tone: str = ""


class Hidden(msgspec.Struct, frozen=True, kw_only=True):
    """What a form carries along."""

    name: str
    value: str


class ProposePage(Page, frozen=True, kw_only=True):
    """A proposal: first what should change, then, with `groups`, all that it would do, to be sent as it is.

    `why` says the reason back. `others` names the days that would move along; `may_wait` offers that
    there is no new day yet. `lead` says what a confirmed proposal does, `send` is the button.
    """

    template: ClassVar[str] = "amendments/propose.html"
    crumbs: tuple[Crumb, ...]
    title: str
    intro: str
    action: str
    carried: tuple[Hidden, ...]
    boxes: tuple[Box, ...]
    others: str
    is_moving_others: bool
    may_wait: bool
    is_waiting: bool
    reasons: tuple[Option, ...]
    reason_error: str
    reason: Filled
    reason_hint: str
    problem: str
    why: str
    groups: tuple[EffectGroup, ...]
    lead: str
    send: str
    is_grave: bool
    csrf: str


class AnswerView(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody said to it."""

    name: str
    initials: str
    said: str
    note: str
    when: Moment
    tone: str = ""


class TermsView(msgspec.Struct, frozen=True, kw_only=True):
    """Where a supplier's contract stands after it."""

    name: str
    initials: str
    said: str
    tone: str
    seen: str = ""


class Deed(msgspec.Struct, frozen=True, kw_only=True):
    """Something the reader may do about it; what `takes_note` has a box for a word. `sure` asks again."""

    action: str
    label: str
    tone: str = ""
    takes_note: bool = False
    sure: str = ""


class AmendmentFragment(View, frozen=True, kw_only=True):
    """The part that moves when somebody answers."""

    template: ClassVar[str] = "amendments/_amendment.html"
    state: str
    tone: str
    waits_for: str
    notice: str
    groups: tuple[EffectGroup, ...]
    answers: tuple[AnswerView, ...]
    terms: tuple[TermsView, ...]
    deeds: tuple[Deed, ...]
    csrf: str


class AmendmentPage(Page, frozen=True, kw_only=True):
    """One amendment, from its proposal to what it meant for everybody. `reference` is what duty support asks for.

    `support` is its telephone number, or "" where none is set up.
    """

    template: ClassVar[str] = "amendments/amendment.html"
    crumbs: tuple[Crumb, ...]
    wedding_id: str
    fragment_url: str
    title: str
    said_by: str
    when: Moment
    reason_label: str
    reason: str
    reference: str
    support: str
    state: str
    tone: str
    waits_for: str
    notice: str
    groups: tuple[EffectGroup, ...]
    answers: tuple[AnswerView, ...]
    terms: tuple[TermsView, ...]
    deeds: tuple[Deed, ...]
    csrf: str
