"""Each way in which a change could break a program written for the released API is found, and nothing else is."""

import json
from pathlib import Path
from typing import Final

import pytest
from gates.api_changes import breaks, read

OURS: Final = (Path(__file__).resolve().parents[2] / "docs/openapi.json").read_text("utf-8")
RELEASED: Final = """{"openapi": "3.1.0", "paths": {"/guests/{id}": {
  "get": {"parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string", "format": "uuid"}}],
    "responses": {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Guest"}}}}}},
  "put": {
    "parameters": [{"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 100}}],
    "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/GuestBody"}}}},
    "responses": {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Guest"}}}},
                  "404": {"content": {}}}}}},
 "components": {"schemas": {
  "Guest": {"type": "object", "required": ["name", "meal"], "properties": {
    "name": {"type": "string"}, "meal": {"enum": ["fish", "beans"], "type": "string"},
    "seat": {"oneOf": [{"type": "integer"}, {"type": "null"}]},
    "comes_with": {"type": "array", "items": {"$ref": "#/components/schemas/Guest"}}}},
  "GuestBody": {"type": "object", "required": ["name"], "properties": {
    "name": {"type": "string", "maxLength": 200}, "meal": {"enum": ["fish", "beans"], "type": "string"},
    "born_on": {"type": "string", "format": "date"},
    "notes": {"type": "object", "additionalProperties": {"type": "string"}},
    "seat": {"oneOf": [{"type": "integer"}, {"type": "null"}]}}}}}}"""
GUEST: Final = "components.schemas.Guest"
BODY: Final = "components.schemas.GuestBody"
OPERATIONS: Final = "paths./guests/{id}"
REMOVED: Final = "removed"

BREAKS: Final[dict[str, tuple[str, object, str]]] = {
    "a path": (OPERATIONS, REMOVED, "GET /guests/{id} is gone."),
    "an operation": (f"{OPERATIONS}.put", REMOVED, "PUT /guests/{id} is gone."),
    "a parameter": (f"{OPERATIONS}.put.parameters", [], "no longer knows 'limit' in its query"),
    "a demanded parameter": (f"{OPERATIONS}.put.parameters.0.required", True, "now demands 'limit' in its query"),
    "a lower maximum": (f"{OPERATIONS}.put.parameters.0.schema.maximum", 50, "narrower maximum: 50"),
    "a higher minimum": (f"{OPERATIONS}.put.parameters.0.schema.minimum", 5, "narrower minimum: 5"),
    "a parameter's type": (f"{OPERATIONS}.put.parameters.0.schema.type", "boolean", "no longer takes integer"),
    "a demanded body": (f"{OPERATIONS}.put.requestBody.required", True, "now demands a body"),
    "a body's media type": (f"{OPERATIONS}.put.requestBody.content", {"text/csv": {}}, "no longer application/json"),
    "a demanded property": (f"{BODY}.required", ["name", "meal"], "now demands 'meal'"),
    "a refused property": (f"{BODY}.properties.seat", REMOVED, "has no 'seat' any more"),
    "a refused null": (f"{BODY}.properties.seat", {"type": "integer"}, "no longer takes null"),
    "a refused word": (f"{BODY}.properties.meal.enum", ["fish"], "no longer takes 'beans'"),
    "words where any was taken": (f"{BODY}.properties.name.enum", ["Ida"], "no longer takes any word"),
    "a shorter text": (f"{BODY}.properties.name.maxLength", 20, "narrower max length: 20"),
    "a shorter list": (f"{OPERATIONS}.put.parameters.0.schema.maxItems", 5, "narrower max items: 5"),
    "another format": (f"{BODY}.properties.born_on.format", "date-time", "was date, and is date-time"),
    "a new format": (f"{BODY}.properties.name.format", "email", "was of any format, and is email"),
    "a value's type": (f"{BODY}.properties.notes.additionalProperties.type", "integer", "values, no longer takes string"),
    "a status": (f"{OPERATIONS}.get.responses", {"201": {}}, "no longer answers 200"),
    "an answer's media type": (f"{OPERATIONS}.get.responses.200.content", {}, "no longer application/json"),
    "an answered property": (f"{GUEST}.properties.seat", REMOVED, "has no 'seat' any more"),
    "one that may be missing": (f"{GUEST}.required", ["name"], "may come without 'meal'"),
    "an answered null": (f"{GUEST}.properties.name", {"oneOf": [{"type": "string"}, {"type": "null"}]}, "be null"),
    "an unheard-of word": (f"{GUEST}.properties.meal.enum", ["fish", "beans", "cake"], "may now be 'cake'"),
    "words without end": (f"{GUEST}.properties.meal.enum", REMOVED, "may now be any word"),
    "an answered type": (f"{GUEST}.properties.name.type", "integer", "may now be integer"),
    "an answer that may be anything": (f"{GUEST}.properties.name", {}, "may now be anything"),
    "an item's type": (f"{GUEST}.properties.comes_with.items", {"type": "string"}, "items, may now be string"),
}  # fmt: skip
KEPT: Final[dict[str, tuple[str, object]]] = {
    "another operation": (f"{OPERATIONS}.delete", {"responses": {"204": {}}}),
    "a parameter that may be left out": (f"{OPERATIONS}.get.parameters.1", {"name": "after", "in": "query"}),
    "a higher maximum": (f"{OPERATIONS}.put.parameters.0.schema.maximum", 200),
    "a longer text": (f"{BODY}.properties.name.maxLength", 400),
    "a property that may be sent": (f"{BODY}.properties.table", {"type": "integer"}),
    "a word that may be sent": (f"{BODY}.properties.meal.enum", ["fish", "beans", "cake"]),
    "a number that may have a point": (f"{OPERATIONS}.put.parameters.0.schema.type", "number"),
    "a property that comes": (f"{GUEST}.properties.table", {"type": "integer"}),
    "a word that comes no more": (f"{GUEST}.properties.meal.enum", ["fish"]),
    "a null that comes no more": (f"{GUEST}.properties.seat", {"type": "integer"}),
    "another refusal": (f"{OPERATIONS}.put.responses.409", {"content": {}}),
    "a refusal less": (f"{OPERATIONS}.put.responses.404", REMOVED),
}


@pytest.mark.parametrize("name", BREAKS)
def test_what_breaks_a_program_is_found(name: str) -> None:
    place, value, sentence = BREAKS[name]
    found = breaks(read(RELEASED), read(changed(place, value)))
    assert any(sentence in each for each in found), found


@pytest.mark.parametrize("name", KEPT)
def test_what_breaks_no_program_is_left_alone(name: str) -> None:
    assert breaks(read(RELEASED), read(changed(*KEPT[name]))) == []


def test_our_own_description_is_read_whole_and_breaks_nothing_of_itself() -> None:
    ours = read(OURS)
    assert sum(len(methods) for methods in ours.paths.values()) > 80
    assert breaks(ours, ours) == []


def test_an_operation_that_our_own_description_loses_is_found() -> None:
    lessened = json.loads(OURS)
    del lessened["paths"]["/api/v1/me"]["get"]
    assert breaks(read(OURS), read(json.dumps(lessened))) == ["GET /api/v1/me is gone."]


def changed(place: str, value: object) -> str:
    """The released description with one thing changed, added or removed."""
    whole = json.loads(RELEASED)
    *way, last = place.split(".")
    here = whole
    for step in way:
        here = here[int(step)] if isinstance(here, list) else here[step]
    if isinstance(here, list):
        here.append(value)
    elif value == REMOVED:
        del here[last]
    else:
        here[last] = value
    return json.dumps(whole)
