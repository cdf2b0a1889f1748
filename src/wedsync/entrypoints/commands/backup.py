"""`wedsync backup`: take, list, prove and prune backups, and stream the log."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from types import FrameType

import click
import msgspec

from wedsync.entrypoints.commands.surroundings import settings_for
from wedsync.kernel.clock import utc_now
from wedsync.kernel.shield import show_instant
from wedsync.operations.continuity.checking import Checker, Report
from wedsync.operations.continuity.model import Manifest, Retained, Why, retention
from wedsync.operations.continuity.pruning import Pruned, prune
from wedsync.operations.continuity.queries import RECORD_BACKUP, BackupRun
from wedsync.operations.continuity.restoring import CannotRestore, reaches
from wedsync.operations.continuity.standing import house_of, secret_of, vault_to_read, vault_to_write
from wedsync.operations.continuity.streaming import Streamer
from wedsync.operations.continuity.taking import Taker
from wedsync.operations.continuity.vault import WrongKey
from wedsync.platform.addresses import backup_url
from wedsync.platform.backups.places import PlaceFails
from wedsync.platform.backups.private_server import ServerFails
from wedsync.platform.backups.programs import ProgramFails, Programs
from wedsync.platform.backups.sealing import Damaged
from wedsync.platform.backups.source import SourceFails, connected
from wedsync.platform.embedded.refusals import CannotStart, ExitCode
from wedsync.platform.formats import plural
from wedsync.platform.settings import read_settings, require
from wedsync.platform.telemetry import configure_logging

HELP = """Keep the house where fire does not reach: backups, sealed, and the log to every second since.

\b
Now:                        wedsync backup run
What there is:              wedsync backup list
Is every file whole:        wedsync backup verify
Back to an instant:         wedsync restore --at 2027-06-12T15:30:00Z --into NEW_FOLDER
Does it work:               wedsync drill restore

WEDSYNC_BACKUPS names the place. `wedsync up` streams, and its worker takes a backup and proves one every night."""
RUN_HELP = """Take a backup: what changed since the last one, or everything when the chain is five days old.

Needs DATABASE_URL and WEDSYNC_SECRET, or a running `wedsync up`. What is older than 35 days is deleted afterwards."""
LIST_HELP = """Show every backup, the oldest first, and why it is kept.

\b
daily:    an instant of the last 30 days is restored from it
chain:    no such instant needs it, but a chain leaves whole, when its full backup is 35 days old
leaves:   the next pruning deletes it"""
PRUNE_HELP = """Delete what is older than 35 days, but never the newest chain.

`wedsync backup list` says before what leaves."""
VERIFY_HELP = """Read every file and name each that was altered or is missing. Ends with 1 if there is one.

Needs the place and the key alone: no database."""
STREAM_HELP = (
    """Carry the log to the place of backups while it is written, until SIGTERM. `wedsync up` does this by itself."""
)
KEY_HELP = """Print the key that seals the backups. Keep a copy where neither the house nor the backups are."""


class Listed(BackupRun, frozen=True, kw_only=True):
    """What `list --json` prints of each; `why` it is kept, None where the next pruning deletes it."""

    why: Why | None


def command() -> click.Group:
    """`backup`, with what can be done."""
    group = click.Group("backup", help=HELP)
    as_json = click.Option(["--json", "as_json"], is_flag=True, help="Print as JSON.")
    full = click.Option(["--full", "is_full"], is_flag=True, help="Everything, whatever there is.")
    for made in (
        click.Command("run", callback=run, params=[full, as_json], help=RUN_HELP),
        click.Command("list", callback=listed, params=[as_json], help=LIST_HELP),
        click.Command("verify", callback=verify, params=[as_json], help=VERIFY_HELP),
        click.Command("prune", callback=pruned, params=[as_json], help=PRUNE_HELP),
        click.Command("stream", callback=stream, help=STREAM_HELP),
        click.Command("key", callback=key, help=KEY_HELP),
    ):
        group.add_command(made)
    return group


def run(*, is_full: bool, as_json: bool) -> None:
    """Take one, put it on record, prune."""
    settings = settings_for("worker")
    require(settings, "WEDSYNC_SECRET")
    url = backup_url(settings.database_url, settings.secret)
    with telling():
        vault = vault_to_write(settings)
        with connected(url) as source:
            taker = Taker(vault, source, Programs(settings.pg_bin), url=url, progress=show_progress)
            manifest = taker.take(house_of(settings), is_full=is_full)
            source.record(RECORD_BACKUP, _on_record(manifest))
        prune(vault, utc_now())
    show_progress("")
    click.echo(msgspec.json.encode(_on_record(manifest)).decode() if as_json else _line(_on_record(manifest)))


def listed(*, as_json: bool) -> None:
    """Show them, and until when everything is here."""
    with telling():
        vault = vault_to_read(read_settings(os.environ))
        found = [_listed(each) for each in retention(vault.manifests(), utc_now())]
        until = reaches(vault)
    if as_json:
        click.echo(msgspec.json.encode(found).decode())
        return
    for each in found:
        click.echo(f"{_line(each)}  {each.why or 'leaves'}")
    if until is not None:
        click.echo(f"The log is whole until {_shown(until)}.", err=True)
    if not found:
        click.echo("There is no backup yet: `wedsync backup run`.", err=True)


def verify(*, as_json: bool) -> None:
    """Look at all, tell, and end with 1 if something is damaged."""
    with telling():
        report = Checker(vault_to_read(read_settings(os.environ)), show_progress).report()
    show_progress("")
    click.echo(msgspec.json.encode(report).decode() if as_json else _told(report))
    sys.exit(0 if report.is_whole else 1)


def pruned(*, as_json: bool) -> None:
    """Delete, and tell what."""
    with telling():
        found = prune(vault_to_read(read_settings(os.environ)), utc_now())
    click.echo(msgspec.json.encode(found).decode() if as_json else _told_pruned(found))


def stream() -> None:
    """Until SIGTERM."""
    settings = settings_for("worker")
    require(settings, "WEDSYNC_SECRET")
    configure_logging(settings.log)
    is_over = False

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal is_over
        is_over = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    with telling():
        Streamer(
            vault_to_write(settings),
            Programs(settings.pg_bin),
            backup_url(settings.database_url, settings.secret),
            spool=settings.home / "spool",
            ledger=settings.erasure_ledger_path,
        ).run(lambda: is_over)


def key() -> None:
    """As it is."""
    with telling():
        click.echo(secret_of(read_settings(os.environ)))


@contextmanager
def telling() -> Iterator[None]:
    """What cannot go on is one sentence."""
    try:
        yield
    except (CannotRestore, Damaged, PlaceFails, ProgramFails, ServerFails, SourceFails, WrongKey) as error:
        show_progress("")
        raise CannotStart(ExitCode.FAILED, f"{_with_advice(error)}") from None


def show_progress(text: str) -> None:
    """For who watches, on one line; a file or a pipe gets the report alone."""
    if os.isatty(2):
        click.echo(f"\r\033[K{text}", nl=False, err=True)


def _with_advice(error: Exception) -> str:
    if isinstance(error, Damaged):
        return f"{error}. `wedsync backup verify` names every file that is damaged; an older backup may be whole."
    return str(error)


def _on_record(manifest: Manifest) -> BackupRun:
    return BackupRun(
        backup=manifest.id,
        kind=manifest.kind.value,
        began_at=manifest.began_at,
        ended_at=manifest.ended_at,
        database_bytes=manifest.tree_bytes,
        stored_bytes=manifest.stored_bytes,
    )


def _listed(each: Retained) -> Listed:
    run = _on_record(each.backup)
    return Listed(
        backup=run.backup,
        kind=run.kind,
        began_at=run.began_at,
        ended_at=run.ended_at,
        database_bytes=run.database_bytes,
        stored_bytes=run.stored_bytes,
        why=each.why,
    )


def _line(run: BackupRun) -> str:
    return f"{run.backup:<36} {_shown(run.ended_at)}  {run.stored_bytes / 2**20:>9,.1f} MB"


def _told(report: Report) -> str:
    whole = plural(report.backups, "backup", "backups")
    told = f"{whole}, {plural(report.files, 'file', 'files')}, {report.size_bytes // 2**20:,} MB: "
    lines = ["every file is what was put there." if report.is_whole else "DAMAGED"]
    lines += [f"  {each.name}: {each.what}" for each in report.damaged]
    return told + "\n".join([*lines, *(f"  note: {note}" for note in report.notes)])


def _told_pruned(found: Pruned) -> str:
    return f"{plural(len(found.backups), 'backup', 'backups')} deleted, {plural(found.files, 'file', 'files')} in all."


def _shown(at: datetime) -> str:
    return show_instant(at, "UTC")
