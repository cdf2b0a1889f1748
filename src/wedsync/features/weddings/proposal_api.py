"""What suppliers knew before the couple came, over REST: the couple reads it, takes it or leaves it."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from litestar import Response, delete, get, put
from litestar.params import HeaderParameter

from wedsync.features.weddings import actions
from wedsync.features.weddings.api import revision_in, written
from wedsync.features.weddings.model import Fact
from wedsync.features.weddings.proposal_queries import PROPOSALS, Proposal
from wedsync.kernel.ids import ProposalId, WeddingId
from wedsync.kernel.permissions import Permission
from wedsync.platform.database import WEDDING, ById, Reader, Tx, refuse_hidden
from wedsync.platform.http.bodies import Body
from wedsync.platform.http.passing import passed_all
from wedsync.platform.http.routes import declares

WRITES: Final = declares(Permission.FACTS_WRITE, on="wedding")


class AcceptanceBody(Body, frozen=True, kw_only=True):
    """`accept_lock`: the date may lock the wedding at once; `accept_far`: for more than a month."""

    accept_lock: bool = False
    accept_far: bool = False


@get(
    "/api/v1/weddings/{wedding_id:uuid}/proposals",
    tags=["facts"],
    summary="What suppliers propose",
    opt=declares(Permission.WEDDING_READ, on="wedding"),
)
async def proposals(wedding_id: UUID, reader: Reader) -> Response[list[Proposal]]:
    """Open ones, the oldest first. Only who belongs to the wedding reads any; a supplier reads none."""
    raw = await reader.json(PROPOSALS, ById(wedding_id))
    await refuse_hidden(reader, WEDDING, WeddingId(wedding_id))
    return passed_all(raw, Proposal)


@put(
    "/api/v1/weddings/{wedding_id:uuid}/proposals/{proposal_id:uuid}/acceptance",
    tags=["facts"],
    summary="Use a proposal",
    opt=WRITES,
)
async def use(
    wedding_id: UUID,
    proposal_id: UUID,
    data: AcceptanceBody,
    tx: Tx,
    if_match: Annotated[str, HeaderParameter(name="If-Match")] = "",
) -> Response[Fact]:
    """Writes the fact, as PATCH on it does, with the revision in If-Match; "0" where there was none."""
    taking = actions.Taking(
        base_revision=revision_in(if_match), accept_lock=data.accept_lock, accept_far=data.accept_far
    )
    return written(await actions.use_proposal(tx, WeddingId(wedding_id), ProposalId(proposal_id), taking))


@delete(
    "/api/v1/weddings/{wedding_id:uuid}/proposals/{proposal_id:uuid}",
    tags=["facts"],
    summary="Leave a proposal",
    opt=WRITES,
)
async def leave(wedding_id: UUID, proposal_id: UUID, tx: Tx) -> None:
    """It is not shown again. The supplier does not hear of it."""
    await actions.leave_proposal(tx, WeddingId(wedding_id), ProposalId(proposal_id))


ROUTES: Final = (proposals, use, leave)
