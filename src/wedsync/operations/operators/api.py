"""Who runs the installation, for programs of theirs."""

from __future__ import annotations

from typing import Final

from litestar import Response, get

from wedsync.kernel.permissions import Permission
from wedsync.operations.operators.queries import OPERATORS, Operator
from wedsync.platform.database import CELL, NoParams, Reader, refuse_hidden
from wedsync.platform.http import Exchange, HandlerLike, declares
from wedsync.platform.http.passing import passed_all


@get(
    "/api/v1/operations/operators",
    tags=["operations"],
    summary="Who runs the installation",
    opt=declares(Permission.OPERATE, on="cell"),
)
async def operators(exchange: Exchange, reader: Reader) -> Response[list[Operator]]:
    """By name. Only `wedsync operator add` appoints one."""
    raw = await reader.json(OPERATORS, NoParams())
    await refuse_hidden(reader, CELL, exchange.signed_in().person_id)
    return passed_all(raw, Operator)


ROUTES: Final[tuple[HandlerLike, ...]] = (operators,)
