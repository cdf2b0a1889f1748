"""A business's clients as a list that any program takes, and that comes in again as it went out. Pure.

One table in four forms. What is asked about stands in its column as it was written, so that it is asked about again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

import msgspec

from wedsync.features.client_lists.cards import COLUMN, NAMED
from wedsync.features.client_lists.errors import as_csv
from wedsync.features.client_lists.harmless import KEPT
from wedsync.features.client_lists.known import together_in, written
from wedsync.features.client_lists.limits import LONGEST_CELL
from wedsync.features.client_lists.model import Target
from wedsync.features.clients.model import NO_PARTS, Client, NameParts, parts_of
from wedsync.features.clients.note_model import NoteKind
from wedsync.features.clients.queries import NewNote
from wedsync.kernel.ids import ClientId
from wedsync.kernel.reading.model import unique
from wedsync.kernel.reading.names import read_names
from wedsync.kernel.reading.numbers import Amount, Currency
from wedsync.platform.workbook import written_workbook

TITLES: Final[Mapping[Target, str]] = {target: target.value.replace("_", " ").capitalize() for target in Target} | {
    Target.NAMES: "Name"
}
_NOTES: Final[Mapping[Target, NoteKind]] = {
    Target.NOTES: NoteKind.GENERAL,
    Target.IMPORTANT_NOTES: NoteKind.IMPORTANT,
    Target.REMINDERS: NoteKind.REMINDER,
    Target.PRIVATE_NOTES: NoteKind.PRIVATE,
    Target.TEAM_NOTES: NoteKind.TEAM,
}
_PARTS: Final = (Target.FIRST_NAME, Target.LAST_NAME, Target.PARTNER_FIRST_NAME, Target.PARTNER_LAST_NAME)
_ESCAPED: Final = re.compile(r"([\\;,])")
_FOLDED_AT: Final = 60


class ExportKind(StrEnum):
    """The forms of an export, by the ending of its file."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"
    VCF = "vcf"

    @property
    def media_type(self) -> str:
        """What the file is."""
        return _MEDIA_TYPES[self]


_MEDIA_TYPES: Final = {
    ExportKind.CSV: "text/csv",
    ExportKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ExportKind.JSON: "application/json",
    ExportKind.VCF: "text/vcard",
}


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """Clients as a table; columns in which nobody has anything are left out."""

    titles: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def sheet_of(clients: Sequence[Client], notes: Mapping[ClientId, Sequence[NewNote]]) -> Sheet:
    """Everything of these clients, in their order."""
    cells = [_cells(client, notes.get(client.id, ())) for client in clients]
    beside = [_numbered((*client.others, *_more(notes.get(client.id, ())))) for client in clients]
    others = unique(title for kept in beside for title in kept)
    known = [target for target in Target if target is Target.NAMES or any(row.get(target) for row in cells)]
    return Sheet(
        titles=(*(TITLES[target] for target in known), *(f"{KEPT} {title}" for title in others)),
        rows=tuple(
            (*(row.get(target, "") for target in known), *(kept.get(title, "") for title in others))
            for kept, row in zip(beside, cells, strict=True)
        ),
    )


def _numbered(others: Sequence[tuple[str, str]]) -> dict[str, str]:
    """What was kept, by its title; a title that stands there twice gets a number."""
    found: dict[str, str] = {}
    for title, text in others:
        name, number = title, 1
        while name in found:
            number += 1
            name = f"{title} ({number})"
        found[name] = text
    return found


def file_of(sheet: Sheet, kind: ExportKind) -> bytes:
    """The table as a file."""
    match kind:
        case ExportKind.CSV:
            return as_csv([sheet.titles, *sheet.rows])
        case ExportKind.XLSX:
            return written_workbook([sheet.titles, *sheet.rows], "Clients")
        case ExportKind.JSON:
            records = [dict(zip(sheet.titles, row, strict=True)) for row in sheet.rows]
            return msgspec.json.format(msgspec.json.encode(records), indent=2)
        case ExportKind.VCF:
            return "".join(_card(sheet.titles, row) for row in sheet.rows).encode()


def _cells(client: Client, notes: Sequence[NewNote]) -> dict[Target, str]:
    asked = {question.target: question.verbatim for question in client.questions}
    values: dict[Target, str] = {
        Target.NAMES: client.name,
        Target.EMAIL: client.email,
        Target.PARTNER_EMAIL: client.partner_email,
        Target.PHONE: client.phone,
        Target.PARTNER_PHONE: client.partner_phone,
        Target.COMPANY: client.company,
        Target.DATE: "" if client.event_date is None else written(client.event_date),
        Target.VENUE: client.venue,
        Target.GUESTS: "" if client.guests is None else str(client.guests),
        Target.PACKAGE: client.package,
        Target.TOTAL: _money(client.total_pence, client.total_currency),
        Target.PAID: _money(client.paid_pence, client.paid_currency),
        Target.STAGE: "" if client.stage is None else client.stage.value,
        Target.TAGS: ", ".join(client.tags),
    }
    values |= {target: together_in([note for note in notes if note.kind is kind]) for target, kind in _NOTES.items()}
    values |= {target: asked[target.value] for target in values if not values[target] and target.value in asked}
    return values | _parts_beside(client)


def _within_a_cell(notes: Sequence[NewNote]) -> Sequence[NewNote]:
    """The first of them, as many as a cell takes."""
    for count in range(len(notes), 0, -1):
        if len(together_in(notes[:count])) <= LONGEST_CELL:
            return notes[:count]
    return ()


def _more(notes: Sequence[NewNote]) -> tuple[tuple[str, str], ...]:
    """Those for which a cell is too small: each in a column of its own, by what they are."""
    found: list[tuple[str, str]] = []
    for target, kind in _NOTES.items():
        of_kind = [note for note in notes if note.kind is kind]
        found += [(TITLES[target], together_in([note])) for note in of_kind[len(_within_a_cell(of_kind)) :]]
    return tuple(found)


def _parts_beside(client: Client) -> dict[Target, str]:
    """The parts of a name, where they are not what its name says by itself."""
    parts = NameParts(
        first_name=client.first_name,
        last_name=client.last_name,
        partner_first_name=client.partner_first_name,
        partner_last_name=client.partner_last_name,
    )
    couple = read_names(client.name).value
    if parts == (NO_PARTS if couple is None else parts_of(couple)):
        return {}
    texts = (parts.first_name, parts.last_name, parts.partner_first_name, parts.partner_last_name)
    return dict(zip(_PARTS, texts, strict=True))


def _money(pence: int | None, currency: Currency | None) -> str:
    return "" if pence is None or currency is None else written(Amount(pence=pence, currency=currency))


def _card(titles: Sequence[str], row: Sequence[str]) -> str:
    """A vCard 4: what every telephone knows under its own names, the rest under ours."""
    lines = ["BEGIN:VCARD", "VERSION:4.0"]
    for title, cell in zip(titles, row, strict=True):
        if not cell:
            continue
        text = _ESCAPED.sub(r"\\\1", cell).replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")
        known = NAMED.get(title)
        lines += _folded(f"{known}:{text}" if known else f'{COLUMN};TITLE="{_bare(title)}":{text}')
    return "\r\n".join([*lines, "END:VCARD", ""])


def _bare(title: str) -> str:
    """A title within quotation marks and on one line, as RFC 6868 writes what may not stand there."""
    return " ".join(title.split()).replace("^", "^^").replace('"', "^'")


def _folded(line: str) -> list[str]:
    """A line in pieces, each but the first after a space."""
    pieces = [line[start : start + _FOLDED_AT] for start in range(0, len(line), _FOLDED_AT)]
    return [pieces[0], *(f" {piece}" for piece in pieces[1:])]
