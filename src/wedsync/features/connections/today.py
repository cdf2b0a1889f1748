"""A supplier's weddings as rows, and its morning as figures first."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final
from uuid import UUID

import msgspec

from wedsync.features.connections.model import Listed
from wedsync.features.connections.page_queries import ChangeThere, Near, News
from wedsync.features.connections.views import Tile, TodayFragment, TodayPage, WeddingRow
from wedsync.features.people.shell import Visit, business_of, supplier_shell
from wedsync.features.weddings.home import change_view
from wedsync.features.weddings.sight import percent_told, shield_line
from wedsync.features.weddings.views import ChangeView
from wedsync.kernel.clock import utc_now
from wedsync.kernel.permissions import Permission, Standing, allows
from wedsync.kernel.shield import ShieldState, WeddingStatus, shield
from wedsync.kernel.zones import today_in, zone_named
from wedsync.platform.formats import plural, relative_days, short_date
from wedsync.platform.pages import Shell, ShieldLine

SHOWN: Final = 6
NEWS_SHOWN: Final = 10
UNSEEN_COUNTED: Final = 100
NOON: Final = 12
EVENING: Final = 18


def today_page(visit: Visit, supplier_id: UUID, near: Near, news: News) -> TodayPage:
    """The whole page."""
    inside = today_fragment(visit, supplier_id, near, news)
    return TodayPage(
        shell=today_shell(visit, supplier_id, news),
        greeting=_greeting(visit),
        fragment_url=f"/s/{supplier_id}/today",
        tiles=inside.tiles,
        weddings=inside.weddings,
        changes=inside.changes,
        unseen=inside.unseen,
        changes_url=inside.changes_url,
        weddings_url=inside.weddings_url,
        invite_url=inside.invite_url,
    )


def today_shell(visit: Visit, supplier_id: UUID, news: News) -> Shell:
    """Around the page, with the shield of the wedding that is on, or else of the next one."""
    return supplier_shell(visit, supplier_id, "Today", _shield(news.weddings, supplier_id, utc_now()))


def today_fragment(visit: Visit, supplier_id: UUID, near: Near, news: News) -> TodayFragment:
    """The part that moves by itself."""
    now = utc_now()
    here = today_in(visit.me.zone, now)
    next_ones = [each for each in news.weddings if is_ahead(each, now, here) and not _is_off(each)][:SHOWN]
    return TodayFragment(
        tiles=_tiles(near),
        weddings=tuple(wedding_row(each, supplier_id, now, here) for each in next_ones),
        changes=tuple(_change(each, supplier_id, visit.me.zone) for each in news.changes[:NEWS_SHOWN]),
        unseen=_unseen(near.unseen),
        changes_url=f"/s/{supplier_id}/changes",
        weddings_url=f"/s/{supplier_id}/weddings",
        invite_url=invite_url(visit, supplier_id),
    )


def wedding_row(listed: Listed, supplier_id: UUID, now: datetime, here: date) -> WeddingRow:
    """One wedding in a list; `here` is today where the reader is."""
    status, tone = _status(listed, now)
    day = listed.held_on
    return WeddingRow(
        title=listed.title,
        href=f"/s/{supplier_id}/weddings/{listed.wedding_id}",
        date_text=short_date(day) if day else "no date yet",
        when_text=relative_days((day - here).days) if day and not _is_off(listed) else "",
        place=listed.venue or "—",
        percent=percent_told(listed.weight_complete, listed.weight_not_applicable),
        guests="—" if listed.guests is None else f"{listed.guests:,}",
        status=status,
        status_tone=tone,
    )


def is_ahead(listed: Listed, now: datetime, here: date) -> bool:
    """Whether a wedding is still to come, or on."""
    opens_at = listed.opens_at
    return listed.held_on is None or listed.held_on >= here or (opens_at is not None and opens_at > now)


def _is_off(listed: Listed) -> bool:
    return listed.status == WeddingStatus.CANCELLED


def invite_url(visit: Visit, supplier_id: UUID) -> str:
    """Where couples are invited, for who may."""
    standing = Standing(supplier_role=business_of(visit.me, supplier_id).role)
    return f"/s/{supplier_id}/invitations" if allows(standing, Permission.INVITATIONS_WRITE) else ""


def _shield(weddings: tuple[Listed, ...], supplier_id: UUID, now: datetime) -> ShieldLine:
    lines = [(each, shield(each.protection, now)) for each in weddings if each.active_from]
    locked = [pair for pair in lines if pair[1].state is ShieldState.LOCKED]
    ahead = sorted((found.until, number) for number, (_, found) in enumerate(lines) if found.until)
    if locked:
        listed, found = locked[0]
        line = msgspec.structs.replace(found, sentence=f"{listed.title}: {found.sentence}")
        return shield_line(line, f"/s/{supplier_id}/weddings/{listed.wedding_id}/amendments")
    if not ahead:
        return ShieldLine(state="open", sentence="Everything is open. No wedding with a date is ahead.")
    listed, found = lines[ahead[0][1]]
    sentence = f"Everything is open. {listed.title} come next."
    return shield_line(msgspec.structs.replace(found, state=ShieldState.OPEN, sentence=sentence), "")


def _status(listed: Listed, now: datetime) -> tuple[str, str]:
    if _is_off(listed):
        return "cancelled", "bad"
    if listed.status == WeddingStatus.POSTPONED:
        return "postponed", "fixed"
    if listed.unlocks_at is not None and listed.unlocks_at > now:
        return "on now", "day"
    if listed.date_set_at is not None:
        return "date confirmed", "ok"
    return ("date not confirmed", "fixed") if listed.held_on else ("draft", "")


def _tiles(found: Near) -> tuple[Tile, ...]:
    return (
        Tile(
            label="Within 7 days",
            figure=f"{found.this_week:,}",
            sentence="this week" if found.this_week else "a quiet week",
            tone="day" if found.this_week else "",
        ),
        Tile(label="Weddings ahead", figure=f"{found.ahead:,}", sentence="with a date"),
        Tile(label="Without a date", figure=f"{found.undated:,}", sentence="couples who still decide"),
        Tile(label="Invitations out", figure=f"{found.invitations:,}", sentence="not answered yet"),
    )


def _unseen(count: int) -> str:
    if not count:
        return ""
    how_many = f"{UNSEEN_COUNTED} or more changes" if count >= UNSEEN_COUNTED else plural(count, "change", "changes")
    return f"{how_many} you have not seen"


def _change(change: ChangeThere, supplier_id: UUID, zone: str) -> ChangeView:
    href = f"/s/{supplier_id}/weddings/{change.wedding_id}"
    return change_view(change, zone, at=change.title, href=href)


def _greeting(visit: Visit) -> str:
    hour = utc_now().astimezone(zone_named(visit.me.zone)).hour
    part = "morning" if hour < NOON else "afternoon" if hour < EVENING else "evening"
    return f"Good {part}, {visit.me.name.split()[0]}"
