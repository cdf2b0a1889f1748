"""What `wedsync doctor` and the control room say about backups: the last one, the stream, the last proven restore."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from wedsync.kernel.clock import utc_now
from wedsync.kernel.problems import Problem
from wedsync.kernel.promises import RPO
from wedsync.operations.continuity.model import DUE_AFTER, PROOF_DUE_AFTER
from wedsync.operations.continuity.queries import CONTINUITY, Continuity
from wedsync.operations.continuity.restoring import reaches
from wedsync.operations.continuity.standing import vault_to_read
from wedsync.operations.continuity.vault import WrongKey
from wedsync.platform.backups.places import PlaceFails
from wedsync.platform.backups.sealing import Damaged
from wedsync.platform.database import NOBODY, Database, NoParams
from wedsync.platform.health_checks import Finding
from wedsync.platform.settings import Settings
from wedsync.platform.tokens import Sealer

NONE_TAKEN: Final = "none is taken (WEDSYNC_BACKUPS=off)"


async def continuity_findings(settings: Settings) -> list[Finding]:
    """`settings` with the worker's URL."""
    if not settings.backups_place:
        return [Finding(name="backup", is_well=True, seen=NONE_TAKEN)]
    try:
        async with Database(settings.database_url, Sealer(b""), read_connections=1) as database:
            found = await database.reader(NOBODY).one(CONTINUITY, NoParams())
    except Problem as error:
        advice = "Ask with the DATABASE_URL of the worker."
        return [Finding(name="backup", is_well=False, seen=f"cannot tell: {error}", advice=advice)]
    now = utc_now()
    return [backup_finding(found, now), stream_finding(settings, found, now), proof_finding(found, now)]


def backup_finding(found: Continuity, now: datetime) -> Finding:
    """A day and two hours old at most; a house that is younger need not have one."""
    since = found.backed_up_at or found.house_since
    seen = f"the last one ended {ago(since, now)}" if found.backed_up_at else "none yet"
    advice = "Run `wedsync backup run`; why none was taken stands in the worker's log, at `nightly_failed`."
    return Finding(name="backup", is_well=now - since <= DUE_AFTER, seen=seen, advice=advice)


def stream_finding(settings: Settings, found: Continuity, now: datetime) -> Finding:
    """Whether what was written a quarter of an hour ago would come back from the place of backups."""
    advice = (
        "Is `wedsync backup stream` running? `stream_interrupted` in its log says why it does not get through. "
        "`slot_lost`, or a gap that `wedsync backup verify` names: `wedsync backup run`."
    )
    try:
        until = reaches(vault_to_read(settings))
    except (Damaged, PlaceFails, WrongKey) as error:
        is_new = isinstance(error, PlaceFails) and now - found.house_since <= RPO
        return Finding(name="stream", is_well=is_new, seen=str(error), advice=advice)
    since = until or found.house_since
    seen = f"the log is whole until {ago(since, now)}" if until else "nothing is streamed yet"
    return Finding(name="stream", is_well=now - since <= RPO, seen=seen, advice=advice)


def proof_finding(found: Continuity, now: datetime) -> Finding:
    """Eight days old at most, and none that failed since."""
    since = found.proven_at or found.house_since
    if found.failed_at is not None:
        seen = f"the drill that ended {ago(found.failed_at, now)} was not proven"
        return Finding(name="restore", is_well=False, seen=seen, advice="Run `wedsync drill restore`: it names why.")
    seen = (
        f"last proven {ago(since, now)}, back after {found.recovery_s or 0:,.1f} s" if found.proven_at else "none yet"
    )
    advice = "Run `wedsync drill restore`."
    return Finding(name="restore", is_well=now - since <= PROOF_DUE_AFTER, seen=seen, advice=advice)


def ago(at: datetime, now: datetime) -> str:
    """In the unit somebody thinks in."""
    seconds = max(0, int((now - at).total_seconds()))
    for size, unit in ((86400, "days"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit} ago"
    return f"{seconds} s ago"
