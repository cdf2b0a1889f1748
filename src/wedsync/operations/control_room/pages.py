"""The control room: how releases stand, and what is coming. Counts only: operators read nobody's wedding."""

from __future__ import annotations

from typing import Final

from litestar import Response, get

from wedsync.features.people.shell import OPERATIONS, Visit, operator_shell, page_routes
from wedsync.features.weddings.views import HeadFragment
from wedsync.kernel.clock import utc_now
from wedsync.kernel.permissions import Permission
from wedsync.kernel.zones import today_in
from wedsync.operations.attestation.queries import ATTESTATION
from wedsync.operations.continuity.queries import CONTINUITY
from wedsync.operations.control_room.drawing import (
    AHEAD,
    LATEST_OVERRIDES,
    LATEST_RELEASES,
    Told,
    room_fragment,
    room_page,
)
from wedsync.operations.control_room.figures import Figures
from wedsync.operations.deployments.queries import DEPLOYMENTS, DeploymentPage
from wedsync.operations.observability.waiting import SATURDAYS, SHOWN, STEP, WAITED, Since, ZoneOfCell
from wedsync.operations.overrides.queries import OVERRIDES, Page
from wedsync.operations.shield.line import release_line
from wedsync.operations.shield.now import trust_in
from wedsync.operations.shield.verdict import verdict
from wedsync.platform.database import NoParams
from wedsync.platform.deferral import WAITING
from wedsync.platform.formats import long_date
from wedsync.platform.forms import shown
from wedsync.platform.http import declares


@get(OPERATIONS, opt=declares(Permission.OPERATE, on="cell"))
async def control_room(visit: Visit) -> Response[str]:
    """Figures first, then the freezes ahead."""
    services, zone = visit.exchange.services, visit.me.zone
    trust = await trust_in(services.database, services.settings.zone_data_checked_on)
    found = verdict(services.freezes, utc_now(), trust)
    shell = operator_shell(visit, "Control room", release_line(found, zone))
    told = Told(
        verdict=found,
        weddings_on=trust.weddings_on,
        freezes=services.freezes.between(found.told_at, found.told_at + AHEAD),
        waiting=await visit.reader.all(WAITING, NoParams()),
        releases=await visit.reader.all(DEPLOYMENTS, DeploymentPage(after=None, limit=LATEST_RELEASES)),
        overrides=await visit.reader.all(OVERRIDES, Page(after=None, limit=LATEST_OVERRIDES)),
        attested=await visit.reader.maybe(ATTESTATION, NoParams()),
        continuity=await visit.reader.maybe(CONTINUITY, NoParams()) if services.settings.backups_place else None,
        figures=Figures(
            waited=await visit.reader.all(WAITED, Since(since=found.told_at - SHOWN, step=STEP)),
            saturdays=await visit.reader.all(SATURDAYS, ZoneOfCell(services.settings.cell.zone)),
        ),
    )
    room = room_fragment(told, zone)
    if visit.exchange.is_fragment:
        return shown(HeadFragment(shell=shell), room)
    return shown(room_page(room, shell, long_date(today_in(zone, utc_now()))))


ROUTES: Final = page_routes(control_room)
