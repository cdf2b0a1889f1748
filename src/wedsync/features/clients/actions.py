"""What a supplier does with its own clients. The couple never sees any of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from wedsync.features.clients import queries as q
from wedsync.features.clients.answers import change_by
from wedsync.features.clients.model import (
    Client,
    ClientChange,
    ClientSaid,
    Happened,
    answered_targets,
    changed_fields,
    members,
    read_client,
)
from wedsync.kernel.ids import BatchId, ClientId, SupplierId, new_id
from wedsync.kernel.permissions import Permission, WriteClass
from wedsync.kernel.problems import NotFound
from wedsync.platform.database import SUPPLIER, Event, Tx, action, open_batch


@action(requires=Permission.CLIENTS_WRITE, on=SUPPLIER, write_class=WriteClass.PLAN)
async def write_client(tx: Tx, supplier_id: SupplierId, said: ClientSaid) -> Client:
    """Write a client down."""
    new = _new(read_client(said), ClientId(new_id()))
    await tx.run(q.WRITE, q.NewRows(supplier_id=supplier_id, rows=q.packed([new])))
    await happened(tx, q.NewEvents(supplier_id=supplier_id, ids=[new.id], kind=Happened.WRITTEN))
    return await tx.one(q.CLIENT, q.OneClient(supplier_id=supplier_id, id=new.id))


@action(requires=Permission.CLIENTS_WRITE, on=SUPPLIER, write_class=WriteClass.PLAN)
async def bring_clients(tx: Tx, supplier_id: SupplierId, brought: Sequence[q.Brought]) -> tuple[ClientId, ...]:
    """Write down clients that came in a list, as they were read; those that are here already stay as they are."""
    rows = q.packed([each.client for each in brought])
    kept = tuple(each.id for each in await tx.all(q.WRITE, q.NewRows(supplier_id=supplier_id, rows=rows)))
    await _bring(tx, supplier_id, [each for each in brought if each.client.id in kept])
    return kept


@action(requires=Permission.CLIENTS_WRITE, on=SUPPLIER, write_class=WriteClass.PLAN)
async def fill_clients(tx: Tx, supplier_id: SupplierId, brought: Sequence[q.Brought]) -> None:
    """Say anew clients to which a list added something, each of them once."""
    await tx.run(q.CHANGE, q.NewRows(supplier_id=supplier_id, rows=q.packed([each.client for each in brought])))
    await _bring(tx, supplier_id, brought)


@action(requires=Permission.CLIENTS_WRITE, on=SUPPLIER, write_class=WriteClass.PLAN)
async def change_client(tx: Tx, supplier_id: SupplierId, client_id: ClientId, change: ClientChange) -> Client:
    """Say some or all of a client anew; the questions about what changed are answered by it."""
    place = q.OneClient(supplier_id=supplier_id, id=client_id)
    await tx.run(q.HOLD, q.ByIds(supplier_id=supplier_id, ids=[client_id]))
    stands = await tx.one(q.CLIENT, place)
    said = read_client(change.onto(stands), stands)
    fields = changed_fields(stands, said)
    if fields:
        rows = q.packed([_new(said, client_id)])
        await tx.one(q.CHANGE, q.NewRows(supplier_id=supplier_id, rows=rows))
        await happened(tx, q.NewEvents(supplier_id=supplier_id, ids=[client_id], kind=Happened.CHANGED, fields=fields))
    if stands.questions and (targets := answered_targets(fields)):
        await tx.run(q.ANSWER, q.Answering(supplier_id=supplier_id, id=client_id, targets=targets))
    return await tx.one(q.CLIENT, place)


@action(requires=Permission.CLIENTS_WRITE, on=SUPPLIER, write_class=WriteClass.PLAN)
async def leave_question(tx: Tx, supplier_id: SupplierId, question: q.OneQuestion) -> Client:
    """Let a question go: what stands is right as it is."""
    await tx.one(q.LEAVE, question)
    await happened(tx, q.NewEvents(supplier_id=supplier_id, ids=[question.client_id], kind=Happened.ANSWERED))
    return await tx.one(q.CLIENT, q.OneClient(supplier_id=supplier_id, id=question.client_id))


@action(requires=Permission.CLIENTS_WRITE, on=SUPPLIER, write_class=WriteClass.PLAN)
async def answer_question(tx: Tx, supplier_id: SupplierId, question: q.OneQuestion, offer: str) -> Client:
    """Take one of what a question offers. Raises NotFound for an offer that it does not make."""
    place = q.OneClient(supplier_id=supplier_id, id=question.client_id)
    asked = {each.id: each for each in (await tx.one(q.CLIENT, place)).questions}.get(question.id)
    change = change_by(asked.target, offer) if asked is not None and offer in asked.offers else None
    if change is None:
        raise NotFound
    changed = await change_client(tx, supplier_id, question.client_id, change)
    if all(each.id != question.id for each in changed.questions):
        return changed
    return await leave_question(tx, supplier_id, question)  # it says what stands already


@action(requires=Permission.CLIENTS_WRITE, on=SUPPLIER, write_class=WriteClass.PLAN)
async def remove_clients(tx: Tx, supplier_id: SupplierId, ids: Sequence[ClientId]) -> BatchId:
    """Remove clients in one deletion, which can be undone for 30 days. Raises NotFound where none of them is here."""
    batch = await open_batch(tx, supplier_id, "clients.remove_clients")
    removed = await tx.all(q.REMOVE, q.Removal(supplier_id=supplier_id, ids=ids, batch=batch))
    if not removed:
        raise NotFound
    await happened(tx, q.NewEvents(supplier_id=supplier_id, ids=[each.id for each in removed], kind=Happened.REMOVED))
    return batch


@action(requires=Permission.CLIENTS_WRITE, on=SUPPLIER, write_class=WriteClass.PLAN)
async def empty_fields(
    tx: Tx, supplier_id: SupplierId, filled: Sequence[tuple[ClientId, Mapping[str, msgspec.Raw]]]
) -> None:
    """Take back what was filled in; a field that says something else by now stays."""
    ids = [client_id for client_id, fields in filled if fields]
    if not ids:
        return
    here = {each.id: each for each in await held(tx, supplier_id, ids)}
    changed: dict[ClientId, q.NewClient] = {}
    for client_id, fields in filled:
        if client_id in here:
            stands = changed.get(client_id) or _new(here[client_id], client_id)
            changed[client_id] = _emptied(stands, fields)
    if changed:
        rows = q.packed(tuple(changed.values()))
        await tx.run(q.CHANGE, q.NewRows(supplier_id=supplier_id, rows=rows))


async def held(tx: Tx, supplier_id: SupplierId, ids: Sequence[ClientId]) -> list[Client]:
    """Clients as they stand, which nobody else changes until this transaction ends."""
    place = q.ByIds(supplier_id=supplier_id, ids=ids)
    await tx.run(q.HOLD, place)
    return await tx.all(q.CLIENTS_BY_ID, place)


def tell(tx: Tx, supplier_id: SupplierId) -> None:
    """Open pages of the business show its clients anew."""
    tx.emit(Event(kind="clients", id=str(supplier_id), scope=str(supplier_id)))


async def happened(tx: Tx, what: q.NewEvents) -> None:
    """Keep what happened with clients, and tell open pages."""
    await tx.run(q.HAPPENED, what)
    tell(tx, what.supplier_id)


async def _bring(tx: Tx, supplier_id: SupplierId, brought: Sequence[q.Brought]) -> None:
    if questions := [question for each in brought for question in each.questions]:
        await tx.run(q.ASK, q.NewRows(supplier_id=supplier_id, rows=q.packed(questions)))
    if notes := [note for each in brought for note in each.notes]:
        await tx.run(q.NOTE, q.NewRows(supplier_id=supplier_id, rows=q.packed(notes)))
    if ids := [each.client.id for each in brought]:
        await happened(tx, q.NewEvents(supplier_id=supplier_id, ids=ids, kind=Happened.IMPORTED))


def _emptied(stands: q.NewClient, fields: Mapping[str, msgspec.Raw]) -> q.NewClient:
    """A client without what was filled in, as far as it still stands."""
    was, nothing = members(stands), members(ClientSaid(name=stands.name))
    # Written once more, so that equal values are equal texts.
    filled = members(msgspec.json.decode(msgspec.json.encode(was | dict(fields)), type=q.NewClient))
    same = {name: nothing[name] for name in fields if was[name] == filled[name]}
    return msgspec.json.decode(msgspec.json.encode(was | same), type=q.NewClient)


def _new(said: ClientSaid, client_id: ClientId) -> q.NewClient:
    whole = {name: value for name, value in members(said).items() if name in ClientSaid.__struct_fields__}
    whole["id"] = msgspec.Raw(msgspec.json.encode(client_id))
    return msgspec.json.decode(msgspec.json.encode(whole), type=q.NewClient)
