"""Finding clients over REST."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

import msgspec
from litestar import get
from litestar.di import Provide
from litestar.params import Parameter

from wedsync.features.clients.filtering import Asked, provide_asked
from wedsync.features.clients.listing import MOST_FOUND, by_words
from wedsync.features.clients.search_queries import SEARCH, FoundClient
from wedsync.features.clients.searching import LONGEST_SOUGHT
from wedsync.kernel.ids import SupplierId
from wedsync.kernel.permissions import Permission
from wedsync.platform.database import SUPPLIER, Reader, refuse_hidden
from wedsync.platform.http.routes import declares
from wedsync.platform.rate_limits import SEARCHES, RateLimits

READS: Final = declares(Permission.CLIENTS_READ, on="supplier")
USUAL: Final = 20


class FoundList(msgspec.Struct, frozen=True, kw_only=True):
    """The nearest first. `is_cut` where more have these words than are looked through: say more of them."""

    items: tuple[FoundClient, ...]
    is_cut: bool


@get(
    "/api/v1/suppliers/{supplier_id:uuid}/client-search",
    tags=["clients"],
    summary="Find clients",
    opt=READS,
    dependencies={"asked": Provide(provide_asked)},
)
async def search(
    supplier_id: UUID,
    reader: Reader,
    limits: RateLimits,
    asked: Asked,
    q: Annotated[str, Parameter(max_length=LONGEST_SOUGHT)],
    limit: Annotated[int, Parameter(ge=1, le=50)] = USUAL,
) -> FoundList:
    """By names, places, companies, tags, telephones, addresses and days; each word is the beginning of some word.

    Where few have them, clients that are alike follow with `is_perhaps`. The list's filter holds, too, but for order.
    """
    supplier = SupplierId(supplier_id)
    await limits.take(SEARCHES, str(reader.actor.person_id))
    await refuse_hidden(reader, SUPPLIER, supplier, requires=Permission.CLIENTS_READ)
    found = await reader.one(SEARCH, by_words(supplier, asked, q, limit))
    return FoundList(items=found.clients, is_cut=found.count >= MOST_FOUND)


ROUTES: Final = (search,)
