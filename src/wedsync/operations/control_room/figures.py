"""How the house did, in figures and one picture: what people waited, and on how many Saturdays somebody was there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from wedsync.features.connections.views import Tile
from wedsync.kernel import promises
from wedsync.operations.continuity.findings import ago
from wedsync.operations.continuity.queries import Continuity
from wedsync.operations.control_room.views import WaitedView
from wedsync.operations.observability.waiting import (
    SHOWN,
    STEP,
    Saturday,
    Waited,
    in_a_row,
    quantile_s,
    together,
    uptime,
)
from wedsync.platform import formats

_HOUR: Final = timedelta(hours=1)
_WIDTH: Final = 100
_HEIGHT: Final = 40


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """What was put on record: the last six hours step by step, and the Saturdays of a year."""

    waited: list[Waited]
    saturdays: list[Saturday]


def figure_tiles(told: Figures, found: Continuity | None, now: datetime) -> tuple[Tile, ...]:
    """Saturdays, pages, database, and what would be lost."""
    lately = [each for each in told.waited if each.at > now - _HOUR]
    pages = quantile_s(together(each.requests for each in lately), 0.95)
    database = quantile_s(together(each.statements for each in lately), 0.95)
    return (
        _saturdays_tile(told.saturdays),
        _waited_tile("Pages and API p95", pages, promises.PAGES_S),
        _waited_tile("Database p95", database, promises.DATABASE_S),
        *_loss_tile(found, now),
    )


def waited_view(told: Figures, now: datetime, zone: str) -> WaitedView | None:
    """The picture; None before anything was counted."""
    first = now - SHOWN
    halves = [_points(told.waited, first, share) for share in (0.5, 0.95)]
    waits = [wait for points in halves for _, wait in points]
    if not waits:
        return None
    most = max(waits)
    slow = [wait for _, wait in halves[1]]
    failed, asked = sum(each.failed for each in told.waited), sum(each.asked for each in told.waited)
    return WaitedView(
        half=_path(halves[0], most),
        slow=_path(halves[1], most),
        label=f"p95 between {in_ms(min(slow))} and {in_ms(max(slow))}",
        top_text=in_ms(most),
        from_text=formats.clock(first, zone),
        until_text=formats.clock(now, zone),
        asked_text=formats.plural(asked, "request", "requests"),
        failed_text=f"{formats.number(failed)} failed" if failed else "none failed",
        tone="bad" if failed else "ok",
    )


def in_ms(seconds: float) -> str:
    """41 ms; from ten seconds on in seconds."""
    return f"{seconds:,.0f} s" if seconds >= 10 else f"{seconds * 1000:,.0f} ms"  # noqa: PLR2004 - said above


def _waited_tile(label: str, wait: float | None, promise: float) -> Tile:
    if wait is None:
        return Tile(label=label, figure="—", sentence="nobody asked in the last hour")
    is_kept = wait <= promise
    sentence = f"promise {in_ms(promise)}, last hour"
    return Tile(label=label, figure=in_ms(wait), sentence=sentence, tone="" if is_kept else "bad")


def _saturdays_tile(saturdays: Sequence[Saturday]) -> Tile:
    share = uptime(saturdays)
    if share is None:
        return Tile(label="Saturday uptime", figure="—", sentence="no Saturday yet")
    row = in_a_row(saturdays)
    sentence = f"{formats.plural(row, 'Saturday', 'Saturdays')} in a row" if row else _missed(saturdays[-1])
    figure = "100 %" if share == 1 else f"{int(share * 10000) / 100:.2f} %"
    return Tile(
        label="Saturday uptime", figure=figure, sentence=sentence, tone="" if share >= promises.UPTIME else "bad"
    )


def _missed(saturday: Saturday) -> str:
    gone = formats.plural(saturday.due - saturday.minutes, "minute", "minutes")
    return f"{gone} missing on {formats.short_date(saturday.day)}"


def _loss_tile(found: Continuity | None, now: datetime) -> tuple[Tile, ...]:
    """What would be lost now; the worker looks once a minute, so it is a minute less than it says at best."""
    if found is None or found.copied_until is None:
        return ()
    tone = "" if now - found.copied_until <= promises.RPO else "bad"
    drilled = "" if found.loss_s is None else f"; {found.loss_s:,.1f} s in the last drill"
    return (
        Tile(
            label="Data at risk (RPO)",
            figure=ago(found.copied_until, now).removesuffix(" ago"),
            sentence=f"promise 15 min{drilled}",
            tone=tone,
        ),
    )


def _points(waited: Sequence[Waited], first: datetime, share: float) -> list[tuple[float, float]]:
    """Where along the six hours (0 to 1), and how long in seconds; steps in which nobody asked are left out."""
    found = []
    for each in waited:
        wait = quantile_s(each.requests, share)
        # The step under way may have its middle still to come.
        place = min((each.at + STEP / 2 - first) / SHOWN, 1.0)
        if wait is not None and place >= 0:
            found.append((place, wait))
    return found


def _path(points: Sequence[tuple[float, float]], most: float) -> str:
    """As an SVG path: a line through the steps that follow one another, a dot's width for one that stands alone."""
    parts: list[str] = []
    last = -1.0
    for place, wait in points:
        x, y = place * _WIDTH, _HEIGHT - (wait / most if most else 0) * (_HEIGHT - 2) - 1
        joins = last >= 0 and place - last < 1.5 * (STEP / SHOWN)
        parts.append(f"{'L' if joins else 'M'}{x:.1f} {y:.1f}" + ("" if joins else "h.5"))
        last = place
    return "".join(parts)
