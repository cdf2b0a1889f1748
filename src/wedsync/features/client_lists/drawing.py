"""A list that was brought, drawn: how far it is, which column is what, and what becomes of its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from wedsync.features.client_lists import queries as q
from wedsync.features.client_lists.columns import AUTOMATIC, taken
from wedsync.features.client_lists.known import name_of
from wedsync.features.client_lists.model import Column, Fate, Question, Target
from wedsync.features.client_lists.queries import Import, ImportState
from wedsync.features.client_lists.views import CellBox, ColumnBox, FateTab, ListRow, ListState, RowView
from wedsync.platform.formats import moment, number, plural
from wedsync.platform.pages import Option

KEPT: Final = "Kept beside the client"
LABELS: Final[Mapping[Target, str]] = {
    Target.NAMES: "Names of both",
    Target.FIRST_NAME: "First name",
    Target.LAST_NAME: "Last name",
    Target.PARTNER_FIRST_NAME: "Partner’s first name",
    Target.PARTNER_LAST_NAME: "Partner’s last name",
    Target.EMAIL: "Email address",
    Target.PARTNER_EMAIL: "Partner’s email address",
    Target.PHONE: "Telephone number",
    Target.PARTNER_PHONE: "Partner’s telephone number",
    Target.COMPANY: "Company",
    Target.DATE: "Date",
    Target.VENUE: "Venue",
    Target.GUESTS: "Guests",
    Target.PACKAGE: "Package",
    Target.TOTAL: "Total",
    Target.PAID: "Paid",
    Target.STAGE: "Stage",
    Target.NOTES: "Notes",
    Target.TAGS: "Tags",
    Target.IMPORTANT_NOTES: "Important notes",
    Target.REMINDERS: "Reminders",
    Target.PRIVATE_NOTES: "Private notes",
    Target.TEAM_NOTES: "Team notes",
}
FATES: Final[Mapping[Fate, str]] = {
    Fate.FLAGGED: "To be asked about",
    Fate.REFUSED: "Left out",
    Fate.MERGED: "Merged",
    Fate.IMPORTED: "As they are",
}
_TONES: Final[Mapping[ImportState, str]] = {
    ImportState.READING: "",
    ImportState.READY: "day",
    ImportState.SAVING: "",
    ImportState.SAVED: "ok",
    ImportState.UNDONE: "",
}
_STATES: Final[Mapping[ImportState, str]] = {
    ImportState.READING: "Being read",
    ImportState.READY: "To be looked at",
    ImportState.SAVING: "Being saved",
    ImportState.SAVED: "Saved",
    ImportState.UNDONE: "Undone",
}
LONGEST_EXAMPLE: Final = 60


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Which rows are shown, who looks, and what was wrong with how columns were mapped."""

    base: str
    csrf: str
    may_write: bool
    fate: Fate
    rows: Sequence[q.ImportRow] = ()
    more_after: int = 0
    columns_error: str = ""


def usual_fate(found: Import) -> Fate:
    """The rows that need somebody first."""
    counts = ((Fate.FLAGGED, found.flagged), (Fate.REFUSED, found.refused), (Fate.MERGED, found.merged))
    return next((fate for fate, count in counts if count), Fate.IMPORTED)


def list_row(found: Import, base: str, zone: str) -> ListRow:
    """A list among others."""
    return ListRow(
        name=found.file_name,
        href=f"{base}/{found.id}",
        when=moment(found.created_at, zone),
        brought_by=found.brought_by,
        counts="" if found.state is ImportState.READING or found.problem else _counts(found),
        state=_STATES[found.state],
        tone=_TONES[found.state],
    )


def list_state(found: Import, asked: Asked) -> ListState:
    """One list, by what may be done with it now."""
    place = f"{asked.base}/{found.id}"
    is_open = asked.may_write and found.state is ImportState.READY
    is_read = found.state is not ImportState.READING and not found.problem
    comes_in = found.imported + found.flagged
    is_busy = found.state in {ImportState.READING, ImportState.SAVING}
    may_undo = asked.may_write and found.state in {ImportState.SAVING, ImportState.SAVED}
    trash = f"{asked.base.removesuffix('/clients/imports')}/trash/{found.undo_batch}/restoration?to=clients"
    return ListState(
        csrf=asked.csrf,
        name=found.file_name,
        state=_STATES[found.state],
        tone=_TONES[found.state],
        sentence=_sentence(found),
        is_busy=is_busy,
        done=found.rows_done if found.state is ImportState.SAVING else 0,
        total=found.rows_total,
        asks=found.asks if found.state is ImportState.READY else (),
        problem=found.problem if found.state is ImportState.READY else "",
        tabs=_tabs(found, place, asked.fate) if is_read else (),
        columns=_columns(found, asked.rows) if found.state is ImportState.READY else (),
        columns_error=asked.columns_error,
        map_url=f"{place}/columns" if is_open else "",
        save_url=f"{place}/saving" if is_open and is_read else "",
        save_label=f"Save {plural(comes_in, 'client', 'clients')}" if comes_in else "Save what is merged",
        go_on_url=f"{place}/going-on" if asked.may_write and is_busy else "",
        undo_url=f"{place}/undoing" if may_undo else "",
        restore_url=trash if asked.may_write and found.state is ImportState.UNDONE and found.undo_batch else "",
        errors_url=f"{place}/rows.csv" if is_read and found.refused + found.flagged else "",
        rows=tuple(_row(found, row, place if is_open else "", asked.base) for row in asked.rows),
        more_url=f"{place}?fate={asked.fate.value}&after={asked.more_after}" if asked.more_after else "",
        clients_url=asked.base.removesuffix("/imports") if found.state is ImportState.SAVED else "",
    )


def _sentence(found: Import) -> str:
    rows = plural(found.rows_total, "row", "rows")
    match found.state:
        case ImportState.READING:
            return f"We are reading {rows}"
        case ImportState.SAVING:
            return f"{number(found.rows_done)} of {rows} are saved"
        case ImportState.UNDONE:
            return "What this list brought is gone again"
        case _:
            return f"{rows}: {_counts(found)}" if not found.problem else rows


def _counts(found: Import) -> str:
    """They add up to the rows that were read."""
    return (
        f"{number(found.imported)} as they are, {number(found.flagged)} with questions, {number(found.merged)} merged, "
        f"{number(found.refused)} left out"
    )


def _tabs(found: Import, place: str, current: Fate) -> tuple[FateTab, ...]:
    counts = {
        Fate.FLAGGED: found.flagged,
        Fate.REFUSED: found.refused,
        Fate.MERGED: found.merged,
        Fate.IMPORTED: found.imported,
    }
    return tuple(
        FateTab(
            label=label,
            count=number(counts[fate]),
            href=f"{place}?fate={fate.value}#list-rows",
            is_current=fate is current,
        )
        for fate, label in FATES.items()
    )


def _columns(found: Import, rows: Sequence[q.ImportRow]) -> tuple[ColumnBox, ...]:
    places = taken(found.columns) if found.mapping is None else found.mapping
    targets = {position: target for target, position in places.items()}
    example = rows[0].cells if rows else ()
    return tuple(_column(column, targets.get(column.position), example) for column in found.columns)


def _column(column: Column, target: Target | None, example: Sequence[str]) -> ColumnBox:
    cell = example[column.position] if column.position < len(example) else ""
    is_unsure = column.target is not None and column.confidence <= AUTOMATIC
    note = f"Perhaps {LABELS[column.target].lower()}?" if is_unsure and column.target and not target else ""
    options = [("", KEPT), *((each.value, label) for each, label in LABELS.items())]
    return ColumnBox(
        name=f"column-{column.position}",
        title=column.title or f"Column {column.position + 1}",
        example=f"“{cell[:LONGEST_EXAMPLE]}”" if cell else "",
        options=tuple(
            Option(value=value, label=label, is_chosen=value == (target.value if target else ""))
            for value, label in options
        ),
        note=note,
    )


def _row(found: Import, row: q.ImportRow, place: str, base: str) -> RowView:
    draft = row.outcome.draft
    titles = {column.position: column.title for column in found.columns}
    url = f"{place}/rows/{row.row_number}" if place else ""
    return RowView(
        number=str(row.row_number),
        title=(name_of(draft) if draft else "") or "No name",
        reason=row.outcome.reason,
        questions=tuple(_question(each) for each in row.outcome.questions),
        cells=tuple(
            CellBox(name=f"cell-{place_}", label=titles.get(place_) or f"Column {place_ + 1}", value=cell)
            for place_, cell in enumerate(_padded(row.cells, len(found.columns)))
        )
        if url
        else (),
        fix_url=url,
        leave_url=f"{url}/{'taking' if row.is_left_out else 'leaving'}" if url else "",
        leave_label="Take it in again" if row.is_left_out else "Leave this row out",
        client_url=f"{base.removesuffix('/imports')}/{row.client_id}" if row.client_id else "",
    )


def _padded(cells: Sequence[str], width: int) -> Sequence[str]:
    return [*cells, *[""] * (width - len(cells))]


def _question(question: Question) -> str:
    if question.target is None:
        return question.detail
    return f"{LABELS[question.target]} “{question.verbatim[:LONGEST_EXAMPLE]}”: {question.detail}"
