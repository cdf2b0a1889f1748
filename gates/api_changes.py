"""Would a program written for the released API still work with this one? Compares two OpenAPI descriptions.

One rule, asked of everything: what one may send must stay accepted, and what one gets must stay within what was
promised. So more may be accepted and less may be answered with, never the other way round.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum, auto
from typing import Final, TypeAlias

import msgspec

Value: TypeAlias = str | int | float | bool | None
BELOW: Final = ("maximum", "max_length", "max_items")
ABOVE: Final = ("minimum", "min_length", "min_items")


class Way(Enum):
    """Which way a value travels."""

    SENT = auto()
    GOT = auto()


class Schema(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a value may be; None where nothing is said."""

    ref: str = msgspec.field(default="", name="$ref")
    type: str | tuple[str, ...] = ()
    format: str = ""
    enum: tuple[Value, ...] | None = None
    one_of: tuple[Schema, ...] = ()
    any_of: tuple[Schema, ...] = ()
    items: Schema | None = None
    properties: Mapping[str, Schema] = {}
    required: tuple[str, ...] = ()
    additional_properties: bool | Schema | None = None
    minimum: float | None = None
    maximum: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    min_items: int | None = None
    max_items: int | None = None


class Media(msgspec.Struct, frozen=True):
    """What travels in one media type."""

    schema: Schema = Schema()


class Parameter(msgspec.Struct, frozen=True, kw_only=True):
    """In the path, the query or a header."""

    name: str
    place: str = msgspec.field(name="in")
    required: bool = False
    schema: Schema = Schema()


class Body(msgspec.Struct, frozen=True):
    """What a request carries."""

    content: Mapping[str, Media] = {}
    required: bool = False


class Response(msgspec.Struct, frozen=True):
    """What an answer of one status carries."""

    content: Mapping[str, Media] = {}


class Operation(msgspec.Struct, frozen=True, rename="camel"):
    """One method of one path."""

    parameters: tuple[Parameter, ...] = ()
    request_body: Body | None = None
    responses: Mapping[str, Response] = {}


class Components(msgspec.Struct, frozen=True):
    """What is described once."""

    schemas: Mapping[str, Schema] = {}


class Description(msgspec.Struct, frozen=True):
    """An OpenAPI description, as much of it as a program depends on."""

    paths: Mapping[str, Mapping[str, Operation]] = {}
    components: Components = Components()


def read(text: str) -> Description:
    """Parse it; msgspec.ValidationError says what is no OpenAPI."""
    return msgspec.json.decode(text, type=Description)


def breaks(released: Description, now: Description) -> list[str]:
    """One sentence for each thing that a program may rely on and that is no more."""
    return list(_Comparison(released, now).all())


class _Comparison:
    def __init__(self, released: Description, now: Description) -> None:
        self._released, self._now = released, now
        self._seen: set[tuple[str, str, Way]] = set()

    def all(self) -> Iterator[str]:
        for path, methods in self._released.paths.items():
            for method, before in methods.items():
                place = f"{method.upper()} {path}"
                after = self._now.paths.get(path, {}).get(method)
                if after is None:
                    yield f"{place} is gone."
                    continue
                # What was compared under one operation is named again under the next: each is somebody's.
                self._seen.clear()
                yield from self._parameters(before, after, place)
                yield from self._body(before.request_body or Body(), after.request_body or Body(), place)
                yield from self._responses(before, after, place)

    def _parameters(self, before: Operation, after: Operation, place: str) -> Iterator[str]:
        old = {(each.place, each.name): each for each in before.parameters}
        new = {(each.place, each.name): each for each in after.parameters}
        for key, parameter in old.items():
            if key not in new:
                yield f"{place} no longer knows {_called(parameter)}."
            else:
                yield from self._schemas(parameter.schema, new[key].schema, f"{place}, {_called(parameter)},", Way.SENT)
        for key, parameter in new.items():
            if parameter.required and (key not in old or not old[key].required):
                yield f"{place} now demands {_called(parameter)}."

    def _body(self, before: Body, after: Body, place: str) -> Iterator[str]:
        if after.required and not before.required:
            yield f"{place} now demands a body."
        yield from self._contents(before.content, after.content, (f"{place}, body,", Way.SENT))

    def _responses(self, before: Operation, after: Operation, place: str) -> Iterator[str]:
        for status, response in before.responses.items():
            if not status.startswith("2"):
                continue
            if status not in after.responses:
                yield f"{place} no longer answers {status}."
                continue
            where = (f"{place}, answer {status},", Way.GOT)
            yield from self._contents(response.content, after.responses[status].content, where)

    def _contents(self, old: Mapping[str, Media], new: Mapping[str, Media], where: tuple[str, Way]) -> Iterator[str]:
        for name, media in old.items():
            if name not in new:
                yield f"{where[0]} is no longer {name}."
            else:
                yield from self._schemas(media.schema, new[name].schema, *where)

    def _schemas(self, old: Schema, new: Schema, place: str, way: Way) -> Iterator[str]:
        if old.ref and new.ref:
            if (old.ref, new.ref, way) in self._seen:
                return
            self._seen.add((old.ref, new.ref, way))
        before = dict(self._alternatives(old, self._released))
        after = dict(self._alternatives(new, self._now))
        yield from _kinds(set(before), set(after), place, way)
        for kind in before.keys() & after.keys():
            yield from self._values(before[kind], after[kind], place, way)

    def _values(self, old: Schema, new: Schema, place: str, way: Way) -> Iterator[str]:
        yield from _words(old, new, place, way)
        if way is Way.SENT:
            yield from _limits(old, new, place)
        yield from self._properties(old, new, place, way)
        if old.items is not None and new.items is not None:
            yield from self._schemas(old.items, new.items, f"{place} items,", way)
        if isinstance(old.additional_properties, Schema) and isinstance(new.additional_properties, Schema):
            yield from self._schemas(old.additional_properties, new.additional_properties, f"{place} values,", way)

    def _properties(self, old: Schema, new: Schema, place: str, way: Way) -> Iterator[str]:
        for name, before in old.properties.items():
            if name not in new.properties:
                yield f"{place} has no {name!r} any more."
            else:
                yield from self._schemas(before, new.properties[name], f"{place} {name!r},", way)
        if way is Way.SENT:
            yield from (f"{place} now demands {name!r}." for name in new.required if name not in old.required)
        else:
            # One that is gone altogether was named above.
            left = (name for name in old.required if name in new.properties and name not in new.required)
            yield from (f"{place} may come without {name!r}." for name in left)

    def _alternatives(self, schema: Schema, within: Description) -> Iterator[tuple[str, Schema]]:
        """Each thing that it may be, by what it is: types, and where several objects are meant, their names."""
        whole = within.components.schemas[schema.ref.rpartition("/")[2]] if schema.ref else schema
        parts = (*whole.one_of, *whole.any_of)
        objects = [each for each in parts if each.ref and self._is_object(each, within)]
        for each in parts:
            if len(objects) > 1 and each in objects:
                yield each.ref.rpartition("/")[2], within.components.schemas[each.ref.rpartition("/")[2]]
            else:
                yield from self._alternatives(each, within)
        types = (whole.type,) if isinstance(whole.type, str) else whole.type
        yield from ((name, whole) for name in types)

    def _is_object(self, schema: Schema, within: Description) -> bool:
        return within.components.schemas[schema.ref.rpartition("/")[2]].type == "object"


def _kinds(old: set[str], new: set[str], place: str, way: Way) -> Iterator[str]:
    # Where nothing is said, everything may come.
    if way is Way.SENT and new:
        accepted = new | ({"integer"} if "number" in new else set())
        gone = sorted(old - accepted) if old else ["anything"]
        yield from (f"{place} no longer takes {name}." for name in gone)
    if way is Way.GOT and old:
        promised = old | ({"integer"} if "number" in old else set())
        come = sorted(new - promised) if new else ["anything"]
        yield from (f"{place} may now be {name}." for name in come)


def _words(old: Schema, new: Schema, place: str, way: Way) -> Iterator[str]:
    wider, narrower = (new, old) if way is Way.SENT else (old, new)
    if wider.format and wider.format != narrower.format:
        yield f"{place} was {old.format or 'of any format'}, and is {new.format or 'of any format'}."
    if wider.enum is not None:
        strange = _strange(narrower.enum, wider.enum)
        said = "no longer takes" if way is Way.SENT else "may now be"
        yield from (f"{place} {said} {word}." for word in strange)


def _strange(words: Iterable[Value] | None, known: Iterable[Value]) -> list[str]:
    if words is None:
        return ["any word"]
    listed = list(known)
    return [repr(word) for word in words if word not in listed]


def _limits(old: Schema, new: Schema, place: str) -> Iterator[str]:
    for names, sign in ((BELOW, 1), (ABOVE, -1)):
        for name in names:
            before, after = _limit(old, name), _limit(new, name)
            if after is not None and (before is None or after * sign < before * sign):
                yield f"{place} has a narrower {name.replace('_', ' ')}: {after:g}."


def _limit(schema: Schema, name: str) -> float | None:
    limits = {
        "maximum": schema.maximum,
        "max_length": schema.max_length,
        "max_items": schema.max_items,
        "minimum": schema.minimum,
        "min_length": schema.min_length,
        "min_items": schema.min_items,
    }
    return limits[name]


def _called(parameter: Parameter) -> str:
    return f"{parameter.name!r} in its {parameter.place}"
