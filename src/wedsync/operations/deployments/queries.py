"""Every statement about releases that began. Row security answers operators only."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from wedsync.kernel.ids import PersonId
from wedsync.operations.deployments.model import Standing
from wedsync.platform.database import NoParams, Query


class Deployment(msgspec.Struct, frozen=True, kw_only=True):
    """A release that began; `override_id` and `incident` where an override had to let it pass.

    `previous_digest` is the image of the release before, None for the first on record.
    """

    id: UUID
    person_id: PersonId
    name: str
    change: str
    image_digest: str
    override_id: UUID | None
    created_at: datetime
    state: Standing
    incident: str | None
    previous_digest: str | None


class DeploymentPage(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the list; those before this one, or the newest."""

    after: UUID | None
    limit: int


class Image(msgspec.Struct, frozen=True):
    """An image."""

    image_digest: str


class NewDeployment(msgspec.Struct, frozen=True, kw_only=True):
    """A release that begins."""

    person_id: PersonId
    change: str
    image_digest: str
    is_spaced: bool


class ByOverride(msgspec.Struct, frozen=True, kw_only=True):
    """A release that an override lets pass."""

    person_id: PersonId
    id: UUID
    is_spaced: bool


class Begun(msgspec.Struct, frozen=True):
    """The release."""

    id: UUID
    created_at: datetime


DEPLOYMENTS: Final = Query(
    DeploymentPage,
    Deployment,
    """
    select d.id, d.person_id, o.display_name as name, d.change, d.image_digest, d.override_id, d.created_at,
      case when after.change is null then 'running' when after.change = 'rollback' then 'rolled_back' else 'replaced' end as state,
      x.incident, before.image_digest as previous_digest
    from live.deployments d
    join live.operators o on o.person_id = d.person_id
    left join live.protection_overrides x on x.id = d.override_id
    left join lateral (select p.image_digest from live.deployments p where p.id < d.id order by p.id desc limit 1) before on true
    left join lateral (select n.change from live.deployments n where n.id > d.id order by n.id limit 1) after on true
    where app.operator_role() is not null and d.id < coalesce(%(after)s::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
    order by d.id desc
    limit %(limit)s
    """,
)
# As guard.returns sees it: the latest image that is not the one that runs.
RETURNS_TO: Final = Query(
    NoParams,
    Image,
    """
    select d.image_digest
    from live.deployments d
    where app.operator_role() is not null
      and d.image_digest <> (select r.image_digest from live.deployments r order by r.created_at desc limit 1)
    order by d.created_at desc
    limit 1
    """,
)
BEGIN_DEPLOYMENT: Final = Query(
    NewDeployment,
    Begun,
    """
    insert into app.deployments (person_id, change, image_digest, is_spaced)
    values (%(person_id)s, %(change)s, %(image_digest)s, %(is_spaced)s)
    returning id, created_at
    """,
)
BEGIN_BY_OVERRIDE: Final = Query(
    ByOverride,
    Begun,
    """
    insert into app.deployments (person_id, change, image_digest, override_id, is_spaced)
    select %(person_id)s, coalesce(o.change, o.kind), o.image_digest, o.id, %(is_spaced)s from live.protection_overrides o where o.id = %(id)s
    returning id, created_at
    """,
)
