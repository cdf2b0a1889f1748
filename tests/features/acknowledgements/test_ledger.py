"""Who has seen what, over REST: what stands when a supplier comes, what changes then, who may say so, and of what."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest
from tests.features.acknowledgements.scene import Program, there
from tests.support.database import TestDatabase, travelling
from tests.support.world import key

from wedsync.features.acknowledgements import actions
from wedsync.features.acknowledgements.model import Shown
from wedsync.features.amendments import actions as amendments
from wedsync.features.amendments.model import Answer, Kind, Proposal, ReasonCode, Reply, Wanted
from wedsync.features.connections import actions as connections
from wedsync.features.connections.model import Ending, Grant, Level
from wedsync.features.weddings import actions as weddings
from wedsync.features.weddings.facts import FactWrite
from wedsync.kernel.permissions import Area, KeyScope
from wedsync.kernel.problems import Forbidden, NotFound
from wedsync.platform.database import Database


@pytest.fixture
async def program(client: httpx.AsyncClient, database: Database) -> Program:
    return Program(client, await there(database))


async def test_what_stood_when_a_supplier_came_is_not_seen_and_not_chased(program: Program) -> None:
    at = program.at
    assert await program.stand(at.clara, at.anna, "ceremony_time") == ("never", None, False)
    assert (await program.saw(at.ben, await at.fact("ceremony_time"))).json() == {"added": 1}
    assert await program.stand(at.clara, at.anna, "ceremony_time") == ("current", "13:00", False)


async def test_who_saw_an_older_value_works_from_it_until_somebody_sees_the_new_one(program: Program) -> None:
    at = program.at
    old = await at.fact("ceremony_time")
    await program.saw(at.ben, old)
    new = await at.say(at.clara, "ceremony_time", "13:30")
    assert await program.stand(at.dan, at.anna, "ceremony_time") == ("behind", "13:00", True)
    assert (await program.saw(at.anna, old)).json() == {"added": 0}  # a tab that was left open
    assert await program.stand(at.anna, at.anna, "ceremony_time") == ("behind", "13:00", True)
    assert (await program.saw(at.vera, new)).json() == {"added": 1}  # who only looks has seen it too
    assert await program.stand(at.cora, at.anna, "ceremony_time") == ("current", "13:30", False)
    assert (await program.saw(at.anna, new)).json() == {"added": 0}
    (row,) = [each for each in await program.ledger(at.ben) if each["key"] == "ceremony_time"]
    assert row["seen_by"] == "Vera"  # the first one
    couple = [each for each in await program.ledger(at.clara) if each["key"] == "ceremony_time"]
    assert [each.get("seen_by") for each in couple] == [None]  # the business is all that the couple learns


async def test_an_old_revision_that_is_seen_late_is_kept_as_the_old_one(program: Program) -> None:
    at = program.at
    old = await at.fact("ceremony_time")
    await at.say(at.clara, "ceremony_time", "13:30")
    assert (await program.saw(at.ben, old)).json() == {"added": 1}
    assert await program.stand(at.clara, at.anna, "ceremony_time") == ("behind", "13:00", True)


async def test_each_sees_its_own_end_and_only_what_it_reads(program: Program) -> None:
    at = program.at
    await at.say(at.clara, "adults", 90)
    of_couple = await program.ledger(at.clara, limit=3)
    assert {each["supplier"] for each in of_couple} == {"Anna's", "Carl's"}
    of_anna = await program.ledger(at.anna)
    assert {each["supplier_id"] for each in of_anna} == {str(at.annas)}
    assert "adults" not in {each["key"] for each in of_anna}  # a photographer reads the total alone
    assert await program.stand(at.carl, at.carl, "adults") == ("never", None, True)
    assert "style" not in {each["key"] for each in of_couple}
    hidden = await program.client.get(program.address, headers=at.eve.bearer)
    assert hidden.status_code == 404


async def test_nobody_acknowledges_for_another_or_what_they_do_not_read(program: Program) -> None:
    at = program.at
    adults, time = await at.fact("adults"), await at.fact("ceremony_time")
    assert (await program.saw(at.anna, time, adults)).status_code == 403  # all of it or nothing
    assert await program.stand(at.anna, at.anna, "ceremony_time") == ("never", None, False)
    assert (await program.saw(at.clara, time)).status_code == 403
    assert (await program.saw(at.eve, time)).status_code == 404
    for never in ({"revision": 9}, {"fact_key": "nothing"}, {"event_id": str(uuid4())}):
        fact = {"fact_key": time.fact_key, "event_id": str(time.event_id), "revision": 1} | never
        answer = await program.client.post(program.address, json={"facts": [fact]}, headers=at.anna.bearer)
        assert answer.status_code == 404, never
    setting = await at.say(at.clara, "setting", "outdoor")
    assert (await program.saw(at.anna, setting)).status_code == 403  # nobody is asked to have seen it


@pytest.mark.parametrize(
    "facts",
    [
        [],
        [{"fact_key": "date", "revision": 1}] * 201,
        [{"fact_key": "", "revision": 1}],
        [{"fact_key": "d" * 65, "revision": 1}],
        [{"fact_key": "date", "revision": 0}],
        [{"fact_key": "date", "revision": 2**31}],
        [{"fact_key": "da\x00te", "revision": 1}],
        [{"fact_key": "date"}],
        [{"fact_key": "date", "revision": 1, "seen_at": "2026-01-01T00:00:00Z"}],
    ],
)
async def test_what_is_no_report_is_refused(program: Program, facts: list[object]) -> None:
    answer = await program.client.post(program.address, json={"facts": facts}, headers=program.at.anna.bearer)
    assert answer.status_code == 422, answer.text


async def test_twins_give_one_row_and_a_report_costs_two_statements(program: Program) -> None:
    at = program.at
    shown = [Shown(subject_id=f.event_id or at.id, fact_key=f.fact_key, revision=f.revision) for f in await at.facts()]
    shown = [each for each in shown if each.fact_key in {"date", "start_time", "time_zone"}]

    async def report() -> tuple[int, int]:
        async with at.database.transaction(at.anna.actor) as tx:
            return await actions.acknowledge(tx, at.id, shown), tx.statements

    both = await asyncio.gather(report(), report())
    assert sorted(added for added, _ in both) == [0, len(shown)]
    assert {statements for _, statements in both} == {2}


async def test_who_writes_a_fact_has_seen_it_and_everybody_else_has_not(program: Program) -> None:
    at = program.at
    async with at.database.transaction(at.clara.actor) as tx:
        await connections.share(tx, at.id, at.annas, Grant(area=Area.EVENT, level=Level.EVERYTHING, can_write=True))
    await at.say(at.clara, "ceremony_time", "13:15")
    await at.say(at.ben, "ceremony_time", "13:30")
    assert await program.stand(at.clara, at.anna, "ceremony_time") == ("current", "13:30", False)
    async with at.database.transaction(at.clara.actor) as tx:
        await connections.share(tx, at.id, at.carls, Grant(area=Area.EVENT, level=Level.EVERYTHING, can_write=False))
    assert await program.stand(at.clara, at.carl, "ceremony_time") == ("never", None, False)  # it stood already


async def test_what_is_not_shared_any_more_is_asked_of_nobody(program: Program) -> None:
    at = program.at
    await program.saw(at.anna, await at.fact("ceremony_time"))
    await at.say(at.clara, "ceremony_time", "13:30")
    async with at.database.transaction(at.clara.actor) as tx:
        await connections.stop_sharing(tx, at.id, at.annas, Area.EVENT)
    assert "ceremony_time" not in {each["key"] for each in await program.ledger(at.clara)}
    async with at.database.transaction(at.clara.actor) as tx:
        await connections.share(tx, at.id, at.annas, Grant(area=Area.EVENT, level=Level.USUAL, can_write=False))
    # Shared again it works from what it saw then, and nobody reminds it of a change that it was not shown.
    assert await program.stand(at.clara, at.anna, "ceremony_time") == ("behind", "13:00", False)
    await at.say(at.clara, "ceremony_time", "14:00")
    async with at.database.transaction(at.clara.actor) as tx:
        await connections.end_connection(tx, at.id, at.annas, Ending.DISCONNECTED)
    assert {each["supplier"] for each in await program.ledger(at.clara)} == {"Carl's"}
    with pytest.raises(NotFound):
        async with at.database.transaction(at.anna.actor) as tx:
            await actions.acknowledge(tx, at.id, [Shown(subject_id=at.id, fact_key="partner1_first_name", revision=1)])


async def test_a_grant_that_ends_while_a_change_is_written_leaves_nothing_to_chase(program: Program) -> None:
    at = program.at

    async def stop() -> None:
        async with at.database.transaction(at.dan.actor) as tx:
            await connections.stop_sharing(tx, at.id, at.annas, Area.EVENT)

    async with at.database.transaction(at.clara.actor) as writing:
        await weddings.record_fact(writing, at.id, FactWrite(key="ceremony_time", value="13:30", base_revision=1))
        ending = asyncio.create_task(stop())
        await asyncio.sleep(0.2)
        assert not ending.done()  # it waits for the change, and takes what that left along
    await ending
    async with at.database.transaction(at.clara.actor) as tx:
        await connections.share(tx, at.id, at.annas, Grant(area=Area.EVENT, level=Level.USUAL, can_write=False))
    assert await program.stand(at.clara, at.anna, "ceremony_time") == ("never", None, False)


async def test_it_is_kept_while_plans_are_read_only(program: Program, own_database: TestDatabase) -> None:
    at = program.at
    fact = await at.fact("ceremony_time")
    shown = [Shown(subject_id=fact.event_id or at.id, fact_key=fact.fact_key, revision=fact.revision)]
    async with travelling(own_database, timedelta(days=365)) as on_the_day, on_the_day.transaction(at.anna.actor) as tx:
        assert await actions.acknowledge(tx, at.id, shown) == 1


async def test_no_program_says_that_a_person_has_seen_something(program: Program, own_database: TestDatabase) -> None:
    at = program.at
    made = await key(at.database, own_database.admin_url, at.anna, *KeyScope)
    under = {"authorization": f"Bearer {made.token}"}
    fact = {"fact_key": "partner1_first_name", "revision": 1}
    assert (await program.client.get(program.address, headers=under)).status_code == 200
    assert (await program.client.post(program.address, json={"facts": [fact]}, headers=under)).status_code == 403
    assert await program.stand(at.clara, at.anna, "partner1_first_name") == ("never", None, False)


async def test_a_partner_who_has_a_business_says_nothing_for_it_at_their_own_wedding(program: Program) -> None:
    at = program.at
    with pytest.raises(Forbidden):
        async with at.database.transaction(at.clara.actor) as tx:
            await actions.acknowledge(tx, at.id, [Shown(subject_id=at.id, fact_key="partner1_first_name", revision=1)])


async def test_who_answers_an_amendment_has_seen_what_it_changed(program: Program) -> None:
    at = program.at
    async with at.database.transaction(at.clara.actor) as tx:
        await weddings.confirm_date(tx, at.id)
    wanted = Wanted(key="ceremony_venue_name", value="The Old Barn")
    old = await at.say(at.clara, "ceremony_venue_name", "Chapel by the Mill")
    await program.saw(at.anna, old)
    async with at.database.transaction(at.clara.actor) as tx:
        made = await amendments.propose(
            tx, at.id, Proposal(kind=Kind.CHANGE, reason_code=ReasonCode.WISH, wanted=(wanted,))
        )
    async with at.database.transaction(at.dan.actor) as tx:
        await amendments.approve(tx, at.id, made.id)
    assert await program.stand(at.clara, at.anna, "ceremony_venue_name") == ("behind", "Chapel by the Mill", True)
    async with at.database.transaction(at.anna.actor) as tx:
        await amendments.answer_terms(tx, at.id, Reply(amendment_id=made.id, answer=Answer.ACCEPT))
    assert await program.stand(at.clara, at.anna, "ceremony_venue_name") == ("current", "The Old Barn", False)
    answer = await program.client.get(f"/api/v1/weddings/{at.id}/amendments/{made.id}", headers=at.dan.bearer)
    assert answer.json()["seen_by"] == [str(at.annas)]
