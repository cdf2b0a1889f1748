"""How a handler answers: a page or fragment from its view, JSON as PostgreSQL wrote it, or the way on after a form."""

from __future__ import annotations

from datetime import datetime
from typing import Final, TypeVar

from litestar import Response
from litestar.datastructures import Cookie
from litestar.response import Redirect

from wedsync.kernel.clock import utc_now
from wedsync.platform.pages import View, render
from wedsync.platform.rate_limits import Measure

PLAIN_COOKIE: Final = "wedsync_session"
# A browser keeps a __Host- cookie to this very host, and takes it over TLS only.
SECURE_COOKIE: Final = "__Host-wedsync_session"
HTML: Final = "text/html"  # the charset is added to it
# Which hat one wore last; it is looked up among one's own before it leads anywhere.
HAT_COOKIE: Final = "wedsync_hat"
HAT_LASTS_S: Final = 365 * 24 * 3600
# Longer than any address of ours.
LONGEST_PATH: Final = 2000
RATE_LIMIT: Final = "ratelimit"
Content = TypeVar("Content")


def drawn(*views: View, status: int = 200) -> Response[str]:
    """A page, or fragments one after the other."""
    return Response("".join(map(render, views)), media_type=HTML, status_code=status)


def json_answer(content: bytes, *, etag: str = "", status: int = 200) -> Response[bytes]:
    """JSON that is JSON already; `etag` with its quotes."""
    headers = {"etag": etag} if etag else {}
    return Response(content, media_type="application/json", status_code=status, headers=headers)


def see_other(path: str) -> Redirect:
    """After a form: look there. `path` is one of ours; anything else leads home."""
    return Redirect(local_path(path), status_code=303)


def local_path(path: str) -> str:
    """A path of this house, or "/": a link in a letter must not lead elsewhere by way of us."""
    is_local = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    is_local = is_local and len(path) <= LONGEST_PATH
    return path if is_local else "/"


def cookie_name(*, is_secure: bool) -> str:
    """The session's cookie, by whether we are behind TLS."""
    return SECURE_COOKIE if is_secure else PLAIN_COOKIE


def keep_signed_in(
    answer: Response[Content], token: str, *, expires_at: datetime, is_secure: bool
) -> Response[Content]:
    """Give the browser its session."""
    answer.cookies.append(_cookie(token, int((expires_at - utc_now()).total_seconds()), is_secure=is_secure))
    return answer


def sign_out_here(answer: Response[Content], *, is_secure: bool) -> Response[Content]:
    """Take the session from the browser."""
    answer.cookies.append(_cookie("", 0, is_secure=is_secure))
    return answer


def limit_fields(measure: Measure) -> dict[str, str]:
    """How a limit stands, in the fields of draft-ietf-httpapi-ratelimit-headers: of `q` in `w` seconds `r` are left,
    and in `t` seconds more of it.
    """
    policy = f'"{measure.name}";q={measure.most};w={measure.per_s}'
    return {f"{RATE_LIMIT}-policy": policy, RATE_LIMIT: f'"{measure.name}";r={measure.left};t={measure.resets_s}'}


def kept_cookie(key: str, value: str, max_age: int, *, is_secure: bool) -> Cookie:
    """A cookie that only we read, for `max_age` seconds."""
    return Cookie(key=key, value=value, max_age=max_age, path="/", secure=is_secure, httponly=True, samesite="lax")


def _cookie(value: str, max_age: int, *, is_secure: bool) -> Cookie:
    return kept_cookie(cookie_name(is_secure=is_secure), value, max_age, is_secure=is_secure)
