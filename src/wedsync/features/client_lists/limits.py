"""How much of a list is read, and the header that stands over it; the same for every kind of file."""

from collections.abc import Sequence
from typing import Final

from wedsync.features.client_lists.model import FileKind, Table
from wedsync.features.client_lists.synonyms import is_known
from wedsync.kernel.problems import Invalid, PayloadTooLarge
from wedsync.kernel.reading.contacts import read_address, read_number
from wedsync.kernel.reading.dates import read_date

MOST_BYTES: Final = 10_000_000
MOST_ROWS: Final = 20_000
MOST_COLUMNS: Final = 100
LONGEST_CELL: Final = 10_000
# A title and a date may stand over the header, but not a page of them.
LINES_ABOVE: Final = 5


def within_limits(table: Table) -> Table:
    """The table, if it can be read in one go. Raises PayloadTooLarge or Invalid, naming the row."""
    if len(table.rows) > MOST_ROWS:
        raise PayloadTooLarge(f"The list has {len(table.rows):,} rows; we read up to {MOST_ROWS:,} at once. Split it.")
    if len(table.header) > MOST_COLUMNS:
        raise PayloadTooLarge(f"The list has {len(table.header):,} columns; we read up to {MOST_COLUMNS}.")
    for number, row in zip(table.row_numbers, table.rows, strict=True):
        if len(row) > MOST_COLUMNS:
            raise PayloadTooLarge(f"Row {number} has {len(row):,} cells; we read up to {MOST_COLUMNS}.")
        if any(len(cell) > LONGEST_CELL for cell in row):
            raise PayloadTooLarge(f"A cell in row {number} is longer than {LONGEST_CELL:,} characters. Shorten it.")
    if not table.rows:
        raise Invalid("There are no rows in this list. Send the file that has your clients in it.")
    return table


def under_header(kind: FileKind, lines: Sequence[tuple[int, Sequence[str]]], delimiter: str = "") -> Table:
    """A table of numbered lines, with its header found and empty lines left out.

    A header is one of the first lines, if a word that headers use stands in it and nothing that only clients have;
    lines above it may hold a title only.
    """
    full = [(number, tuple(cells)) for number, cells in lines if any(cell.strip() for cell in cells)]
    place = _place_of_header(full)
    body = full if place is None else full[place + 1 :]
    return Table(
        kind=kind,
        header=() if place is None else full[place][1],
        rows=tuple(cells for _, cells in body),
        row_numbers=tuple(number for number, _ in body),
        delimiter=delimiter,
    )


def _place_of_header(lines: Sequence[tuple[int, tuple[str, ...]]]) -> int | None:
    for place, (_, cells) in enumerate(lines[:LINES_ABOVE]):
        written = [cell for cell in cells if cell.strip()]
        if any(is_known(cell) for cell in written) and not any(_is_data(cell) for cell in written):
            return place
        if len(written) > 1:
            return None
    return None


def _is_data(cell: str) -> bool:
    """Nobody calls a column by an address, a number or a day."""
    return any(reading.value is not None for reading in (read_address(cell), read_number(cell), read_date(cell)))
