"""What was found, in words: what was looked for, who has it, and who is only alike. Nothing is asked here."""

from __future__ import annotations

from typing import Final

import msgspec

from wedsync.features.clients.drawing import client_view
from wedsync.features.clients.filtering import Asked, Filter
from wedsync.features.clients.listing import MOST_FOUND
from wedsync.features.clients.search_queries import FoundRows
from wedsync.features.clients.views import FoundView, SearchBox
from wedsync.platform.formats import plural
from wedsync.platform.pages import Option

MOST_SHOWN: Final = 50
_LOOKED_IN: Final = "names, places, companies, tags, telephones, email addresses and days"


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """What was typed, among whom, and where the clients are."""

    asked: Asked
    typed: str
    base: str


def search_box(asked: Asked, base: str, typed: str = "") -> SearchBox:
    """The box, which looks among those whom the filter leaves."""
    words = Asked(filter=asked.filter).words().items()
    return SearchBox(
        value=typed,
        action=f"{base}/search",
        found_url=f"{base}/search/found",
        words=tuple(Option(label=word, value=text) for word, text in words if text),
        is_filtered=asked.filter != Filter(),
    )


def found_view(found: FoundRows, look: Look, limit: int) -> FoundView:
    """The first `limit` of them; where one more was found, the way to more."""
    asked, typed, base = look.asked, look.typed, look.base
    shown, is_more = found.clients[:limit], len(found.clients) > limit
    sure = tuple(client_view(each, base) for each in shown if not each.is_perhaps)
    is_filtered = asked.filter != Filter()
    return FoundView(
        sentence=" ".join(_sentences(len(sure), typed, is_more=is_more and bool(sure), is_filtered=is_filtered)),
        cut=_cut(found.count, is_filtered=is_filtered),
        clients=sure,
        perhaps=tuple(client_view(each, base) for each in shown if each.is_perhaps),
        more_url=f"{base}/search{asked.address(q=typed)}" if is_more and limit < MOST_SHOWN else "",
        clear_url=f"{base}/search{Asked().address(q=typed)}" if is_filtered else "",
    )


def _sentences(count: int, typed: str, *, is_more: bool, is_filtered: bool) -> list[str]:
    among = " among those who fit the filter" if is_filtered else ""
    if is_more:
        return [f"More than {count:,} have “{typed}”{among}. These come first."]
    if count:
        return [f"{plural(count, 'client has', 'clients have')} “{typed}”{among}."]
    return [f"Nobody has “{typed}”{among}.", f"We looked at {_LOOKED_IN}."]


def _cut(count: int, *, is_filtered: bool) -> str:
    if count < MOST_FOUND:
        return ""
    among = " before the filter" if is_filtered else ""
    return f"{MOST_FOUND:,} or more have it{among}, and no more are looked at. Type more of it."
