"""The token of an approved override: what it binds, and whether one that is shown may be used here."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from wedsync.kernel.problems import Conflict, Invalid
from wedsync.operations.overrides.model import TOKEN_LASTS, Override, State
from wedsync.operations.shield.verdict import Change, Verdict
from wedsync.platform.release_tokens import NotAToken, Release, ReleaseKey
from wedsync.platform.settings import Settings


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """Shown to whoever releases; it is kept nowhere."""

    token: str
    expires_at: datetime


def issue_token(found: Override, settings: Settings, now: datetime) -> Token:
    """Sign it: for two hours, or until the window ends. Raises Conflict before it is approved, and once it is used."""
    if found.state is not State.APPROVED:
        raise Conflict(f"This override is {found.state.value}. Only an approved one has a token.")
    expires_at = min(now + TOKEN_LASTS, found.window_ends_at).replace(microsecond=0)
    release = Release(
        jti=found.id,
        cell=settings.cell.name,
        digest=found.image_digest,
        incident=found.incident,
        change="" if found.change is None else found.change.value,
        nbf=int(now.timestamp()),
        exp=int(expires_at.timestamp()),
    )
    return Token(token=_key(settings).sign(release), expires_at=expires_at.astimezone(UTC))


def read_shown(token: str, digest: str, settings: Settings, now: datetime) -> Release:
    """A token that may be used for this image, here and now. Raises Invalid that says why not."""
    try:
        release = _key(settings).read(token)
    except NotAToken as error:
        raise Invalid(errors=[{"field": "token", "detail": str(error)}]) from None
    if refusal := release.refusal(cell=settings.cell.name, digest=digest, now=now):
        raise Invalid(errors=[{"field": "token", "detail": refusal}])
    return release


def gap_refusal(release: Release, change: Change, found: Verdict) -> str:
    """Why a token for a change between events lets nothing pass now; "" when it does, and for every other token."""
    if not release.change:
        return ""
    if release.change != change.value:
        return f"The token is for {release.change}, and this is {change.value}."
    if found.may_start or found.passes_with_two:
        return ""
    return "The token is for between events: it passes no freeze, no running event, and nothing that cannot be told."


def public_key(settings: Settings) -> str:
    """What a pipeline verifies tokens with, as a JWK."""
    return _key(settings).public


def _key(settings: Settings) -> ReleaseKey:
    return ReleaseKey(settings.release_key or settings.secret)
