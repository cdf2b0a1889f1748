"""A client as a supplier keeps it. Pure: parsing, no I/O.

What is kept is read as a couple's own facts are, so that it can become one; what could mean several things is kept as a
question beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Final, TypeVar
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from wedsync.kernel.fields.ask import LIMITS
from wedsync.kernel.fields.cleaning import FieldError, clean_line, clean_lines, fit
from wedsync.kernel.fields.model import FieldType, Rules
from wedsync.kernel.fields.texts import read_email, read_phone
from wedsync.kernel.ids import ClientId, WeddingId
from wedsync.kernel.json_values import JsonValue
from wedsync.kernel.problems import Invalid
from wedsync.kernel.reading.names import Couple, read_names
from wedsync.kernel.reading.numbers import MOST_PENCE, Currency

LONGEST_TEXT: Final = 5_000
LONGEST_NAME_PART: Final = 100
LONGEST_TAG: Final = 50
MOST_TAGS: Final = 50
MOST_OTHERS: Final = 50
LONGEST_TITLE: Final = 200
LONGEST_OTHER: Final = 10_000
MOST_GUESTS: Final = 2_000
YEARS: Final = range(1900, 2200)
USUAL_PAGE: Final = 50
FieldT = TypeVar("FieldT")


class Stage(StrEnum):
    """How far a client is."""

    LEAD = "lead"
    ENQUIRY = "enquiry"
    BOOKED = "booked"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class Happened(StrEnum):
    """What can happen with a client."""

    WRITTEN = "written"
    IMPORTED = "imported"
    CHANGED = "changed"
    ANSWERED = "answered"
    INVITED = "invited"
    CONNECTED = "connected"
    REMOVED = "removed"


class NameParts(msgspec.Struct, frozen=True, kw_only=True):
    """The names of both, taken apart; all empty where they cannot be told from the name."""

    first_name: str = ""
    last_name: str = ""
    partner_first_name: str = ""
    partner_last_name: str = ""


NO_PARTS: Final = NameParts()


class ClientSaid(msgspec.Struct, frozen=True, kw_only=True):
    """A client as it is written down. Without the parts of a name, they are read from the name where it has one form.

    Amounts are in the hundredth part of their currency; each goes with one.
    """

    name: str
    first_name: str = ""
    last_name: str = ""
    partner_first_name: str = ""
    partner_last_name: str = ""
    email: str = ""
    partner_email: str = ""
    phone: str = ""
    partner_phone: str = ""
    company: str = ""
    event_date: date | None = None
    venue: str = ""
    guests: int | None = None
    package: str = ""
    total_pence: int | None = None
    total_currency: Currency | None = None
    paid_pence: int | None = None
    paid_currency: Currency | None = None
    stage: Stage | None = None
    tags: tuple[str, ...] = ()
    others: tuple[tuple[str, str], ...] = ()


class ClientChange(msgspec.Struct, frozen=True, kw_only=True):
    """What is said anew of a client; what is unset stays."""

    name: str | UnsetType = UNSET
    first_name: str | UnsetType = UNSET
    last_name: str | UnsetType = UNSET
    partner_first_name: str | UnsetType = UNSET
    partner_last_name: str | UnsetType = UNSET
    email: str | UnsetType = UNSET
    partner_email: str | UnsetType = UNSET
    phone: str | UnsetType = UNSET
    partner_phone: str | UnsetType = UNSET
    company: str | UnsetType = UNSET
    event_date: date | UnsetType | None = UNSET
    venue: str | UnsetType = UNSET
    guests: int | UnsetType | None = UNSET
    package: str | UnsetType = UNSET
    total_pence: int | UnsetType | None = UNSET
    total_currency: Currency | UnsetType | None = UNSET
    paid_pence: int | UnsetType | None = UNSET
    paid_currency: Currency | UnsetType | None = UNSET
    stage: Stage | UnsetType | None = UNSET
    tags: tuple[str, ...] | UnsetType = UNSET

    def onto(self, stands: ClientSaid) -> ClientSaid:
        """The whole of it, once it is changed. Parts of a name follow a new name, unless they are said too."""
        said = members(self)
        if "name" in said and not set(NAME_PARTS) & set(said):
            said |= members(NO_PARTS)
        return msgspec.json.decode(msgspec.json.encode(members(stands) | said), type=ClientSaid)


NAME_PARTS: Final = NameParts.__struct_fields__


class OpenQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """What a list said that could mean several things: as it was written, what is asked, and what it may mean."""

    id: UUID
    target: str
    verbatim: str
    detail: str
    offers: tuple[str, ...] = ()


class Client(ClientSaid, frozen=True, kw_only=True):
    """A client of a supplier. `key` orders the list; `wedding_id` is the connection it belongs to, if any."""

    id: ClientId
    key: str
    created_at: datetime
    wedding_id: WeddingId | None = None
    questions: tuple[OpenQuestion, ...] = ()


def read_client(raw: ClientSaid, stands: ClientSaid | None = None) -> ClientSaid:
    """What somebody wrote down, checked at once. Raises Invalid naming each field that needs another look.

    What `stands` already, as a list had it, stays as it is: nobody is asked about a field that they did not touch.
    """
    errors: list[JsonValue] = []
    touched = frozenset(ClientSaid.__struct_fields__ if stands is None else changed_fields(stands, raw))

    def read(field: str, how: Callable[[], FieldT], as_it_is: FieldT, *, beside: str = "") -> FieldT:
        try:
            return how()
        except FieldError as error:
            if field in touched or beside in touched:
                errors.append({"field": field, "detail": error.detail})
            return as_it_is

    name = read("name", lambda: _named(raw.name), raw.name)
    parts = read("first_name", lambda: _parts(raw, name), NO_PARTS)
    found = ClientSaid(
        name=name,
        first_name=parts.first_name,
        last_name=parts.last_name,
        partner_first_name=parts.partner_first_name,
        partner_last_name=parts.partner_last_name,
        email=read("email", lambda: _email(raw.email), raw.email),
        partner_email=read("partner_email", lambda: _email(raw.partner_email), raw.partner_email),
        phone=read("phone", lambda: _phone(raw.phone), raw.phone),
        partner_phone=read("partner_phone", lambda: _phone(raw.partner_phone), raw.partner_phone),
        company=read("company", lambda: _line(raw.company), raw.company),
        event_date=read("event_date", lambda: _day(raw.event_date), raw.event_date),
        venue=read("venue", lambda: _lines(raw.venue), raw.venue),
        guests=read("guests", lambda: _count(raw.guests), raw.guests),
        package=read("package", lambda: _lines(raw.package), raw.package),
        total_pence=read(
            "total_pence",
            lambda: _amount(raw.total_pence, raw.total_currency),
            raw.total_pence,
            beside="total_currency",
        ),
        total_currency=raw.total_currency,
        paid_pence=read(
            "paid_pence",
            lambda: _amount(raw.paid_pence, raw.paid_currency),
            raw.paid_pence,
            beside="paid_currency",
        ),
        paid_currency=raw.paid_currency,
        stage=raw.stage,
        tags=read("tags", lambda: read_tags(raw.tags), raw.tags),
        others=read("others", lambda: _others(raw.others), raw.others),
    )
    if errors:
        raise Invalid(errors=errors)
    return found


def read_tags(raw: Sequence[str]) -> tuple[str, ...]:
    """Labels, each once, in the order given. Raises FieldError."""
    tags: dict[str, str] = {}
    for each in raw:
        tag = fit(clean_line(each), Rules(max_length=LONGEST_TAG))
        if "," in tag:
            raise FieldError("A comma separates tags; leave it out of one.")
        tags.setdefault(tag.casefold(), tag)
    tags.pop("", None)
    if len(tags) > MOST_TAGS:
        raise FieldError(f"A client has up to {MOST_TAGS} tags.")
    return tuple(tags.values())


def changed_fields(before: ClientSaid, after: ClientSaid) -> tuple[str, ...]:
    """Which fields are not as they were."""
    was, now = members(before), members(after)
    return tuple(name for name in ClientSaid.__struct_fields__ if was[name] != now[name])


# What a question about a column is answered by.
ANSWERED_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "names": ("name", *NAME_PARTS),
    "email": ("email",),
    "partner_email": ("partner_email",),
    "phone": ("phone",),
    "partner_phone": ("partner_phone",),
    "company": ("company",),
    "date": ("event_date",),
    "venue": ("venue",),
    "guests": ("guests",),
    "package": ("package",),
    "total": ("total_pence", "total_currency"),
    "paid": ("paid_pence", "paid_currency"),
    "stage": ("stage",),
    "tags": ("tags",),
}


def answered_targets(fields: Sequence[str]) -> tuple[str, ...]:
    """Which questions these changed fields answer."""
    return tuple(target for target, by in ANSWERED_BY.items() if set(by) & set(fields))


def members(said: msgspec.Struct) -> dict[str, msgspec.Raw]:
    """By name, each as JSON; what is unset is left out."""
    return msgspec.json.decode(msgspec.json.encode(said), type=dict[str, msgspec.Raw])


def _named(raw: str) -> str:
    name = fit(clean_line(raw), Rules(max_length=LONGEST_TEXT))
    if not name:
        raise FieldError("Write the name.")
    return name


def _parts(raw: ClientSaid, name: str) -> NameParts:
    """As they are said; read from the name where none is."""
    limit = Rules(max_length=LONGEST_NAME_PART)
    said = NameParts(
        first_name=fit(clean_line(raw.first_name), limit),
        last_name=fit(clean_line(raw.last_name), limit),
        partner_first_name=fit(clean_line(raw.partner_first_name), limit),
        partner_last_name=fit(clean_line(raw.partner_last_name), limit),
    )
    couple = read_names(name).value if said == NO_PARTS else None
    return said if couple is None else parts_of(couple)


def parts_of(couple: Couple) -> NameParts:
    """The parts of both names."""
    other = couple.partner2
    return NameParts(
        first_name=couple.partner1.first_name,
        last_name=couple.partner1.last_name,
        partner_first_name="" if other is None else other.first_name,
        partner_last_name="" if other is None else other.last_name,
    )


def _email(raw: str) -> str:
    return read_email(raw, LIMITS[FieldType.EMAIL]) if raw.strip() else ""


def _phone(raw: str) -> str:
    return read_phone(raw, LIMITS[FieldType.PHONE]) if raw.strip() else ""


def _line(raw: str) -> str:
    return fit(clean_line(raw), Rules(max_length=LONGEST_TEXT))


def _lines(raw: str) -> str:
    return fit(clean_lines(raw), Rules(max_length=LONGEST_TEXT))


def _day(raw: date | None) -> date | None:
    if raw is not None and raw.year not in YEARS:
        raise FieldError(f"Give a year from {YEARS.start} to {YEARS.stop - 1}.")
    return raw


def _count(raw: int | None) -> int | None:
    if raw is not None and not 1 <= raw <= MOST_GUESTS:
        raise FieldError(f"Give a number from 1 to {MOST_GUESTS:,}.")
    return raw


def _others(raw: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    is_short = all(len(title) <= LONGEST_TITLE and len(text) <= LONGEST_OTHER for title, text in raw)
    if len(raw) > MOST_OTHERS or not is_short:
        raise FieldError(
            f"Keep up to {MOST_OTHERS} titles of {LONGEST_TITLE} characters, each with a text of {LONGEST_OTHER:,}."
        )
    return raw


def _amount(raw: int | None, currency: Currency | None) -> int | None:
    if (raw is None) != (currency is None):
        raise FieldError("Give an amount with its currency, or neither.")
    if raw is not None and not 0 <= raw <= MOST_PENCE:
        raise FieldError(f"Give an amount from 0 to {MOST_PENCE // 100:,}.")
    return raw
