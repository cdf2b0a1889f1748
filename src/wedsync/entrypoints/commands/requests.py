"""`wedsync requests`: what people asked for of their data, and is not done."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click
import msgspec

from wedsync.entrypoints.commands.sessions import answer_of, session_option, signed_in
from wedsync.kernel.shield import show_instant
from wedsync.operations.data_requests.queries import OpenRequest

HELP = """What people asked for of their data and is not done yet: files, erasures, corrections. Of whom is not said.

Sign in first: wedsync operator sign-in YOU@EXAMPLE.ORG. Corrections are answered at /operations/requests."""
LIST_HELP = """Show the first hundred, overdue first, then the oldest."""
PLACE: Final = "/api/v1/operations/data-requests"


def command() -> click.Group:
    """`requests`, with what can be done about them."""
    group = click.Group("requests", help=HELP)
    as_json = click.Option(["--json", "as_json"], is_flag=True, help="Print as JSON.")
    group.add_command(click.Command("list", callback=listed, params=[session_option(), as_json], help=LIST_HELP))
    return group


def listed(*, session: Path | None, as_json: bool) -> None:
    """Show them."""
    found = answer_of(signed_in(session), list[OpenRequest], "GET", f"{PLACE}?limit=100")
    if as_json:
        click.echo(msgspec.json.encode(found).decode())
        return
    if not found:
        click.echo("Everything that was asked for is done.", err=True)
    for each in found:
        _tell(each)


def _tell(each: OpenRequest) -> None:
    state = "OVERDUE" if each.is_overdue else "WAITS" if each.waits else "OPEN"
    what = each.kind.value if each.is_everything else f"{each.kind.value}, of one wedding"
    click.echo(f"{state:<8} {each.id}  {what}, due {show_instant(each.due_at, 'UTC')}")
    if each.waits is not None:
        until = f" until {show_instant(each.waits_until, 'UTC')}" if each.waits_until else ""
        click.echo(f"  it waits{until}: {each.waits}")
