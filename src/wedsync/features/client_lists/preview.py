"""From a list as it is to what an import would do, row by row. Nothing is saved here.

imported + merged + flagged + refused = the rows that were read.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

import msgspec

from wedsync.features.client_lists.columns import suggest, taken
from wedsync.features.client_lists.drafting import draft_of, reader_of
from wedsync.features.client_lists.merging import Merged, merged
from wedsync.features.client_lists.model import Column, Draft, Fate, Known, Outcome, Preview, Table, Target
from wedsync.kernel.problems import Invalid
from wedsync.kernel.reading.model import Certainty

LEFT_OUT: Final = "You left this row out."


class Read(msgspec.Struct, frozen=True, kw_only=True):
    """A table whose rows are read, each by itself."""

    table: Table
    columns: tuple[Column, ...]
    rows: tuple[tuple[int, Draft], ...]
    refusals: Mapping[int, str]


def preview(table: Table, mapping: Mapping[Target, int] | None = None) -> Preview:
    """What would happen to each row of a list that meets no client. Raises as `read_rows`."""
    return decided(read_rows(table, mapping), ())


def read_rows(table: Table, mapping: Mapping[Target, int] | None = None, left_out: Collection[int] = ()) -> Read:
    """Each row as it reads; `mapping` says which column is what, where the suggestion is not to be taken.

    Raises Invalid where no column has names, or the mapping names a column that is not there.
    """
    columns = suggest(table)
    places = taken(columns) if mapping is None else dict(mapping)
    if not any(target in places for target in (Target.NAMES, Target.FIRST_NAME, Target.LAST_NAME)):
        raise Invalid("We found no column with names. Say which one has them.")
    if any(not 0 <= position < len(columns) for position in places.values()):
        raise Invalid("The list has no such column. Choose among those that are shown.")
    reader = reader_of(table, columns, places)
    rows = [(number, row, draft_of(reader, row)) for number, row in zip(table.row_numbers, table.rows, strict=True)]
    refusals = {number: reason for number, row, draft in rows if (reason := _refusal(row, draft, len(columns)))}
    return Read(
        table=table,
        columns=columns,
        rows=tuple((number, draft) for number, _, draft in rows),
        refusals=refusals | dict.fromkeys(left_out, LEFT_OUT),
    )


def decided(read: Read, known: Sequence[Known]) -> Preview:
    """What happens to each row, beside the clients that are here already."""
    # Clients come before every row, under numbers that no row has.
    here = {-place: each for place, each in enumerate(known, start=1)}
    rows = [(number, draft) for number, draft in read.rows if number not in read.refusals]
    result = merged([*((number, each.draft) for number, each in here.items()), *rows])
    return Preview(
        kind=read.table.kind,
        encoding=read.table.encoding,
        delimiter=read.table.delimiter,
        columns=read.columns,
        asks=read.table.asks,
        outcomes=tuple(
            Outcome(row_number=number, fate=Fate.REFUSED, draft=draft, reason=read.refusals[number])
            if number in read.refusals
            else _outcome(number, draft, result, here)
            for number, draft in read.rows
        ),
    )


def _refusal(row: tuple[str, ...], draft: Draft, width: int) -> str | None:
    if any(cell.strip() for cell in row[width:]):
        return f"This row has {len(row)} cells, the header {width}. Is there a separator within a text?"
    if draft.names.certainty is Certainty.EMPTY or not any(each.isprintable() for each in draft.names.verbatim.strip()):
        return "This row has no name. Write one, then send the row again."
    return None


def _outcome(number: int, draft: Draft, result: Merged, here: Mapping[int, Known]) -> Outcome:
    if merge := result.merges.get(number):
        known = here.get(merge.into)
        into, client = (merge.into, None) if known is None else (None, known.client_id)
        return Outcome(
            row_number=number, fate=Fate.MERGED, draft=draft, reason=merge.reason, into=into, client_id=client
        )
    whole = result.drafts[number]
    questions = (*whole.questions(), *result.questions[number])
    return Outcome(
        row_number=number, fate=Fate.FLAGGED if questions else Fate.IMPORTED, draft=whole, questions=questions
    )
