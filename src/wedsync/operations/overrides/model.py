"""What an override is, and what has to be true of one before anybody is asked to approve it. Pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

import msgspec

from wedsync.kernel.ids import PersonId
from wedsync.kernel.json_values import JsonValue
from wedsync.kernel.problems import Invalid
from wedsync.operations.deployments.model import DIGEST, NO_DIGEST
from wedsync.operations.shield.verdict import WAITS_FOR_A_GAP, Change

TOKEN_LASTS: Final = timedelta(hours=2)
LONGEST_WINDOW_HOURS: Final = 24
REVIEW_WORKING_DAYS: Final = 2


class Kind(StrEnum):
    """Why a release cannot wait (F6); a rollback returns to the image that ran before (F5).

    A gap breaks nothing: a change that waits for weddings to end goes between events, with two approvals (F3), and
    never in a freeze.
    """

    SEV1 = "sev1"
    EXPLOITED = "exploited"
    DATA_LOSS = "data_loss"
    ROLLBACK = "rollback"
    GAP = "gap"


NOBODY_LEADS: Final = frozenset({Kind.ROLLBACK, Kind.GAP})


class State(StrEnum):
    """How far an override has come; the clock alone makes it expire. Between events nothing is reviewed."""

    REQUESTED = "requested"
    APPROVED = "approved"
    USED = "used"
    REVIEWED = "reviewed"
    EXPIRED = "expired"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    DONE = "done"


class Approval(msgspec.Struct, frozen=True, kw_only=True):
    """Who let it pass."""

    person_id: PersonId
    name: str
    at: datetime


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """Who was written to because it waits for them: when last, and how many times."""

    name: str
    at: datetime
    times: int


class Override(msgspec.Struct, frozen=True, kw_only=True):
    """A release that somebody asked for, and what became of it."""

    id: UUID
    author_id: PersonId
    author: str
    kind: Kind
    change: Change | None
    reason: str
    rollback_plan: str
    incident: str
    image_digest: str
    commander_id: PersonId | None
    commander: str | None
    created_at: datetime
    window_ends_at: datetime
    state: State
    approvals: tuple[Approval, ...]
    told: tuple[Told, ...]
    used_by: str | None = None
    used_at: datetime | None = None
    review_due_on: date | None = None
    ended_by: str | None = None
    ended_at: datetime | None = None
    reviewed_by: str | None = None
    is_justified: bool | None = None
    findings: str | None = None


class NewOverride(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for. The window begins now. A rollback names nobody who leads: there may be no incident yet.

    `change` is what goes between events, for a gap alone; then `incident` is where the change is written down.
    """

    kind: Kind
    reason: str
    rollback_plan: str
    incident: str
    image_digest: str
    window_hours: int
    commander_id: PersonId | None = None
    change: Change | None = None


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """What was learnt. `is_justified`: it would be done again."""

    is_justified: bool
    findings: str


def read_request(raw: NewOverride, author: PersonId) -> NewOverride:
    """The same, trimmed and checked at once. Raises Invalid naming each field that needs another look."""
    asked = msgspec.structs.replace(
        raw, reason=raw.reason.strip(), rollback_plan=raw.rollback_plan.strip(), incident=raw.incident.strip()
    )
    errors = [
        _too_short_or_long("reason", asked.reason, 20, 2000),
        _too_short_or_long("rollback_plan", asked.rollback_plan, 10, 2000),
        _too_short_or_long("incident", asked.incident, 1, 100),
    ]
    if not DIGEST.fullmatch(raw.image_digest):
        errors.append(("image_digest", NO_DIGEST))
    if not 1 <= raw.window_hours <= LONGEST_WINDOW_HOURS:
        errors.append(("window_hours", f"Choose 1 to {LONGEST_WINDOW_HOURS} hours."))
    _refuse([*errors, _wrong_lead(raw, author), _wrong_change(raw)])
    return asked


def read_review(raw: Review) -> Review:
    """The same, trimmed. Raises Invalid."""
    findings = raw.findings.strip()
    _refuse([_too_short_or_long("findings", findings, 20, 5000)])
    return msgspec.structs.replace(raw, findings=findings)


def _wrong_lead(raw: NewOverride, author: PersonId) -> tuple[str, str]:
    if raw.kind in NOBODY_LEADS:
        is_right, why = (
            raw.commander_id is None,
            "Nobody leads a return to the image before, or a change between events.",
        )
    else:
        is_right = raw.commander_id not in {None, author}
        why = "Say who leads the incident: another operator than you."
    return ("", "") if is_right else ("commander_id", why)


def _wrong_change(raw: NewOverride) -> tuple[str, str]:
    if raw.kind is not Kind.GAP:
        return ("", "") if raw.change is None else ("change", "Only what goes between events says which change it is.")
    waiting = ", ".join(each.value for each in Change if each in WAITS_FOR_A_GAP)
    return ("", "") if raw.change in WAITS_FOR_A_GAP else ("change", f"Say what waits for weddings to end: {waiting}.")


def _too_short_or_long(name: str, text: str, shortest: int, longest: int) -> tuple[str, str]:
    is_right = shortest <= len(text) <= longest and "\0" not in text
    return ("", "") if is_right else (name, f"Write {shortest} to {longest:,} characters.")


def _refuse(errors: list[tuple[str, str]]) -> None:
    listed: list[JsonValue] = [{"field": name, "detail": detail} for name, detail in errors if name]
    if listed:
        raise Invalid(errors=listed)
