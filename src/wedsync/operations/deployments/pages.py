"""The page of releases: what began when, by whom, and what it replaced."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from litestar import Response, get

from wedsync.features.people.shell import OPERATIONS, Visit, page_routes
from wedsync.kernel.permissions import Permission
from wedsync.operations.deployments.drawing import LIST, release_row
from wedsync.operations.deployments.queries import DEPLOYMENTS, RETURNS_TO, DeploymentPage
from wedsync.operations.deployments.views import ReleasesPage
from wedsync.operations.shield.frame import operator_frame
from wedsync.platform.database import NoParams
from wedsync.platform.http import declares, drawn
from wedsync.platform.pages import Crumb

SHOWN: Final = 25


@get(LIST, opt=declares(Permission.OPERATE, on="cell"))
async def deployments(visit: Visit, after: UUID | None = None) -> Response[str]:
    """The newest first; `after` leads to what is older."""
    shell = await operator_frame(visit, "Control room")
    found = await visit.reader.all(DEPLOYMENTS, DeploymentPage(after=after, limit=SHOWN + 1))
    before = await visit.reader.maybe(RETURNS_TO, NoParams())
    page = ReleasesPage(
        shell=shell,
        crumbs=(Crumb(label="Control room", href=OPERATIONS),),
        releases=tuple(release_row(each, visit.me.zone) for each in found[:SHOWN]),
        returns_to="" if before is None else before.image_digest,
        older_url=f"{LIST}?after={found[SHOWN - 1].id}" if len(found) > SHOWN else "",
    )
    return drawn(page)


ROUTES: Final = page_routes(deployments)
