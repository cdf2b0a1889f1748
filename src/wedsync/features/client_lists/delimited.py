"""Text with one row a line becomes cells. The separator is the one under which the header has
titles that we know, or else the rows are equally wide.

A quotation mark that is never closed would swallow the rest of the list, so it is refused, with its line.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable
from typing import Final, TypeAlias

from wedsync.features.client_lists.harmless import as_meant
from wedsync.features.client_lists.limits import LINES_ABOVE, MOST_BYTES, MOST_COLUMNS, MOST_ROWS, under_header
from wedsync.features.client_lists.model import FileKind, Table
from wedsync.features.client_lists.synonyms import is_known
from wedsync.kernel.problems import Invalid, PayloadTooLarge, Problem

Line: TypeAlias = tuple[int, list[str]]

_DELIMITERS: Final = (",", ";", "\t", "|")
_SAID: Final = "sep="
# Some are empty, and some stand above the header.
MOST_LINES: Final = 2 * MOST_ROWS
# Fewer than this share of equally wide rows is text with commas in it, not columns.
_REGULAR: Final = 0.8


def read_delimited(text: str) -> Table:
    """The rows of a CSV file or of pasted cells. Raises Invalid."""
    first, _, rest = text.partition("\n")
    if first.casefold().rstrip("\r") in {_SAID + each for each in _DELIMITERS}:
        # The file's own program shows this line as no row.
        delimiter = first[len(_SAID)]
        return under_header(FileKind.TEXT, _lines(rest, delimiter), delimiter)
    delimiter, lines = _likeliest(text)
    return under_header(FileKind.TEXT, lines, delimiter)


def _likeliest(text: str) -> tuple[str, list[Line]]:
    best: tuple[int, float, int] = (0, 0.0, 0)
    chosen: tuple[str, list[Line]] | None = None
    refusal: Problem | None = None
    for delimiter in _DELIMITERS:
        if delimiter not in text:
            continue
        try:
            lines = _lines(text, delimiter)
        except Problem as problem:
            refusal = refusal or problem
            continue
        fit = _fit(lines)
        if fit > best and (fit[0] > 1 or fit[1] >= _REGULAR):
            best, chosen = fit, (delimiter, lines)
    if chosen is None and refusal:
        raise refusal
    return chosen or ("", _numbered([line.rstrip("\r\n")] for line in io.StringIO(text, newline="")))


def _fit(lines: list[Line]) -> tuple[int, float, int]:
    """How many titles we know in a row of the beginning; which share of rows is as wide as most; how wide that is."""
    widths = Counter(len(cells) for _, cells in lines if cells)
    width, rows = widths.most_common(1)[0] if widths else (0, 0)
    if width <= 1:
        return 0, 0.0, 0
    known = max(sum(is_known(cell) for cell in cells) for _, cells in lines[:LINES_ABOVE])
    return known, rows / widths.total(), width


def _lines(text: str, delimiter: str) -> list[Line]:
    """Cells with the number of their row, as a spreadsheet would count: a cell of two lines is still in one row."""
    csv.field_size_limit(MOST_BYTES)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        return _numbered(reader)
    except csv.Error:
        raise Invalid(
            f"A quotation mark near line {reader.line_num} is never closed, or stands in the middle of a cell. "
            "Correct it there, or save the list as .xlsx."
        ) from None


def _numbered(rows: Iterable[list[str]]) -> list[Line]:
    """Rows with their numbers; stops at what would be refused, before it is held."""
    lines: list[Line] = []
    for number, cells in enumerate(rows, start=1):
        if len(cells) > MOST_COLUMNS:
            raise PayloadTooLarge(f"Row {number} has {len(cells):,} columns; we read up to {MOST_COLUMNS}.")
        if number > MOST_LINES:
            raise PayloadTooLarge(
                f"The list has over {MOST_LINES:,} lines; we read up to {MOST_ROWS:,} rows. Split it."
            )
        lines.append((number, [as_meant(cell) for cell in cells]))
    return lines
