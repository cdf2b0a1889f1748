"""Every statement about releases that began. Row security answers operators only."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from wedsync.kernel.ids import PersonId
from wedsync.platform.database import Query


class Deployment(msgspec.Struct, frozen=True, kw_only=True):
    """A release that began; `override_id` where one had to let it pass."""

    id: UUID
    person_id: PersonId
    name: str
    change: str
    image_digest: str
    override_id: UUID | None
    created_at: datetime


class DeploymentPage(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the list; those before this one, or the newest."""

    after: UUID | None
    limit: int


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
    select d.id, d.person_id, o.display_name as name, d.change, d.image_digest, d.override_id, d.created_at
    from live.deployments d
    join live.operators o on o.person_id = d.person_id
    where app.operator_role() is not null and d.id < coalesce(%(after)s::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
    order by d.id desc
    limit %(limit)s
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
