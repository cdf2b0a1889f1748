"""Doing one thing to many clients: chosen in the list, looked at first, done, and undone with one press."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import Provide
from litestar.params import QueryParameter

from wedsync.features.clients import bulk_actions
from wedsync.features.clients import bulk_queries as q
from wedsync.features.clients.bulk_choosing import found_by
from wedsync.features.clients.bulk_drawing import bulk_boxes, done_sentence, done_title, look_first
from wedsync.features.clients.bulk_model import Act, Deed, read_deed, refuse_too_many, seal_of
from wedsync.features.clients.filter_actions import asked_in
from wedsync.features.clients.filtering import NO_STAGE, Asked, provide_asked
from wedsync.features.clients.views import BulkFragment, BulkPage, LookFirst, LookFirstPage
from wedsync.features.people.shell import Visit, business_of, supplier_shell
from wedsync.kernel.ids import ClientId, SupplierId
from wedsync.kernel.permissions import Permission, Standing, allows
from wedsync.kernel.problems import BadRequest, Conflict, Forbidden, Invalid
from wedsync.kernel.reading.model import unique
from wedsync.platform.database import Tx
from wedsync.platform.forms import Form, faults, filled, read_form, shown
from wedsync.platform.http import declares, drawn, see_other
from wedsync.platform.pages import Crumb

SHOWN: Final = 20
READS: Final = declares(Permission.CLIENTS_READ, on="supplier")
WRITES: Final = declares(Permission.CLIENTS_WRITE, on="supplier")
Word = Annotated[str, QueryParameter(max_length=100)]
Ids = Annotated[list[UUID] | None, QueryParameter(max_items=100)]


class DoForm(Form, frozen=True, kw_only=True):
    """What was looked at: to whom by id, or by the words of an address; sealed."""

    act: str
    value: str = ""
    ids: str = ""
    query: str = ""
    seal: str

    @property
    def deed(self) -> Deed:
        """What is to be done."""
        return read_deed(self.act, self.value, self.value)

    @property
    def chosen(self) -> list[ClientId]:
        """To whom, where they are named."""
        try:
            return [ClientId(UUID(each)) for each in unique(self.ids.split())]
        except ValueError:
            raise BadRequest("Choose them in the list, and look at what would change.") from None


class Looking(msgspec.Struct, frozen=True, kw_only=True):
    """What the address says is to be looked at."""

    asked: Asked
    chosen: tuple[ClientId, ...]
    everybody: bool
    act: str
    to_stage: str
    tag: str


async def provide_looking(
    asked: Asked,
    chosen: Ids = None,
    everybody: Word = "",
    act: Word = Act.STAGE.value,
    to_stage: Word = NO_STAGE,
    tag: Word = "",
) -> Looking:
    """Who is chosen, and what would be done."""
    ids = tuple(ClientId(each) for each in unique(chosen or ()))
    return Looking(asked=asked, chosen=ids, everybody=everybody == "yes", act=act, to_stage=to_stage, tag=tag)


@get(
    "/s/{supplier_id:uuid}/clients/bulk",
    opt=WRITES,
    dependencies={"asked": Provide(provide_asked), "looking": Provide(provide_looking)},
)
async def look(supplier_id: UUID, visit: Visit, looking: Looking) -> Response[str]:
    """What would change, and for how many; nothing does yet."""
    supplier = SupplierId(supplier_id)
    if not allows(Standing(supplier_role=business_of(visit.me, supplier_id).role), Permission.CLIENTS_WRITE):
        raise Forbidden
    try:
        deed = read_deed(looking.act, looking.to_stage, looking.tag)
    except Invalid as refusal:
        return drawn(_look_page(visit, supplier, looking, None, faults(refusal)), status=422)
    ids = await found_by(visit.reader, supplier, looking.asked) if looking.everybody else list(looking.chosen)
    refuse_too_many(ids)
    wanted = q.Looked(supplier_id=supplier, ids=ids, act=deed.act, value=deed.value, limit=SHOWN)
    found = await visit.reader.one(q.PREVIEW, wanted)
    query = (looking.asked.address() or "?") if looking.everybody else ""
    first = look_first(found, deed, ids, query=query, base=f"/s/{supplier_id}/clients")
    return drawn(_look_page(visit, supplier, looking, first, {}))


@post("/s/{supplier_id:uuid}/clients/bulk", opt=WRITES)
async def do(supplier_id: UUID, body: bytes, visit: Visit, tx: Tx) -> Response[str]:
    """To those alone who were looked at."""
    form, supplier = read_form(body, DoForm), SupplierId(supplier_id)
    business_of(visit.me, supplier_id)
    ids = await found_by(visit.reader, supplier, asked_in(form.query)) if form.query else form.chosen
    if seal_of(ids) != form.seal:
        raise Conflict("The list is no longer what you looked at. Look at what would change once more.")
    bulk = await bulk_actions.begin_bulk(tx, supplier, ids, form.deed)
    return see_other(f"/s/{supplier_id}/clients/bulk/{bulk.id}")


@get("/s/{supplier_id:uuid}/clients/bulk/{bulk_id:uuid}", opt=READS)
async def one_bulk(supplier_id: UUID, bulk_id: UUID, visit: Visit) -> Response[str]:
    """How far it is; a page with JavaScript hears of it by itself."""
    may_write = allows(Standing(supplier_role=business_of(visit.me, supplier_id).role), Permission.CLIENTS_WRITE)
    bulk = await visit.reader.one(q.BULK, q.OneBulk(supplier_id=SupplierId(supplier_id), id=bulk_id))
    here = f"/s/{supplier_id}/clients/bulk/{bulk_id}"
    is_doing = bulk.done < bulk.total
    may_undo = may_write and not is_doing and bulk.undone_at is None and bulk.changed > 0
    inside = BulkFragment(
        sentence=done_sentence(bulk),
        done=bulk.done,
        total=bulk.total,
        is_doing=is_doing,
        undo_url=f"{here}/undo" if may_undo else "",
        fragment_url=here,
        list_url=f"/s/{supplier_id}/clients",
        csrf=visit.exchange.csrf,
    )
    if visit.exchange.is_fragment:
        return shown(inside)
    page = BulkPage(
        shell=supplier_shell(visit, supplier_id, "Clients"),
        crumbs=_crumbs(supplier_id),
        supplier_id=str(supplier_id),
        title=done_title(bulk),
        sentence=inside.sentence,
        done=inside.done,
        total=inside.total,
        is_doing=inside.is_doing,
        undo_url=inside.undo_url,
        fragment_url=inside.fragment_url,
        list_url=inside.list_url,
        csrf=inside.csrf,
    )
    return shown(page)


@post("/s/{supplier_id:uuid}/clients/bulk/{bulk_id:uuid}/undo", opt=WRITES)
async def undo(supplier_id: UUID, bulk_id: UUID, tx: Tx) -> Response[str]:
    """What still is as it was left is put back."""
    await bulk_actions.undo_bulk(tx, SupplierId(supplier_id), bulk_id)
    return see_other(f"/s/{supplier_id}/clients/bulk/{bulk_id}")


def _look_page(
    visit: Visit, supplier: SupplierId, looking: Looking, first: LookFirst | None, wrong: dict[str, str]
) -> LookFirstPage:
    tag = filled(looking.tag, wrong, "tag")
    return LookFirstPage(
        shell=supplier_shell(visit, supplier, "Clients"),
        crumbs=_crumbs(supplier),
        boxes=bulk_boxes(looking.asked, looking.act, looking.to_stage, tag, everybody=looking.everybody),
        chosen=tuple(str(each) for each in looking.chosen),
        look=first,
        bulk_url=f"/s/{supplier}/clients/bulk",
    )


def _crumbs(supplier_id: UUID) -> tuple[Crumb, ...]:
    return (Crumb(label="Clients", href=f"/s/{supplier_id}/clients"),)


HANDLERS: Final = (look, do, one_bulk, undo)
