"""The control room in words and figures."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import msgspec

from wedsync.features.connections.views import Tile
from wedsync.features.people.shell import OPERATIONS
from wedsync.features.people.words import moment
from wedsync.kernel.freeze import Freeze, FreezeState
from wedsync.operations.attestation.queries import LOOKED_AT_WITHIN, Attestation
from wedsync.operations.continuity.findings import ago, backup_finding, proof_finding
from wedsync.operations.continuity.queries import Continuity
from wedsync.operations.control_room.figures import Figures, figure_tiles, waited_view
from wedsync.operations.control_room.views import (
    ControlRoomFragment,
    ControlRoomPage,
    FreezeView,
    ReleaseView,
    WaitingView,
)
from wedsync.operations.deployments.drawing import LIST as RELEASES
from wedsync.operations.deployments.drawing import short_digest
from wedsync.operations.deployments.queries import Deployment
from wedsync.operations.overrides.drawing import LIST, row
from wedsync.operations.overrides.model import Override, State
from wedsync.operations.shield.verdict import Verdict, WeddingsOn
from wedsync.platform import formats
from wedsync.platform.deferral import Deferred
from wedsync.platform.pages import Shell

AHEAD: Final = timedelta(days=40)
FREEZES_SHOWN: Final = 6
LATEST_OVERRIDES: Final = 50
LATEST_RELEASES: Final = 5
# What somebody still has to do something about: approve, use, review.
_OPEN: Final = frozenset({State.REQUESTED, State.APPROVED, State.USED})
_WORDS: Final = {
    FreezeState.OPEN: ("Open", "ok"),
    FreezeState.CLOSING: ("Closing", "fixed"),
    FreezeState.FROZEN: ("Frozen", "fixed"),
    FreezeState.ACTIVE: ("Waiting", "fixed"),
    FreezeState.UNKNOWN: ("Unknown", "bad"),
}


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What the room is drawn from; `weddings_on` None while the database does not answer."""

    verdict: Verdict
    weddings_on: WeddingsOn | None
    freezes: tuple[Freeze, ...]
    waiting: list[Deferred]
    overrides: list[Override]
    releases: list[Deployment]
    attested: Attestation | None = None
    continuity: Continuity | None = None
    figures: Figures


def room_page(room: ControlRoomFragment, shell: Shell, day: str) -> ControlRoomPage:
    """The whole page."""
    return ControlRoomPage(
        shell=shell,
        day=day,
        fragment_url=OPERATIONS,
        tiles=room.tiles,
        figures=room.figures,
        waited=room.waited,
        findings=room.findings,
        overrides=room.overrides,
        overrides_url=room.overrides_url,
        freezes=room.freezes,
        releases=room.releases,
        releases_url=room.releases_url,
        waiting=room.waiting,
    )


def room_fragment(told: Told, zone: str) -> ControlRoomFragment:
    """The part that moves; times on the reader's clock."""
    open_ones = [each for each in told.overrides if each.state in _OPEN]
    return ControlRoomFragment(
        tiles=(
            *_tiles(told, zone),
            weddings_tile(told.weddings_on, zone),
            protection_tile(told.attested, told.verdict.told_at),
            *continuity_tiles(told.continuity, told.verdict.told_at, zone),
        ),
        figures=figure_tiles(told.figures, told.continuity, told.verdict.told_at),
        waited=waited_view(told.figures, told.verdict.told_at, zone),
        findings=_findings(told.attested),
        overrides=tuple(row(each, zone) for each in open_ones),
        overrides_url=LIST,
        freezes=tuple(_freeze(each, zone) for each in told.freezes[:FREEZES_SHOWN]),
        releases=tuple(_release(each, zone) for each in told.releases),
        releases_url=RELEASES,
        waiting=_waiting(told.waiting, zone),
    )


def _findings(attested: Attestation | None) -> tuple[str, ...]:
    found = () if attested is None else attested.findings
    return tuple(f"{each.kind} {each.name}: {each.what}" for each in found)


def protection_tile(attested: Attestation | None, now: datetime) -> Tile:
    """Whether what protects is what was signed. What was not looked at lately is not known."""
    if attested is None or now - attested.last_at > LOOKED_AT_WITHIN:
        return Tile(label="Protection", figure="Unknown", sentence="the worker has not looked lately", tone="bad")
    if attested.findings:
        found = formats.plural(len(attested.findings), "finding", "findings")
        return Tile(label="Protection", figure="Changed", sentence=found, tone="bad")
    seconds = max(0, int((now - attested.last_at).total_seconds()))
    return Tile(label="Protection", figure="Whole", sentence=f"as signed, {seconds} s ago", tone="ok")


def continuity_tiles(found: Continuity | None, now: datetime, zone: str) -> tuple[Tile, ...]:
    """The last backup and the last restore that was proven; none where no backups are taken."""
    if found is None:
        return ()
    backup, proof = backup_finding(found, now), proof_finding(found, now)
    ended = "not yet" if found.backed_up_at is None else f"ended {_clock(found.backed_up_at, zone)}"
    held = "not yet" if found.proven_at is None else f"back after {found.recovery_s or 0:,.0f} s"
    return (
        Tile(
            label="Last backup",
            figure="None" if found.backed_up_at is None else ago(found.backed_up_at, now),
            sentence=ended,
            tone="ok" if backup.is_well else "bad",
        ),
        Tile(
            label="Last proven restore",
            figure="None" if found.proven_at is None else ago(found.proven_at, now),
            sentence="a drill failed since" if found.failed_at else held,
            tone="ok" if proof.is_well else "bad",
        ),
    )


def weddings_tile(on: WeddingsOn | None, zone: str) -> Tile:
    """How many are on, and whether an event of theirs is: between events some changes may go (F3)."""
    if on is None:
        return Tile(label="Weddings on", figure="?", sentence="the database does not answer", tone="bad")
    if on.until is None:
        return Tile(label="Weddings on", figure="0", sentence="configuration may change")
    figure = formats.number(on.active)
    if on.events_until is None:
        sentence = f"no event now, until {formats.clock(on.until, zone)}"
        return Tile(label="Weddings on", figure=figure, sentence=sentence)
    until = f"event until {_clock(on.events_until, zone)}"
    return Tile(label="Weddings on", figure=figure, sentence=until, tone="day")


def _tiles(told: Told, zone: str) -> tuple[Tile, ...]:
    found = told.verdict
    word, tone = _WORDS[found.state]
    is_frozen = found.state is FreezeState.FROZEN
    turn = found.until if is_frozen else next((each.starts_at for each in told.freezes), None)
    return (
        Tile(label="Releases", figure=word, sentence=f"in {found.cell}", tone=tone),
        Tile(label="Last start", figure=_clock(found.last_start, zone), sentence=_day(found.last_start, zone)),
        Tile(label="Open again" if is_frozen else "Next freeze", figure=_clock(turn, zone), sentence=_day(turn, zone)),
    )


def _freeze(freeze: Freeze, zone: str) -> FreezeView:
    hours = (freeze.ends_at - freeze.starts_at) / timedelta(hours=1)
    return FreezeView(
        reason=freeze.reason,
        from_text=formats.moment(freeze.starts_at, zone),
        until_text=formats.moment(freeze.ends_at, zone),
        length_text=f"{hours:g} h",
    )


def _release(begun: Deployment, zone: str) -> ReleaseView:
    image = short_digest(begun.image_digest)
    return ReleaseView(change=begun.change, image=image, name=begun.name, began=moment(begun.created_at, zone))


def _waiting(found: list[Deferred], zone: str) -> tuple[WaitingView, ...]:
    """By kind, without a word about whose wedding."""
    until: dict[str, list[datetime]] = {}
    for each in found:
        until.setdefault(each.job, []).append(each.unlocks_at)
    return tuple(
        WaitingView(
            job=kind,
            count_text=formats.number(len(opens)),
            until_text=formats.moment(min(opens), zone),
        )
        for kind, opens in until.items()
    )


def _clock(at: datetime | None, zone: str) -> str:
    return "—" if at is None else formats.clock(at, zone).partition(" ")[0]


def _day(at: datetime | None, zone: str) -> str:
    return "none now" if at is None else formats.moment(at, zone)
