"""Letting somebody in over REST."""

from __future__ import annotations

from typing import Final

from litestar import post

from wedsync.features.people.api import address_in
from wedsync.kernel.permissions import Permission
from wedsync.operations.lockouts.actions import let_in
from wedsync.platform.database import Tx
from wedsync.platform.http import HandlerLike, declares
from wedsync.platform.http.bodies import Body


class WaitingBody(Body, frozen=True, kw_only=True):
    """Who waits, by the address they sign in with."""

    email: str


@post(
    "/api/v1/operations/let-ins",
    tags=["operations"],
    summary="Take somebody's passwords again",
    status_code=204,
    opt=declares(Permission.SUPPORT, on="cell"),
)
async def end_wait(data: WaitingBody, tx: Tx) -> None:
    """After too many wrong ones. They are told by letter."""
    await let_in(tx, tx.person_id, address_in(data.email))


ROUTES: Final[tuple[HandlerLike, ...]] = (end_wait,)
