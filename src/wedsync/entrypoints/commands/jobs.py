"""`wedsync jobs`: what waits in the queue, and why."""

from __future__ import annotations

import asyncio

import click
import msgspec

from wedsync.entrypoints.commands.surroundings import settings_for
from wedsync.kernel.problems import Unavailable
from wedsync.kernel.shield import show_instant
from wedsync.platform.database import NOBODY, Database, NoParams
from wedsync.platform.deferral import WAITING, Deferred
from wedsync.platform.embedded.refusals import CannotStart, ExitCode
from wedsync.platform.tokens import Sealer

HELP = """Look into the queue."""
DEFERRED_HELP = """Show the jobs that wait for a wedding to end, the next first.

They are not failed: each runs once its wedding opens again, in the order in which they were queued. A letter that is
not urgent waits in the same way until it is morning for whom it is."""


def command() -> click.Group:
    """`jobs`, with what one may ask."""
    group = click.Group("jobs", help=HELP)
    as_json = click.Option(["--json", "as_json"], is_flag=True, help="Print as JSON.")
    group.add_command(click.Command("deferred", callback=deferred, params=[as_json], help=DEFERRED_HELP))
    return group


def deferred(*, as_json: bool) -> None:
    """Tell what waits for what."""
    settings = settings_for("app")
    try:
        found = asyncio.run(_waiting(settings.database_url))
    except Unavailable:
        raise CannotStart(ExitCode.FAILED, "The queue cannot be read: the database does not answer.") from None
    if as_json:
        click.echo(msgspec.json.encode(found).decode())
    elif not found:
        click.echo("Nothing waits for a wedding or a night to end.", err=True)
    for each in () if as_json else found:
        opens = show_instant(each.unlocks_at, "UTC")
        why = "it is night for whom it is" if each.wedding_id is None else f"wedding {each.wedding_id} is on"
        click.echo(f"{each.job}  {why}: waits until {opens}")


async def _waiting(url: str) -> list[Deferred]:
    async with Database(url, Sealer(b""), read_connections=1) as database:
        return await database.reader(NOBODY).all(WAITING, NoParams())
