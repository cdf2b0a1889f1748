"""The freeze as it stands now, for whoever wants to release something. Whatever cannot be told counts as frozen."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Final

import msgspec

from wedsync.kernel.freeze import (
    CLOCKS_AGREE_WITHIN,
    ZONE_DATA_GOOD_FOR,
    FreezeCalendar,
    FreezeState,
)


class Change(StrEnum):
    """What somebody wants to do to the platform (F5)."""

    DEPLOY = "deploy"
    MIGRATION = "migration"
    FLAG = "flag"
    INFRASTRUCTURE = "infrastructure"
    UPGRADE = "upgrade"
    DEPENDENCIES = "dependencies"
    SCALING = "scaling"
    POD_REPLACEMENT = "pod-replacement"
    CERTIFICATE = "certificate"
    REVOCATION = "revocation"
    BACKUP = "backup"
    RESTORE_DRILL = "restore-drill"
    KILL_SWITCH = "kill-switch"


# F5: what keeps the platform alive never waits.
ALWAYS: Final = frozenset(
    {
        Change.SCALING,
        Change.POD_REPLACEMENT,
        Change.CERTIFICATE,
        Change.REVOCATION,
        Change.BACKUP,
        Change.RESTORE_DRILL,
        Change.KILL_SWITCH,
    }
)


class Trust(msgspec.Struct, frozen=True, kw_only=True):
    """What the verdict rests on. `clocks_apart_s` None: the database could not be asked."""

    zone_data_checked_on: date
    clocks_apart_s: float | None


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What may start at `told_at`; instants in UTC. `last_start` is the last instant at which a release may begin."""

    cell: str
    zones: tuple[str, ...]
    state: FreezeState
    may_start: bool
    reason: str
    told_at: datetime
    since: datetime | None = None
    until: datetime | None = None
    next_change: datetime | None = None
    last_start: datetime | None = None


def verdict(calendar: FreezeCalendar, now: datetime, trust: Trust) -> Verdict:
    """What may be released now (F1 to F4), unless that cannot be known (F7)."""
    cell = calendar.cell
    found = Verdict(
        cell=cell.name,
        zones=tuple(zone for region in cell.regions for zone in region.zones),
        state=FreezeState.UNKNOWN,
        may_start=False,
        reason=_doubt(calendar, now, trust),
        told_at=now,
    )
    if found.reason:
        return found
    status = calendar.status(now)
    return msgspec.structs.replace(
        found,
        state=status.state,
        may_start=status.state is FreezeState.OPEN,
        reason=status.reason,
        since=status.since,
        until=status.until,
        next_change=status.next_change,
        last_start=status.last_start,
    )


def _doubt(calendar: FreezeCalendar, now: datetime, trust: Trust) -> str:
    if calendar.cell.is_staging:
        return ""
    if trust.clocks_apart_s is None:
        return "The database does not answer, so its clock cannot be compared. Until it can, everything is frozen."
    if trust.clocks_apart_s > CLOCKS_AGREE_WITHIN.total_seconds():
        return f"The clocks of application and database are {trust.clocks_apart_s:.1f} s apart. Set both anew."
    if now.date() - trust.zone_data_checked_on > ZONE_DATA_GOOD_FOR:
        return f"The zone data were last checked on {trust.zone_data_checked_on}. Compare them, then run `make lock`."
    if now.date() >= calendar.ends_on:
        return f"The calendar of holidays ends on {calendar.ends_on}."
    return ""
