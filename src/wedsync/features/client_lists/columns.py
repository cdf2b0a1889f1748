"""Which column is what: by its title, and by whether its cells agree with it.

A suggestion above AUTOMATIC is taken unless you say otherwise; the others are shown and wait for you.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from wedsync.features.client_lists.harmless import WHAT_TO_DO, is_kept
from wedsync.features.client_lists.model import Column, Table, Target
from wedsync.features.client_lists.synonyms import hinted, target_of
from wedsync.kernel.reading.contacts import read_address, read_number
from wedsync.kernel.reading.dates import read_date
from wedsync.kernel.reading.model import Certainty
from wedsync.kernel.reading.names import read_names
from wedsync.kernel.reading.numbers import read_headcount, read_money

AUTOMATIC: Final = 0.7
_BY_TITLE: Final = 0.95
_BY_PART_OF_TITLE: Final = 0.75
_BY_CELLS: Final = 0.85
_NAMES_BY_CELLS: Final = 0.75
# Cells that say something else than their title: then the title is doubted.
_DOUBT: Final = 0.5
_FEW: Final = 0.3
_MOST: Final = 0.8
_SAMPLE: Final = 200


def _is_address(text: str) -> bool:
    return "@" in text or read_address(text).value is not None


def _is_number(text: str) -> bool:
    reading = read_number(text)
    return reading.value is not None or bool(reading.offers)


def _is_date(text: str) -> bool:
    reading = read_date(text)
    return reading.value is not None or bool(reading.offers)


def _is_count(text: str) -> bool:
    return any(figure.isdigit() for figure in text) and read_headcount(text).certainty is not Certainty.EMPTY


def _is_money(text: str) -> bool:
    reading = read_money(text)
    return reading.value is not None or bool(reading.offers) or text.strip().isalpha()


_LOOKS: Final[Mapping[Target, Callable[[str], bool]]] = {
    Target.EMAIL: _is_address,
    Target.PARTNER_EMAIL: _is_address,
    Target.PHONE: _is_number,
    Target.PARTNER_PHONE: _is_number,
    Target.DATE: _is_date,
    Target.GUESTS: _is_count,
    Target.TOTAL: _is_money,
    Target.PAID: _is_money,
}


def suggest(table: Table) -> tuple[Column, ...]:
    """Every column with what it seems to be; nothing is suggested twice, the surest column has it."""
    width = len(table.header) or max((len(row) for row in table.rows), default=0)
    columns = [_suggested(table, position) for position in range(width)]
    taken: dict[Target, int] = {}
    for column in sorted(columns, key=_doubt):
        if column.target is not None:
            taken.setdefault(column.target, column.position)
    return tuple(
        column
        if column.target is None or taken[column.target] == column.position
        else Column(position=column.position, title=column.title)
        for column in columns
    )


def taken(columns: Sequence[Column]) -> dict[Target, int]:
    """The place of each target whose suggestion is taken without asking."""
    return {each.target: each.position for each in columns if each.target is not None and each.confidence > AUTOMATIC}


def _doubt(column: Column) -> float:
    return 1 - column.confidence


def _suggested(table: Table, position: int) -> Column:
    title = table.header[position] if table.header else f"Column {position + 1}"
    column = (row[position] for row in table.rows[:_SAMPLE] if position < len(row))
    cells = [cell for cell in column if cell.strip()]
    if is_kept(title) or title == WHAT_TO_DO:
        return Column(position=position, title=title)
    target, confidence = target_of(title), _BY_TITLE
    if target is None:
        target, confidence = hinted(title), _BY_PART_OF_TITLE
    if target is None or not table.header:
        target, confidence = _by_cells(cells, is_titled=bool(table.header))
    elif target in _LOOKS and cells and _share(cells, _LOOKS[target]) < _FEW:
        confidence *= _DOUBT
    return Column(position=position, title=title, target=target, confidence=confidence if target else 0.0)


def _by_cells(cells: Sequence[str], *, is_titled: bool) -> tuple[Target | None, float]:
    """What the cells look like; names look like venues, so they are told by their cells only where no title is."""
    for target in (Target.EMAIL, Target.DATE, Target.PHONE):
        if cells and _share(cells, _LOOKS[target]) >= _MOST:
            return target, _BY_CELLS
    if cells and not is_titled and _share(cells, _is_couple) >= _MOST:
        return Target.NAMES, _NAMES_BY_CELLS
    return None, 0.0


def _is_couple(text: str) -> bool:
    return read_names(text).value is not None


def _share(cells: Sequence[str], looks: Callable[[str], bool]) -> float:
    return sum(looks(cell) for cell in cells) / len(cells)
