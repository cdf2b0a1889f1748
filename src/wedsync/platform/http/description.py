"""The API's description for programs: OpenAPI 3.1, open to everybody, drawn once."""

from __future__ import annotations

from functools import cache

from litestar import Controller, Litestar, Request, Response, get
from litestar.datastructures import State
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme
from litestar.serialization import encode_json

import wedsync
from wedsync.platform.http.routes import OPEN


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
        description="A couple enters a fact once; every supplier who may read it sees it at once.",
        # Litestar's own would also take every unknown address below its path.
        openapi_controller=Description,  # type: ignore[arg-type]  # any controller serves
        components=Components(
            security_schemes={"session": SecurityScheme(type="http", scheme="bearer", description="A session's token.")}
        ),
        security=[{"session": []}],
    )


@cache
def _drawn(app: Litestar) -> bytes:
    return encode_json(app.openapi_schema.to_schema())
