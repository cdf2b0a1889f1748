"""Two at once: exactly one wins, whoever comes first; and deletions come back once, whole, or not at all."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import LiteralString

import psycopg
import pytest
from tests.database.roles import ACT, Role, role, seconds
from tests.database.scene import join
from tests.database.writing import Couple, couple
from tests.support.database import TestDatabase
from tests.support.world import Somebody, owner, person

from wedsync.features.connections import actions as connections
from wedsync.features.people import actions as people
from wedsync.features.people import links
from wedsync.features.people.jobs import CODE, LINK
from wedsync.features.weddings import actions as weddings
from wedsync.features.weddings.facts import Recorded
from wedsync.kernel.fields.model import EventKind
from wedsync.kernel.ids import BatchId, EventId
from wedsync.kernel.permissions import SupplierType
from wedsync.kernel.problems import Conflict, Problem
from wedsync.platform.database import Actor, Database

CONFIRM: LiteralString = "select app.confirm_date(%s)"
FACT: LiteralString = "insert into app.core_field_revisions (wedding_id, fact_key, base_revision, value) values (%s, 'partner1_first_name', 1, '\"Clare\"')"
EVENT: LiteralString = "update app.wedding_events set title = 'Vows' where wedding_id = %s and position = 1"
TITLE: LiteralString = "update app.weddings set title = title where id = %s"


@pytest.fixture
async def made(database: Database) -> Couple:
    return await couple(database, wedding_date="2031-06-14")


@pytest.fixture
async def two(own_database: TestDatabase) -> AsyncIterator[tuple[Role, Role]]:
    async with role(own_database.app_url) as one, role(own_database.app_url) as other:
        yield one, other


async def begin(there: Role, actor: Actor) -> psycopg.AsyncConnection[psycopg.rows.TupleRow]:
    """A transaction that stays open; who has to wait for another is told after a third of a second."""
    who = [None if value is None else value.decode() for value in actor.settings()]
    await there.connection.execute("begin")
    await there.connection.execute(ACT, [*who, ""])
    await there.connection.execute("set local lock_timeout = '300ms'")
    return there.connection


@pytest.mark.parametrize("child", [FACT, EVENT, TITLE], ids=["fact", "event", "title"])
async def test_a_confirmation_waits_for_a_write_under_way_and_a_write_for_a_confirmation(
    child: LiteralString, made: Couple, two: tuple[Role, Role]
) -> None:
    for first, second in ((child, CONFIRM), (CONFIRM, child)):
        early, late = await begin(two[0], made.clara.actor), await begin(two[1], made.clara.actor)
        await early.execute(first, [made.wedding_id])
        with pytest.raises(psycopg.errors.LockNotAvailable):
            await late.execute(second, [made.wedding_id])
        await early.execute("rollback")
        await late.execute("rollback")


async def test_plans_of_one_wedding_wait_for_nobody(made: Couple, two: tuple[Role, Role]) -> None:
    early, late = await begin(two[0], made.clara.actor), await begin(two[1], made.clara.actor)
    await early.execute(EVENT, [made.wedding_id])
    await late.execute(TITLE, [made.wedding_id])
    await early.execute("rollback")
    await late.execute("rollback")


async def test_no_plain_edit_of_what_is_fixed_lands_after_the_confirmation(database: Database) -> None:
    """Whoever is quicker; that either may be is what the waits above show."""
    for _ in range(12):
        made = await couple(database, wedding_date="2031-06-14")
        confirmed, edited = await asyncio.gather(
            made.confirm(), made.say("partner2_first_name", "Daniel", 1), return_exceptions=True
        )
        assert not isinstance(confirmed, BaseException)
        assert isinstance(edited, Problem) or (isinstance(edited, Recorded) and edited.fact.written_at < confirmed)


async def test_of_two_who_use_one_invitation_at_once_exactly_one_is_in(made: Couple, database: Database) -> None:
    cora, mallory = await person(database, "Cora"), await person(database, "Mallory")
    async with database.transaction(made.clara.actor) as tx:
        new = connections.NewInvitation(kind="coordinator", email=cora.email)
        code = tx.sealer.token(CODE, (await connections.invite(tx, made.wedding_id, new)).id)

    async def accept(somebody: Somebody) -> None:
        async with database.transaction(somebody.actor) as tx:
            await connections.accept_from_couple(tx, code, display_name=somebody.name)

    with pytest.raises(Conflict, match="another address"):  # a forwarded letter
        await accept(mallory)
    answers = await asyncio.gather(accept(cora), accept(cora), return_exceptions=True)
    assert sorted(answer is None for answer in answers) == [False, True]
    assert all(isinstance(answer, Problem | None) for answer in answers)


async def test_of_two_clicks_on_one_link_exactly_one_signs_in(database: Database, as_admin: Role) -> None:
    oli = await person(database, "Oli")
    async with database.transaction(oli.actor) as tx:
        await links.ask_for_link(tx, oli.email)
        sealer = tx.sealer
    found = await as_admin(oli.actor, "select id from app.login_tokens where email = %s", oli.email)
    token = sealer.token(LINK, found.only)

    async def click() -> object:
        async with database.transaction(Actor()) as tx:
            return await links.redeem_link(tx, token)

    answers = await asyncio.gather(click(), click(), return_exceptions=True)
    assert [answer for answer in answers if not isinstance(answer, Problem)] == [oli.person_id]


async def test_a_supplier_s_invitation_connects_one_wedding_once(made: Couple, database: Database) -> None:
    anna = await owner(database, "Anna")
    assert anna.supplier_id is not None
    new = people.NewInvitation(kind="couple", email=made.clara.email, service=SupplierType.PHOTOGRAPHER)
    async with database.transaction(anna.actor) as tx:
        code = tx.sealer.token(CODE, (await people.invite_couple(tx, anna.supplier_id, new)).id)

    async def accept() -> None:
        async with database.transaction(made.clara.actor) as tx:
            await connections.accept_as_couple(tx, made.wedding_id, code)

    answers = await asyncio.gather(accept(), accept(), return_exceptions=True)
    assert sorted(answer is None for answer in answers) == [False, True]


async def deleted(made: Couple, who: Somebody) -> tuple[EventId, BatchId]:
    async with made.database.transaction(who.actor) as tx:
        event = await weddings.add_event(tx, made.wedding_id, weddings.NewEvent(kind=EventKind.BRUNCH, title="Brunch"))
        return event.id, await weddings.remove_event(tx, made.wedding_id, event.id)


RESTORE: LiteralString = "select app.restore_batch(%s, %s)"


async def test_a_deletion_comes_back_once_within_thirty_days(made: Couple, as_app: Role) -> None:
    _, batch = await deleted(made, made.clara)
    ask = (made.clara.actor, RESTORE, made.wedding_id, batch)
    assert (await as_app(*ask, travel=seconds(timedelta(days=30, minutes=1)))).state == "WS002"
    assert (await as_app(*ask, travel=seconds(timedelta(days=30, minutes=-1)))).only == 1
    assert (await as_app(*ask, keep=True)).only == 1
    assert (await as_app(*ask)).state == "WS002"


async def test_either_partner_undoes_a_deletion_a_coordinator_only_their_own_and_a_stranger_none(
    made: Couple, database: Database, as_app: Role
) -> None:
    dan, cora, oli = [await person(database, name) for name in ("Dan", "Cora", "Oli")]
    await join(database, made.clara, made.wedding_id, dan, "partner")
    await join(database, made.clara, made.wedding_id, cora, "coordinator")
    _, hers = await deleted(made, made.clara)
    _, coras = await deleted(made, cora)
    answers = {
        (who.name, batch): (await as_app(who.actor, RESTORE, made.wedding_id, batch)).short
        for who in (made.clara, dan, cora, oli)
        for batch in (hers, coras)
    }
    assert [answers[who, hers] for who in ("Clara", "Dan", "Cora", "Oli")] == ["1", "1", "-", "1"]
    assert [answers[who, coras] for who in ("Clara", "Dan", "Cora", "Oli")] == ["1", "1", "1", "1"]
    assert (await as_app(oli.actor, RESTORE, made.wedding_id, hers)).only is None  # one row, that says nothing


async def test_what_was_deleted_stays_with_its_deletion_and_a_finished_one_takes_nothing_more(
    made: Couple, as_app: Role
) -> None:
    event, batch = await deleted(made, made.clara)
    _, other = await deleted(made, made.clara)
    move: LiteralString = "update app.wedding_events set delete_batch = %s where id = %s"
    assert (await as_app(made.clara.actor, move, other, event)).state == "WS002"
    assert (await as_app(made.clara.actor, move, None, event)).state == "WS002"
    assert (await as_app(made.clara.actor, RESTORE, made.wedding_id, batch, keep=True)).only == 1
    assert (await as_app(made.clara.actor, move, batch, event)).state == "WS002"
    assert (await as_app(made.clara.actor, move, made.wedding_id, event)).state == "23503"
