"""Where one is signed in, and signing out: here, on one device, everywhere."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from litestar import Response, get, post

from wedsync.features.people import actions
from wedsync.features.people import queries as q
from wedsync.features.people.api import IN_BETWEEN
from wedsync.features.people.door_views import session_view
from wedsync.features.people.model import MOST_DEVICES
from wedsync.features.people.shell import Visit, door
from wedsync.features.people.views import SessionsPage
from wedsync.kernel.ids import SessionId
from wedsync.platform.database import NoParams, Tx
from wedsync.platform.http import Exchange, drawn, see_other, sign_out_here


@post("/sign-out", opt=IN_BETWEEN)
async def sign_out(exchange: Exchange, tx: Tx) -> Response[str]:
    """This device only."""
    await actions.end_session(tx, tx.person_id, exchange.signed_in().session_id)
    return _away(exchange)


@get("/sessions")
async def sessions(visit: Visit) -> Response[str]:
    """Where one is signed in."""
    here, zone = visit.exchange.signed_in().session_id, visit.me.zone
    found = tuple(session_view(each, here, zone) for each in await visit.reader.all(q.MY_SESSIONS, NoParams()))
    shell = door(visit.exchange, visit.me, visit.notice)
    others = "/sessions/others/end" if len(found) > 1 else ""
    page = SessionsPage(
        shell=shell, sessions=found, most=MOST_DEVICES, end_others_url=others, end_all_url="/sessions/end"
    )
    return drawn(page)


@post("/sessions/{session_id:uuid}/end")
async def end_session(session_id: UUID, tx: Tx) -> Response[str]:
    """One device."""
    await actions.end_session(tx, tx.person_id, SessionId(session_id))
    return see_other("/sessions?told=device")


@post("/sessions/others/end")
async def end_others(exchange: Exchange, tx: Tx) -> Response[str]:
    """Every device but this one."""
    await actions.end_other_sessions(tx, tx.person_id, exchange.signed_in().session_id)
    return see_other("/sessions?told=others")


@post("/sessions/end")
async def end_sessions(exchange: Exchange, tx: Tx) -> Response[str]:
    """Every device, this one too."""
    await actions.end_all_sessions(tx, tx.person_id)
    return _away(exchange, "/sign-in?told=everywhere")


def _away(exchange: Exchange, to: str = "/") -> Response[str]:
    return sign_out_here(see_other(to), is_secure=exchange.services.settings.is_behind_tls)


HANDLERS: Final = (sign_out, sessions, end_session, end_others, end_sessions)
