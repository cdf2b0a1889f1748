"""From a list as it is to what an import would do, row by row. Nothing is saved here.

imported + merged + flagged + refused = the rows that were read.
"""

from collections.abc import Mapping

from wedsync.features.client_lists.columns import suggest, taken
from wedsync.features.client_lists.drafting import draft_of, reader_of
from wedsync.features.client_lists.merging import Merged, merged
from wedsync.features.client_lists.model import Draft, Fate, Outcome, Preview, Table, Target
from wedsync.kernel.problems import Invalid
from wedsync.kernel.reading.model import Certainty


def preview(table: Table, mapping: Mapping[Target, int] | None = None) -> Preview:
    """What would happen to each row; `mapping` says which column is what, where the suggestion is not to be taken.

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
    result = merged([(number, draft) for number, _, draft in rows if number not in refusals])
    return Preview(
        kind=table.kind,
        encoding=table.encoding,
        delimiter=table.delimiter,
        columns=columns,
        asks=table.asks,
        outcomes=tuple(_outcome(number, draft, refusals.get(number), result) for number, _, draft in rows),
    )


def _refusal(row: tuple[str, ...], draft: Draft, width: int) -> str | None:
    if any(cell.strip() for cell in row[width:]):
        return f"This row has {len(row)} cells, the header {width}. Is there a separator within a text?"
    if draft.names.certainty is Certainty.EMPTY:
        return "This row has no name. Write one, then send the row again."
    return None


def _outcome(number: int, draft: Draft, refusal: str | None, result: Merged) -> Outcome:
    if refusal:
        return Outcome(row_number=number, fate=Fate.REFUSED, draft=draft, reason=refusal)
    if merge := result.merges.get(number):
        return Outcome(row_number=number, fate=Fate.MERGED, draft=draft, reason=merge.reason, into=merge.into)
    whole = result.drafts[number]
    questions = (*whole.questions(), *result.questions[number])
    return Outcome(
        row_number=number, fate=Fate.FLAGGED if questions else Fate.IMPORTED, draft=whole, questions=questions
    )
