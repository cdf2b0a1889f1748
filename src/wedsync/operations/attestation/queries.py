"""Every statement of the attestation."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import msgspec

from wedsync.platform.attested import Attested, Difference, Signed
from wedsync.platform.attested_catalogue import SNAPSHOT as CATALOGUE
from wedsync.platform.database import NoParams, Query

# It is looked at every minute; what was seen longer ago than this is not known.
LOOKED_AT_WITHIN: Final = timedelta(minutes=3)


class Findings(msgspec.Struct, frozen=True, kw_only=True):
    """What was found, as JSON text."""

    found: str


class IsNews(msgspec.Struct, frozen=True):
    """Whether somebody has to be told."""

    is_news: bool


class OnCall(msgspec.Struct, frozen=True, kw_only=True):
    """An operator who is written to."""

    email: str
    name: str


class Attestation(msgspec.Struct, frozen=True, kw_only=True):
    """What was found last: since when, and looked at when."""

    began_at: datetime
    last_at: datetime
    findings: tuple[Difference, ...]


SNAPSHOT: Final = Query(NoParams, Attested, CATALOGUE)
LATEST_BASELINE: Final = Query(
    NoParams, Signed, "select objects, signature from guard.baselines order by id desc limit 1"
)
RECORD: Final = Query(Findings, IsNews, "select app.record_attestation(%(found)s::jsonb) as is_news")
ON_CALL: Final = Query(NoParams, OnCall, "select email, name from app.operators_on_call()")
ATTESTATION: Final = Query(NoParams, Attestation, "select began_at, last_at, findings from app.attestation()")
