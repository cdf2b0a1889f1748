"""Settings over REST: the same actions as the pages."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from litestar import get, patch, put

from wedsync.features.people.model import Me, Supplier
from wedsync.features.preferences import actions, letter_actions
from wedsync.features.preferences import letter_queries as q
from wedsync.features.preferences.letter_model import LetterChoices, choices_of
from wedsync.features.preferences.model import CardChange, SelfChange
from wedsync.kernel.ids import SupplierId
from wedsync.kernel.permissions import Permission
from wedsync.platform.database import NoParams, Reader, Tx
from wedsync.platform.http.bodies import Body
from wedsync.platform.http.routes import declares


class SelfBody(SelfChange, Body, frozen=True, kw_only=True):
    """Some or all of it: what you are called, an IANA time zone, and a way of writing (en-GB)."""


class CardBody(CardChange, Body, frozen=True, kw_only=True):
    """Some or all of it: a trading name, one to three kinds with the main one first, and an IANA time zone."""


class LettersBody(LetterChoices, Body, frozen=True, kw_only=True):
    """How often each kind comes, and the quiet hours: two different full hours, at most 12 apart, or null."""


@patch("/api/v1/me", tags=["people"], summary="Change your settings", opt=declares(Permission.SELF))
async def change_me(data: SelfBody, tx: Tx) -> Me:
    """What is not named stays. A new name is carried along to your teams and weddings."""
    return await actions.change_self(tx, tx.person_id, data)


@patch(
    "/api/v1/suppliers/{supplier_id:uuid}",
    tags=["suppliers"],
    summary="Change a supplier's card",
    opt=declares(Permission.SUPPLIER_WRITE, on="supplier"),
)
async def change_supplier(supplier_id: UUID, data: CardBody, tx: Tx) -> Supplier:
    """What is not named stays. A wedding that is on goes on showing what was."""
    return await actions.change_supplier(tx, SupplierId(supplier_id), data)


@get("/api/v1/me/letters", tags=["people"], summary="Which letters you get", opt=declares(Permission.SELF))
async def my_letters(reader: Reader) -> LetterChoices:
    """Each kind that is yours to choose, and your quiet hours, as full hours on your clock."""
    return choices_of(await reader.one(q.MY_TERMS, NoParams()))


@put("/api/v1/me/letters", tags=["people"], summary="Choose which letters you get", opt=declares(Permission.SELF))
async def choose_letters(data: LettersBody, tx: Tx) -> LetterChoices:
    """All of it: each at once, once a day or never; quiet hours, or null for none. Some letters always come."""
    return await letter_actions.choose_letters(tx, tx.person_id, data)


ROUTES: Final = (change_me, change_supplier, my_letters, choose_letters)
