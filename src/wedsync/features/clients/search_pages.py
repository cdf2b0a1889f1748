"""Finding clients: a page of what was found, and the same while somebody types."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from litestar import Response, get
from litestar.di import Provide
from litestar.params import QueryParameter

from wedsync.features.clients.filtering import Asked, provide_asked
from wedsync.features.clients.listing import by_words
from wedsync.features.clients.search_drawing import MOST_SHOWN, Look, found_view, search_box
from wedsync.features.clients.search_queries import SEARCH_ROWS
from wedsync.features.clients.searching import LONGEST_SOUGHT
from wedsync.features.clients.views import FoundFragment, FoundView, SearchPage
from wedsync.features.people.shell import Visit, business_of, supplier_shell
from wedsync.kernel.ids import SupplierId
from wedsync.kernel.permissions import Permission
from wedsync.kernel.problems import BadRequest
from wedsync.platform.database import Reader
from wedsync.platform.http import declares, drawn
from wedsync.platform.pages import Crumb
from wedsync.platform.rate_limits import SEARCHES, RateLimits

WHILE_TYPING: Final = 8
READS: Final = declares(Permission.CLIENTS_READ, on="supplier")
Typed = Annotated[str, QueryParameter(max_length=LONGEST_SOUGHT)]


@get("/s/{supplier_id:uuid}/clients/search", opt=READS, dependencies={"asked": Provide(provide_asked)})
async def search(supplier_id: UUID, visit: Visit, limits: RateLimits, asked: Asked, q: Typed = "") -> Response[str]:
    """The best 50; what cannot be looked for is said beside the box."""
    business_of(visit.me, supplier_id)
    await limits.take(SEARCHES, str(visit.me.id))
    look = Look(asked=asked, typed=q, base=f"/s/{supplier_id}/clients")
    page = SearchPage(
        shell=supplier_shell(visit, supplier_id, "Clients"),
        crumbs=(Crumb(label="Clients", href=look.base),),
        box=search_box(asked, look.base, q),
        found=await _found(visit.reader, SupplierId(supplier_id), look, MOST_SHOWN),
    )
    return drawn(page)


@get("/s/{supplier_id:uuid}/clients/search/found", opt=READS, dependencies={"asked": Provide(provide_asked)})
async def found(supplier_id: UUID, visit: Visit, limits: RateLimits, asked: Asked, q: Typed = "") -> Response[str]:
    """The best few, while somebody types."""
    business_of(visit.me, supplier_id)
    await limits.take(SEARCHES, str(visit.me.id))
    look = Look(asked=asked, typed=q, base=f"/s/{supplier_id}/clients")
    return drawn(FoundFragment(found=await _found(visit.reader, SupplierId(supplier_id), look, WHILE_TYPING)))


async def _found(reader: Reader, supplier: SupplierId, look: Look, limit: int) -> FoundView:
    if not look.typed.strip():
        return FoundView()
    try:
        wanted = by_words(supplier, look.asked, look.typed, limit + 1)
    except BadRequest as refusal:
        return FoundView(sentence=refusal.detail)
    return found_view(await reader.one(SEARCH_ROWS, wanted), look, limit)


HANDLERS: Final = (search, found)
