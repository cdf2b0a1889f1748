"""A release in words: what it was, and what became of it."""

from __future__ import annotations

from typing import Final

from wedsync.features.people.shell import OPERATIONS
from wedsync.features.people.words import moment
from wedsync.operations.deployments.model import Standing
from wedsync.operations.deployments.queries import Deployment
from wedsync.operations.deployments.views import ReleaseRow

LIST: Final = f"{OPERATIONS}/deployments"
_STATES: Final = {
    Standing.RUNNING: ("runs now", "ok"),
    Standing.REPLACED: ("replaced", ""),
    Standing.ROLLED_BACK: ("rolled back", "fixed"),
}


def release_row(begun: Deployment, zone: str) -> ReleaseRow:
    """One line."""
    label, tone = _STATES[begun.state]
    return ReleaseRow(
        change=begun.change,
        image=short_digest(begun.image_digest),
        previous="" if begun.previous_digest is None else short_digest(begun.previous_digest),
        name=begun.name,
        began=moment(begun.created_at, zone),
        state_label=label,
        tone=tone,
        incident=begun.incident or "",
        override_href="" if begun.override_id is None else f"{OPERATIONS}/overrides/{begun.override_id}",
    )


def short_digest(digest: str) -> str:
    """As much as tells one image from another."""
    return digest[: len("sha256:") + 12]
