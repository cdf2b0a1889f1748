"""JSON as PostgreSQL wrote it, passed on as it is; the type says to the API's description what it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

import msgspec
from litestar import Response
from litestar.response.base import ASGIResponse

if TYPE_CHECKING:
    from collections.abc import Mapping

Shape = TypeVar("Shape", bound=msgspec.Struct)


class Passed(Response[bytes]):
    """Bytes that need no encoding, no background task and no header of anybody else's."""

    def to_asgi_response(self, *_: object, **__: object) -> ASGIResponse:
        """The bytes, at once."""
        return ASGIResponse(body=self.content, media_type="application/json", headers=dict(self._told))

    def __init__(self, raw: bytes, told: Mapping[str, str]) -> None:
        """`told` are further headers."""
        super().__init__(raw)
        self._told = told


def passed(raw: bytes, shape: type[Shape], *, etag: str = "") -> Response[Shape]:
    """One object. The query that wrote it is declared with the same shape, so nothing is decoded to prove it again."""
    _ = shape
    return cast("Response[Shape]", Passed(raw, {"etag": etag} if etag else {}))


def passed_all(raw: bytes, shape: type[Shape]) -> Response[list[Shape]]:
    """A list of objects."""
    _ = shape
    return cast("Response[list[Shape]]", Passed(raw, {}))
