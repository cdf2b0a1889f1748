"""Facts are revisions: numbered, chained, refused when their writer had not seen the last one, and never altered."""

import asyncio
from typing import LiteralString

import pytest
from psycopg import sql
from tests.database.roles import Role, outside
from tests.database.writing import Couple, couple

from wedsync.kernel.problems import Conflict, Fixed, RevisionConflict
from wedsync.platform.database import Database

MARKER = "Zanzibar 7731"
FORGERIES: dict[str, LiteralString] = {
    "a value": "update app.core_field_revisions set value = '\"hacked\"' where wedding_id = %s and fact_key = 'style' and revision = 2",
    "a reason": "update app.core_field_revisions set reason = 'hacked' where wedding_id = %s and fact_key = 'style' and revision = 2",
    "a value and its commitment": "update app.core_field_revisions set value = '1', commitment = guard.fact_commitment(salt, '1', reason) where wedding_id = %s and fact_key = 'style' and revision = 2",
    "a hash": "update app.core_field_revisions set hash = '' where wedding_id = %s and fact_key = 'style' and revision = 2",
    "who wrote it": "update app.core_field_revisions set actor_id = gen_random_uuid() where wedding_id = %s and fact_key = 'style' and revision = 2",
    "when": "update app.core_field_revisions set written_at = written_at - interval '1 day' where wedding_id = %s and fact_key = 'style' and revision = 2",
    "its state": "update app.core_field_revisions set state = 'partial' where wedding_id = %s and fact_key = 'style' and revision = 2",
    "a revision that goes missing": "delete from app.core_field_revisions where wedding_id = %s and fact_key = 'style' and revision = 2",
}


@pytest.fixture(scope="module")
async def theirs(database: Database) -> Couple:
    """A wedding with a fact in three revisions; tests roll back what they do to it."""
    made = await couple(database, wedding_date="2031-06-14", style=["rustic"])
    await made.say("style", ["rustic", "boho"], 1)
    await made.say("style", ["classic"], 2)
    return made


async def test_revisions_are_numbered_without_gaps_and_one_of_them_is_current(theirs: Couple, as_app: Role) -> None:
    found = await as_app(
        theirs.clara.actor,
        "select revision, is_current from live.core_field_revisions where fact_key = 'style' order by 1",
    )
    assert found.rows == [(1, False), (2, False), (3, True)]


async def test_an_unaltered_wedding_has_no_broken_fact(theirs: Couple, as_app: Role) -> None:
    assert await theirs.broken(as_app) == []


# What no link of a chain shows: its end is gone, an earlier value is shown as current, a whole fact is gone.
CUT: dict[str, LiteralString] = {
    "the last revision": "delete from app.core_field_revisions where wedding_id = %s and fact_key = 'style' and revision = 3",
    "a fact": "delete from app.core_field_revisions where wedding_id = %s and fact_key = 'style'",
    "every fact": "delete from app.core_field_revisions where wedding_id = %s",
    "the last link": "update app.core_field_revisions set hash = guard.fact_link(hash, '{}') where wedding_id = %s and fact_key = 'style' and revision = 3",
    "the tally": "update app.wedding_shields set fact_count = 0 where wedding_id = %s",
}


async def broken_after(
    admin: Role, forgery: LiteralString, theirs: Couple, asked: LiteralString
) -> list[tuple[object, ...]]:
    """A superuser in a recorded migration with the trigger off: nobody else comes this far."""
    connection = admin.connection
    async with connection.transaction(force_rollback=True):
        await connection.execute("select guard.begin_migration('forgery', '')")
        await connection.execute("alter table app.core_field_revisions disable trigger append_only")
        await connection.execute(forgery, [theirs.wedding_id])
        await connection.execute("select set_config('app.actor_id', %s, true)", [str(theirs.clara.person_id)])
        found = await connection.execute(asked, [theirs.wedding_id])
        return await found.fetchall()


@pytest.mark.parametrize("cut", CUT)
async def test_what_is_cut_off_the_end_no_longer_adds_up(cut: str, theirs: Couple, as_admin: Role) -> None:
    asked: LiteralString = "select fact_key from app.broken_facts(%s)"
    assert (None,) in await broken_after(as_admin, CUT[cut], theirs, asked)
    # Whoever keeps the servers asks for all weddings, and is nobody in any of them.
    assert (None,) in await broken_after(as_admin, CUT[cut], theirs, "select fact_key from guard.broken_facts(%s)")


async def test_an_old_revision_shown_as_the_current_one_is_found(theirs: Couple, as_admin: Role) -> None:
    again: LiteralString = "with gone as (update app.core_field_revisions set is_current = false where wedding_id = %s and fact_key = 'style' returning 1) select 1 from gone"
    found = await broken_after(as_admin, again, theirs, "select fact_key, revision from app.broken_facts(%s)")
    assert found == [("style", 3)]


async def test_the_tally_tells_no_supplier_that_something_private_was_written(theirs: Couple, as_app: Role) -> None:
    for column in ("fact_count", "fact_links"):
        asked = sql.SQL("select {} from app.wedding_shields").format(sql.Identifier(column))
        assert (await as_app(theirs.clara.actor, asked)).state == "42501"


@pytest.mark.parametrize("forged", FORGERIES)
async def test_who_goes_round_the_guard_is_found_by_the_chain(forged: str, theirs: Couple, as_admin: Role) -> None:
    asked: LiteralString = "select fact_key from app.broken_facts(%s) where fact_key is not null"
    assert set(await broken_after(as_admin, FORGERIES[forged], theirs, asked)) == {("style",)}


async def test_a_writer_who_had_not_seen_the_last_revision_sees_both_values(theirs: Couple, as_app: Role) -> None:
    with pytest.raises(RevisionConflict) as refused:
        await theirs.say("style", ["modern"], 2)
    assert refused.value.members["yours"] == ["modern"]
    assert refused.value.members["current"] == ["classic"]
    assert refused.value.members["revision"] == 3
    assert (await theirs.write(as_app, "style", "[]", 2)).state == "WS004"
    assert (await theirs.write(as_app, "style", "[]", 4)).state == "WS004"
    assert (await theirs.write(as_app, "style", "[]", 3)).only == 4


async def test_of_eight_writers_at_once_who_saw_the_same_exactly_one_writes(database: Database) -> None:
    made = await couple(database, adults=80)
    answers = await asyncio.gather(*(made.say("adults", 80 + n, 1) for n in range(1, 9)), return_exceptions=True)
    assert sum(isinstance(answer, RevisionConflict) for answer in answers) == 7
    assert sum(not isinstance(answer, BaseException) for answer in answers) == 1


async def test_an_erased_value_is_nowhere_and_every_chain_stays_whole(
    database: Database, as_app: Role, as_worker: Role, as_admin: Role
) -> None:
    made = await couple(database, special_requests=MARKER)
    await made.say("special_requests", f"{MARKER}, again", 1)
    await made.say("special_requests", "Nothing special", 2)
    assert await places(as_admin, MARKER) == ["app.core_field_revisions"]
    erased = await as_worker(
        made.clara.actor, "select app.erase_facts(%s, '{special_requests}')", made.wedding_id, keep=True
    )
    assert erased.only == 3
    assert await places(as_admin, MARKER) == []
    assert await made.broken(as_app) == []
    kept = await outside(
        as_admin,
        "select count(*) from app.core_field_revisions where wedding_id = %s and fact_key = 'special_requests' and salt is null and value is null and commitment is not null",
        made.wedding_id,
    )
    assert kept == [(3,)]
    assert (await made.say("special_requests", "Something new", 3)).fact.revision == 4
    assert await made.broken(as_app) == []


async def places(admin: Role, word: str) -> list[str]:
    """Every table of ours in which a word stands, in any row and column."""
    tables = await outside(
        admin, "select schemaname, tablename from pg_tables where schemaname in ('app', 'guard', 'jobs')"
    )
    found = []
    for schema, table in tables:
        counted = sql.SQL("select count(*) from {} t where t::text like {}").format(
            sql.Identifier(schema, table), f"%{word}%"
        )
        ((count,),) = await outside(admin, counted)
        found += [f"{schema}.{table}"] * bool(count)
    return found


async def test_after_the_confirmation_what_is_class_a_is_fixed_and_the_rest_stays_open(
    database: Database, as_app: Role
) -> None:
    made = await couple(database, wedding_date="2031-06-14", ceremony_time="14:00")
    write_date = ("partner1_first_name", '"Clare"', 1)
    assert (await made.write(as_app, *write_date)).only == 2
    await made.confirm()
    assert (await made.write(as_app, *write_date)).state == "WS002"
    assert (await made.write(as_app, "partner1_first_name", None, 1)).state == "WS002"  # clearing is changing
    with pytest.raises(Fixed):
        await made.say("wedding_date", "2031-06-15", 1)
    await made.say("ceremony_time", "15:00", 1)
    assert (await made.say("ceremony_venue_name", "The Mill")).fact.revision == 1  # filling is no amendment
    with pytest.raises(Fixed):
        await made.say("ceremony_venue_name", "The Barn", 1)


async def test_a_date_is_confirmed_only_when_there_is_one_that_stands(database: Database, as_admin: Role) -> None:
    made = await couple(database)
    with pytest.raises(Conflict, match="The date and its time zone come first"):
        await made.confirm()
    await made.say("wedding_date", "2031-06-14")
    await made.say("wedding_date", None, 1)
    shield = await made.shield(as_admin)
    assert (shield["held_on"], shield["opens_at"]) == (None, None)  # the old date protects nothing any more
    with pytest.raises(Conflict, match="The date and its time zone come first"):
        await made.confirm()
    await made.say("wedding_date", "2031-06-21", 2)
    await made.say("date_flexible", value=True)
    with pytest.raises(Conflict, match="flexible"):
        await made.confirm()
    await made.say("date_flexible", value=False, base=1)
    assert await made.confirm() == await made.confirm()
