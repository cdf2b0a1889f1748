"""Settings as pages: one's own at /you, a business's at /s/{supplier}/settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from litestar import Response, get, post

from wedsync.features.people.model import Supplier
from wedsync.features.people.queries import SUPPLIER_CARD
from wedsync.features.people.security_pages import SECURITY
from wedsync.features.people.shell import Visit, business_of, door, page_routes, supplier_shell
from wedsync.features.preferences import actions, letter_pages
from wedsync.features.preferences.model import LOCALES, CardChange, SelfChange
from wedsync.features.preferences.views import CardPage, SelfPage
from wedsync.kernel.ids import SupplierId
from wedsync.kernel.permissions import Permission, Standing, SupplierRole, SupplierType, allows
from wedsync.kernel.problems import Conflict, Invalid
from wedsync.platform.database import ById, Tx
from wedsync.platform.forms import Form, chosen, faults, filled, read_form, said
from wedsync.platform.http import declares, drawn, see_other
from wedsync.platform.pages import Option
from wedsync.platform.zone_options import zone_label, zone_options

YOU: Final = "/you"
READS: Final = declares(Permission.SUPPLIER_READ, on="supplier")
WRITES: Final = declares(Permission.SUPPLIER_WRITE, on="supplier")
_KINDS: Final = tuple((kind.value, kind.label) for kind in SupplierType)


class SelfForm(Form, frozen=True, kw_only=True):
    """Oneself."""

    name: str
    zone: str
    locale: str


class CardForm(Form, frozen=True, kw_only=True):
    """A business; "" where it does nothing else."""

    name: str
    main_type: str
    second_type: str
    third_type: str
    zone: str

    @property
    def change(self) -> CardChange:
        """The same, its kinds in their order; an unknown one is left out."""
        wanted = (self.main_type, self.second_type, self.third_type)
        types = [kind for each in wanted for kind in SupplierType if kind.value == each]
        return CardChange(name=self.name, supplier_types=types, zone=self.zone)


@get(YOU)
async def you(visit: Visit) -> Response[str]:
    """What one is called, and by which clock one lives."""
    me = visit.me
    return drawn(_self_page(visit, SelfForm(name=me.name, zone=me.zone, locale=me.locale), {}))


@post(YOU)
async def change_you(body: bytes, visit: Visit, tx: Tx) -> Response[str]:
    """All three at once."""
    form = read_form(body, SelfForm)
    try:
        change = SelfChange(name=form.name, zone=form.zone, locale=form.locale)
        await actions.change_self(tx, tx.person_id, change)
    except Invalid as refusal:
        return drawn(_self_page(visit, form, faults(refusal)), status=refusal.status)
    return see_other(f"{YOU}?told=saved")


@get("/s/{supplier_id:uuid}/settings", opt=READS)
async def settings(supplier_id: UUID, visit: Visit) -> Response[str]:
    """Everybody of the team may look."""
    card = await visit.reader.one(SUPPLIER_CARD, ById(supplier_id))
    return drawn(_card_page(visit, card, _form_of(card)))


@post("/s/{supplier_id:uuid}/settings", opt=WRITES)
async def change_settings(supplier_id: UUID, body: bytes, visit: Visit, tx: Tx) -> Response[str]:
    """Who leads the business changes it."""
    form = read_form(body, CardForm)
    try:
        await actions.change_supplier(tx, SupplierId(supplier_id), form.change)
    except (Invalid, Conflict) as refusal:
        card = await visit.reader.one(SUPPLIER_CARD, ById(supplier_id))
        wrong = faults(refusal)
        page = _card_page(visit, card, form, wrong, "" if wrong else said(refusal))
        return drawn(page, status=refusal.status)
    return see_other(f"/s/{supplier_id}/settings?told=saved")


def _self_page(visit: Visit, form: SelfForm, wrong: Mapping[str, str]) -> SelfPage:
    owned = [each.name for each in visit.me.suppliers if each.role is SupplierRole.OWNER]
    return SelfPage(
        shell=door(visit.exchange, visit.me, visit.notice),
        name=filled(form.name, wrong, "name"),
        email=visit.me.email,
        zones=zone_options(visit.me.zone if "zone" in wrong else form.zone),
        zone_error=wrong.get("zone", ""),
        locales=chosen(tuple(LOCALES.items()), form.locale),
        locale_error=wrong.get("locale", ""),
        security_url=SECURITY,
        data_url="/you/data",
        letters_url=letter_pages.LETTERS,
        businesses=" and ".join(owned),
    )


def _form_of(card: Supplier) -> CardForm:
    main, second, third = (*(kind.value for kind in card.supplier_types), "", "")[:3]
    return CardForm(name=card.name, main_type=main, second_type=second, third_type=third, zone=card.zone)


def _card_page(
    visit: Visit, card: Supplier, form: CardForm, wrong: Mapping[str, str] | None = None, error: str = ""
) -> CardPage:
    wrong = wrong or {}
    role = business_of(visit.me, card.id).role
    may_write = allows(Standing(supplier_role=role), Permission.SUPPLIER_WRITE)
    return CardPage(
        shell=supplier_shell(visit, card.id, "Team"),
        team_url=f"/s/{card.id}/team",
        action=f"/s/{card.id}/settings" if may_write else "",
        name=filled(form.name, wrong, "name"),
        main_types=chosen(_KINDS, form.main_type),
        second_types=_more(form.second_type),
        third_types=_more(form.third_type),
        types_error=wrong.get("supplier_types", ""),
        zones=zone_options(card.zone if "zone" in wrong else form.zone),
        zone_error=wrong.get("zone", ""),
        types_text=", ".join(kind.label for kind in card.supplier_types),
        zone_text=zone_label(card.zone),
        error=error,
    )


def _more(value: str) -> tuple[Option, ...]:
    return chosen((("", "Nothing else"), *_KINDS), value)


ROUTES: Final = page_routes(you, change_you, settings, change_settings, *letter_pages.HANDLERS)
