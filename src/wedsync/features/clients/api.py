"""A supplier's clients over REST: its own team reads them, nobody else."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

import msgspec
from litestar import Response, delete, get, patch, post
from litestar.di import Provide
from litestar.params import Parameter

from wedsync.features.clients import actions, bulk_api, filter_api, note_api, queries, search_api, timeline_api
from wedsync.features.clients.filtering import Asked, Order, provide_asked
from wedsync.features.clients.listing import by_date, by_name
from wedsync.features.clients.model import USUAL_PAGE, Client, ClientChange, ClientSaid
from wedsync.features.clients.places import cursor_at
from wedsync.kernel.ids import BatchId, ClientId, SupplierId
from wedsync.kernel.permissions import Permission
from wedsync.platform.database import SUPPLIER, Reader, Tx, refuse_hidden
from wedsync.platform.http.bodies import Body
from wedsync.platform.http.passing import passed
from wedsync.platform.http.routes import declares

READS: Final = declares(Permission.CLIENTS_READ, on="supplier")
WRITES: Final = declares(Permission.CLIENTS_WRITE, on="supplier")


class ClientBody(ClientSaid, Body, frozen=True, kw_only=True):
    """A client to write down: the name is enough."""


class ChangeBody(ClientChange, Body, frozen=True, kw_only=True):
    """What is said anew; the rest stays."""


class ClientsList(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the list by name; `next` leads on, and is empty at the end."""

    items: list[Client]
    next: str = ""


class Removed(msgspec.Struct, frozen=True, kw_only=True):
    """A deletion, by which it can be undone for 30 days."""

    batch: BatchId


Limit = Annotated[int, Parameter(ge=1, le=100)]
After = Annotated[str, Parameter(description="The `next` of the part before.", max_length=8000)]


@get(
    "/api/v1/suppliers/{supplier_id:uuid}/clients",
    tags=["clients"],
    summary="A business's clients",
    opt=READS,
    dependencies={"asked": Provide(provide_asked)},
)
async def clients(
    supplier_id: UUID, reader: Reader, asked: Asked, limit: Limit = USUAL_PAGE, after: After = ""
) -> ClientsList:
    """By name, or by day with those that have none last; each with its open questions.

    Tags go separated by commas: clients that have `all` of them, `any` of them, that are `without` them. `stage` may be
    none; days are written 2027-05-08, both ends in. `questions=yes`: with open ones; `connected=no`: with no wedding.
    """
    supplier = SupplierId(supplier_id)
    await refuse_hidden(reader, SUPPLIER, supplier, requires=Permission.CLIENTS_READ)
    if asked.order is Order.NAME:
        found = await reader.all(queries.CLIENTS, by_name(supplier, asked, after, limit))
    else:
        found = await reader.all(queries.CLIENTS_BY_DATE, by_date(supplier, asked, after, limit))
    return ClientsList(items=found, next=cursor_at(asked.order, found[-1]) if len(found) == limit else "")


@get("/api/v1/suppliers/{supplier_id:uuid}/clients/{client_id:uuid}", tags=["clients"], summary="One client", opt=READS)
async def one_client(supplier_id: UUID, client_id: UUID, reader: Reader) -> Response[Client]:
    """As the business knows it now, with its open questions."""
    place = queries.OneClient(supplier_id=SupplierId(supplier_id), id=ClientId(client_id))
    return passed(await reader.json_one(queries.CLIENT, place), Client)


@post("/api/v1/suppliers/{supplier_id:uuid}/clients", tags=["clients"], summary="Write a client down", opt=WRITES)
async def write(supplier_id: UUID, data: ClientBody, tx: Tx) -> Client:
    """The name is enough; its parts are read from it where it has one form."""
    return await actions.write_client(tx, SupplierId(supplier_id), data)


@patch(
    "/api/v1/suppliers/{supplier_id:uuid}/clients/{client_id:uuid}",
    tags=["clients"],
    summary="Change a client",
    opt=WRITES,
)
async def change(supplier_id: UUID, client_id: UUID, data: ChangeBody, tx: Tx) -> Client:
    """What is not named stays. Questions about what changes are answered by it."""
    return await actions.change_client(tx, SupplierId(supplier_id), ClientId(client_id), data)


@delete(
    "/api/v1/suppliers/{supplier_id:uuid}/clients/{client_id:uuid}",
    tags=["clients"],
    summary="Remove a client",
    status_code=200,
    opt=WRITES,
)
async def remove(supplier_id: UUID, client_id: UUID, tx: Tx) -> Removed:
    """It can be undone for 30 days, at `…/deletions/{batch}/restoration`."""
    return Removed(batch=await actions.remove_clients(tx, SupplierId(supplier_id), [ClientId(client_id)]))


@delete(
    "/api/v1/suppliers/{supplier_id:uuid}/clients/{client_id:uuid}/questions/{question_id:uuid}",
    tags=["clients"],
    summary="Let a question go",
    status_code=200,
    opt=WRITES,
)
async def leave(supplier_id: UUID, client_id: UUID, question_id: UUID, tx: Tx) -> Client:
    """What stands is right as it is."""
    supplier = SupplierId(supplier_id)
    question = queries.OneQuestion(supplier_id=supplier, client_id=ClientId(client_id), id=question_id)
    return await actions.leave_question(tx, supplier, question)


ROUTES: Final = (
    clients,
    one_client,
    write,
    change,
    remove,
    leave,
    *timeline_api.ROUTES,
    *note_api.ROUTES,
    *filter_api.ROUTES,
    *bulk_api.ROUTES,
    *search_api.ROUTES,
)
