"""The API for people, and in the demo the letters that would have been sent."""

from __future__ import annotations

import asyncio
from typing import Final

from litestar import Request, Response, get
from litestar.datastructures import State

from wedsync.features.people.shell import door, me_if_signed_in
from wedsync.features.people.words import moment
from wedsync.kernel.problems import PROBLEMS, NotFound
from wedsync.platform.api_reference import operations
from wedsync.platform.http import OPEN, Exchange, drawn
from wedsync.platform.outbox import newest_letters
from wedsync.platform.views import ApiPage, Letter, OutboxPage, Refusal

MOST_LETTERS: Final = 50


@get("/outbox", opt=OPEN)
async def outbox(exchange: Exchange) -> Response[str]:
    """Newest first. There is no such page outside the demo world."""
    if not exchange.services.settings.is_demo:
        raise NotFound
    me = await me_if_signed_in(exchange)
    settings = exchange.services.settings
    found = await asyncio.to_thread(newest_letters, settings.home / "outbox", MOST_LETTERS, settings.public_url)
    zone = "Europe/London" if me is None else me.zone
    letters = tuple(
        Letter(
            to=each.to,
            subject=each.subject,
            body=each.body,
            sent=moment(each.sent_at, zone),
            link=each.link,
            others=each.others,
        )
        for each in found
    )
    return drawn(OutboxPage(shell=door(exchange, me), letters=letters))


@get("/api", opt=OPEN)
async def api(exchange: Exchange, request: Request[None, None, State]) -> Response[str]:
    """What a program may ask, from the same description that programs read."""
    me = await me_if_signed_in(exchange)
    problems = tuple(Refusal(status=each.status, slug=each.slug, advice=each.advice) for each in PROBLEMS)
    groups = operations(request.app)
    page = ApiPage(shell=door(exchange, me), openapi_url="/api/v1/openapi.json", groups=groups, problems=problems)
    return drawn(page)


HANDLERS: Final = (outbox, api)
