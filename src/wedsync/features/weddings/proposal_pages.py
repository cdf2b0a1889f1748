"""Letting go what a supplier proposed, from its field. Using it is saving the field, at the field's own address."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from litestar import Response, post

from wedsync.features.people.shell import Visit
from wedsync.features.weddings import actions
from wedsync.features.weddings.details import core_spot
from wedsync.features.weddings.field_drawing import draw_field
from wedsync.features.weddings.field_views import FieldFragment
from wedsync.features.weddings.page_queries import SEEN
from wedsync.features.weddings.proposal_queries import PROPOSAL, OneProposal
from wedsync.features.weddings.sight import sight_of
from wedsync.kernel.fields.definitions import field_named
from wedsync.kernel.ids import ProposalId, WeddingId
from wedsync.kernel.permissions import Permission
from wedsync.platform.database import ById, Tx
from wedsync.platform.forms import shown
from wedsync.platform.http import declares, see_other


@post("/w/{wedding_id:uuid}/proposals/{proposal_id:uuid}/leave", opt=declares(Permission.FACTS_WRITE, on="wedding"))
async def leave(wedding_id: UUID, proposal_id: UUID, visit: Visit, tx: Tx) -> Response[str]:
    """The field stays as it is, without the proposal."""
    wedding, proposal = WeddingId(wedding_id), ProposalId(proposal_id)
    found = await tx.maybe(PROPOSAL, OneProposal(wedding_id=wedding, id=proposal))
    await actions.leave_proposal(tx, wedding, proposal)
    if found is None or not visit.exchange.is_fragment:
        return see_other(f"/w/{wedding_id}/details" + (f"#f-{found.key}" if found else ""))
    sight, field = sight_of(await tx.one(SEEN, ById(wedding_id))), field_named(found.key)
    return shown(FieldFragment(field=draw_field(sight, field, core_spot(sight, field)), csrf=visit.exchange.csrf))


HANDLERS: Final = (leave,)
