"""The first sheet of an Excel workbook that has rows, as text. Formulas come as the values they showed.

A workbook is a packed folder, and may claim to be small: it is unpacked here, counted, and only that goes on.
"""

import io
import re
import zipfile
import zlib
from typing import Final

import msgspec
import python_calamine

from wedsync.features.client_lists.cells import as_typed
from wedsync.features.client_lists.limits import MOST_COLUMNS, MOST_ROWS, under_header
from wedsync.features.client_lists.model import FileKind, Table
from wedsync.kernel.problems import Invalid, PayloadTooLarge, UnsupportedMediaType

MOST_UNPACKED_BYTES: Final = 60_000_000
_MOST_PARTS: Final = 1_000
_BOOK: Final = "xl/workbook.xml"
# What a list needs of a workbook; pictures, macros and other formats within it stay behind.
_KEPT: Final = ("xl/", "_rels/", "[Content_Types].xml")
_SHEET: Final = b"sheetData"
_ROW: Final = re.compile(rb"<(?:\w+:)?row[\s/>]")
_CELL: Final = re.compile(rb"<(?:\w+:)?c[\s/>]")
# Not xmlns:r, which stands in every sheet that Excel writes.
_PLACE: Final = re.compile(rb"""(?<![\w:.-])r\s*=\s*["']([^"']*)["']""")
_WRITTEN: Final = re.compile(rb"([A-Za-z]{0,4})([0-9]{1,10})")
_ROWS_AROUND: Final = 10
_LETTERS: Final = 26
_DAMAGED: Final = "This workbook is damaged or locked. Open it, save it again, then send it."


def read_workbook(raw: bytes) -> Table:
    """The rows of a workbook. Raises PayloadTooLarge, UnsupportedMediaType or Invalid."""
    try:
        book = python_calamine.load_workbook(io.BytesIO(_unpacked(raw)))
        sheets = [(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in book.sheet_names]
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, python_calamine.CalamineError):
        raise UnsupportedMediaType(_DAMAGED) from None
    full = [(name, rows) for name, rows in sheets if any(cell != "" for row in rows for cell in row)]
    if not full:
        raise Invalid("There are no rows in this workbook. Send the one that has your clients in it.")
    name, rows = full[0]
    table = under_header(FileKind.EXCEL, [(at, [as_typed(cell) for cell in row]) for at, row in enumerate(rows, 1)])
    others = ", ".join(other for other, _ in full[1:])
    asks = (f"We read the sheet {name}. Is your list there, and not in {others}?",) if others else ()
    return msgspec.structs.replace(table, asks=asks)


def _unpacked(raw: bytes) -> bytes:
    """The same workbook, no longer packed: what it says of its sizes has been seen to be true."""
    copy, size = io.BytesIO(), 0
    with zipfile.ZipFile(io.BytesIO(raw)) as packed, zipfile.ZipFile(copy, "w") as plain:
        parts = packed.infolist()
        if _BOOK not in packed.namelist():
            raise UnsupportedMediaType("This is a packed folder, not a list. Unpack it and send the list in it.")
        if any(part.flag_bits & 1 for part in parts):
            raise UnsupportedMediaType("This workbook is locked by a password. Save it without one, then send it.")
        size = sum(part.file_size for part in parts)
        if size > MOST_UNPACKED_BYTES or len(parts) > _MOST_PARTS:
            raise PayloadTooLarge("This workbook holds far more than a list of clients. Save the list as CSV.")
        for part in parts:
            # Reads no more than it claimed, and fails where the claim was false.
            content = packed.read(part)
            if part.filename.startswith(_KEPT) and part.filename.endswith((".xml", ".rels")):
                _refuse_far_cells(content)
                plain.writestr(part.filename, content)
    return copy.getvalue()


def _refuse_far_cells(part: bytes) -> None:
    """One cell at the far corner would make the reader hold every cell before it, however small the sheet."""
    if b"\x00" in part:
        raise UnsupportedMediaType(_DAMAGED)
    if _SHEET not in part:
        return
    rows = _ROW.split(part)
    last_row, last_column = len(rows) - 1, max(sum(1 for _ in _CELL.finditer(row)) for row in rows)
    for place in _PLACE.finditer(part):
        written = _WRITTEN.fullmatch(place.group(1))
        if written is None:
            raise UnsupportedMediaType(_DAMAGED)
        last_column = max(last_column, _column(written.expand(rb"\1").upper()))
        last_row = max(last_row, int(written.group(2)))
    if last_row > MOST_ROWS + _ROWS_AROUND or last_column > MOST_COLUMNS:
        raise PayloadTooLarge(
            f"The sheet reaches to row {last_row:,} and column {last_column:,}; we read up to {MOST_ROWS:,} rows and "
            f"{MOST_COLUMNS} columns. Copy your list to a new sheet."
        )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * _LETTERS + letter - 64
    return number
