"""One SQL statement with the shape that goes in and the shape that comes out.

The same object runs in the read lane and in a transaction. Its SQL is a literal, so nothing a person typed can become
part of it.
"""

from __future__ import annotations

import re
import sys
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from operator import attrgetter
from typing import TYPE_CHECKING, Final, Generic, LiteralString, TypeVar
from uuid import UUID

import msgspec

Params = TypeVar("Params", bound=msgspec.Struct)
Row = TypeVar("Row", bound=msgspec.Struct)
_CHANGES = re.compile(r"\s*(?:insert|update|delete)\b")
_NAMED = re.compile(r"%\((\w+)\)s")
UNNAMED: Final = "unnamed"


class NoParams(msgspec.Struct, frozen=True):
    """For statements that take nothing."""

    if TYPE_CHECKING:  # a struct without fields has no signature of its own

        def __init__(self) -> None: ...


class Nothing(msgspec.Struct, frozen=True):
    """For statements whose answer nobody needs."""

    if TYPE_CHECKING:

        def __init__(self) -> None: ...


class Query(Generic[Params, Row]):
    """A statement; `%(name)s` stands for the field of that name in its parameters.

    `is_slow` sends a read through the write lane's pool, so that it holds up nobody in the read lane.
    """

    __slots__ = (
        "_home",
        "_name",
        "_values",
        "command",
        "decode_many",
        "decode_one",
        "is_slow",
        "many",
        "names",
        "params",
        "row",
        "single",
        "sql",
    )

    def __init__(self, params: type[Params], row: type[Row], sql: LiteralString, *, is_slow: bool = False) -> None:
        """Turn named parameters into the numbered ones of the wire protocol, once."""
        # The module that holds it, as `typing` finds it for a type: a statement's name there is its name.
        self._home: Final = sys._getframe(1).f_globals  # noqa: SLF001
        self._name = ""
        self.params: Final = params
        self.row: Final = row
        self.sql: Final = sql
        self.is_slow: Final = is_slow
        self.names: Final = tuple(dict.fromkeys(_NAMED.findall(sql)))
        if unknown := set(self.names) ^ set(params.__struct_fields__):
            message = f"parameters and statement disagree about {sorted(unknown)}"
            raise TypeError(message)
        numbers = {name: f"${number}" for number, name in enumerate(self.names, start=1)}
        # PostgreSQL builds the JSON: row_to_json beats json_build_object by a third.
        text = _NAMED.sub(lambda found: numbers[found[1]], sql)
        self.command: Final = text.encode()
        # A column of that name would stand for itself, so the whole has a name that no column has.
        one, all_ = "row_to_json(row_)::text", "coalesce(json_agg(row_to_json(row_)), '[]')::text"
        # What changes rows may not stand in a FROM.
        around = "with row_ as ({}) select {} from row_" if _CHANGES.match(text) else "select {1} from ({0}) row_"
        self.single: Final = around.format(text, one).encode()
        self.many: Final = around.format(text, all_).encode()
        self.decode_one: Final = msgspec.json.Decoder(row).decode
        # A type held in a variable is more than the type checker follows; msgspec does.
        self.decode_many: Final = msgspec.json.Decoder(list[row]).decode  # type: ignore[valid-type]
        self._values = attrgetter(*self.names) if self.names else None

    @property
    def name(self) -> str:
        """Its place in the code, such as `weddings.queries.EVENTS`; `unnamed` where no module of ours holds it."""
        if not self._name:
            module = str(self._home.get("__name__"))
            held = next((name for name, value in self._home.items() if value is self), "")
            is_ours = held and module.startswith("wedsync.")
            self._name = f"{module.removeprefix('wedsync.').removeprefix('features.')}.{held}" if is_ours else UNNAMED
        return self._name

    def values(self, params: Params) -> list[bytes | None]:
        """Parameters in the order of the statement, as PostgreSQL's text format."""
        if self._values is None:
            return []
        found = self._values(params)
        return [encode(found)] if len(self.names) == 1 else [encode(value) for value in found]


def encode(value: object) -> bytes | None:
    """A parameter in PostgreSQL's text format; the server infers its type from the statement."""
    match value:
        case None:
            return None
        case bool():
            return b"t" if value else b"f"
        case Enum():
            return encode(value.value)
        case str():
            return value.encode()
        case UUID() | int() | float():
            return str(value).encode()
        case datetime():
            return _instant(value)
        case date() | time():
            return value.isoformat().encode()
        case timedelta():
            return f"{value.total_seconds()} seconds".encode()
        case bytes():
            return b"\\x" + value.hex().encode()
        case list() | tuple():
            return b"{" + b",".join(_element(item) for item in value) + b"}"
        case msgspec.Struct() | dict():
            return msgspec.json.encode(value)
        case _:
            message = f"{type(value).__name__} is no parameter"
            raise TypeError(message)


def _instant(value: datetime) -> bytes:
    """In UTC: PostgreSQL refuses offsets beyond ±15:59. At the very ends of the calendar the offset is let go."""
    try:
        return value.astimezone(UTC).isoformat().encode()
    except OverflowError:
        return value.replace(tzinfo=UTC).isoformat().encode()


def _element(item: object) -> bytes:
    text = encode(item)
    if text is None:
        return b"NULL"
    return b'"' + text.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'
