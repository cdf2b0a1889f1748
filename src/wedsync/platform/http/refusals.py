"""Every refusal is drawn here: as a problem document, as a fragment, or as a page with a way on.

What nobody foresaw is logged once, with its traceback, and told without its details.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from urllib.parse import quote, urlsplit

import msgspec
from litestar import Litestar, Request, Response
from litestar.datastructures import State
from litestar.exceptions import HTTPException, ValidationException
from litestar.routes import HTTPRoute

from wedsync.kernel.fields.definitions import FIELD_BY_KEY
from wedsync.kernel.json_values import JsonValue
from wedsync.kernel.problems import (
    BadRequest,
    InternalError,
    Invalid,
    LockedWedding,
    MethodNotAllowed,
    NotFound,
    PayloadTooLarge,
    Problem,
    ProofNeeded,
    RequestTimeout,
    SecondStepNeeded,
    SignedOut,
    TooManyRequests,
    Unavailable,
    UnsupportedMediaType,
)
from wedsync.platform.formats import moment
from wedsync.platform.http.answers import HTML, limit_fields, local_path
from wedsync.platform.http.bodies import field_error
from wedsync.platform.http.exchange import Exchange, exchange_in_hand
from wedsync.platform.idempotency import Replayed
from wedsync.platform.pages import Crumb, Shell, render
from wedsync.platform.rate_limits import Measure
from wedsync.platform.telemetry import Log
from wedsync.platform.views import FieldProblem, ProblemFragment, ProblemPage

PROBLEM_JSON: Final = "application/problem+json"
OUR_FAULT: Final = 500
_BY_STATUS: Final[dict[int, type[Problem]]] = {
    kind.status: kind
    for kind in (BadRequest, SignedOut, NotFound, MethodNotAllowed, PayloadTooLarge, UnsupportedMediaType, Unavailable)
}
_log = Log("http")


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """An answer ready to be sent."""

    status: int
    content_type: str
    body: bytes
    headers: dict[str, str] = {}


class _Complaint(msgspec.Struct, frozen=True):
    """What Litestar says about one parameter or one field of a form."""

    message: str
    key: str = ""
    source: str = ""


def answer_error(request: Request[None, None, State], error: Exception) -> Response[bytes]:
    """Litestar's way in: whatever was raised."""
    exchange = exchange_in_hand()
    if isinstance(error, Replayed):
        kept = error.answer
        headers = {"idempotency-replayed": "true"} | ({"etag": kept.etag} if kept.etag else {})
        return Response(kept.body, status_code=kept.status, media_type=kept.content_type, headers=headers)
    problem = problem_for(error)
    drawn = draw(exchange, problem)
    headers = drawn.headers
    if isinstance(problem, MethodNotAllowed):
        headers = headers | {"allow": ", ".join(allowed(request.app, exchange.path))}
    return Response(drawn.body, status_code=drawn.status, media_type=drawn.content_type, headers=headers)


def problem_for(error: Exception) -> Problem:
    """The problem that an exception is; what is our fault is logged here and nowhere else."""
    match error:
        case Problem():
            problem = error
        case ValidationException():
            return _invalid(error)
        case HTTPException():
            otherwise = BadRequest if error.status_code < OUR_FAULT else InternalError
            problem = _BY_STATUS.get(error.status_code, otherwise)()
        case _:
            problem = InternalError()
    if problem.status >= OUR_FAULT and not isinstance(problem, Unavailable):
        _log.error("failed", error, route=exchange_in_hand().route)
    return problem


def draw(exchange: Exchange, problem: Problem) -> Refusal:
    """The refusal as this request wants it."""
    headers = _headers(problem)
    if exchange.wants_json:
        body = msgspec.json.encode(problem.document(exchange.request_id))
        return Refusal(status=problem.status, content_type=PROBLEM_JSON, body=body, headers=headers)
    if exchange.method == "GET" and not exchange.is_fragment and (way_in := _way_in(exchange, problem)):
        headers["location"] = way_in
        return Refusal(status=303, content_type=HTML, body=b"", headers=headers)
    # What surrounds a page costs a look at the database: not for those who ask too much, nor when it does not answer.
    is_bare = exchange.is_fragment or exchange.session is None or isinstance(problem, TooManyRequests | Unavailable)
    exchange.refused = None if is_bare else problem
    if exchange.is_fragment:
        view = ProblemFragment(title=problem.title, advice=problem.advice, detail=problem.detail)
        return Refusal(status=problem.status, content_type=HTML, body=render(view).encode(), headers=headers)
    body = page_of(exchange, problem, Shell(is_signed_in=exchange.session is not None, csrf=exchange.csrf))
    return Refusal(status=problem.status, content_type=HTML, body=body, headers=headers)


def page_of(exchange: Exchange, problem: Problem, shell: Shell) -> bytes:
    """The refusal as a page."""
    return render(_page(exchange, problem, shell)).encode()


def allowed(app: Litestar, path: str) -> list[str]:
    """The methods of the address that fits best: the one with the fewest places for anything. None: no such address."""
    fitting = [route for route in app.routes if isinstance(route, HTTPRoute) and _fits(route.path_format, path)]
    best = min(fitting, key=_freedom, default=None)
    return [] if best is None else sorted(best.methods - {"OPTIONS"})


def _headers(problem: Problem) -> dict[str, str]:
    match problem:
        case TooManyRequests():
            return _limited(problem)
        case Unavailable():
            return {"retry-after": "5"}
        case RequestTimeout():
            return {"connection": "close"}  # or the rest of it would go on coming in
        case SignedOut():
            return {"www-authenticate": 'Bearer realm="WedSync"'}
        case _:
            return {}


def _way_in(exchange: Exchange, problem: Problem) -> str:
    """Where a page that asks who it is sends its reader, who comes back; "" for every other refusal."""
    match problem:
        case SignedOut():
            return f"/sign-in?next={quote(exchange.path, safe='/')}"
        case ProofNeeded():
            return str(problem.members["prove_url"])
        case SecondStepNeeded():
            return str(problem.members["set_up_url"])
        case _:
            return ""


def _limited(problem: TooManyRequests) -> dict[str, str]:
    wait_s = problem.members.get("retry_after_s", 60)
    told = {"retry-after": str(wait_s)}
    limit = problem.members.get("limit")
    if not isinstance(limit, Mapping):
        return told
    return told | limit_fields(msgspec.convert({**limit, "left": 0, "resets_s": wait_s}, Measure))


def _page(exchange: Exchange, problem: Problem, shell: Shell) -> ProblemPage:
    unlocks_at = problem.members.get("unlocks_at")
    is_known = isinstance(problem, LockedWedding) and isinstance(unlocks_at, str)
    until = f"Opens again {moment(datetime.fromisoformat(str(unlocks_at)), 'UTC')}" if is_known else ""
    return ProblemPage(
        shell=shell,
        status=problem.status,
        title=problem.title,
        advice=problem.advice,
        detail=problem.detail,
        until_text=until,
        errors=_field_problems(problem),
        ways_on=_ways_on(exchange, problem),
        request_id=exchange.request_id if problem.status >= OUR_FAULT else "",
    )


def _field_problems(problem: Problem) -> tuple[FieldProblem, ...]:
    listed = problem.members.get("errors")
    if not isinstance(listed, list):
        return ()
    found = msgspec.convert(listed, list[FieldProblem])
    return tuple(FieldProblem(field=_called(each.field), detail=each.detail) for each in found)


def _called(field: str) -> str:
    """A question by its name, a box of a form in words."""
    known = FIELD_BY_KEY.get(field)
    return field.replace("_", " ").capitalize() if known is None else known.name


def _ways_on(exchange: Exchange, problem: Problem) -> tuple[Crumb, ...]:
    ways = []
    if isinstance(problem, SignedOut):
        ways.append(Crumb(label="Sign in", href="/sign-in"))
    if isinstance(problem, ProofNeeded):
        ways.append(Crumb(label="Show that it is you", href=str(problem.members["prove_url"])))
    amend_url = problem.members.get("amend_url")
    if isinstance(amend_url, str):
        ways.append(Crumb(label="What can I do?", href=_from_here(exchange, amend_url)))
    try:
        came_from = urlsplit(exchange.headers.get(b"referer", b"").decode("latin-1"))
    except ValueError:
        came_from = urlsplit("")
    host = exchange.headers.get(b"host", b"").decode("latin-1")
    if came_from.netloc == host and came_from.path not in ("", exchange.path if exchange.is_read else ""):
        ways.append(Crumb(label="Go back", href=local_path(came_from.path)))
    return (*ways, Crumb(label="Go to the start", href="/"))


def _from_here(exchange: Exchange, path: str) -> str:
    """A page about a wedding, as a supplier reaches it where a supplier asks."""
    parts = exchange.path.split("/")
    return f"/s/{parts[2]}/weddings{path.removeprefix('/w')}" if parts[1] == "s" else path


def _invalid(error: ValidationException) -> Problem:
    try:
        complaints = msgspec.convert(error.extra or [], list[_Complaint])
    except msgspec.ValidationError:
        return Invalid(errors=[])
    if any(complaint.source == "path" for complaint in complaints):
        return NotFound()
    errors: list[JsonValue] = [field_error(each.message, each.key.removeprefix("data")) for each in complaints]
    return Invalid(errors=errors)


def _fits(pattern: str, path: str) -> bool:
    ours, theirs = pattern.strip("/").split("/"), path.strip("/").split("/")
    return len(ours) == len(theirs) and all(a == b or a.startswith("{") for a, b in zip(ours, theirs, strict=True))


def _freedom(route: HTTPRoute) -> int:
    return route.path_format.count("{")
