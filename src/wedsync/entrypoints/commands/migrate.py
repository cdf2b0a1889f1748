"""`wedsync migrate`: brings a database to what this version of the code expects."""

import asyncio

import click

from wedsync.entrypoints.commands.surroundings import settings_for
from wedsync.platform.addresses import addresses
from wedsync.platform.house import bring_up_to_date
from wedsync.platform.settings import require

HELP = """Create roles and tables, or bring them up to date. Safe to repeat; two at once wait for each other.

Needs DATABASE_URL of an administrator and WEDSYNC_SECRET, from which the passwords of the roles
wedsync_app and wedsync_worker are derived; --print-urls shows what web and worker are to be given."""


def command() -> click.Command:
    """`migrate`, with --print-urls for who sets up web and worker."""
    urls = click.Option(["--print-urls"], is_flag=True, help="Show DATABASE_URL for web and worker (with passwords).")
    return click.Command("migrate", callback=run, params=[urls], help=HELP)


def run(*, print_urls: bool) -> None:
    """Apply what is pending and say what it was."""
    settings = settings_for("admin")
    require(settings, "WEDSYNC_SECRET")
    applied = asyncio.run(bring_up_to_date(settings.database_url, settings.secret, _progress))
    click.echo(f"{len(applied)} applied." if applied else "Nothing to do: the database is up to date.", err=True)
    if print_urls:
        found = addresses(settings.database_url, settings.valkey_url, settings.secret)
        click.echo(f"web     DATABASE_URL={found.app}\nworker  DATABASE_URL={found.worker}")


def _progress(line: str) -> None:
    click.echo(line, err=True)
