"""What people and programs send, read once and strictly: what nobody asked for is refused by name.

A JSON body becomes the struct that its handler asks for; a complaint names the field and says what belongs there.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from functools import cache
from typing import Final

import msgspec
from litestar import Request
from litestar.datastructures import State

from wedsync.kernel.json_values import JsonValue
from wedsync.kernel.problems import BadRequest, Invalid

LARGEST_BYTES: Final = 1024 * 1024
DEEPEST: Final = 32
# Possessive, and content with a string that never ends: it reads each byte once, whatever was sent.
_STRINGS: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII)
_AT: Final = re.compile(r" - at `(?:key in )?\$\.?([^`]*)`$")
_NAMED: Final = re.compile(r"Object (?:missing required|contains unknown) field `([^`]+)`")
_WORDS: Final = (
    (re.compile(r"^Object missing required field"), "This is needed."),
    (re.compile(r"^Object contains unknown field"), "There is no such field here."),
    (re.compile(r"^Expected `str`, got"), "This must be text."),
    (re.compile(r"^Expected `int`, got"), "This must be a whole number."),
    (re.compile(r"^Expected `bool`, got"), "This must be true or false."),
    (re.compile(r"^Expected `(?:array|list)`, got"), "This must be a list."),
    (re.compile(r"^Expected `object`, got"), "This must be an object."),
    (re.compile(r"^(?:Expected `|Invalid \w+ encoded )datetime"), "This must be a time like 2026-05-09T14:30:00Z."),
    (re.compile(r"^(?:Expected `|Invalid \w+ encoded )date"), "This must be a date like 2026-05-09."),
    (re.compile(r"^Expected `uuid`|^Invalid UUID"), "This must be an id."),
    (re.compile(r"^Invalid enum value"), "This is not one of the choices."),
)


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a JSON request may hold; a field that is not declared is refused."""


class HouseRequest(Request[None, None, State]):
    """Reads a JSON body straight into what the handler declares as `data`."""

    async def json(self) -> object:
        """The struct. Raises BadRequest for what is no JSON, Invalid for what does not fit."""
        signature = self.route_handler.parsed_fn_signature.parameters.get("data")
        body = await self.body()
        refuse_deep(body)
        try:
            found = _decoder(object if signature is None else signature.annotation).decode(body or b"null")
            refuse_twice(body)
        except msgspec.ValidationError as error:
            raise Invalid(errors=[field_error(str(error))]) from None
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise BadRequest("This is not JSON as RFC 8259 describes it.") from None
        return found


def read_moment(text: str, field: str) -> datetime:
    """An instant in an address, as RFC 3339 writes it. Raises Invalid naming the field.

    A parameter that is declared a datetime would also take seconds since 1970, and a time without its zone.
    """
    try:
        return datetime.fromisoformat(text.upper() if _MOMENT.fullmatch(text) else "")
    except ValueError:
        raise Invalid(errors=[{"field": field, "detail": "This must be a time like 2026-05-09T14:30:00Z."}]) from None


def refuse_deep(body: bytes) -> None:
    """Raises BadRequest for JSON nested deeper than anything here is."""
    if body.count(b"[") + body.count(b"{") <= DEEPEST:
        return
    depth = 0
    for mark in re.findall(rb"[\[\]{}]", _STRINGS.sub(b"", body)):
        depth += 1 if mark in b"[{" else -1
        if depth > DEEPEST:
            raise BadRequest(f"This is nested more than {DEEPEST} levels deep.")


def refuse_twice(body: bytes) -> None:
    """Raises BadRequest for an object with two members of one name: of two readers each would take another."""
    json.loads(body or b"null", object_pairs_hook=_once)


def _once(pairs: list[tuple[str, JsonValue]]) -> None:
    names = [name for name, _ in pairs]
    for name in {each for each in names if names.count(each) > 1} if len(set(names)) < len(names) else ():
        raise BadRequest(f"The member {name[:60]!r} stands there twice.")


def field_error(message: str, field: str = "") -> dict[str, JsonValue]:
    """One complaint of the decoder, in words for whoever filled the field in."""
    place = _AT.search(message)
    said = _AT.sub("", message)
    path = field or (place[1] if place else "")
    if named := _NAMED.match(said):
        path = f"{path}.{named[1]}" if path else named[1]
    for pattern, words in _WORDS:
        if pattern.search(said):
            return {"field": path, "detail": words}
    return {"field": path, "detail": said.replace("`", "") + "."}


@cache
def _decoder(kind: type[object]) -> msgspec.json.Decoder[object]:
    return msgspec.json.Decoder(kind)
