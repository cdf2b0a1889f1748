"""JSON as PostgreSQL wrote it, passed on as it is; the type says to the API's description what it holds."""

from __future__ import annotations

from typing import TypeVar, cast

import msgspec
from litestar import Response

Shape = TypeVar("Shape", bound=msgspec.Struct)


def passed(raw: bytes, shape: type[Shape], *, etag: str = "") -> Response[Shape]:
    """One object. The query that wrote it is declared with the same shape, so nothing is decoded to prove it again."""
    _ = shape
    headers = {"etag": etag} if etag else {}
    return cast("Response[Shape]", Response(raw, media_type="application/json", headers=headers))


def passed_all(raw: bytes, shape: type[Shape]) -> Response[list[Shape]]:
    """A list of objects."""
    _ = shape
    return cast("Response[list[Shape]]", Response(raw, media_type="application/json"))
