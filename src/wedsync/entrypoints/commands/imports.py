"""`wedsync import clients`: what would become of a list of clients, before anything is saved."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click
import msgspec

from wedsync.features.client_lists.columns import AUTOMATIC
from wedsync.features.client_lists.files import read_file
from wedsync.features.client_lists.limits import MOST_BYTES
from wedsync.features.client_lists.model import Fate, Outcome, Preview
from wedsync.features.client_lists.preview import preview
from wedsync.kernel.problems import Problem

HELP = """Read a supplier's own list of clients as it is: CSV, Excel, JSON or vCard.

\b
See what would be imported:   wedsync import clients LIST.csv --preview

Nothing is saved, and nothing is guessed: what could mean two things is asked about."""
_SHOWN: Final = 20


def command() -> click.Group:
    """`import`, with what can be imported."""
    group = click.Group("import", help=HELP)
    file = click.Path(exists=True, dir_okay=False, path_type=Path)
    params: list[click.Parameter] = [
        click.Argument(["file"], type=file),
        click.Option(["--preview", "is_preview"], is_flag=True, required=True, help="Only say what would happen."),
        click.Option(["--json", "as_json"], is_flag=True, help="Print as JSON, every row with its readings."),
    ]
    group.add_command(click.Command("clients", callback=clients, params=params, help="A list of clients."))
    return group


def clients(*, file: Path, is_preview: bool, as_json: bool) -> None:  # noqa: ARG001 - required, so always true
    """Print the outcome."""
    with file.open("rb") as opened:
        raw = opened.read(MOST_BYTES + 1)
    try:
        found = preview(read_file(raw))
    except Problem as problem:
        raise click.ClickException(problem.detail) from None
    click.echo(msgspec.json.encode(found).decode() if as_json else "\n".join(_lines(found)))


def _lines(found: Preview) -> Iterator[str]:
    """The whole first, then the columns, then the rows that need somebody."""
    counts = ", ".join(f"{found.count(fate)} {fate}" for fate in Fate)
    yield f"{len(found.outcomes)} rows read: {counts}"
    yield from (f"? {sentence}" for sentence in found.asks)
    for column in found.columns:
        target = (
            column.target.replace("_", " ") if column.target and column.confidence > AUTOMATIC else "kept as a note"
        )
        yield f"  {column.title:<24} {target}"
    needing = [outcome for outcome in found.outcomes if outcome.fate is not Fate.IMPORTED]
    for outcome in needing[:_SHOWN]:
        yield from _about(outcome)
    if len(needing) > _SHOWN:
        yield f"And {len(needing) - _SHOWN} more rows; --json has them all."


def _about(outcome: Outcome) -> Iterator[str]:
    yield f"row {outcome.row_number}: {outcome.fate}. {outcome.reason}".rstrip()
    for question in outcome.questions:
        cell = f"{question.target.replace('_', ' ')} “{question.verbatim}”: " if question.target else ""
        yield f"    {cell}{question.detail}"
