"""What a core field is: one question about every wedding, asked once and answered in one place.

Where its answer is stored (subject and fact key) and who usually reads it stand beside the
question, so that the database, the pages and the API can never disagree about it.
"""

from enum import StrEnum
from typing import Final

import msgspec

from wedsync.kernel.permissions import GRANTABLE_AREAS, READS_EVERYTHING, USUAL_AREAS, Area, SupplierType


class Group(StrEnum):
    """The sections of the details page, in their order."""

    COUPLE = "couple"
    EVENT = "event"
    GUESTS = "guests"
    PEOPLE = "people"
    TEAM = "team"
    MOMENTS = "moments"
    WISHES = "wishes"
    BUDGET = "budget"


GROUP_LABELS: Final = {
    Group.COUPLE: "The two of you",
    Group.EVENT: "The day",
    Group.GUESTS: "Guests",
    Group.PEOPLE: "Your people",
    Group.TEAM: "Your suppliers",
    Group.MOMENTS: "Moments",
    Group.WISHES: "Wishes",
    Group.BUDGET: "Budget",
}


class FieldType(StrEnum):
    """How a value is written in JSON, and which input asks for it."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    EMAIL = "email"
    PHONE = "phone"
    CONTACT = "contact"
    ENUM = "enum"
    DATE = "date"
    LOCAL_TIME = "local_time"
    ZONE = "zone"
    BOOLEAN = "boolean"
    INTEGER = "integer"
    TAGS = "tags"
    COLOURS = "colours"
    NAMES = "names"
    ADDRESS = "address"
    PENCE = "pence"
    PRONOUNS = "pronouns"
    MUSIC = "music"
    CONNECTION = "connection"
    MOMENT = "moment"


class FieldClass(StrEnum):
    """A is fixed once the date is confirmed; B stays editable until the wedding is locked."""

    A = "A"
    B = "B"


class Subject(StrEnum):
    """Whose fact it is: the wedding's or an event's. FIRST is the event that comes first."""

    WEDDING = "wedding"
    FIRST = "first"
    CEREMONY = "ceremony"
    RECEPTION = "reception"
    EVENT = "event"


class EventKind(StrEnum):
    """What a dated part of a wedding is."""

    CEREMONY = "ceremony"
    RECEPTION = "reception"
    WELCOME = "welcome"
    REHEARSAL = "rehearsal"
    PARTY = "party"
    BRUNCH = "brunch"
    OTHER = "other"


class FieldState(StrEnum):
    """How far along the answer is; NOT_APPLICABLE is said by the couple only."""

    PENDING = "pending"
    PARTIAL = "partial"
    COMPLETE = "complete"
    NOT_APPLICABLE = "not_applicable"
    FIXED = "fixed"


class Quality(StrEnum):
    """Whether the answer can be relied on."""

    VALID = "valid"
    INVALID = "invalid"
    OUTDATED = "outdated"
    CONFLICTING = "conflicting"


class Audience(msgspec.Struct, frozen=True):
    """Who usually reads a field. `codes`: "*" all, "" only on a grant of everything, "-" never."""

    codes: str

    def includes(self, supplier_type: SupplierType) -> bool:
        """Whether this type reads the field without being given more than usual."""
        if self.codes == "-":
            return False
        return self.codes == "*" or supplier_type in READS_EVERYTHING or supplier_type.code in self.codes

    @property
    def types(self) -> tuple[SupplierType, ...]:
        """The types named one by one; empty when it is all, nobody or a grant."""
        return tuple(kind for kind in SupplierType if kind.code in self.codes)


ALL: Final = Audience("*")
GRANT: Final = Audience("")
NOBODY: Final = Audience("-")


def only(codes: str) -> Audience:
    """Name the types by their letters, kept in the order of the supplier types."""
    return Audience("".join(kind.code for kind in SupplierType if kind.code in codes))


class Choice(msgspec.Struct, frozen=True):
    """One answer of an enum: what is stored and what the couple reads."""

    value: str
    label: str


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """Limits of a value: lengths in characters, numbers inclusive, `items` in a list."""

    min_length: int = 0
    max_length: int = 100
    minimum: int = 0
    maximum: int = 0
    max_items: int = 0
    choices: tuple[Choice, ...] = ()


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One question: `label` asks it, `name` is short, it is due `ask_months` before the day.

    `fact_key` is the name under which the answer is stored on its subject; a derived field
    stores nothing. `autocomplete` is the HTML token that lets a browser help.
    """

    key: str
    name: str
    label: str
    type: FieldType
    group: Group
    area: Area
    readers: Audience
    fact_key: str
    hint: str = ""
    rules: Rules = Rules()
    field_class: FieldClass = FieldClass.B
    subject: Subject = Subject.WEDDING
    is_essential: bool = False
    is_derived: bool = False
    is_core: bool = True
    ask_months: int = 12
    autocomplete: str = "off"

    @property
    def weight(self) -> int:
        """What the answer counts for in the completion score."""
        return 3 if self.is_essential else 1

    @property
    def is_protected(self) -> bool:
        """Whether a supplier reads it only where the couple grants more than is usual: reading it leaves a receipt."""
        return self.area in GRANTABLE_AREAS and (self.readers == GRANT or self.area not in USUAL_AREAS)

    @property
    def is_acknowledged(self) -> bool:
        """Whether it is kept which suppliers have seen each revision: what is fixed, times, head counts, diets."""
        is_worked_from = self.field_class is FieldClass.A or self.fact_key in _TIMES or self.area in _COUNTED
        return is_worked_from and not self.is_derived


_TIMES: Final = frozenset({"start_time", "end_time"})
_COUNTED: Final = frozenset({Area.HEADCOUNTS, Area.DIETARY})
