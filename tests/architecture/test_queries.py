"""Every statement is prepared against the migrated database: what it answers is what its struct says."""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any, Final

import msgspec
import psycopg
import pytest
from msgspec import inspect
from tests.support.database import TestDatabase

import wedsync.features
import wedsync.operations
import wedsync.platform
from wedsync.features.weddings.queries import EVENTS
from wedsync.platform.database import NoParams, Nothing, Query

AnyQuery = Query[Any, Any]
# What a column of each type may be read as.
READ_AS: Final[dict[str, tuple[type[inspect.Type], ...]]] = {
    "uuid": (inspect.UUIDType,),
    "text": (inspect.StrType, inspect.EnumType, inspect.LiteralType),
    "float8": (inspect.FloatType,),
    "int2": (inspect.IntType,),
    "int4": (inspect.IntType,),
    "int8": (inspect.IntType,),
    "bool": (inspect.BoolType,),
    "timestamptz": (inspect.DateTimeType,),
    "date": (inspect.DateType,),
    "time": (inspect.TimeType,),
    "_text": (inspect.ListType, inspect.VarTupleType, inspect.FrozenSetType),
    "_uuid": (inspect.ListType, inspect.VarTupleType, inspect.FrozenSetType),
    "bytea": (inspect.BytesType, inspect.StrType),
}
# Columns that may be empty in their table and never are in this answer, because the statement asks for those that are not.
COLUMNS = """select c.relname, a.attname, a.attnotnull from pg_attribute a join pg_class c on c.oid = a.attrelid
             where c.relnamespace = 'app'::regnamespace and a.attnum > 0"""
PLACES = """select c.oid::integer, a.attnum::integer, c.relname, a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid
            where c.relnamespace = any ('{app,live}'::regnamespace[]) and a.attnum > 0"""


def every_query() -> Iterator[tuple[str, AnyQuery]]:
    """Each Query of a module of ours, once, by the name under which it stands there."""
    seen: set[int] = set()
    for package in (wedsync.features, wedsync.operations, wedsync.platform):
        for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            for name, value in vars(importlib.import_module(found.name)).items():
                if isinstance(value, Query) and id(value) not in seen:
                    seen.add(id(value))
                    yield f"{found.name.removeprefix('wedsync.').removeprefix('features.')}.{name}", value


QUERIES: Final = dict(every_query())


def test_a_statement_is_counted_under_its_place_in_the_code() -> None:
    names = {query.name: query for query in QUERIES.values()}
    assert len(names) == len(QUERIES) < 500
    assert names["weddings.queries.EVENTS"] is EVENTS
    assert "unnamed" not in names
    assert Query(NoParams, Nothing, "select 1").name == "unnamed"


@pytest.fixture(scope="module")
async def connection(own_database: TestDatabase) -> Any:  # noqa: ANN401
    async with await psycopg.AsyncConnection.connect(own_database.worker_url, autocommit=True) as opened:
        yield opened


@pytest.fixture(scope="module")
async def catalogue(connection: Any) -> dict[str, Any]:  # noqa: ANN401
    async def rows(statement: str) -> list[Any]:
        return list(await (await connection.execute(statement)).fetchall())

    return {
        "types": dict(await rows("select oid::integer, typname from pg_type")),
        "not null": {(table, column): flag for table, column, flag in await rows(COLUMNS)},
        "places": {(oid, number): (table, column) for oid, number, table, column in await rows(PLACES)},
    }


@pytest.mark.parametrize("name", QUERIES)
def test_a_statement_answers_what_its_struct_says(name: str, connection: Any, catalogue: dict[str, Any]) -> None:  # noqa: ANN401
    query = QUERIES[name]
    wrong = differences(query, described(connection, query.command), catalogue)
    assert wrong == []


def described(connection: Any, command: bytes) -> Any:  # noqa: ANN401
    """What PostgreSQL says a statement takes and answers."""
    prepared = connection.pgconn.prepare(b"", command)
    assert prepared.status == psycopg.pq.ExecStatus.COMMAND_OK, prepared.error_message.decode()
    return connection.pgconn.describe_prepared(b"")


def differences(query: AnyQuery, answer: Any, catalogue: dict[str, Any]) -> list[str]:  # noqa: ANN401
    """Where columns and struct differ."""
    if query.row is Nothing:
        return []
    info = inspect.type_info(query.row)
    assert isinstance(info, inspect.StructType)
    fields = {field.encode_name: field for field in info.fields}
    columns = [(answer.fname(i) or b"").decode() for i in range(answer.nfields)]
    wrong = [f"no field for {column}" for column in columns if column not in fields]
    wrong += [
        f"no column for {field.encode_name}"
        for field in info.fields
        if field.required and field.encode_name not in columns
    ]
    for i, column in enumerate(columns):
        if column not in fields:
            continue
        kind = catalogue["types"][answer.ftype(i)]
        options = field_types(fields[column].type)
        if kind in READ_AS and not any(isinstance(option, (*READ_AS[kind], inspect.AnyType)) for option in options):
            wrong.append(f"{column} is {kind}")
        place = catalogue["places"].get((answer.ftable(i), answer.ftablecol(i)))
        may_be_null = place is not None and catalogue["not null"].get(place) is False
        if may_be_null and not any(isinstance(option, inspect.NoneType) for option in options):
            wrong.append(f"{column} may be null")
    return wrong


def field_types(of: inspect.Type) -> tuple[inspect.Type, ...]:
    """What a field accepts."""
    return of.types if isinstance(of, inspect.UnionType) else (of,)


class Wrong(msgspec.Struct, frozen=True):
    id: int
    held_on: str
    extra: str


def test_a_struct_that_says_otherwise_is_found(connection: Any, catalogue: dict[str, Any]) -> None:  # noqa: ANN401
    lying = Query(
        Wrong,
        Wrong,
        "select wedding_id as id, held_on, status from live.wedding_shields where %(id)s + 0 > 0 and %(held_on)s::text <> %(extra)s::text",
    )
    found = differences(lying, described(connection, lying.command), catalogue)
    assert found == [
        "no field for status",
        "no column for extra",
        "id is uuid",
        "held_on is date",
        "held_on may be null",
    ]


def test_there_are_statements_to_look_at() -> None:
    assert len(QUERIES) > 50
