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
    """What somebody wants to do to the platform (F3, F5).

    `deploy` is code alone, `migration` one that only adds; `completion` and `rollback` are of a rollout under way (F4).
    """

    DEPLOY = "deploy"
    MIGRATION = "migration"
    CONTRACTING_MIGRATION = "contracting-migration"
    CONFIGURATION = "configuration"
    FLAG = "flag"
    INFRASTRUCTURE = "infrastructure"
    UPGRADE = "upgrade"
    DEPENDENCIES = "dependencies"
    COMPLETION = "completion"
    ROLLBACK = "rollback"
    SCALING = "scaling"
    POD_REPLACEMENT = "pod-replacement"
    CERTIFICATE = "certificate"
    REVOCATION = "revocation"
    BACKUP = "backup"
    RESTORE_DRILL = "restore-drill"
    KILL_SWITCH = "kill-switch"


# F5: what keeps the platform alive never waits; nor does what ends a rollout, one way or the other (F4).
ALWAYS: Final = frozenset(
    {
        Change.COMPLETION,
        Change.ROLLBACK,
        Change.SCALING,
        Change.POD_REPLACEMENT,
        Change.CERTIFICATE,
        Change.REVOCATION,
        Change.BACKUP,
        Change.RESTORE_DRILL,
        Change.KILL_SWITCH,
    }
)


# F3: with a canary these are undone by themselves in minutes. Everything else waits until nobody marries.
DURING_A_WEDDING: Final = frozenset({Change.DEPLOY, Change.MIGRATION, Change.DEPENDENCIES}) | ALWAYS


WAITS_FOR_A_GAP: Final = frozenset(Change) - DURING_A_WEDDING


class WeddingsOn(msgspec.Struct, frozen=True, kw_only=True):
    """How many weddings are on, and until when at the earliest; until when an event is, if one is. Of nobody."""

    active: int
    until: datetime | None
    events_until: datetime | None


class Trust(msgspec.Struct, frozen=True, kw_only=True):
    """What the verdict rests on. None: the database could not be asked, or was not."""

    zone_data_checked_on: date
    clocks_apart_s: float | None
    weddings_on: WeddingsOn | None = None


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What may start at `told_at`; instants in UTC. `last_start` is the last instant at which a release may begin.

    `passes_with_two`: it may start now if two others approved it, because weddings are on but no event is (F3).
    """

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
    passes_with_two: bool = False


def verdict(calendar: FreezeCalendar, now: datetime, trust: Trust, change: Change = Change.DEPLOY) -> Verdict:
    """What may be released now (F1 to F4), unless that cannot be known (F7)."""
    found = _by_the_calendar(calendar, now, trust)
    if change in ALWAYS:
        why = f"{change.value.capitalize()} never waits for a freeze to end."
        return msgspec.structs.replace(found, state=FreezeState.OPEN, may_start=True, reason=why)
    if change in DURING_A_WEDDING or calendar.cell.is_staging or not found.may_start:
        return found
    return _in_a_gap(found, trust.weddings_on, change)


def _in_a_gap(found: Verdict, on: WeddingsOn | None, change: Change) -> Verdict:
    if on is None:
        why = f"Whether a wedding is on cannot be told without the database, and {change.value} waits while one is."
        return msgspec.structs.replace(found, state=FreezeState.UNKNOWN, may_start=False, reason=why)
    if on.active == 0:
        return found
    is_between = on.events_until is None
    two = "No event is: with two approvals it may go." if is_between else "An event is too, so approvals do not help."
    why = f"A wedding is on, and {change.value} waits until none is. {two} Code and migrations that only add may start."
    return msgspec.structs.replace(
        found,
        state=FreezeState.ACTIVE,
        may_start=False,
        passes_with_two=is_between,
        reason=why,
        since=None,
        until=on.until,
        next_change=on.until,
    )


def _by_the_calendar(calendar: FreezeCalendar, now: datetime, trust: Trust) -> Verdict:
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
