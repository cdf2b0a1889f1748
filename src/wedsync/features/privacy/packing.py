"""What an export holds: each table as JSON and as CSV in one zip, written whole or not at all, a part at a time.

A spreadsheet runs a cell that begins like a formula; somebody else may have written it. Such a cell begins with an
apostrophe in the CSV. The JSON is exact.
"""

from __future__ import annotations

import csv
import io
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self

import msgspec

# Unpacked: what every program that reads a zip can read. A wedding with everything in it takes a hundredth.
LARGEST_BYTES: Final = 2_000_000_000
COPIED_BYTES: Final = 1024 * 1024
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

    @contextmanager
    def table(self, name: str) -> Iterator[Sheet]:
        """One table: its rows go in a part at a time, and whatever their number only one part is held."""
        if self._zip is None:
            message = "the pack is not open"
            raise RuntimeError(message)
        # A zip takes one file after another, so the second one waits on the disk.
        with tempfile.TemporaryFile("w+", encoding="utf-8", newline="", dir=self._path.parent) as lines:
            with self._zip.open(f"json/{name}.json", "w") as rows:
                sheet = Sheet(rows, lines, self._count)
                yield sheet
                sheet.end()
            lines.seek(0)
            with self._zip.open(f"csv/{name}.csv", "w") as out:
                while part := lines.read(COPIED_BYTES):
                    out.write(part.encode())

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
        self._count(len(content))
        if self._zip is not None:
            self._zip.writestr(name, content)

    def _count(self, size_bytes: int) -> None:
        self.size_bytes += size_bytes
        if self.size_bytes > LARGEST_BYTES:
            raise TooLarge(f"An export holds at most {LARGEST_BYTES:,} bytes.")


class Sheet:
    """A table on its way into a pack: an array of JSON, and the lines of a spreadsheet."""

    def __init__(self, rows: IO[bytes], lines: IO[str], count: Callable[[int], None]) -> None:
        """`count` is told how much was written, and says when it is too much."""
        self._rows = rows
        self._lines = lines
        self._count = count
        self._columns: list[str] = []

    def add(self, rows: Rows) -> None:
        """Some more of it. Raises TooLarge. What is no plain value is JSON in the CSV."""
        if not rows:
            return
        begins = not self._columns
        if begins:  # a row of PostgreSQL has every column, with or without a value
            self._columns = list(rows[0])
            self._lines.write(_line(self._columns))
        written = b",\n".join(msgspec.json.format(msgspec.json.encode(row), indent=1) for row in rows)
        lines = "".join(_line([_cell(row.get(name)) for name in self._columns]) for row in rows)
        self._count(len(written) + len(lines.encode()))
        self._rows.write((b"[\n" if begins else b",\n") + written)
        self._lines.write(lines)

    def end(self) -> None:
        """The last row was added."""
        self._rows.write(b"\n]\n" if self._columns else b"[]\n")


def _line(cells: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()


def _cell(value: msgspec.Raw | None) -> str:
    written = b"null" if value is None else bytes(value)
    if written == b"null":
        return ""
    if not written.startswith(b'"'):
        return written.decode()
    text = msgspec.json.decode(written, type=str)
    return f"'{text}" if text.startswith(_RUNS) else text
