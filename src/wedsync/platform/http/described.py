"""What the framework cannot know about an operation: who may call it, and every way it can refuse.

The description promises exactly this, and a test asks the running server for all of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from http import HTTPStatus
from typing import Final, TypeAlias

import msgspec

from wedsync.kernel.permissions import scopes_for
from wedsync.platform.http.routes import Declaration, Route

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Object: TypeAlias = "dict[str, Json]"

METHODS: Final = ("get", "post", "put", "patch", "delete")
# Anything may be too much, come while the database is away, under another host, or for a capacity of somebody else's.
ALWAYS: Final = (403, 404, 421, 429, 503)
CHANGES: Final = (400, 409, 413, 415, 422, 423)
BY_PARAMETER: Final = {"query": (400, 422), "header": (400, 412, 428)}
PROBLEM: Final[Object] = {
    "type": "object",
    "title": "Problem",
    "description": "A refusal (RFC 9457). Some carry more: what to change, when it opens again, what stands now.",
    "required": ["type", "title", "status", "advice"],
    "properties": {
        "type": {"type": "string", "description": "Which refusal it is; all are listed on /api."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "advice": {"type": "string", "description": "What to do now."},
        "detail": {"type": "string"},
        "instance": {"type": "string", "description": "The id of the refused request."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "detail"],
                "properties": {"field": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}


def completed(raw: bytes, routes: Iterable[Route]) -> bytes:
    """The framework's description (JSON) with refusals, open doors and strict bodies."""
    document: Object = msgspec.json.decode(raw)
    _choices_may_overlap(document)
    declared = {(route.method.lower(), route.path): route.declaration or Declaration() for route in routes}
    schemas = _object(_object(document["components"])["schemas"])
    schemas["Problem"] = PROBLEM
    refused: set[int] = set()
    for method, path, operation in _operations(document):
        asks = declared[method, path]
        operation["security"] = _ways_in(asks)
        statuses = _refusals(method, operation, is_open=asks.is_open)
        _say(operation, statuses)
        refused.update(statuses)
        _be_strict(operation, schemas)
        _allow_seconds(operation)
    _object(document["components"])["responses"] = {f"Refused{each}": _refusal(each) for each in sorted(refused)}
    return msgspec.json.encode(document)


def _operations(document: Object) -> Iterator[tuple[str, str, Object]]:
    for path, item in _object(document["paths"]).items():
        for method, operation in _object(item).items():
            if method in METHODS:
                yield method, path, _object(operation)


def _ways_in(asks: Declaration) -> list[Json]:
    """By a session, or by a key with any of these scopes; nothing is asked where the door is open."""
    if asks.is_open:
        return []
    scopes: list[Json] = [] if asks.requires is None else [str(scope) for scope in scopes_for(asks.requires)]
    ways: list[Json] = [{"session": []}]
    if scopes:
        ways.append({"key": scopes})
    return ways


def _refusals(method: str, operation: Object, *, is_open: bool) -> list[int]:
    found = set(ALWAYS if is_open else (*ALWAYS, 401))
    if method != "get":
        found.update(CHANGES)
    for parameter in _objects(operation.get("parameters")):
        found.update(BY_PARAMETER.get(str(parameter["in"]), ()))
    return sorted(found)


def _say(operation: Object, statuses: list[int]) -> None:
    responses = _object(operation["responses"])
    responses.pop("400", None)  # the framework's own shape, which nobody is ever answered
    for status in statuses:
        responses[str(status)] = {"$ref": f"#/components/responses/Refused{status}"}


def _refusal(status: int) -> Object:
    content: Object = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": HTTPStatus(status).phrase, "content": content}


def _be_strict(operation: Object, schemas: Object) -> None:
    """A body with a field that nobody asked for is refused, and the description says so. One may be left out."""
    if "requestBody" not in operation:
        return
    body = _object(operation["requestBody"])
    for content in _object(body["content"]).values():
        schema = _object(_object(content)["schema"])
        choices = _objects(schema.get("oneOf")) or [schema]
        body["required"] = {"type": "null"} not in choices
        for named in [str(each["$ref"]).rpartition("/")[2] for each in choices if "$ref" in each]:
            _object(schemas[named])["additionalProperties"] = False


def _allow_seconds(operation: Object) -> None:
    """A time in an address may also be given as seconds since 1970: the framework reads both."""
    for parameter in _objects(operation.get("parameters")):
        if parameter["in"] == "query" and "date-time" in str(parameter["schema"]):
            parameter["schema"] = {"anyOf": [parameter["schema"], {"type": "number"}]}


def _choices_may_overlap(found: Json) -> None:
    """3 is an integer and a number; "one of" would refuse it for being both."""
    if isinstance(found, dict):
        if "oneOf" in found:
            found["anyOf"] = found.pop("oneOf")
        for each in found.values():
            _choices_may_overlap(each)
    elif isinstance(found, list):
        for each in found:
            _choices_may_overlap(each)


def _object(value: Json) -> Object:
    if not isinstance(value, dict):
        message = "the description is not of the shape that OpenAPI has"
        raise TypeError(message)
    return value


def _objects(value: Json) -> list[Object]:
    return [_object(each) for each in value] if isinstance(value, list) else []
