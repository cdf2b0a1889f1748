"""A list of flat JSON objects, as programs export them, as rows under the names of their members."""

import re
from typing import Final, TypeAlias

import msgspec

from wedsync.features.client_lists.cells import as_typed
from wedsync.features.client_lists.limits import MOST_COLUMNS, MOST_ROWS
from wedsync.features.client_lists.model import FileKind, Table
from wedsync.kernel.problems import Invalid, PayloadTooLarge
from wedsync.kernel.reading.model import unique

Record: TypeAlias = dict[str, str | int | float | bool | None]

_BEGINNING: Final = re.compile(r"\s*\[\s*\{")


def is_records(text: str) -> bool:
    """Whether this begins like a list of objects; no spreadsheet does."""
    return _BEGINNING.match(text) is not None


def read_records(text: str) -> Table:
    """One row for each object, counted from 1. Raises PayloadTooLarge, or Invalid where one holds more."""
    try:
        records = msgspec.json.decode(text, type=list[Record])
    except msgspec.DecodeError as error:
        raise Invalid(f"This JSON is not a list of clients with a text or a number each: {error}") from None
    header = unique(name for record in records for name in record)
    # Each object gets a cell for every name: counted before they are made.
    if len(header) > MOST_COLUMNS or len(records) > MOST_ROWS:
        raise PayloadTooLarge(
            f"The list has {len(records):,} objects with {len(header):,} names in all; "
            f"we read up to {MOST_ROWS:,} with {MOST_COLUMNS}."
        )
    return Table(
        kind=FileKind.JSON,
        header=header,
        rows=tuple(tuple(_text(record.get(name)) for name in header) for record in records),
        row_numbers=tuple(range(1, len(records) + 1)),
    )


def _text(value: str | float | bool | None) -> str:  # noqa: FBT001 - a value, not a switch
    return "" if value is None else as_typed(value)
