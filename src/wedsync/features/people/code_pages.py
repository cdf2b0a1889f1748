"""The page that asks for a code, after the password or a link."""

from __future__ import annotations

from typing import Final

from litestar import Response, get, post

from wedsync.features.people.codes import COOKIE, HalfWay, half_way, prove_code
from wedsync.features.people.entering import CODE, come_in
from wedsync.features.people.second_step import DEMO_KEY, code_at, open_key, step_at
from wedsync.features.people.second_step_queries import MY_FACTOR
from wedsync.features.people.shell import door
from wedsync.features.people.signing_in import in_words
from wedsync.features.people.views import CodePage
from wedsync.kernel.clock import utc_now
from wedsync.kernel.problems import Forbidden, LockedOut
from wedsync.platform.database import Actor, NoParams
from wedsync.platform.forms import Form, read_form
from wedsync.platform.http import OPEN, Exchange, drawn, see_other
from wedsync.platform.http.answers import kept_cookie

OVER: Final = "/sign-in?told=too-long"


class CodeForm(Form, frozen=True, kw_only=True):
    """What the app shows, or one of the codes on paper."""

    code: str = ""


@get(CODE, opt=OPEN)
async def code_page(exchange: Exchange) -> Response[str]:
    """For who is half signed in."""
    waiting = half_way(exchange)
    return see_other("/sign-in") if waiting is None else drawn(await _page(exchange, waiting))


@post(CODE, opt=OPEN)
async def bring_code(body: bytes, exchange: Exchange) -> Response[str]:
    """Into the house, or another try."""
    form, waiting = read_form(body, CodeForm), half_way(exchange)
    if waiting is None:
        return see_other(OVER)
    try:
        tx = await prove_code(exchange, waiting.person_id, form.code)
    except (Forbidden, LockedOut) as refusal:
        return drawn(await _page(exchange, waiting, in_words(refusal)), status=refusal.status)
    return _without_step(exchange, await come_in(exchange, tx, waiting))


def _without_step(exchange: Exchange, answer: Response[str]) -> Response[str]:
    is_secure = exchange.services.settings.is_behind_tls
    answer.cookies.append(kept_cookie(COOKIE, "", 0, is_secure=is_secure))
    return answer


async def _page(exchange: Exchange, waiting: HalfWay, error: str = "") -> CodePage:
    shell, shown = door(exchange), await _in_a_demo(exchange, waiting)
    return CodePage(shell=shell, action=CODE, start_url="/sign-in", demo_code=shown, error=error)


async def _in_a_demo(exchange: Exchange, waiting: HalfWay) -> str:
    """What the app of the demo's operators shows: nobody who looks round has it."""
    if not exchange.services.settings.is_demo:
        return ""
    reader = exchange.services.database.reader(Actor(person_id=waiting.person_id))
    mine = await reader.one(MY_FACTOR, NoParams())
    key = open_key(exchange.services.sealer, waiting.person_id, mine.sealed_key or "")
    return code_at(key, max(step_at(utc_now()), mine.last_step + 1)) if key == DEMO_KEY else ""


HANDLERS: Final = (code_page, bring_code)
