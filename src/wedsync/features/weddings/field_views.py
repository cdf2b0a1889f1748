"""How one field of a wedding shows itself: its box, its state, who reads it.

A field carries the revision it was drawn from, so nobody's change is overwritten
unseen. Every text is ready to read; a template only places it.
"""

from enum import StrEnum
from typing import ClassVar

import msgspec

from wedsync.platform.pages import Option, View


class Control(StrEnum):
    """How a field is entered. DERIVED is worked out from other fields and never entered."""

    TEXT = "text"
    EMAIL = "email"
    PHONE = "tel"
    CONTACT = "contact"
    DATE = "date"
    TIME = "time"
    NUMBER = "number"
    MONEY = "money"
    LONG_TEXT = "long_text"
    LINES = "lines"
    TAGS = "tags"
    COLOURS = "colours"
    CHOICE = "choice"
    SELECT = "select"
    PARTS = "parts"
    LONG_PARTS = "long_parts"
    DERIVED = "derived"


class FieldState(StrEnum):
    """What the field says about itself."""

    EMPTY = "empty"
    SAVED = "saved"
    FIXED = "fixed"
    LOCKED = "locked"
    NOT_APPLICABLE = "not_applicable"
    READ_ONLY = "read_only"
    ERROR = "error"
    CONFLICT = "conflict"


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One box of a field with several: pronouns of each partner, must-play and do-not-play."""

    name: str
    label: str
    value: str


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """One of two values that met. `value` and `parts` are what choosing it sends.

    `is_current` is the value that stands: choosing it changes nothing, so it is
    a link back to the field and not a form.
    """

    title: str
    display: str
    said_by: str
    choose: str
    value: str = ""
    parts: tuple[Part, ...] = ()
    is_current: bool = False


class Badge(msgspec.Struct, frozen=True, kw_only=True):
    """A supplier in two letters, with its name for those who listen."""

    initials: str
    name: str


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """What the directory knows of a place, in one line. With an `address` a button sends it to the field `target`.

    What `is_final` is fixed once it is sent.
    """

    text: str
    address: str
    action: str
    target: str
    base_revision: int
    is_final: bool = False


class ProposalView(msgspec.Struct, frozen=True, kw_only=True):
    """What a supplier wrote before the couple came. `value` goes to the field's own address where `may_use`.

    What `is_final` is fixed once it is sent. `leave_url` is "" for who may only look.
    """

    text: str
    value: str
    may_use: bool
    is_final: bool
    leave_url: str


class FieldView(msgspec.Struct, frozen=True, kw_only=True):
    """One field of the wedding or of one of its events.

    `element_id` is unique on the page; `value` fills the box (the raw text again
    when it was refused), `display` is the value as people read it. `base_revision`
    is what the writer saw: 0 for never written. `action` takes the form, `href`
    gives the field alone. `note` says who saved it last, `suffix` the zone of a
    time, `readers` who reads it, `readers_url` why, `not_seen` how many of
    them have not seen its last change. `sides` has two values only in a conflict. What
    `is_final` is fixed once it is saved, so it waits for a button. `suggest_url`
    gives names to offer while one types.
    """

    key: str
    element_id: str
    label: str
    control: Control
    state: FieldState
    base_revision: int = 0
    action: str = ""
    href: str = ""
    value: str = ""
    parts: tuple[Part, ...] = ()
    options: tuple[Option, ...] = ()
    display: str = ""
    colours: tuple[str, ...] = ()
    hint: str = ""
    suffix: str = ""
    error: str = ""
    warning: str = ""
    note: str = ""
    autocomplete: str = "off"
    max_length: int = 0
    is_essential: bool = False
    is_final: bool = False
    may_skip: bool = False
    amend_url: str = ""
    unlocks_text: str = ""
    readers: str = ""
    readers_url: str = ""
    not_seen: str = ""
    not_seen_url: str = ""
    badges: tuple[Badge, ...] = ()
    sides: tuple[Side, ...] = ()
    suggest_url: str = ""
    offers: tuple[Offer, ...] = ()
    proposals: tuple[ProposalView, ...] = ()


class FieldFragment(View, frozen=True, kw_only=True):
    """One field alone: the answer to its form, and its live refresh."""

    template: ClassVar[str] = "weddings/_field.html"
    field: FieldView
    csrf: str
