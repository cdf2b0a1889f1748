"""A file, whatever it is called, becomes rows of text, or is refused with what to do about it.

What a file is follows from its bytes. Every size has a limit, and each is checked before the work it protects from.
"""

from typing import Final

import msgspec

from wedsync.features.client_lists.cards import read_cards
from wedsync.features.client_lists.delimited import read_delimited
from wedsync.features.client_lists.encodings import decode
from wedsync.features.client_lists.limits import MOST_BYTES, within_limits
from wedsync.features.client_lists.model import FileKind, Table
from wedsync.features.client_lists.records import is_records, read_records
from wedsync.features.client_lists.workbooks import read_workbook
from wedsync.kernel.problems import PayloadTooLarge, UnsupportedMediaType

# Files that people pick by mistake, by how they begin.
_OTHERS: Final = (
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\xd0\xcf\x11\xe0", "a workbook of Excel before 2007"),
    (b"\x1f\x8b", "a packed file"),
    (b"Rar!", "a packed file"),
    (b"7z\xbc\xaf", "a packed file"),
    (b"SQLite format 3", "a database"),
    (b"{\\rtf", "a text document"),
)
_ZIP: Final = b"PK"
_CARD: Final = "begin:vcard"


def read_file(raw: bytes) -> Table:
    """The rows of a file. Raises PayloadTooLarge, UnsupportedMediaType or Invalid."""
    if len(raw) > MOST_BYTES:
        raise PayloadTooLarge(f"The file has {len(raw) / 1e6:.1f} MB; we read up to {MOST_BYTES // 1_000_000} MB.")
    for beginning, name in _OTHERS:
        if raw.startswith(beginning):
            raise UnsupportedMediaType(f"This is {name}, not a list. Save the list as CSV or .xlsx and send that.")
    if raw.startswith(_ZIP):
        return within_limits(read_workbook(raw))
    text, encoding, asks = decode(raw)
    return _read_text(text, encoding, asks)


def read_pasted(text: str) -> Table:
    """The rows of a text that was pasted, from a spreadsheet or from elsewhere."""
    if len(text.encode(errors="replace")) > MOST_BYTES:
        raise PayloadTooLarge(f"We read up to {MOST_BYTES // 1_000_000} MB at once. Paste it in parts.")
    return _read_text(text.removeprefix("\ufeff"), "", ())


def _read_text(text: str, encoding: str, asks: tuple[str, ...]) -> Table:
    if text.lstrip()[: len(_CARD)].casefold() == _CARD:
        rows = read_cards(text)
        table = Table(kind=FileKind.CARDS, header=rows[0], rows=rows[1:], row_numbers=tuple(range(1, len(rows))))
    else:
        table = read_records(text) if is_records(text) else read_delimited(text)
    every: tuple[str, ...] = asks + table.asks
    return within_limits(msgspec.structs.replace(table, encoding=encoding, asks=every))
