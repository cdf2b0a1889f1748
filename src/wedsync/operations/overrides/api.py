"""Overrides over REST: what the command line and a pipeline ask."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from litestar import Response, get, post, put
from litestar.params import QueryParameter

from wedsync.kernel.clock import utc_now
from wedsync.kernel.ids import PersonId
from wedsync.kernel.permissions import Permission
from wedsync.operations.overrides import actions
from wedsync.operations.overrides import queries as q
from wedsync.operations.overrides.model import Kind, NewOverride, Override, Review
from wedsync.operations.overrides.tokens import Token, issue_token, read_shown
from wedsync.operations.shield.now import verdict_now
from wedsync.operations.shield.verdict import Change
from wedsync.platform.database import CELL, ById, Reader, Tx, refuse_hidden
from wedsync.platform.http import Exchange, HandlerLike, declares
from wedsync.platform.http.bodies import Body
from wedsync.platform.http.passing import passed, passed_all
from wedsync.platform.rate_limits import OVERRIDES, RateLimits

READS: Final = declares(Permission.OPERATE, on="cell")
REQUESTS: Final = declares(Permission.OVERRIDES_REQUEST, on="cell")


class OverrideBody(Body, frozen=True, kw_only=True):
    """What cannot wait, and why; `image_digest` is `sha256:` and 64 hexadecimal digits. Its window begins now.

    `kind` gap is a `change` that waits for weddings to end and goes between events; `incident` says where it stands.
    """

    kind: Kind
    reason: str
    rollback_plan: str
    incident: str
    image_digest: str
    window_hours: int = 4
    commander_id: UUID | None = None
    change: Change | None = None


class TokenBody(Body, frozen=True, kw_only=True):
    """A token, and the image it is to let pass."""

    token: str
    image_digest: str


class ReviewBody(Body, frozen=True, kw_only=True):
    """What was learnt."""

    is_justified: bool
    findings: str


@get("/api/v1/operations/overrides", tags=["operations"], summary="Releases that somebody asked for", opt=READS)
async def overrides(
    exchange: Exchange,
    reader: Reader,
    after: UUID | None = None,
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 50,
) -> Response[list[Override]]:
    """Newest first; `after` is the id of the last one you have."""
    raw = await reader.json(q.OVERRIDES, q.Page(after=after, limit=limit))
    await refuse_hidden(reader, CELL, exchange.signed_in().person_id)
    return passed_all(raw, Override)


@get("/api/v1/operations/overrides/{override_id:uuid}", tags=["operations"], summary="One of them", opt=READS)
async def one_override(override_id: UUID, reader: Reader) -> Response[Override]:
    """With who approved, used and reviewed it."""
    return passed(await reader.json_one(q.OVERRIDE, ById(override_id)), Override)


@post("/api/v1/operations/overrides", tags=["operations"], summary="Ask for a release in a freeze", opt=REQUESTS)
async def request_override(data: OverrideBody, exchange: Exchange, tx: Tx, limits: RateLimits) -> Override:
    """Two others approve it, one of them who leads the incident. `kind` rollback needs one, gap any two."""
    await limits.take(OVERRIDES, str(tx.person_id))
    new = NewOverride(
        kind=data.kind,
        reason=data.reason,
        rollback_plan=data.rollback_plan,
        incident=data.incident,
        image_digest=data.image_digest,
        window_hours=data.window_hours,
        commander_id=None if data.commander_id is None else PersonId(data.commander_id),
        change=data.change,
    )
    found = None if data.change is None else await verdict_now(exchange.services, data.change)
    return await actions.request_override(tx, tx.person_id, new, found)


@put(
    "/api/v1/operations/overrides/{override_id:uuid}/approval",
    tags=["operations"],
    summary="Let it pass",
    opt=declares(Permission.OVERRIDES_APPROVE, on="cell"),
)
async def approve_override(override_id: UUID, tx: Tx, limits: RateLimits) -> Override:
    """Never what you asked for yourself. Approving twice is no error."""
    await limits.take(OVERRIDES, str(tx.person_id))
    return await actions.approve_override(tx, tx.person_id, override_id)


@put(
    "/api/v1/operations/overrides/{override_id:uuid}/refusal",
    tags=["operations"],
    summary="Refuse it, or take back your own",
    opt=declares(Permission.OVERRIDES_APPROVE, on="cell"),
)
async def refuse_override(override_id: UUID, tx: Tx, limits: RateLimits) -> Override:
    """As long as it was not used. Nobody is called to it any more."""
    await limits.take(OVERRIDES, str(tx.person_id))
    return await actions.refuse_override(tx, tx.person_id, override_id)


@post(
    "/api/v1/operations/overrides/{override_id:uuid}/tokens",
    tags=["operations"],
    summary="The token of an approved override",
    opt=REQUESTS,
)
async def token(override_id: UUID, exchange: Exchange, reader: Reader, limits: RateLimits) -> Token:
    """Good for two hours and one use; ask again if it is lost. It is kept nowhere."""
    person = exchange.signed_in().person_id
    await refuse_hidden(reader, CELL, person, requires=Permission.OVERRIDES_REQUEST)
    await limits.take(OVERRIDES, str(person))
    found = await reader.one(q.OVERRIDE, ById(override_id))
    return issue_token(found, exchange.services.settings, utc_now())


@post("/api/v1/operations/redemptions", tags=["operations"], summary="Use a token up", opt=REQUESTS)
async def redeem(data: TokenBody, exchange: Exchange, reader: Reader, tx: Tx, limits: RateLimits) -> Override:
    """Then release. Of two who come at once one is let through; the other is answered 409."""
    await refuse_hidden(reader, CELL, tx.person_id, requires=Permission.OVERRIDES_REQUEST)
    await limits.take(OVERRIDES, str(tx.person_id))
    settings = exchange.services.settings
    release = read_shown(data.token, data.image_digest, settings, utc_now())
    found = await verdict_now(exchange.services, Change(release.change)) if release.change else None
    return await actions.use_override(
        tx, tx.person_id, actions.Use(override=release.jti, cell=settings.cell, verdict=found)
    )


@put(
    "/api/v1/operations/overrides/{override_id:uuid}/review",
    tags=["operations"],
    summary="Write down what was learnt",
    opt=declares(Permission.OVERRIDES_REVIEW, on="cell"),
)
async def review_override(override_id: UUID, data: ReviewBody, tx: Tx, limits: RateLimits) -> Override:
    """Due two working days after it was used; by somebody else than who asked for it."""
    await limits.take(OVERRIDES, str(tx.person_id))
    review = Review(is_justified=data.is_justified, findings=data.findings)
    return await actions.review_override(tx, tx.person_id, override_id, review)


ROUTES: Final[tuple[HandlerLike, ...]] = (
    overrides,
    one_override,
    request_override,
    approve_override,
    refuse_override,
    token,
    redeem,
    review_override,
)
