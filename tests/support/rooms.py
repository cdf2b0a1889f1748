"""A small application for tests of the platform: a few rooms behind the real front door."""

import asyncio
from typing import Annotated, Final
from uuid import UUID

import msgspec
from litestar import Response, delete, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body as Read
from litestar.response import Redirect

from wedsync.features.people import queries as q
from wedsync.features.people.actions import end_all_sessions, end_session, open_supplier
from wedsync.features.people.model import SignUp
from wedsync.kernel.ids import SessionId
from wedsync.kernel.permissions import SupplierType
from wedsync.kernel.problems import Conflict, LockedWedding
from wedsync.platform.database import Actor, Event, NoParams, Reader, Tx
from wedsync.platform.http import OPEN, Body, Exchange, json_answer, see_other
from wedsync.platform.rate_limits import SIGN_IN, RateLimits

FORM: Final = RequestEncodingType.URL_ENCODED


class Business(Body, frozen=True, kw_only=True):
    """A business to open."""

    business: str
    rooms: int = 1
    tags: tuple[str, ...] = ()


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """Its id."""

    id: UUID


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """A form of a page."""

    business: str
    rooms: int = 1


@get(["/open", "/api/v1/open"], opt=OPEN)
async def open_room(exchange: Exchange) -> Response[bytes]:
    return Response(exchange.csrf.encode(), media_type="text/plain")


@get("/closed")
async def closed_room(actor: Actor) -> Response[bytes]:
    return Response(str(actor.person_id).encode(), media_type="text/plain")


@get("/s/{supplier_id:uuid}/weddings/{wedding_id:uuid}")
async def capacities(supplier_id: UUID, wedding_id: UUID, actor: Actor) -> Response[bytes]:
    return json_answer(msgspec.json.encode(actor))


@get("/api/v1/weddings/{wedding_id:uuid}")
async def api_capacities(wedding_id: UUID, actor: Actor) -> Response[bytes]:
    return json_answer(msgspec.json.encode(actor))


@get("/api/v1/me")
async def me(reader: Reader) -> Response[bytes]:
    return json_answer(await reader.json_one(q.ME, NoParams()))


@post("/api/v1/suppliers")
async def found(data: Business, tx: Tx) -> Opened:
    new = SignUp(
        business=data.business, supplier_types=(SupplierType.OTHER,), zone="Europe/London", name="Anna", email=""
    )
    opened = Opened(id=await open_supplier(tx, tx.person_id, new))
    if data.business == "Refused":
        raise Conflict
    if data.business == "Broken":
        raise ZeroDivisionError
    if data.business == "Slow":
        await asyncio.sleep(0.3)
    return opened


@post("/suppliers")
async def found_by_form(data: Annotated[Form, Read(media_type=FORM)], tx: Tx) -> Redirect:
    new = SignUp(business=data.business, supplier_types=(SupplierType.OTHER,), zone="Europe/London", name="A", email="")
    await open_supplier(tx, tx.person_id, new)
    return see_other("/closed")


@delete("/api/v1/sessions/{session_id:uuid}")
async def sign_out(session_id: UUID, tx: Tx) -> None:
    await end_session(tx, tx.person_id, SessionId(session_id))


@delete("/api/v1/sessions")
async def sign_out_everywhere(tx: Tx) -> None:
    await end_all_sessions(tx, tx.person_id)


@post("/api/v1/guesses", opt=OPEN, status_code=204)
async def guess(data: Business, limits: RateLimits) -> None:
    await limits.take(SIGN_IN, data.business)


@post("/api/v1/events/{about:uuid}/{kind:str}", status_code=204)
async def tell(about: UUID, kind: str, tx: Tx) -> None:
    await tx.one(q.ME, NoParams())
    tx.emit(Event(kind=kind, id=str(about), scope=str(about)))


@get("/locked", opt=OPEN)
async def locked() -> None:
    raise LockedWedding(code="WS001", unlocks_at="2026-05-10T04:00:00+00:00", amend_url="/w/1/amendments")


@get("/broken", opt=OPEN)
async def broken() -> None:
    raise ZeroDivisionError


ROOMS: Final = (
    open_room, closed_room, capacities, api_capacities, me, found, found_by_form, sign_out, sign_out_everywhere, guess,
    tell, locked, broken,
)  # fmt: skip
