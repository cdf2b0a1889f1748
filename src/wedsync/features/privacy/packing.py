"""What an export holds: each table as JSON and as CSV in one zip, written whole or not at all.

A spreadsheet runs a cell that begins like a formula; somebody else may have written it. Such a cell begins with an
apostrophe in the CSV. The JSON is exact.
"""

from __future__ import annotations

import csv
import io
import os
import zipfile
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import msgspec

LARGEST_BYTES: Final = 100 * 1024 * 1024
_RUNS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
README: Final = """This is everything that WedSync keeps {whose}, as far as you may read it.

json/  one file a table, exactly as it is kept. Times are UTC.
csv/   the same for a spreadsheet. A text that would run as a formula begins with an apostrophe here.

Not in it: secrets, such as the hash of your password, and answers that are kept for a day only.
"""

Rows = list[dict[str, msgspec.Raw]]


class TooLarge(Exception):  # noqa: N818 - it reads as the sentence it carries
    """More than an export may hold."""


class Pack:
    """A zip under its temporary name until it is whole."""

    def __init__(self, path: Path, whose: str) -> None:
        """`whose`: "about you", "of your wedding Clara & Dan"."""
        self._path = path
        self._draft = path.with_suffix(".draft")
        self._whose = whose
        self._zip: zipfile.ZipFile | None = None
        self.size_bytes = 0

    def __enter__(self) -> Self:
        """Begin, with the page that explains it."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.open(self._draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self._zip = zipfile.ZipFile(os.fdopen(file, "wb"), "w", zipfile.ZIP_DEFLATED)
        self._put("README.txt", README.format(whose=self._whose).encode())
        return self

    def add(self, table: str, rows: Rows) -> None:
        """One table. Raises TooLarge."""
        self._put(f"json/{table}.json", msgspec.json.format(msgspec.json.encode(rows), indent=1))
        self._put(f"csv/{table}.csv", as_csv(rows).encode())

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Whole, it gets its name; else nothing is left."""
        if self._zip is not None:
            file = self._zip.fp
            self._zip.close()
            if file is not None:
                file.close()
        if kind is None:
            self._draft.replace(self._path)
            self.size_bytes = self._path.stat().st_size
        else:
            self._draft.unlink(missing_ok=True)

    def _put(self, name: str, content: bytes) -> None:
        self.size_bytes += len(content)
        if self.size_bytes > LARGEST_BYTES:
            raise TooLarge(f"An export holds at most {LARGEST_BYTES:,} bytes.")
        if self._zip is not None:
            self._zip.writestr(name, content)


def as_csv(rows: Rows) -> str:
    """Every column that any row has; what is no plain value is JSON."""
    columns: list[str] = []
    for row in rows:
        columns += [name for name in row if name not in columns]
    out = io.StringIO()
    writer = csv.writer(out)
    lines: list[list[str]] = [columns, *([_cell(row.get(name)) for name in columns] for row in rows)]
    writer.writerows(lines)
    return out.getvalue()


def _cell(value: msgspec.Raw | None) -> str:
    written = b"null" if value is None else bytes(value)
    if written == b"null":
        return ""
    if not written.startswith(b'"'):
        return written.decode()
    text = msgspec.json.decode(written, type=str)
    return f"'{text}" if text.startswith(_RUNS) else text
