"""`wedsync restore`: the house as it was at an instant, in a new folder."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click
import msgspec

from wedsync.entrypoints.commands.backup import show_progress, telling
from wedsync.operations.continuity.model import LostUpload
from wedsync.operations.continuity.rebuilding import UPLOADS, Rebuilt, rebuild
from wedsync.operations.continuity.restoring import Plan, Restorer, plan
from wedsync.operations.continuity.standing import vault_to_read
from wedsync.platform.backups.programs import Programs
from wedsync.platform.formats import plural
from wedsync.platform.settings import read_settings

LATEST = "latest"
HELP = """Put the house together as it was at an instant, in a NEW folder. The running house is not touched.

\b
As it was:                  wedsync restore --at 2027-06-12T15:30:00Z --into /srv/wedsync-1530
The latest there is:        wedsync restore --at latest --into /srv/wedsync-again

Needs the place of the backups (WEDSYNC_BACKUPS) and their key (WEDSYNC_BACKUP_KEY, or the home's); no database.
What was erased since is erased again before the restored house serves anybody.

Ends with 0 when all of it is there, with 3 when all is there but uploads, which are named, and with 1 when nothing was
restored."""
UPLOADS_LOST: Final = 3


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What --json prints."""

    folder: str
    data: str
    backup: str
    restored_to: datetime
    lost_uploads: tuple[LostUpload, ...]


def command() -> click.Command:
    """`restore`, with --at and --into."""
    folder = click.Path(path_type=Path)
    return click.Command(
        "restore",
        callback=restore,
        params=[
            click.Option(["--at", "instant"], required=True, help="An instant with its offset, or `latest`."),
            click.Option(["--into"], required=True, type=folder, help="The new home folder."),
            click.Option(["--json", "as_json"], is_flag=True, help="Print as JSON."),
        ],
        help=HELP,
    )


def restore(*, instant: str, into: Path, as_json: bool) -> None:
    """Build it, and say how to start from it."""
    settings, at = read_settings(os.environ), instant_of(instant)
    with telling():
        vault = vault_to_read(settings)
        found = plan(vault, at)
        restorer = Restorer(vault, Programs(settings.pg_bin), show_progress)
        built = rebuild(
            vault,
            restorer,
            found,
            into.absolute(),
            named_binaries=settings.pg_bin,
            ledger=settings.erasure_ledger_path,
        )
    show_progress("")
    click.echo(_as_json(found, built) if as_json else _told(found, built))
    sys.exit(UPLOADS_LOST if built.lost else 0)


def instant_of(text: str) -> datetime | None:
    """What somebody wrote; None means the latest there is."""
    if text == LATEST:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        message = f"{text!r} is no instant. Write it with its offset, such as 2027-06-12T15:30:00Z, or `latest`."
        raise click.BadParameter(message)
    return at.astimezone(UTC)


def _as_json(found: Plan, built: Rebuilt) -> str:
    report = Report(
        folder=str(built.folder),
        data=str(built.data),
        backup=found.backup.id,
        restored_to=built.restored_to,
        lost_uploads=built.lost,
    )
    return msgspec.json.encode(report).decode()


def _told(found: Plan, built: Rebuilt) -> str:
    lines = [f"Restored to {built.restored_to.isoformat()}, from {found.backup.id}."]
    if built.is_ours:
        lines.append(f"Stop the other house, then start from this one:  WEDSYNC_HOME={built.folder} wedsync up")
    else:
        lines.append(f"Start a PostgreSQL 18 on {built.data}, then `wedsync migrate` and every worker before web.")
    if found.backup.secrets is None:
        lines.append("WEDSYNC_SECRET was set from outside: set the same one again.")
    return "\n".join([*lines, *_lost(built)])


def _lost(built: Rebuilt) -> list[str]:
    if not built.lost:
        return []
    first = (
        f"{plural(len(built.lost), 'upload', 'uploads')} did not come back. Copy each from the other house's `files`, "
        f"or ask who uploaded it for it again, and put it into {built.folder / UPLOADS}:"
    )
    return [first, *(f"  {each.path}: {each.file} {each.why}" for each in built.lost)]
