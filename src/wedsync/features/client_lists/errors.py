"""The rows that need somebody, as a file to put right and bring again: as written, each with what is to be done."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Final

from litestar import Response

from wedsync.features.client_lists import queries as q
from wedsync.features.client_lists.harmless import WHAT_TO_DO, harmless
from wedsync.features.client_lists.model import Fate
from wedsync.platform.database import Reader

ROWS_AT_ONCE: Final = 1_000


async def error_file(reader: Reader, place: q.OneImport) -> Response[bytes]:
    """The file. Raises NotFound."""
    found = await reader.one(q.IMPORT, place)
    rows: list[Sequence[str]] = []
    for fate in (Fate.REFUSED, Fate.FLAGGED):
        after: int | None = 0
        while after is not None:
            page = q.FateAfter(supplier_id=place.supplier_id, id=place.id, fate=fate, after=after, limit=ROWS_AT_ONCE)
            part = await reader.all(q.ROWS_OF_FATE, page)
            rows += [(*row.cells, _what_to_do(row)) for row in part]
            after = part[-1].row_number if len(part) == ROWS_AT_ONCE else None
    titles = found.header or tuple(column.title for column in found.columns)
    headers = {"content-disposition": 'attachment; filename="rows-to-look-at.csv"', "cache-control": "no-store"}
    return Response(as_csv([(*titles, WHAT_TO_DO), *rows]), media_type="text/csv", headers=headers)


def as_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """A table as CSV, for any spreadsheet: UTF-8 that says so, and nothing in it runs."""
    text = StringIO()
    safe: list[list[str]] = [[harmless(cell) for cell in row] for row in rows]
    csv.writer(text).writerows(safe)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _what_to_do(row: q.ImportRow) -> str:
    questions = [
        f"{each.target.value.replace('_', ' ')}: {each.detail}" if each.target else each.detail
        for each in row.outcome.questions
    ]
    return " ".join([row.outcome.reason, *questions]).strip()
