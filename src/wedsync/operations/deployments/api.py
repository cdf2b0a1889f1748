"""Releases over REST: a pipeline says that one begins, and is told if it may not."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import QueryParameter

from wedsync.kernel.permissions import Permission
from wedsync.operations.deployments.actions import Release, begin_deployment
from wedsync.operations.deployments.queries import DEPLOYMENTS, Begun, Deployment, DeploymentPage
from wedsync.operations.shield.now import verdict_now
from wedsync.operations.shield.verdict import Change
from wedsync.platform.database import CELL, Reader, Tx, refuse_hidden
from wedsync.platform.http import Exchange, HandlerLike, declares
from wedsync.platform.http.bodies import Body
from wedsync.platform.http.passing import passed_all


class DeploymentBody(Body, frozen=True, kw_only=True):
    """What begins: which kind of change, and which image (`sha256:` and 64 hexadecimal digits)."""

    change: Change
    image_digest: str


@get(
    "/api/v1/operations/deployments",
    tags=["operations"],
    summary="Releases that began",
    opt=declares(Permission.OPERATE, on="cell"),
)
async def deployments(
    exchange: Exchange,
    reader: Reader,
    after: UUID | None = None,
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 50,
) -> Response[list[Deployment]]:
    """Newest first; `after` is the id of the last one you have."""
    raw = await reader.json(DEPLOYMENTS, DeploymentPage(after=after, limit=limit))
    await refuse_hidden(reader, CELL, exchange.signed_in().person_id)
    return passed_all(raw, Deployment)


@post(
    "/api/v1/operations/deployments",
    tags=["operations"],
    summary="Begin a release",
    opt=declares(Permission.OVERRIDES_REQUEST, on="cell"),
)
async def begin(data: DeploymentBody, exchange: Exchange, tx: Tx) -> Begun:
    """Refused (409) while it may not begin, and on Mondays within an hour of the one before."""
    services = exchange.services
    release = Release(
        change=data.change,
        image_digest=data.image_digest,
        verdict=await verdict_now(services, data.change),
        cell=services.settings.cell,
    )
    return await begin_deployment(tx, tx.person_id, release)


ROUTES: Final[tuple[HandlerLike, ...]] = (deployments, begin)
