"""`wedsync up`: the whole of WedSync on this machine, until Ctrl-C."""

import asyncio
import os
import time
from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.table import Table

import wedsync
from wedsync.platform.addresses import Addresses
from wedsync.platform.embedded.home import SIGN_INS
from wedsync.platform.house import House
from wedsync.platform.metrics_door import door_of
from wedsync.platform.settings import Settings, read_settings
from wedsync.platform.supervisor import Supervisor, rest, until_told

HELP = """Start everything here: PostgreSQL, Valkey, web and worker, as children of this process.

The first start creates the database and builds a demo world to look round in. State lies in one
folder, WEDSYNC_HOME. Ctrl-C stops everything in order. DATABASE_URL, VALKEY_URL and SMTP_URL name
servers of your own instead.

\b
Exit codes: 10 settings, 11 already running, 12 port taken, 13 disk full, 14 programs missing,
15 foreign data, 16 home unusable, 17 a part did not come up, 18 migration failed."""


def command() -> click.Command:
    """`up`, with --reload for development."""
    reload = click.Option(["--reload"], is_flag=True, help="Start web and worker again when code or pages change.")
    return click.Command("up", callback=up, params=[reload], help=HELP)


def up(*, reload: bool) -> None:
    """Stay until told to stop."""
    settings = read_settings(os.environ)
    console = Console(highlight=False, stderr=True)
    started = time.monotonic()

    def progress(line: str) -> None:
        console.print(f"[dim]{time.monotonic() - started:5.1f} s[/dim]  {line}")

    def opened(_found: Addresses) -> None:
        progress("Ready")
        _welcome(console, settings)

    house = House(settings, _inherited(), progress)
    asyncio.run(until_told(house.stand(opened, _watch if reload else rest)))
    progress("Stopped")


def _welcome(console: Console, settings: Settings) -> None:
    console.print(f"\nWedSync is open at [bold]{settings.public_url}[/bold]   (Ctrl-C stops it)\n")
    doors = [str(door) for number in range(settings.web_workers + 1) if (door := door_of(settings, number))]
    if doors:
        console.print(f"Figures of worker and web, for Prometheus: {', '.join(doors)}\n")
    kept = settings.home / SIGN_INS
    if settings.is_demo and kept.exists():
        people = msgspec.json.decode(kept.read_bytes(), type=list[dict[str, str | int | bool | None]])
        if people:
            console.print(_table(people))
        console.print(f"\nNothing is sent from here: letters lie in [bold]{settings.public_url}/outbox[/bold]\n")


def _table(people: list[dict[str, str | int | bool | None]]) -> Table:
    columns = (name.replace("is_what", "who that is") for name in people[0])
    table = Table(*columns, title="Who you can be", title_justify="left", box=None)
    for person in people:
        table.add_row(*(str(value or "") for value in person.values()))
    return table


def _inherited() -> dict[str, str]:
    ours = ("DATABASE_URL", "VALKEY_URL", "SMTP_URL")
    return {name: value for name, value in os.environ.items() if name not in ours and not name.startswith("WEDSYNC_")}


def _watch(supervisor: Supervisor) -> "asyncio.Future[None]":
    return asyncio.ensure_future(_renew_on_change(supervisor))


async def _renew_on_change(supervisor: Supervisor) -> None:
    # Only there in development, so it is asked for only here.
    from watchfiles import DefaultFilter, awatch  # noqa: PLC0415

    async for _changes in awatch(Path(wedsync.__file__).parent, watch_filter=DefaultFilter()):
        await supervisor.renew()
