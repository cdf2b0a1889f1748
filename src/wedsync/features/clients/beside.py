"""What a couple shares beside what a business keeps: each side named, never mixed, and in words where they differ."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from wedsync.features.clients.beside_queries import Beside, Free, Shared
from wedsync.features.clients.candidates import why_not
from wedsync.features.clients.model import ClientSaid
from wedsync.features.clients.views import BesideRow, BesideView, InvitationBox
from wedsync.features.clients.words import day_text
from wedsync.kernel.reading.model import unique
from wedsync.platform.formats import number, plural, short_date
from wedsync.platform.pages import Option

NOT_SHARED: Final = "Not told, or not shared with you"
NOT_KEPT: Final = "Nothing yet"
_VENUES: Final = ("ceremony_venue_name", "reception_venue_name")
_WEEK: Final = 7
_APART: Final = re.compile(r"\W+")


def beside_view(client: ClientSaid, beside: Beside, here: str, *, may_write: bool) -> BesideView:
    """Their wedding beside the client, or what leads to one; `here` is the client's address."""
    wedding, is_linked = beside.wedding, beside.wedding_id is not None
    business = here.partition("/clients/")[0]
    return BesideView(
        title="" if wedding is None else wedding.title,
        href="" if wedding is None else f"{business}/weddings/{wedding.id}",
        rows=() if wedding is None else tuple(_rows(client, wedding)),
        has_ended=is_linked and wedding is None,
        unlink_url=f"{here}/wedding/end" if may_write and is_linked else "",
        link_url=f"{here}/wedding" if may_write and beside.free else "",
        weddings=tuple(Option(value=str(each.id), label=_named(each)) for each in beside.free),
        invitation=_invitation(beside, here) if may_write and not is_linked else None,
    )


def _invitation(beside: Beside, here: str) -> InvitationBox:
    why = why_not(beside)
    several = beside.kinds if len(beside.kinds) > 1 else ()
    return InvitationBox(
        action="" if why else f"{here}/invitation",
        email=beside.email,
        why_not=why,
        services=tuple(Option(value=kind.value, label=kind.label) for kind in several),
    )


def _named(wedding: Free) -> str:
    return f"{wedding.title}, {day_text(wedding.held_on)}"


def _rows(client: ClientSaid, wedding: Shared) -> Iterator[BesideRow]:
    facts = {fact.key: fact.value for fact in wedding.facts}
    ours, theirs = _own_names(client), _names(facts)
    yield _row("Names", (" & ".join(ours) or client.name, " & ".join(theirs)), _on_names(ours, theirs))
    days = (_day(client.event_date), _day(wedding.held_on))
    yield _row("Date", days, _on_days(client.event_date, wedding.held_on))
    places = unique(facts[key] for key in _VENUES if key in facts)
    yield _row("Venue", (client.venue, ", ".join(places)), _on_places(client.venue, places))
    yield _row("Guests", (_number(client.guests), _number(wedding.guests)), _on_guests(client.guests, wedding.guests))


def _row(label: str, sides: tuple[str, str], remark: str) -> BesideRow:
    ours, theirs = sides
    return BesideRow(label=label, ours=ours or NOT_KEPT, theirs=theirs or NOT_SHARED, remark=remark)


def _own_names(client: ClientSaid) -> list[str]:
    both = ((client.first_name, client.last_name), (client.partner_first_name, client.partner_last_name))
    return [" ".join(filter(None, parts)) for parts in both if any(parts)]


def _names(facts: Mapping[str, str]) -> list[str]:
    both = ([facts.get(f"{who}_{part}_name", "") for part in ("first", "last")] for who in ("partner1", "partner2"))
    return [" ".join(filter(None, parts)) for parts in both if any(parts)]


def _on_names(ours: list[str], theirs: list[str]) -> str:
    if not ours or not theirs or {name.casefold() for name in ours} == {name.casefold() for name in theirs}:
        return ""
    return "They write their names differently."


def _on_days(ours: date | None, theirs: date | None) -> str:
    if ours is None or theirs is None or ours == theirs:
        return ""
    days = abs((theirs - ours).days)
    apart = plural(days // _WEEK, "week", "weeks") if days % _WEEK == 0 else plural(days, "day", "days")
    return f"Their day is {apart} {'later' if theirs > ours else 'earlier'} than yours."


def _on_places(ours: str, theirs: Sequence[str]) -> str:
    """The Old Mill is Old Mill, Bath."""
    kept = _words(ours)
    if not kept or not theirs or any(kept <= _words(place) or _words(place) <= kept for place in theirs):
        return ""
    return "They name another place."


def _words(place: str) -> frozenset[str]:
    return frozenset(_APART.split(place.casefold())) - {"the", ""}


def _on_guests(ours: int | None, theirs: int | None) -> str:
    if ours is None or theirs is None or ours == theirs:
        return ""
    return f"They count {number(abs(theirs - ours))} {'more' if theirs > ours else 'fewer'}."


def _day(day: date | None) -> str:
    return "" if day is None else short_date(day)


def _number(count: int | None) -> str:
    return "" if count is None else number(count)
