"""Amendments below the actions: no approval can be forged, none is half carried out, and no row of one is altered unseen."""

import asyncio
from typing import LiteralString
from uuid import UUID, uuid4

import msgspec
import pytest
from psycopg import sql
from tests.database.roles import Answer as Answered
from tests.database.roles import Role
from tests.features.amendments.scene import A_WEEK_LATER, Confirmed, confirmed
from tests.support.world import connect, owner

from wedsync.features.amendments.model import Amendment, Answer, Kind, Proposal, ReasonCode, Wanted
from wedsync.features.amendments.queries import AMENDMENT, AMENDMENTS, OneAmendment, Page
from wedsync.features.connections.actions import stop_sharing
from wedsync.kernel.cursors import LAST_ID
from wedsync.kernel.permissions import Area, SupplierType
from wedsync.kernel.problems import Problem
from wedsync.platform.database import NOBODY, Database

VENUE = "The Old Barn"
RESPOND: LiteralString = (
    "insert into app.amendment_responses (wedding_id, amendment_id, answer) values (%s, %s, %s) returning 1"
)
RECORD: LiteralString = (
    "insert into app.core_field_revisions (wedding_id, event_id, fact_key, base_revision, value, amendment_id) "
    "values (%s, %s, 'venue_name', %s, %s::jsonb, %s) returning 1"
)
AT_COMMIT: LiteralString = "set constraints all immediate"


@pytest.fixture(scope="module")
async def theirs(database: Database) -> Confirmed:
    """Tests roll back what they do to it, but for the one proposal that waits for Dan."""
    return await confirmed(database)


@pytest.fixture(scope="module")
async def waiting(theirs: Confirmed) -> Amendment:
    return await theirs.propose(theirs.clara, "ceremony_venue_name", VENUE)


async def respond(role: Role, theirs: Confirmed, who: str, amendment: Amendment, answer: str) -> str:
    actor = {
        "clara": theirs.clara,
        "dan": theirs.dan,
        "cora": theirs.cora,
        "anna": theirs.anna,
        "ben": theirs.ben,
        "eve": theirs.eve,
    }[who]
    return (await role(actor.actor, RESPOND, theirs.id, amendment.id, answer)).state


@pytest.mark.parametrize(
    ("who", "answer", "state"),
    [
        ("dan", "approve", ""),
        ("dan", "refuse", ""),
        ("clara", "withdraw", ""),
        ("clara", "approve", "23505"),  # she has by proposing
        ("dan", "withdraw", "42501"),
        ("dan", "effective", "WS002"),
        ("clara", "effective", "WS002"),
        ("cora", "approve", "42501"),
        ("cora", "refuse", "42501"),
        ("anna", "approve", "42501"),
        ("anna", "effective", "42501"),
        ("anna", "accept", "WS002"),
        ("dan", "accept", "42501"),
        ("ben", "accept", "42501"),
        ("eve", "approve", "42501"),
        ("dan", "adore", "23514"),
    ],
)
async def test_each_answers_what_is_theirs_to_answer(
    as_app: Role, theirs: Confirmed, waiting: Amendment, who: str, answer: str, state: str
) -> None:
    assert await respond(as_app, theirs, who, waiting, answer) == state


async def test_an_answer_is_given_by_who_is_signed_in_whatever_the_row_says(
    as_app: Role, theirs: Confirmed, waiting: Amendment
) -> None:
    forged: LiteralString = (
        "insert into app.amendment_responses (wedding_id, amendment_id, answer, person_id, party, answered_at, link, commitment, hash) "
        "values (%s, %s, 'approve', %s, 'partner', now(), 3, '', '')"
    )
    answer = await as_app(theirs.clara.actor, forged, theirs.id, waiting.id, theirs.dan.person_id)
    assert answer.state == "42501"


async def record(role: Role, theirs: Confirmed, amendment: Amendment, value: str, base: int = 1) -> str:
    (change,) = amendment.changes
    said = await role(theirs.dan.actor, RECORD, theirs.id, change.event_id, base, value, amendment.id)
    return said.state


async def test_a_fact_in_the_name_of_an_amendment_that_waits_is_refused(
    as_app: Role, theirs: Confirmed, waiting: Amendment
) -> None:
    assert await record(as_app, theirs, waiting, f'"{VENUE}"') == "WS002"


APPROVED: LiteralString = """
  insert into app.amendment_responses (wedding_id, amendment_id, answer) values ({w}, {a}, 'approve');
  insert into app.core_field_revisions (wedding_id, event_id, fact_key, base_revision, value, amendment_id)
  values ({w}, {e}, {key}, {base}, {value}, {a})"""
WHOLE: LiteralString = (
    "insert into app.amendment_responses (wedding_id, amendment_id, answer) values ({w}, {a}, 'effective')"
)


async def once_approved(
    role: Role,
    theirs: Confirmed,
    amendment: Amendment,
    *more: LiteralString,
    value: str = f'"{VENUE}"',
    base: int = 1,
    key: str = "venue_name",
) -> Answered:
    """Dan approves and records one fact in one transaction, and then?"""
    event = amendment.changes[0].event_id
    named = {"w": theirs.id, "a": amendment.id, "e": event, "key": key, "base": base, "value": value}
    literals = {name: sql.Literal(said) for name, said in named.items()}
    text = sql.SQL(";").join(sql.SQL(each).format(**literals) for each in (APPROVED, *more))
    return await role(theirs.dan.actor, text)


async def test_once_approved_exactly_what_was_proposed_is_recorded(
    as_app: Role, theirs: Confirmed, waiting: Amendment
) -> None:
    assert (await once_approved(as_app, theirs, waiting)).state == ""
    assert (await once_approved(as_app, theirs, waiting, value='"Another Barn"')).state == "WS002"
    assert (await once_approved(as_app, theirs, waiting, base=0)).state == "WS002"
    assert (await once_approved(as_app, theirs, waiting, key="venue_address")).state == "WS002"


async def test_a_fact_that_changed_by_an_amendment_commits_with_the_whole_of_it(
    as_app: Role, theirs: Confirmed, waiting: Amendment
) -> None:
    assert (await once_approved(as_app, theirs, waiting, AT_COMMIT)).state == "WS002"
    assert (await once_approved(as_app, theirs, waiting, WHOLE, AT_COMMIT)).state == ""


async def test_an_amendment_of_two_facts_is_not_effective_with_one_of_them(as_app: Role, database: Database) -> None:
    made = await confirmed(database)
    wanted = (
        Wanted(key="ceremony_venue_name", value=VENUE),
        Wanted(key="ceremony_venue_address", value="Barn Road 7, Frome BA11"),
    )
    both = await made.propose_all(made.clara, Proposal(kind=Kind.CHANGE, reason_code=ReasonCode.VENUE, wanted=wanted))
    refused = await once_approved(as_app, made, both, WHOLE)
    assert (refused.state, refused.sentence) == ("WS002", "an amendment takes effect as a whole")


async def test_nobody_adds_to_what_others_have_seen(as_app: Role, theirs: Confirmed, waiting: Amendment) -> None:
    later: LiteralString = (
        "insert into app.amendment_changes (wedding_id, amendment_id, event_id, fact_key, base_revision, value) "
        "values (%s, %s, %s, 'venue_address', 1, '\"Somewhere else entirely\"')"
    )
    said = await as_app(theirs.clara.actor, later, theirs.id, waiting.id, waiting.changes[0].event_id)
    assert said.state == "WS002"


@pytest.mark.parametrize("table", ["amendments", "amendment_changes", "amendment_responses", "amendment_chases"])
async def test_amendments_are_only_ever_added_to(
    as_app: Role, as_worker: Role, as_admin: Role, theirs: Confirmed, waiting: Amendment, table: str
) -> None:
    name = sql.Identifier("app", table)
    for role, states in ((as_app, {"42501"}), (as_worker, {"42501"}), (as_admin, {"WS003"})):
        for text in ("update {} set id = id", "delete from {}"):
            assert (await role(theirs.clara.actor, sql.SQL(text).format(name))).state in states


async def test_a_supplier_reads_its_own_answer_and_the_couples_but_no_other_suppliers(
    as_app: Role, database: Database
) -> None:
    made = await confirmed(database)
    florence = await owner(database, "Florence")
    await connect(database, made.clara, made.id, florence)
    proposed = await made.propose(made.clara, "wedding_date", A_WEEK_LATER.isoformat())
    await made.approve(made.dan, proposed.id)
    await made.answer(made.anna, proposed.id, Answer.DECLINE, "I am away")
    asked: LiteralString = "select answer from live.amendment_responses where amendment_id = %s order by answer"
    answers = {
        who.name: [row[0] for row in (await as_app(who.actor, asked, proposed.id)).rows]
        for who in (made.clara, made.cora, made.anna, florence, made.eve)
    }
    decided = ["approve", "approve", "effective"]
    assert answers["Anna"] == answers["Clara"] == answers["Cora"] == [*decided[:2], "decline", "effective"]
    assert answers["Florence"] == decided
    assert answers["Eve"] == []


async def test_a_change_is_shown_to_who_reads_the_fact_and_to_nobody_else(as_app: Role, database: Database) -> None:
    made = await confirmed(database)
    dj = await owner(database, "Deejay", SupplierType.DJ)
    await connect(database, made.clara, made.id, dj, SupplierType.DJ)
    proposed = await made.propose(made.clara, "ceremony_venue_name", VENUE)
    asked: LiteralString = "select count(*)::integer from live.amendment_changes where amendment_id = %s"
    readers = (made.anna, dj, made.eve)
    assert [(await as_app(who.actor, asked, proposed.id)).only for who in readers] == [1, 0, 0]
    await made.approve(made.dan, proposed.id)  # now it binds who works there: they see what they are asked to accept
    assert [(await as_app(who.actor, asked, proposed.id)).only for who in readers] == [1, 1, 0]


ASKS: LiteralString = "select (app.wedding_standing(%s) ->> 'asks')::integer"


async def test_nobody_is_asked_to_accept_what_they_are_not_shown(as_app: Role, database: Database) -> None:
    made = await confirmed(database)
    fay = await owner(database, "Fay", SupplierType.FLORIST)
    await connect(database, made.clara, made.id, fay, SupplierType.FLORIST)
    assert fay.supplier_id is not None
    async with database.transaction(made.clara.actor) as tx:
        await stop_sharing(tx, made.id, fay.supplier_id, Area.COUPLE)
    named = await made.propose(made.clara, "partner1_first_name", "Clarissa")
    assert [(await as_app(who.actor, ASKS, made.id)).only for who in (made.anna, fay)] == [1, 0]
    assert named.asked == (made.anna.supplier_id,)
    said = await as_app(fay.actor, RESPOND, made.id, named.id, "accept")
    assert (said.state, said.sentence.partition(",")[0]) == (
        "WS002",
        "what this changes is not shared with your business",
    )
    letters = await database.reader(made.clara.actor).all(AMENDMENTS, Page(wedding_id=made.id, before=LAST_ID, limit=5))
    assert [each.asked for each in letters] == [(made.anna.supplier_id,)]
    proposed = await made.propose(made.clara, "ceremony_venue_name", VENUE)
    await made.approve(made.dan, proposed.id)
    assert [(await as_app(who.actor, ASKS, made.id)).only for who in (made.anna, fay)] == [2, 1]


async def test_who_comes_after_it_took_effect_agreed_to_it_by_coming(
    as_app: Role, as_worker: Role, database: Database
) -> None:
    made = await confirmed(database)
    changed = await made.propose(made.clara, "ceremony_venue_name", VENUE)
    await made.approve(made.dan, changed.id)
    fay = await owner(database, "Fay", SupplierType.FLORIST)
    await connect(database, made.clara, made.id, fay, SupplierType.FLORIST)
    async with database.transaction(made.clara.actor) as tx:
        assert fay.supplier_id is not None
        await stop_sharing(tx, made.id, fay.supplier_id, Area.EVENT)
    assert [(await as_app(who.actor, ASKS, made.id)).only for who in (made.anna, fay)] == [1, 0]
    shown: LiteralString = "select count(*) from live.amendment_changes where amendment_id = %s"
    assert [(await as_app(who.actor, shown, changed.id)).only for who in (made.anna, fay)] == [1, 0]
    said = [await as_app(who.actor, RESPOND, made.id, changed.id, "decline") for who in (made.anna, fay)]
    assert [each.state for each in said] == ["", "WS002"]
    to = "select distinct supplier_id from app.amendment_letters(%s, %s) where supplier_id is not null"
    assert (await as_worker(NOBODY, to, made.id, changed.id)).rows == [(made.anna.supplier_id,)]


async def test_why_in_somebodys_own_words_is_read_by_the_couples_side_and_by_who_wrote_it(
    as_app: Role, as_worker: Role, database: Database
) -> None:
    made = await confirmed(database)
    florence = await owner(database, "Florence")
    await connect(database, made.clara, made.id, florence)
    wanted = (Wanted(key="ceremony_venue_name", value=VENUE),)
    said = Proposal(kind=Kind.CHANGE, reason_code=ReasonCode.ILLNESS, reason="My father died", wanted=wanted)
    theirs = await made.propose_all(made.clara, said)
    await made.refuse(made.dan, theirs.id, "Not yet")
    hers = await made.propose_all(made.anna, msgspec.structs.replace(said, reason="I broke my leg"))
    everybody = (made.clara, made.dan, made.cora, made.anna, florence, made.eve)
    words: LiteralString = "select array_agg(coalesce(reason, '-') order by id) from live.amendments where wedding_id = %s and reason_code = 'illness'"
    found = {who.name: (await as_app(who.actor, words, made.id)).only for who in everybody}
    both = ["My father died", "I broke my leg"]
    assert found == {
        "Clara": both,
        "Dan": both,
        "Cora": both,
        "Anna": ["-", "I broke my leg"],
        "Florence": ["-", "-"],
        "Eve": None,
    }
    notes: LiteralString = "select note from live.amendment_responses where amendment_id = %s and answer = 'refuse'"
    read = [(await as_app(who.actor, notes, theirs.id)).rows for who in everybody]
    assert read == [[("Not yet",)]] * 3 + [[(None,)]] * 2 + [[]]
    around: LiteralString = "select app.amendment_reason(%s, %s)"
    assert (await as_app(florence.actor, around, made.id, hers.id)).only is None
    for column, table in (("reason", "amendments"), ("note", "amendment_responses")):
        text = sql.SQL("select {} from app.{}").format(sql.Identifier(column), sql.Identifier(table))
        assert [(await role(made.clara.actor, text)).state for role in (as_app, as_worker)] == ["42501"] * 2


FORGERIES: dict[str, LiteralString] = {
    "a proposed value": "update app.amendment_changes set value = '\"hacked\"' where wedding_id = %s",
    "a value and its commitment": "update app.amendment_changes set value = '1', commitment = guard.commitment(salt, '1') where wedding_id = %s",
    "who approved": "update app.amendment_responses set party = 'coordinator' where wedding_id = %s and answer = 'approve'",
    "when it took effect": "update app.amendment_responses set answered_at = answered_at - interval '1 day' where wedding_id = %s",
    "a reason": "update app.amendments set reason = 'hacked' where wedding_id = %s",
    "a kind": "update app.amendments set kind = 'cancellation' where wedding_id = %s",
    "an approval that goes missing": "delete from app.amendment_responses where wedding_id = %s and answer = 'approve'",
    "the end of a chain": "delete from app.amendment_responses where wedding_id = %s and answer = 'effective'",
}


@pytest.fixture(scope="module")
async def decided(database: Database) -> Confirmed:
    made = await confirmed(database)
    wanted = (Wanted(key="ceremony_venue_name", value=VENUE),)
    said = Proposal(kind=Kind.CHANGE, reason_code=ReasonCode.VENUE, reason="The roof leaks", wanted=wanted)
    proposed = await made.propose_all(made.clara, said)
    await made.approve(made.dan, proposed.id)
    return made


async def broken(role: Role, made: Confirmed, before: LiteralString) -> list[tuple[object, ...]]:
    connection = role.connection
    async with connection.transaction(force_rollback=True):
        await connection.execute("select guard.begin_migration('forgery', '')")
        for table in ("amendments", "amendment_changes", "amendment_responses"):
            off = sql.SQL("alter table {} disable trigger append_only").format(sql.Identifier("app", table))
            await connection.execute(off)
        await connection.execute(before, [made.id] if "%s" in before else None)
        found = await connection.execute("select fact_key, revision from guard.broken_facts(%s)", [made.id])
        return await found.fetchall()


async def test_an_unaltered_chain_is_whole(as_admin: Role, decided: Confirmed) -> None:
    assert await broken(as_admin, decided, "select 1") == []


@pytest.mark.parametrize("forged", FORGERIES)
async def test_a_row_of_an_amendment_that_was_altered_breaks_its_chain(
    as_admin: Role, decided: Confirmed, forged: str
) -> None:
    assert await broken(as_admin, decided, FORGERIES[forged])


async def test_erased_reasons_and_values_leave_the_chain_whole(as_admin: Role, decided: Confirmed) -> None:
    erased: LiteralString = (
        "with gone as (update app.amendments set reason = null, salt = null where wedding_id = %s returning wedding_id) "
        "update app.amendment_changes c set value = null, salt = null from gone where c.wedding_id = gone.wedding_id"
    )
    assert await broken(as_admin, decided, erased) == []


@pytest.mark.parametrize("rounds", [5, pytest.param(200, marks=pytest.mark.deep)])
async def test_however_two_decide_at_once_an_amendment_is_decided_once(database: Database, rounds: int) -> None:
    made = await confirmed(database)
    for number in range(rounds):
        proposed = await made.propose(made.anna, "ceremony_venue_name", f"Barn {number}")
        await asyncio.gather(
            made.approve(made.clara, proposed.id),
            made.refuse(made.dan, proposed.id),
            made.approve(made.dan, proposed.id),
            made.withdraw(made.anna, proposed.id),
            return_exceptions=True,
        )
        reader = database.reader(made.clara.actor)
        found = await reader.one(AMENDMENT, OneAmendment(wedding_id=made.id, amendment_id=proposed.id))
        ends = [
            each.answer for each in found.responses if each.answer in {Answer.REFUSE, Answer.WITHDRAW, Answer.EFFECTIVE}
        ]
        assert len(ends) <= 1
        is_changed = (await made.facts())["ceremony_venue_name"] == f"Barn {number}"
        assert is_changed == (ends == [Answer.EFFECTIVE])
        if not ends:  # one approval was refused its turn at the lock: the other partner may go on
            with pytest.raises(Problem):
                await made.approve(made.eve, proposed.id)
            await made.withdraw(made.anna, proposed.id)


async def test_what_was_erased_while_it_waited_is_not_carried_out_as_empty(
    as_worker: Role, as_app: Role, database: Database
) -> None:
    made = await confirmed(database)
    proposed = await made.propose(made.anna, "partner1_first_name", "Clarissa")
    await as_worker(made.clara.actor, "select app.erase_facts(%s, '{partner1_first_name}')", made.id, keep=True)
    with pytest.raises(Problem, match="not what was proposed"):
        await made.approve(made.dan, proposed.id)


END: LiteralString = "select amendment_id from app.amendments_to_end(%s, %s, 1)"
CHASE: LiteralString = "select amendment_id from app.chase_amendments(1)"


async def test_what_stays_in_the_way_keeps_nothing_behind_it_from_ending(
    as_app: Role, as_worker: Role, database: Database
) -> None:
    """A change that says nothing the calendar knows, and one that is seen first turn after turn."""
    made = await confirmed(database)
    date = await made.fact("wedding_date")
    said = (uuid4(), made.id, date.event_id, date.revision)
    odd = sql.SQL(
        "insert into app.amendments (id, wedding_id, kind, reason_code) values ({0}, {1}, 'change', 'wish'); "
        "insert into app.amendment_changes (amendment_id, wedding_id, event_id, fact_key, base_revision, value) "
        "values ({0}, {1}, {2}, 'date', {3}, '\"soon\"')"
    ).format(*(sql.Literal(each) for each in said))
    assert (await as_app(made.clara.actor, odd, keep=True)).state == ""
    late = [await made.propose(made.anna, "wedding_date", A_WEEK_LATER.isoformat()) for _ in range(2)]
    found: list[UUID] = []
    after = UUID(int=0)
    while part := (await as_worker(NOBODY, END, made.id, after, travel="380 days")).rows:
        found.append(after := part[0][0])
        if after not in {each.id for each in late}:
            break
    assert found[:2] == [each.id for each in late]


async def test_reminders_that_were_sent_keep_no_other_from_being_sent(as_worker: Role, database: Database) -> None:
    made = await confirmed(database)
    changed = [await made.propose(made.clara, "partner1_first_name", name) for name in ("Clarissa", "Clarice")]
    for hours in (25, 73):
        reminded: list[UUID] = []
        while part := (await as_worker(NOBODY, CHASE, keep=True, travel=f"{hours} hours")).rows:
            reminded += [each for (each,) in part]
        assert {each.id for each in changed} <= set(reminded), hours
