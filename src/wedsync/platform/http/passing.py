"""JSON as PostgreSQL wrote it, passed on as it is; the type says to the API's description what it holds."""

from __future__ import annotations

from typing import Final, TypeVar, cast

import msgspec
from litestar import Response
from litestar.response.base import ASGIResponse
from litestar.types import Receive, Scope, Send

Shape = TypeVar("Shape", bound=msgspec.Struct)
_JSON: Final = (b"content-type", b"application/json")


class _Bytes(ASGIResponse):
    """Two messages. What the framework's own prepares for cookies, encoders and tasks costs more than the query."""

    def __init__(self, body: bytes, etag: str) -> None:
        self.body = body
        self._headers = [_JSON, (b"content-length", b"%d" % len(body))]
        if etag:
            self._headers.append((b"etag", etag.encode()))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        _ = scope, receive
        await send({"type": "http.response.start", "status": 200, "headers": self._headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": False})


class Passed(Response[bytes]):
    """Bytes that need no encoding, no background task and no header of anybody else's."""

    def __init__(self, raw: bytes, etag: str) -> None:
        """`etag` with its quotes, or ""."""
        self._sent: Final = _Bytes(raw, etag)

    def to_asgi_response(self, *_: object, **__: object) -> ASGIResponse:
        """The bytes, at once."""
        return self._sent


def passed(raw: bytes, shape: type[Shape], *, etag: str = "") -> Response[Shape]:
    """One object. The query that wrote it is declared with the same shape, so nothing is decoded to prove it again."""
    _ = shape
    return cast("Response[Shape]", Passed(raw, etag))


def passed_all(raw: bytes, shape: type[Shape]) -> Response[list[Shape]]:
    """A list of objects."""
    _ = shape
    return cast("Response[list[Shape]]", Passed(raw, ""))
