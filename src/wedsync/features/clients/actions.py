"""What a supplier does with its own clients. The couple never sees any of it."""

from __future__ import annotations

from collections.abc import Sequence

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
    new = _new(read_client(said))
    await tx.run(q.WRITE, q.NewRows(supplier_id=supplier_id, rows=q.packed([new])))
    await _happened(tx, q.NewEvents(supplier_id=supplier_id, ids=[new.id], kind=Happened.WRITTEN))
    return await tx.one(q.CLIENT, q.OneClient(supplier_id=supplier_id, id=new.id))


@action(requires=Permission.CLIENTS_WRITE, on=SUPPLIER, write_class=WriteClass.PLAN)
async def bring_clients(tx: Tx, supplier_id: SupplierId, brought: Sequence[q.Brought]) -> tuple[ClientId, ...]:
    """Write down clients that came in a list, as they were read; those that are here already stay as they are."""
    rows = q.packed([each.client for each in brought])
    kept = tuple(each.id for each in await tx.all(q.WRITE, q.NewRows(supplier_id=supplier_id, rows=rows)))
    new = [each for each in brought if each.client.id in kept]
    if questions := [question for each in new for question in each.questions]:
        await tx.run(q.ASK, q.NewRows(supplier_id=supplier_id, rows=q.packed(questions)))
    if notes := [each.note for each in new if each.note is not None]:
        await tx.run(q.NOTE, q.NewRows(supplier_id=supplier_id, rows=q.packed(notes)))
    if kept:
        await _happened(tx, q.NewEvents(supplier_id=supplier_id, ids=kept, kind=Happened.IMPORTED))
    return kept


@action(requires=Permission.CLIENTS_WRITE, on=SUPPLIER, write_class=WriteClass.PLAN)
async def change_client(tx: Tx, supplier_id: SupplierId, client_id: ClientId, change: ClientChange) -> Client:
    """Say some or all of a client anew; the questions about what changed are answered by it."""
    place = q.OneClient(supplier_id=supplier_id, id=client_id)
    stands = await tx.one(q.CLIENT, place)
    said = read_client(change.onto(stands))
    fields = changed_fields(stands, said)
    if fields:
        await tx.one(q.CHANGE, q.Said(supplier_id=supplier_id, id=client_id, said=msgspec.json.encode(said).decode()))
        await _happened(tx, q.NewEvents(supplier_id=supplier_id, ids=[client_id], kind=Happened.CHANGED, fields=fields))
    if stands.questions and (targets := answered_targets(fields)):
        await tx.run(q.ANSWER, q.Answering(supplier_id=supplier_id, id=client_id, targets=targets))
    return await tx.one(q.CLIENT, place)


@action(requires=Permission.CLIENTS_WRITE, on=SUPPLIER, write_class=WriteClass.PLAN)
async def leave_question(tx: Tx, supplier_id: SupplierId, question: q.OneQuestion) -> Client:
    """Let a question go: what stands is right as it is."""
    await tx.one(q.LEAVE, question)
    await _happened(tx, q.NewEvents(supplier_id=supplier_id, ids=[question.client_id], kind=Happened.ANSWERED))
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
    await _happened(tx, q.NewEvents(supplier_id=supplier_id, ids=[each.id for each in removed], kind=Happened.REMOVED))
    return batch


def tell(tx: Tx, supplier_id: SupplierId) -> None:
    """Open pages of the business show its clients anew."""
    tx.emit(Event(kind="clients", id=str(supplier_id), scope=str(supplier_id)))


async def _happened(tx: Tx, what: q.NewEvents) -> None:
    await tx.run(q.HAPPENED, what)
    tell(tx, what.supplier_id)


def _new(said: ClientSaid) -> q.NewClient:
    whole = members(said) | {"id": msgspec.Raw(msgspec.json.encode(new_id()))}
    return msgspec.json.decode(msgspec.json.encode(whole), type=q.NewClient)
