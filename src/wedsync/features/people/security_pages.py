"""How one signs in, and what happened to it: one's own view of one's own security."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from litestar import Response, get

from wedsync.features.people import queries as q
from wedsync.features.people.address_pages import ADDRESS
from wedsync.features.people.event_words import EVENT_WORDS
from wedsync.features.people.events import events_of
from wedsync.features.people.model import SecurityEvent
from wedsync.features.people.password_pages import PASSWORD
from wedsync.features.people.second_step_queries import MY_FACTOR
from wedsync.features.people.security_queries import EventsPage
from wedsync.features.people.shell import Visit, door
from wedsync.features.people.views import EventView, SecurityPage
from wedsync.features.people.words import moment
from wedsync.kernel.cursors import LAST_ID
from wedsync.platform.database import NoParams
from wedsync.platform.http import drawn
from wedsync.platform.http.dependencies import SECOND_STEP

SECURITY: Final = "/you/security"
SHOWN: Final = 20


@get(SECURITY)
async def security(visit: Visit, before: UUID | None = None) -> Response[str]:
    """The newest first; `before` leads to what is older."""
    mine = await visit.reader.one(q.MY_CHOOSER, NoParams())
    found = await events_of(visit.reader, EventsPage(before=before or LAST_ID, limit=SHOWN))
    page = SecurityPage(
        shell=door(visit.exchange, visit.me, visit.notice),
        email=mine.email,
        has_password=bool(mine.hashes),
        has_second_step=(await visit.reader.one(MY_FACTOR, NoParams())).is_on,
        address_url=ADDRESS,
        password_url=PASSWORD,
        second_step_url=SECOND_STEP,
        devices_url="/sessions",
        events=tuple(_view(each, visit.me.zone) for each in found.items),
        more_url=f"{SECURITY}?before={found.next}" if found.next else "",
    )
    return drawn(page)


def _view(event: SecurityEvent, zone: str) -> EventView:
    return EventView(title=EVENT_WORDS[event.kind].title, detail=event.detail, when=moment(event.created_at, zone))


HANDLERS: Final = (security,)
