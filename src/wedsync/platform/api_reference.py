"""The API's description: as the page for people lists it, and as a file that versions are compared by."""

from __future__ import annotations

from functools import lru_cache

import msgspec
from litestar import Litestar

from wedsync.platform.views import Operation, OperationGroup

METHODS = ("get", "post", "put", "patch", "delete")


@lru_cache(maxsize=4)
def operations(app: Litestar) -> tuple[OperationGroup, ...]:
    """Every operation under /api/v1, grouped by its first tag, in the order of the description."""
    groups: dict[str, list[Operation]] = {}
    for path, item in (app.openapi_schema.paths or {}).items():
        if not path.startswith("/api/v1/"):
            continue
        for method in METHODS:
            found = getattr(item, method)
            if found is not None:
                tag = (found.tags or ["other"])[0]
                operation = Operation(method=method.upper(), path=path, summary=found.summary or "")
                groups.setdefault(tag.capitalize(), []).append(operation)
    return tuple(OperationGroup(name=name, operations=tuple(found)) for name, found in groups.items())


def as_json(app: Litestar) -> str:
    """In the order of its keys, so that two versions can be laid side by side."""
    encoded = msgspec.json.encode(app.openapi_schema.to_schema(), order="sorted")
    return msgspec.json.format(encoded, indent=1).decode() + "\n"
