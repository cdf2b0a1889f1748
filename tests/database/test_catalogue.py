"""Every table states whose it is and what may change, and the database enforces both. One sentence per rule."""

import re
from typing import Final, LiteralString

import psycopg
import pytest
from tests.database.catalogue import CHECKS, EXTRA_POLICIES, FOREIGN_SCOPES, PRODUCTION_CLOCK, Check
from tests.database.roles import Role, outside

from wedsync.features.clients import page_queries as clients
from wedsync.features.connections import queries as connections
from wedsync.features.day import queries as day
from wedsync.features.people import queries as people
from wedsync.features.weddings import queries as weddings
from wedsync.platform.database import NOBODY

POLICIES: Final[LiteralString] = (
    "select tablename, policyname, coalesce(qual, '') || ' ' || coalesce(with_check, '') from pg_policies "
    "where schemaname = 'app' and 'wedsync_app' = any (roles)"
)
# Lists that people page through, and the index that orders each.
ORDERED: Final[dict[str, bytes]] = {
    "connections_of_supplier": connections.WEDDINGS_OF_SUPPLIER.command,
    "connections_pkey": connections.CONNECTIONS.command,
    "wedding_invitations_list": connections.OPEN_INVITATIONS.command,
    "supplier_invitations_list": people.SENT_INVITATIONS.command,
    "core_field_revisions_pkey": weddings.REVISIONS.command,
    "core_field_revisions_recent": weddings.RECENT_CHANGES.command,
    "day_log_list": day.LOG.command,
    "clients_by_name": clients.ROWS_BY_NAME.command,
}


def given(check: Check) -> tuple[object, ...]:
    """What a check allows by name."""
    allowed = {
        "foreign keys carry": list(FOREIGN_SCOPES),
        "beyond what": list(EXTRA_POLICIES),
        "production's": PRODUCTION_CLOCK,
    }
    return tuple(value for start, value in allowed.items() if check.rule.startswith(start))


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.rule)
async def test_the_catalogue_keeps_the_rule(check: Check, from_zero: Role) -> None:
    assert await outside(from_zero, check.finds, *given(check)) == []


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.rule)
async def test_the_rule_names_what_breaks_it(check: Check, from_zero: Role) -> None:
    async with from_zero.connection.transaction(force_rollback=True):
        await from_zero.connection.execute("select guard.begin_migration('breaks a rule', '')")
        await from_zero.connection.execute(check.breaks)
        found = await from_zero.connection.execute(check.finds, given(check) or None)
        assert any(check.named in str(name) for (name,) in await found.fetchall())


async def test_every_named_exception_is_still_needed(from_zero: Role) -> None:
    policies = await outside(
        from_zero, "select tablename || '.' || policyname from pg_policies where schemaname = 'app'"
    )
    keys = await outside(from_zero, "select conname from pg_constraint where contype = 'f'")
    assert set(EXTRA_POLICIES) <= {name for (name,) in policies}
    assert set(FOREIGN_SCOPES) <= {name for (name,) in keys}


async def test_policies_ask_once_a_statement_and_never_once_a_row(from_zero: Role) -> None:
    policies = await outside(from_zero, POLICIES)
    assert len(policies) > 40
    assert [name for *name, text in policies if asks_per_row(text, name[0])] == []


@pytest.mark.parametrize(
    "condition",
    [
        "id = app.actor_id()",
        "(select weddings.id) = any (app.wedding_ids('basics', 'read'))",
        "(select app.clock() > weddings.created_at)",
    ],
)
async def test_a_policy_that_asks_per_row_is_named(from_zero: Role, condition: LiteralString) -> None:
    async with from_zero.connection.transaction(force_rollback=True):
        await from_zero.connection.execute("select guard.begin_migration('breaks a rule', '')")
        await from_zero.connection.execute(
            "create policy slow on app.weddings to wedsync_app using (" + condition + ")"
        )
        policies = await (await from_zero.connection.execute(POLICIES)).fetchall()
        assert [name for *name, text in policies if asks_per_row(str(text), str(name[0]))] == [["weddings", "slow"]]


def asks_per_row(policy: str, table: str) -> bool:
    """Whether a function is called outside of a sub-select, or a sub-select looks at the row."""
    inside = ""
    while found := re.search(r"\( ?SELECT ", policy):
        depth, end = 1, found.end()
        while depth:
            depth += {"(": 1, ")": -1}.get(policy[end], 0)
            end += 1
        inside += policy[found.start() : end]
        policy = policy[: found.start()] + policy[end:]
    return bool(re.search(r"\b(app|guard)\.\w+\(", policy)) or f"{table}." in inside.replace(f"app.{table}", "")


@pytest.mark.parametrize("index", ORDERED)
async def test_an_index_orders_every_list(index: str, from_zero: Role) -> None:
    assert "Sort" not in await plan(from_zero, ORDERED[index])


@pytest.mark.parametrize("index", [name for name in ORDERED if not name.endswith("_pkey")])
async def test_without_its_index_a_list_is_sorted(index: str, from_zero: Role) -> None:
    async with from_zero.connection.transaction(force_rollback=True):
        await from_zero.connection.execute(psycopg.sql.SQL("drop index app.{}").format(psycopg.sql.Identifier(index)))
        assert "Sort" in await plan(from_zero, ORDERED[index])


async def plan(admin: Role, statement: bytes) -> str:
    """How the web would run it, were the tables large."""
    async with admin.connection.transaction(force_rollback=True):
        for setting in ("seqscan", "bitmapscan", "hashjoin", "mergejoin"):
            await admin.connection.execute("set local enable_" + setting + " = off")
        await admin.connection.execute("set local role wedsync_app")
        found = await admin.connection.execute(b"explain (generic_plan) " + statement)
        return "\n".join(str(line) for (line,) in await found.fetchall())


async def test_protect_table_refuses_a_table_that_states_nothing(from_zero: Role) -> None:
    for call in (
        "scope => 'wedding', area => 'event'",
        "scope => 'galaxy', class => 'plan'",
        "scope => 'wedding', area => 'x', class => 'plan'",
    ):
        statement = (
            "select guard.begin_migration('x', ''); create table app.loose (wedding_id uuid, id uuid); call app.protect_table('app.loose', "
            + call
            + ")"
        )
        assert "states no" in (await from_zero(NOBODY, statement)).sentence
