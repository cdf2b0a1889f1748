"""`wedsync drill restore`: proves that the backups bring the house back."""

from __future__ import annotations

import sys

import click
import msgspec

from wedsync.entrypoints.commands.backup import show_progress, telling
from wedsync.entrypoints.commands.restore import instant_of
from wedsync.entrypoints.commands.surroundings import settings_for
from wedsync.kernel.shield import show_instant
from wedsync.operations.continuity.drilling import Drill
from wedsync.operations.continuity.queries import RECORD_DRILL, RestoreDrill
from wedsync.operations.continuity.standing import vault_to_read
from wedsync.platform.addresses import backup_url
from wedsync.platform.backups.programs import Programs
from wedsync.platform.backups.source import connected
from wedsync.platform.formats import plural
from wedsync.platform.settings import require

HELP = """Practise what must not be done for the first time at night."""
RESTORE_HELP = """Restore to an instant by chance, look whether all of it is there, and put that on record.

Rows are counted where the backup counted them, every index is compared with its table, every chain recomputed, what
protects compared with what was signed, a wedding read as its couple reads it, and every upload compared with its
SHA-256. Ends with 1 if anything differs.

Needs a running `wedsync up`, which is not touched, or DATABASE_URL and WEDSYNC_SECRET. The worker does this every
night, in a freeze as well."""


def command() -> click.Group:
    """`drill`, with what can be practised."""
    group = click.Group("drill", help=HELP)
    at = click.Option(["--at", "instant"], default=None, help="This instant instead, or `latest`.")
    as_json = click.Option(["--json", "as_json"], is_flag=True, help="Print as JSON.")
    group.add_command(click.Command("restore", callback=restore, params=[at, as_json], help=RESTORE_HELP))
    return group


def restore(*, instant: str | None, as_json: bool) -> None:
    """Do it, record it, tell, and end with 1 where it is not proven."""
    settings = settings_for("worker")
    require(settings, "WEDSYNC_SECRET")
    at = instant_of(instant) if instant else None
    with telling():
        drill = Drill(
            vault_to_read(settings),
            Programs(settings.pg_bin),
            secret=settings.secret,
            named_binaries=settings.pg_bin,
            progress=show_progress,
        ).run(settings.home / "drill", at)
        with connected(backup_url(settings.database_url, settings.secret)) as source:
            source.record(RECORD_DRILL, drill)
    show_progress("")
    click.echo(msgspec.json.encode(drill).decode() if as_json else _told(drill))
    sys.exit(0 if drill.is_proven else 1)


def _told(drill: RestoreDrill) -> str:
    word = "PROVEN" if drill.is_proven else "NOT PROVEN"
    lost = "nothing is streamed" if drill.loss_s is None else f"{drill.loss_s:,.1f} s would have been lost"
    first = (
        f"{word}  {drill.backup}, as it was on {show_instant(drill.restored_to, 'UTC')}: "
        f"back after {drill.recovery_s:,.1f} s, {plural(drill.uploads, 'upload', 'uploads')} whole, {lost}."
    )
    return "\n".join([first, *(f"  {each}" for each in drill.findings)])
