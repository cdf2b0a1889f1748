"""`wedsync seed`: the demo world, by the same actions people use."""

import asyncio

import click
import msgspec

from wedsync.entrypoints.commands.surroundings import settings_for
from wedsync.platform.addresses import addresses
from wedsync.platform.embedded.home import SIGN_INS, write_private
from wedsync.platform.settings import require

HELP = """Build the demo world: suppliers, couples and weddings to look round in. Never beside real people's data.

Needs what `wedsync migrate` needs. Prints who can sign in. `wedsync up` does this on its first start."""


def command() -> click.Command:
    """`seed`, with --reset to begin again."""
    reset = click.Option(["--reset"], is_flag=True, help="Delete the demo world first and build it anew.")
    as_json = click.Option(["--json", "as_json"], is_flag=True, help="Print the sign-ins as JSON.")
    return click.Command("seed", callback=run, params=[reset, as_json], help=HELP)


def run(*, reset: bool, as_json: bool) -> None:
    """Build it and say who can sign in."""
    settings = settings_for("admin")
    require(settings, "DATABASE_URL", "WEDSYNC_SECRET")
    found = addresses(settings.database_url, settings.valkey_url, settings.secret)
    as_app = msgspec.structs.replace(settings, database_url=found.app)
    from wedsync.entrypoints.seed import SeedError, seed  # noqa: PLC0415 - settings first

    try:
        people = asyncio.run(seed(as_app, admin_url=found.admin, reset=reset, progress=_progress))
    except SeedError as error:
        raise click.ClickException(str(error)) from error
    kept = settings.home / SIGN_INS
    if reset and kept.exists():
        write_private(kept, msgspec.json.encode(people).decode())
    if as_json:
        click.echo(msgspec.json.encode(people).decode())
        return
    for person in msgspec.json.decode(msgspec.json.encode(people), type=list[dict[str, str | int | bool | None]]):
        click.echo("  ".join(str(value or "") for value in person.values()))


def _progress(line: str) -> None:
    click.echo(f"  {line}", err=True)
