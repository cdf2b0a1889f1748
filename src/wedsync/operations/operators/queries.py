"""Who runs the installation. Row security answers nobody else."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec

from wedsync.kernel.ids import PersonId
from wedsync.kernel.permissions import OperatorRole
from wedsync.platform.database import NoParams, Query


class Operator(msgspec.Struct, frozen=True, kw_only=True):
    """One of the platform's staff."""

    person_id: PersonId
    display_name: str
    role: OperatorRole
    created_at: datetime


OPERATORS: Final = Query(
    NoParams,
    Operator,
    """
    select person_id, display_name, role, created_at
    from live.operators
    where left_at is null and app.operator_role() is not null
    order by display_name, person_id
    limit 200
    """,
)
