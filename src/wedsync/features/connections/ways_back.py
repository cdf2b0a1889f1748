"""Where a form's own address leads to who opens it again: the page that the form stands on.

A refused form is answered at its address, and browsers come back to what stands in their address bar.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from litestar import Response, get

from wedsync.kernel.permissions import Permission
from wedsync.platform.http import declares, see_other

WEDDING: Final = declares(Permission.WEDDING_READ, on="wedding")


@get("/w/{wedding_id:uuid}/members", opt=WEDDING)
async def members(wedding_id: UUID) -> Response[str]:
    """Whom the couple invites stands on their home."""
    return see_other(f"/w/{wedding_id}/home#members")


@get("/w/{wedding_id:uuid}/suppliers/invitations", opt=WEDDING)
async def supplier_invitations(wedding_id: UUID) -> Response[str]:
    """Among those who have come."""
    return see_other(f"/w/{wedding_id}/suppliers")


HANDLERS: Final = (members, supplier_invitations)
