"""What each supplier may see, in the couple's words: area by area, with the names of what is read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from wedsync.features.connections.model import AREAS, Connection, Grant, GrantRequest, Level, SentInvitation
from wedsync.features.connections.receipt_queries import AccessReceipt
from wedsync.features.connections.request_queries import SharedWith
from wedsync.features.connections.views import ConnectionRow, GrantView, ReceiptRow, RequestView, SharingPage
from wedsync.features.connections.words import a_service
from wedsync.features.people.words import answer_so_far, is_waiting
from wedsync.features.people.words import moment as ago
from wedsync.features.weddings.page_queries import Seen
from wedsync.kernel.fields.definitions import CORE_FIELDS
from wedsync.kernel.fields.model import Field
from wedsync.kernel.permissions import USUAL_AREAS, Area, Permission, SupplierType, allows
from wedsync.platform.formats import initials, iso, moment, plural
from wedsync.platform.forms import chosen
from wedsync.platform.pages import Crumb, Shell

OFF: Final = "off"
MOST_NAMED: Final = 8
TOTAL: Final = "guests_total"


def sharing_page(found: SharedWith, shell: Shell, wedding_id: UUID, zone: str) -> SharingPage:
    """What one supplier may see, in the clock of who decides it."""
    connection = found.connection
    is_live = connection.status == "connected"
    return SharingPage(
        shell=shell,
        crumbs=(Crumb(label="Your suppliers", href=f"/w/{wedding_id}/suppliers"),),
        name=connection.name,
        type_label=connection.service.label,
        initials=initials(connection.name),
        status=connection.status,
        tone="ok" if is_live else "",
        intro="Your title, the other suppliers' names and what is fixed are seen by everyone you connect. "
        "The rest is yours to give, and to take back at any time."
        if is_live
        else "It sees nothing of your wedding. Invite it again to connect.",
        requests=tuple(_asked(each, wedding_id, zone) for each in found.requests if each.area in AREAS),
        grants=tuple(grant_view(connection, area, wedding_id) for area in AREAS) if is_live else (),
        receipts=tuple(receipt_row(each, zone) for each in found.receipts),
        receipts_url=f"/w/{wedding_id}/receipts?supplier={connection.supplier_id}",
        disconnect_url=f"/w/{wedding_id}/suppliers/{connection.supplier_id}/end" if is_live else "",
        csrf=shell.csrf,
    )


def grant_view(connection: Connection, area: Area, wedding_id: UUID, *, is_saved: bool = False) -> GrantView:
    """One area and what this supplier may do there now."""
    label, sentence = AREAS[area]
    grant = connection.grant(area)
    level = OFF if grant is None else grant.level.value
    return GrantView(
        element_id=f"g-{area.value}",
        area=area.value,
        label=label,
        sentence=sentence,
        levels=chosen(_levels(area, connection.service, level), level),
        may_write=grant is not None and grant.can_write,
        can_offer_write=grant is not None,
        action=f"/w/{wedding_id}/suppliers/{connection.supplier_id}/sharing",
        reads=_reads(area, connection.service, grant),
        is_saved=is_saved,
    )


def connection_row(
    seen: Seen, supplier_id: UUID, asked: Sequence[GrantRequest], unseen: int, *, may_share: bool
) -> ConnectionRow:
    """A connected supplier in the couple's list, with what is asked for and how many changes it has not seen."""
    found = next(each for each in seen.wedding.suppliers if each.supplier_id == supplier_id)
    levels = {grant.area: grant.level for grant in seen.grants if grant.supplier_id == supplier_id}
    wanted = [AREAS[each.area][0].lower() for each in asked if each.supplier_id == supplier_id and each.area in AREAS]
    return ConnectionRow(
        name=found.name,
        type_label=found.service.label,
        initials=initials(found.name),
        status="connected",
        tone="ok",
        sees=_sees(levels, found.service) if may_share else "what its work needs",
        sharing_url=f"/w/{seen.wedding.id}/suppliers/{supplier_id}" if may_share else "",
        asks=f"asks for {', '.join(wanted)}" if wanted else "",
        unseen=f"{plural(unseen, 'change', 'changes')} not seen" if unseen else "",
    )


def invitation_row(sent: SentInvitation, wedding_id: UUID) -> ConnectionRow:
    """A supplier that is invited and has not come yet."""
    name, base = sent.name or sent.email, f"/w/{wedding_id}/suppliers/invitations/{sent.id}"
    is_open = is_waiting(sent)
    return ConnectionRow(
        name=name,
        type_label=sent.service.label if sent.service else "Supplier",
        initials=initials(name),
        status=f"invited, {answer_so_far(sent)}" if is_open else answer_so_far(sent),
        tone="fixed" if is_open else "bad",
        sees="nothing yet",
        sharing_url="",
        email=sent.email,
        again_url=f"{base}/again" if is_open else "",
        withdraw_url=f"{base}/withdraw" if is_open else "",
    )


def receipt_row(receipt: AccessReceipt, zone: str) -> ReceiptRow:
    """Who looked at what, and when, in the couple's clock."""
    return ReceiptRow(
        person=receipt.person or "Somebody who is gone",
        supplier=receipt.supplier,
        label=AREAS[receipt.area][0] if receipt.area in AREAS else receipt.area.value.replace("_", " ").capitalize(),
        when_text=moment(receipt.first_read_at, zone),
        iso=iso(receipt.first_read_at),
    )


def wish(request: GrantRequest) -> str:
    """How much is asked for."""
    much = "Everything there" if request.level is Level.EVERYTHING else "What their work usually needs"
    return f"{much}, and to change it" if request.can_write else much


def _asked(request: GrantRequest, wedding_id: UUID, zone: str) -> RequestView:
    return RequestView(
        label=AREAS[request.area][0],
        wish=wish(request),
        reason=request.reason,
        asked=ago(request.created_at, zone),
        answer_url=f"/w/{wedding_id}/suppliers/{request.supplier_id}/requests/{request.id}",
    )


def may_share(seen: Seen) -> bool:
    """Whether the reader decides who sees what."""
    return allows(seen.standing, Permission.SHARING_WRITE)


def _levels(area: Area, service: SupplierType, level: str) -> tuple[tuple[str, str], ...]:
    usual = ((Level.USUAL.value, f"What {a_service(service)} usually needs"),)
    has_usual = level == Level.USUAL or any(field.readers.includes(service) for field in _readable(area))
    return ((OFF, "Nothing"), *(usual if has_usual else ()), (Level.EVERYTHING.value, "Everything here"))


def _reads(area: Area, service: SupplierType, grant: Grant | None) -> str:
    if grant is None:
        return ""
    is_all = grant.level is Level.EVERYTHING
    names = [field.name.lower() for field in _readable(area) if is_all or field.readers.includes(service)]
    if not names:
        return "Reads nothing here yet"
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return f"Reads: {', '.join(names[:MOST_NAMED])}{more}"


def _readable(area: Area) -> list[Field]:
    """What the couple tells in an area, and what is read without its parts."""
    fields = (field for field in CORE_FIELDS if field.area is area)
    return [field for field in fields if not field.is_derived or field.key == TOTAL]


def _sees(levels: dict[Area, str], service: SupplierType) -> str:
    here = {area: level for area, level in levels.items() if area in AREAS}
    if not here:
        return "only your title and who else is on board"
    if len(here) == len(AREAS) and all(level == Level.EVERYTHING for level in here.values()):
        return "everything but your budget"
    extra = [AREAS[area][0].lower() for area, level in here.items() if level == Level.EVERYTHING]
    is_less = not USUAL_AREAS & AREAS.keys() <= here.keys()
    base = f"{'less than ' if is_less else ''}the usual for {a_service(service)}"
    return f"{base}, and all of: {', '.join(extra)}" if extra else base
