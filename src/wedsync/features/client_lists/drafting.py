"""Rows become drafts of clients. What a column says as a whole (its order of dates, its currency) is asked once.

Every cell is in the draft: read, kept as it is with a question, or among `others`.
"""

from collections.abc import Callable, Mapping
from typing import TypeVar

import msgspec

from wedsync.features.client_lists.harmless import BETWEEN, WHAT_TO_DO, kept_title
from wedsync.features.client_lists.model import Column, Draft, Table, Target
from wedsync.kernel.fields.texts import HOME_REGION
from wedsync.kernel.reading.contacts import read_address, read_number, read_stage, read_tags, read_text
from wedsync.kernel.reading.dates import Orders, orders_of, read_date
from wedsync.kernel.reading.model import Certainty, Reading, certain, uncertain
from wedsync.kernel.reading.names import Couple, joined, read_names
from wedsync.kernel.reading.numbers import Currency, currencies_of, read_headcount, read_money

Value = TypeVar("Value")


class Reader(msgspec.Struct, frozen=True, kw_only=True):
    """How the rows of one table are read."""

    columns: tuple[Column, ...]
    places: Mapping[Target, int]
    orders: Orders
    currencies: Mapping[Target, frozenset[Currency]]
    region: str = HOME_REGION


def reader_of(table: Table, columns: tuple[Column, ...], places: Mapping[Target, int]) -> Reader:
    """What the columns of this table say about their cells."""
    return Reader(
        columns=columns,
        places=places,
        orders=orders_of(_column(table, places, Target.DATE)),
        currencies={target: currencies_of(_column(table, places, target)) for target in (Target.TOTAL, Target.PAID)},
    )


def draft_of(reader: Reader, row: tuple[str, ...]) -> Draft:
    """The client in this row."""

    def read(target: Target, how: Callable[[str], Reading[Value]]) -> Reading[Value] | None:
        return how(_cell(reader.places, row, target)) if target in reader.places else None

    def number(text: str) -> Reading[str]:
        return read_number(text, reader.region)

    return Draft(
        names=_names(reader.places, row),
        email=read(Target.EMAIL, read_address),
        partner_email=read(Target.PARTNER_EMAIL, read_address),
        phone=read(Target.PHONE, number),
        partner_phone=read(Target.PARTNER_PHONE, number),
        company=read(Target.COMPANY, read_text),
        date=read(Target.DATE, lambda text: read_date(text, reader.orders)),
        venue=read(Target.VENUE, read_text),
        guests=read(Target.GUESTS, read_headcount),
        package=read(Target.PACKAGE, read_text),
        total=read(Target.TOTAL, lambda text: read_money(text, reader.currencies[Target.TOTAL])),
        paid=read(Target.PAID, lambda text: read_money(text, reader.currencies[Target.PAID])),
        stage=read(Target.STAGE, read_stage),
        notes=read(Target.NOTES, _read_notes),
        tags=read(Target.TAGS, read_tags),
        important_notes=read(Target.IMPORTANT_NOTES, _read_own_notes),
        reminders=read(Target.REMINDERS, _read_own_notes),
        private_notes=read(Target.PRIVATE_NOTES, _read_own_notes),
        team_notes=read(Target.TEAM_NOTES, _read_own_notes),
        others=_others(reader, row),
    )


def _read_notes(text: str) -> Reading[str]:
    """As other texts; several notes in one cell may be long together, not each."""
    parts = [read_text(part) for part in text.replace("\r\n", "\n").split(BETWEEN)]
    if len(parts) > 1 and all(part.value is not None for part in parts):
        return certain(text, BETWEEN.join(part.value or "" for part in parts))
    return read_text(text)


def _read_own_notes(text: str) -> Reading[str]:
    """Notes as our own files have them: never asked about, which would show to all what may be one person's."""
    kept = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    return certain(text, kept) if kept else Reading(verbatim=text, certainty=Certainty.EMPTY)


def _column(table: Table, places: Mapping[Target, int], target: Target) -> list[str]:
    return [_cell(places, row, target) for row in table.rows] if target in places else []


def _cell(places: Mapping[Target, int], row: tuple[str, ...], target: Target) -> str:
    position = places.get(target, len(row))
    return row[position] if position < len(row) else ""


def _names(places: Mapping[Target, int], row: tuple[str, ...]) -> Reading[Couple]:
    """From one cell, or from a first and a last name in two; those of a partner beside either."""
    first, last = _cell(places, row, Target.FIRST_NAME), _cell(places, row, Target.LAST_NAME)
    whole = _cell(places, row, Target.NAMES)
    if whole.strip() and (first.strip() or last.strip()):
        return _taken_apart(places, row)
    reading = read_names(whole) if whole.strip() else _joined(first, last)
    partner = (_cell(places, row, Target.PARTNER_FIRST_NAME), _cell(places, row, Target.PARTNER_LAST_NAME))
    verbatim = " & ".join(part for part in (reading.verbatim, " ".join(partner).strip()) if part.strip())
    if verbatim == reading.verbatim:
        return reading
    other = joined(*partner)
    if reading.value is None or reading.value.partner2 or other is None:
        return uncertain(verbatim, "We cannot tell who the two are. Who is it?")
    return certain(verbatim, Couple(partner1=reading.value.partner1, partner2=other))


def _taken_apart(places: Mapping[Target, int], row: tuple[str, ...]) -> Reading[Couple]:
    """A name as it is written, with its parts beside it; those parts count, if they are whole."""
    whole = _cell(places, row, Target.NAMES)
    one = joined(_cell(places, row, Target.FIRST_NAME), _cell(places, row, Target.LAST_NAME))
    partner = (_cell(places, row, Target.PARTNER_FIRST_NAME), _cell(places, row, Target.PARTNER_LAST_NAME))
    other = joined(*partner)
    if one is None or (other is None and any(part.strip() for part in partner)):
        return uncertain(whole, "We cannot tell who the two are. Who is it?")
    return certain(whole, Couple(partner1=one, partner2=other))


def _joined(first: str, last: str) -> Reading[Couple]:
    verbatim = f"{first} {last}".strip()
    if not verbatim:
        return Reading(verbatim="", certainty=Certainty.EMPTY)
    if partner := joined(first, last):
        return certain(verbatim, Couple(partner1=partner))
    return uncertain(verbatim, "A first or a last name is missing here. Who is it?")


def _others(reader: Reader, row: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    known = set(reader.places.values())
    return tuple(
        (kept_title(column.title), row[column.position])
        for column in reader.columns
        if column.position not in known
        and column.title != WHAT_TO_DO
        and column.position < len(row)
        and row[column.position].strip()
    )
