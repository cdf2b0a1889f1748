"""A supplier's clients over REST: its own team reads them, nobody else."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

import msgspec
from litestar import Response, delete, get, patch, post
from litestar.params import Parameter

from wedsync.features.clients import actions, note_api, queries
from wedsync.features.clients.model import USUAL_PAGE, Client, ClientChange, ClientSaid
from wedsync.kernel.cursors import cursor_of, read_cursor
from wedsync.kernel.ids import BatchId, ClientId, SupplierId
from wedsync.kernel.permissions import Permission
from wedsync.kernel.problems import BadRequest
from wedsync.platform.database import SUPPLIER, Reader, Tx, refuse_hidden
from wedsync.platform.http.bodies import Body
from wedsync.platform.http.passing import passed
from wedsync.platform.http.routes import declares

NO_CLIENT: Final = ClientId(UUID(int=0))
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


@get("/api/v1/suppliers/{supplier_id:uuid}/clients", tags=["clients"], summary="A business's clients", opt=READS)
async def clients(supplier_id: UUID, reader: Reader, limit: Limit = USUAL_PAGE, after: After = "") -> ClientsList:
    """By name, each with its open questions."""
    await refuse_hidden(reader, SUPPLIER, SupplierId(supplier_id), requires=Permission.CLIENTS_READ)
    key, client = _place(after)
    page = queries.ClientsPage(supplier_id=SupplierId(supplier_id), after_key=key, after_id=client, limit=limit)
    found = await reader.all(queries.CLIENTS, page)
    return ClientsList(items=found, next=cursor_of(found[-1].key, found[-1].id) if len(found) == limit else "")


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


def _place(after: str) -> tuple[str, ClientId]:
    if not after:
        return "", NO_CLIENT
    try:
        key, item = read_cursor(after)
    except ValueError:
        raise BadRequest("Take `after` from the part of the list before, as it was given.") from None
    return key, ClientId(item)


ROUTES: Final = (clients, one_client, write, change, remove, leave, *note_api.ROUTES)
