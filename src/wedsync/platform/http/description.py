"""The API's description for programs: OpenAPI 3.1, open to everybody, drawn once."""

from __future__ import annotations

from functools import cache

from litestar import Controller, Litestar, Request, Response, get
from litestar.datastructures import State
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme
from litestar.serialization import encode_json

import wedsync
from wedsync.platform.http.described import completed
from wedsync.platform.http.routes import OPEN, routes_of

WORDS = """A couple enters a fact once; every supplier who may read it sees it at once.

Sign in with `POST /api/v1/sessions` and send the token as a bearer token. You act as yourself; whoever belongs to a
supplier acts for it where the path begins with `/api/v1/suppliers/{supplier_id}`, and elsewhere by sending its id as
`X-Wedsync-Supplier`. A supplier's own program sends a key instead, which opens what its scopes say, for that supplier
alone; `RateLimit` says how much may still be asked. A request that changes something may carry an `Idempotency-Key` of
8 to 255 printable characters: sent twice, it is done once. Every refusal is a problem document (RFC 9457) whose
`advice` says what to do."""


class Description(Controller):
    """At the one address where programs look for it."""

    @get("/api/v1/openapi.json", opt=OPEN, include_in_schema=False, sync_to_thread=False)
    def openapi(self, request: Request[None, None, State]) -> Response[bytes]:
        """The same for every reader."""
        return Response(_drawn(request.app), media_type="application/json", headers={"cache-control": "no-cache"})


def openapi_config() -> OpenAPIConfig:
    """What the description says of the API as a whole."""
    return OpenAPIConfig(
        title="WedSync",
        version=wedsync.__version__,
        description=WORDS,
        # Litestar's own would also take every unknown address below its path.
        openapi_controller=Description,  # type: ignore[arg-type]  # any controller serves
        components=Components(
            security_schemes={
                "session": SecurityScheme(type="http", scheme="bearer", description="A session's token."),
                "key": SecurityScheme(
                    type="http",
                    scheme="bearer",
                    bearer_format="ws_live_…",
                    description="A key of a supplier's program.",
                ),
            }
        ),
        security=[{"session": []}],
    )


@cache
def _drawn(app: Litestar) -> bytes:
    return completed(encode_json(app.openapi_schema.to_schema()), routes_of(app))
