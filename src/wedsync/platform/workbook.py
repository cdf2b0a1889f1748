"""A table as an Excel workbook: every cell is text as it stands, and none of it runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO

import xlsxwriter


def written_workbook(rows: Iterable[Sequence[str]], name: str) -> bytes:
    """One sheet of this name; its first row, the titles, stays in sight."""
    file = BytesIO()
    options = {"in_memory": True, "constant_memory": False, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                if cell:
                    sheet.write_string(number, place, cell)
    return file.getvalue()
