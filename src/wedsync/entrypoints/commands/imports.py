"""`wedsync import clients`: what would become of a list of clients, and bringing it into a business."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import quote
from uuid import UUID

import click
import msgspec

from wedsync.entrypoints.commands.sessions import answer_of, session_option, sign_in, signed_in
from wedsync.features.client_lists.columns import AUTOMATIC
from wedsync.features.client_lists.files import read_file
from wedsync.features.client_lists.limits import MOST_BYTES
from wedsync.features.client_lists.model import Fate, Outcome, Preview
from wedsync.features.client_lists.preview import preview
from wedsync.features.client_lists.queries import Import, ImportState
from wedsync.kernel.problems import Problem
from wedsync.platform.api_client import ApiClient, ApiRefusal

HELP = """Bring a supplier's own list of clients as it is: CSV, Excel, JSON or vCard.

\b
See what would be imported:   wedsync import clients LIST.csv --preview
Sign in, once a day:          wedsync import sign-in YOU@EXAMPLE.ORG
Bring it:                     wedsync import clients LIST.csv
Take all of it back:          wedsync import undo ID

Nothing is guessed: what could mean two things comes in with a question."""
Shape = TypeVar("Shape")
LOOKED_EVERY_S: Final = 0.2
LONGEST_S: Final = 600.0
_SHOWN: Final = 20


class Business(msgspec.Struct, frozen=True):
    """A business that somebody belongs to."""

    supplier_id: UUID
    name: str


class Belongs(msgspec.Struct, frozen=True):
    """Where somebody belongs."""

    suppliers: list[Business]


class Undone(msgspec.Struct, frozen=True):
    """The deletion that undid an import."""

    batch: UUID


def command() -> click.Group:
    """`import`, with what can be imported."""
    group = click.Group("import", help=HELP)
    file = click.Path(exists=True, dir_okay=False, path_type=Path)
    as_json = click.Option(["--json", "as_json"], is_flag=True, help="Print as JSON.")
    supplier = click.Option(["--supplier"], type=click.UUID, default=None, help="Your business, if you have several.")
    clients_params: list[click.Parameter] = [
        click.Argument(["file"], type=file),
        click.Option(["--preview", "is_preview"], is_flag=True, help="Only say what would happen; needs no house."),
        click.Option(["--yes", "is_sure"], is_flag=True, help="Save without asking."),
        supplier,
        session_option(),
        as_json,
    ]
    password = click.Option(["--password"], prompt=True, hide_input=True, help="Asked for when it is not given.")
    undo_params: list[click.Parameter] = [
        click.Argument(["import_id"], type=click.UUID), supplier, session_option(), as_json,
    ]  # fmt: skip
    sign = [click.Argument(["email"]), password, session_option()]
    group.add_command(click.Command("clients", callback=clients, params=clients_params, help="A list of clients."))
    group.add_command(click.Command("undo", callback=undo, params=undo_params, help="Take a list back, whole."))
    group.add_command(click.Command("sign-in", callback=sign_in, params=sign, help="Begin a session at this terminal."))
    return group


def clients(
    *, file: Path, is_preview: bool, is_sure: bool, supplier: UUID | None, session: Path | None, as_json: bool
) -> None:
    """Say what would happen, and do it unless that was all."""
    with file.open("rb") as opened:
        raw = opened.read(MOST_BYTES + 1)
    if is_preview:
        try:
            found = preview(read_file(raw))
        except Problem as problem:
            raise click.ClickException(problem.detail) from None
        click.echo(msgspec.json.encode(found).decode() if as_json else "\n".join(_lines(found)))
        return
    client = signed_in(session)
    place = _place(client, supplier)
    brought = _decoded(_sent(client, f"{place}?name={quote(file.name[:200])}", raw), Import)
    one = f"{place}/{brought.id}"
    ready = _until(client, one, ImportState.READING)
    if ready.problem:
        raise click.ClickException(f"{ready.problem} Open it on the page “Clients”, and say which column is what.")
    click.echo(f"{ready.rows_total} rows read: {_counts(ready)}", err=as_json)
    for ask in ready.asks:
        click.echo(f"? {ask}", err=as_json)
    if not is_sure:
        click.confirm("Save it?", abort=True, err=as_json)
    if answer_of(client, Import, "POST", f"{one}/saving").state is ImportState.READING:
        raise click.ClickException("Clients of yours have changed since, so it is read anew. Bring it once more.")
    saved = _until(client, one, ImportState.SAVING)
    if as_json:
        click.echo(msgspec.json.encode(saved).decode())
    else:
        click.echo(f"Saved. Take it back with: wedsync import undo {saved.id}")


def undo(*, import_id: UUID, supplier: UUID | None, session: Path | None, as_json: bool) -> None:
    """Take it back."""
    client = signed_in(session)
    done = answer_of(client, Undone, "POST", f"{_place(client, supplier)}/{import_id}/undoing")
    told = "Undone. For 30 days its clients come back from what was removed, on the page of your business."
    click.echo(msgspec.json.encode(done).decode() if as_json else told)


def _place(client: ApiClient, supplier: UUID | None) -> str:
    """Of the business that is meant: the only one, or the one that is named."""
    mine = answer_of(client, Belongs, "GET", "/api/v1/me").suppliers
    if supplier is None and len(mine) != 1:
        named = "".join(f"\n  --supplier {each.supplier_id}  {each.name}" for each in mine)
        raise click.ClickException(f"Say for which business:{named}" if mine else "You belong to no business.")
    return f"/api/v1/suppliers/{supplier or mine[0].supplier_id}/client-imports"


def _until(client: ApiClient, one: str, state: ImportState) -> Import:
    """The import, once it is not in this state any more; how far it is stands at the terminal meanwhile."""
    began = time.monotonic()
    found = answer_of(client, Import, "GET", one)
    with click.progressbar(length=found.rows_total, label=f"{state.value.capitalize()} it", file=sys.stderr) as bar:
        while found.state is state:
            if time.monotonic() - began > LONGEST_S:
                raise click.ClickException("It takes long. It goes on by itself; look at it on the page “Clients”.")
            bar.update(found.rows_done - bar.pos)
            time.sleep(LOOKED_EVERY_S)
            found = answer_of(client, Import, "GET", one)
    return found


def _sent(client: ApiClient, path: str, raw: bytes) -> bytes:
    try:
        return client.send_file(path, raw)
    except ApiRefusal as refusal:
        raise click.ClickException(str(refusal)) from None


def _decoded(answer: bytes, shape: type[Shape]) -> Shape:
    return msgspec.json.decode(answer, type=shape)


def _counts(found: Import) -> str:
    return f"{found.imported} imported, {found.merged} merged, {found.flagged} flagged, {found.refused} refused"


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
