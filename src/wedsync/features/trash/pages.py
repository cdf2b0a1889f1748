"""What was removed, as a page for the couple and one for each business; a button brings it back whole."""

from __future__ import annotations

from typing import Final, Literal
from uuid import UUID

import msgspec
from litestar import Response, get, post

from wedsync.features.people.shell import Visit, business_of, page_routes, supplier_shell, wedding_shell
from wedsync.features.people.words import moment
from wedsync.features.trash.actions import restore_to_business
from wedsync.features.trash.api import DeletionsList, listed
from wedsync.features.trash.model import USUAL_PAGE, Deletion, may_bring_back
from wedsync.features.trash.views import DeletionView, TrashPage
from wedsync.features.weddings import actions as weddings
from wedsync.features.weddings.page_queries import SEEN
from wedsync.features.weddings.sight import shield_line, sight_of
from wedsync.kernel.ids import BatchId, SupplierId, WeddingId
from wedsync.kernel.permissions import Permission, Standing, allows
from wedsync.kernel.problems import Forbidden
from wedsync.kernel.shield import show_instant
from wedsync.platform.database import ById, Tx
from wedsync.platform.formats import plural
from wedsync.platform.http import declares, drawn, see_other
from wedsync.platform.pages import Shell


@get("/w/{wedding_id:uuid}/trash", opt=declares(Permission.WEDDING_READ, on="wedding"))
async def of_wedding(wedding_id: UUID, visit: Visit, before: UUID | None = None) -> Response[str]:
    """What the couple or their coordinator removed lately; `before` leads to what is older."""
    sight = sight_of(await visit.reader.one(SEEN, ById(wedding_id)))
    found = await listed(visit.reader, wedding_id, before, USUAL_PAGE)
    shell = wedding_shell(visit, wedding_id, "", shield_line(sight.shield, f"/w/{wedding_id}/amendments"))
    why_not = f"{sight.shield.until_text}." if sight.is_locked else ""
    return drawn(_page(shell, found, _Reader(sight.seen.standing, sight.zone), why_not))


@post("/w/{wedding_id:uuid}/trash/{batch_id:uuid}/restoration", opt=declares(Permission.EVENTS_WRITE, on="wedding"))
async def restore_to_wedding(wedding_id: UUID, batch_id: UUID, tx: Tx) -> Response[str]:
    """Exactly what it took, once."""
    await weddings.restore(tx, WeddingId(wedding_id), BatchId(batch_id))
    return see_other(f"/w/{wedding_id}/trash?told=restored")


@get("/s/{supplier_id:uuid}/trash", opt=declares(Permission.CLIENTS_WRITE, on="supplier"))
async def of_supplier(supplier_id: UUID, visit: Visit, before: UUID | None = None) -> Response[str]:
    """What the team removed lately; `before` leads to what is older."""
    standing = Standing(supplier_role=business_of(visit.me, supplier_id).role)
    if not allows(standing, Permission.CLIENTS_WRITE):
        raise Forbidden
    found = await listed(visit.reader, supplier_id, before, USUAL_PAGE)
    return drawn(_page(supplier_shell(visit, supplier_id, ""), found, _Reader(standing, visit.me.zone)))


@post("/s/{supplier_id:uuid}/trash/{batch_id:uuid}/restoration", opt=declares(Permission.CLIENTS_WRITE, on="supplier"))
async def restore_to_supplier(
    supplier_id: UUID,
    batch_id: UUID,
    tx: Tx,
    to: Literal["trash", "clients", "venues"] = "trash",
    at: UUID | None = None,
) -> Response[str]:
    """Exactly what it took, once; then back `to` where it was asked for, and to the one thing `at` which it was."""
    await restore_to_business(tx, SupplierId(supplier_id), BatchId(batch_id))
    place = to if at is None else f"{to}/{at}"
    return see_other(f"/s/{supplier_id}/{place}?told=restored")


class _Reader(msgspec.Struct, frozen=True):
    standing: Standing
    zone: str


def _page(shell: Shell, found: DeletionsList, reader: _Reader, why_not: str = "") -> TrashPage:
    return TrashPage(
        shell=shell,
        deletions=tuple(_row(each, reader, "" if why_not else shell.trash_url) for each in found.items),
        why_not=why_not,
        older_url=f"{shell.trash_url}?before={found.next}" if found.next else "",
        back_url=shell.home,
    )


def _row(deletion: Deletion, reader: _Reader, base: str) -> DeletionView:
    first, *others = (thing.name for thing in deletion.things)
    hidden = deletion.count - len(deletion.things)
    may_undo = base and may_bring_back(reader.standing, deletion)
    return DeletionView(
        title=first,
        things=tuple(others),
        more=f"and {plural(hidden, 'more thing', 'more things')}" if hidden else "",
        said_by=deletion.removed_by or "somebody who has left",
        when=moment(deletion.removed_at, reader.zone),
        until_text=show_instant(deletion.until, reader.zone),
        undo_url=f"{base}/{deletion.batch}/restoration" if may_undo else "",
    )


ROUTES: Final = page_routes(of_wedding, restore_to_wedding, of_supplier, restore_to_supplier)
