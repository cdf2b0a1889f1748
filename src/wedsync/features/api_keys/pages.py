"""The page on which whoever leads a business makes keys for its programs, changes them over, and ends them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal
from uuid import UUID

import msgspec
from litestar import Response, get, post

from wedsync.features.api_keys import actions
from wedsync.features.api_keys import queries as q
from wedsync.features.api_keys.api import LEADS, MAKES
from wedsync.features.api_keys.drawing import CLIENTS, DAYS, WEDDINGS, key_lists
from wedsync.features.api_keys.model import NO_API, USUAL_PAGE, Key, KeySaid
from wedsync.features.api_keys.views import KeyBoxes, KeysFragment, KeysPage
from wedsync.features.people.shell import Visit, business_of, page_routes, supplier_shell
from wedsync.kernel.cursors import LAST_ID
from wedsync.kernel.ids import KeyId, SupplierId
from wedsync.kernel.permissions import KeyScope, Permission, Standing, allows
from wedsync.kernel.problems import Conflict, Forbidden, Invalid, Problem
from wedsync.platform.database import ById, Reader, Tx
from wedsync.platform.forms import Form, chosen, faults, filled, read_form, shown
from wedsync.platform.http import drawn, see_other
from wedsync.platform.http.dependencies import PROVE


class KeyForm(Form, frozen=True, kw_only=True):
    """Which program it is for, what it opens, and for how long."""

    name: str = ""
    clients: Literal["", "clients:read", "clients:write"] = ""
    weddings: Literal["", "weddings:read", "weddings:write"] = ""
    day: Literal["", "day:write"] = ""
    days: int = 365

    @property
    def said(self) -> KeySaid:
        """What the boxes say."""
        scopes = [KeyScope(each) for each in (self.clients, self.weddings, self.day) if each]
        return KeySaid(name=self.name, scopes=scopes, days=self.days)


class SuccessorForm(Form, frozen=True, kw_only=True):
    """How long the old key goes on."""

    overlap_hours: int


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What stands on the page beside the list: a key that was just made, a form that was refused."""

    token: str = ""
    form: KeyForm = KeyForm()
    refusal: Problem | None = None


@get("/s/{supplier_id:uuid}/keys", opt=LEADS)
async def keys(supplier_id: UUID, visit: Visit, before: UUID = LAST_ID) -> Response[str]:
    """Newest first, those that have ended by themselves; `before` leads to what is older."""
    base = _base(visit, supplier_id)
    found = await _found(visit.reader, supplier_id, before)
    if visit.exchange.is_fragment:
        lists = key_lists(found, base, visit.me.zone, may_follow=visit.is_proved)
        return shown(KeysFragment(lists=lists, csrf=visit.exchange.csrf))
    contract = await visit.reader.one(q.CONTRACT, ById(supplier_id))
    return shown(_page(visit, supplier_id, found, contract, Shown()))


@post("/s/{supplier_id:uuid}/keys", opt=MAKES)
async def make(supplier_id: UUID, body: bytes, visit: Visit, tx: Tx) -> Response[str]:
    """The answer shows the key, this once."""
    form = read_form(body, KeyForm)
    status, shows = 200, Shown(form=form)
    try:
        made = await actions.make_key(tx, SupplierId(supplier_id), form.said)
        shows = Shown(token=made.token)
    except (Invalid, Conflict) as refusal:
        status, shows = refusal.status, Shown(form=form, refusal=refusal)
    return await _answer(visit, supplier_id, tx, shows, status)


@post("/s/{supplier_id:uuid}/keys/{key_id:uuid}/successor", opt=MAKES)
async def follow(supplier_id: UUID, key_id: UUID, body: bytes, visit: Visit, tx: Tx) -> Response[str]:
    """The answer shows the key that follows, this once."""
    hours = read_form(body, SuccessorForm).overlap_hours
    made = await actions.follow_key(tx, SupplierId(supplier_id), KeyId(key_id), hours)
    return await _answer(visit, supplier_id, tx, Shown(token=made.token), 200)


@post("/s/{supplier_id:uuid}/keys/{key_id:uuid}/end", opt=LEADS)
async def end(supplier_id: UUID, key_id: UUID, tx: Tx) -> Response[str]:
    """At once, everywhere."""
    await actions.end_key(tx, SupplierId(supplier_id), KeyId(key_id))
    return see_other(f"/s/{supplier_id}/keys?told=key-ended")


async def _answer(visit: Visit, supplier_id: UUID, tx: Tx, shows: Shown, status: int) -> Response[str]:
    # From the transaction, whose key nobody else sees yet.
    found = await _found(tx, supplier_id, LAST_ID)
    contract = await tx.one(q.CONTRACT, ById(supplier_id))
    return drawn(_page(visit, supplier_id, found, contract, shows), status=status)


async def _found(lane: Reader | Tx, supplier_id: UUID, before: UUID) -> Sequence[Key]:
    return await lane.all(q.KEYS, q.KeysPage(supplier_id=SupplierId(supplier_id), before=before, limit=USUAL_PAGE))


def _base(visit: Visit, supplier_id: UUID) -> str:
    """Where the keys are. Raises NotFound for a stranger, Forbidden for who does not lead."""
    if not allows(Standing(supplier_role=business_of(visit.me, supplier_id).role), Permission.API_KEYS_WRITE):
        raise Forbidden
    return f"/s/{supplier_id}/keys"


def _page(visit: Visit, supplier_id: UUID, found: Sequence[Key], contract: q.Contract, shows: Shown) -> KeysPage:
    base = _base(visit, supplier_id)
    return KeysPage(
        shell=supplier_shell(visit, supplier_id, "Team"),
        supplier_id=str(supplier_id),
        business=business_of(visit.me, supplier_id).name,
        new_key=shows.token,
        lists=key_lists(found, base, visit.me.zone, may_follow=visit.is_proved),
        csrf=visit.exchange.csrf,
        fragment_url=base,
        boxes=_boxes(shows, contract),
        make_url=base if contract.tier.has_api else "",
        prove_url="" if visit.is_proved else f"{PROVE}?next={base}",
    )


def _boxes(shows: Shown, contract: q.Contract) -> KeyBoxes:
    wrong = {} if shows.refusal is None else faults(shows.refusal)
    no_api = "" if contract.tier.has_api else f"{NO_API} This one has {contract.tier.label}."
    return KeyBoxes(
        name=filled(shows.form.name, wrong, "name"),
        clients=chosen(CLIENTS, shows.form.clients),
        weddings=chosen(WEDDINGS, shows.form.weddings),
        is_day_chosen=bool(shows.form.day),
        scopes_error=wrong.get("scopes", ""),
        days=chosen(DAYS, str(shows.form.days)),
        refusal=no_api or ("" if shows.refusal is None else shows.refusal.detail),
    )


ROUTES: Final = page_routes(keys, make, follow, end)
