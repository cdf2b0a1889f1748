"""Changing what is fixed: who has to agree, what follows, and that all of it happens or nothing."""

import asyncio
from datetime import timedelta

import msgspec
import pytest
from tests.features.amendments.scene import A_WEEK_LATER, IN_A_YEAR, Confirmed, confirmed
from tests.support.database import TestDatabase, travelling

from wedsync.features.amendments import actions
from wedsync.features.amendments.model import Answer, Kind, Party, Proposal, ReasonCode, State, Terms, Wanted
from wedsync.features.weddings import actions as weddings
from wedsync.features.weddings.queries import WEDDING
from wedsync.kernel.clock import utc_now
from wedsync.kernel.problems import (
    AlreadyDone,
    Conflict,
    Fixed,
    Forbidden,
    Invalid,
    LockedWedding,
    NotFound,
    Problem,
)
from wedsync.kernel.shield import WeddingStatus
from wedsync.platform.database import ById, Database

BRUNCH_DAY = (IN_A_YEAR + timedelta(days=1)).isoformat()
TO_THE_DAY = IN_A_YEAR - utc_now().date()


@pytest.fixture
async def theirs(database: Database) -> Confirmed:
    return await confirmed(database)


async def test_a_date_moves_only_when_both_partners_agree(theirs: Confirmed) -> None:
    proposed = await theirs.propose(theirs.clara, "wedding_date", A_WEEK_LATER.isoformat())
    assert proposed.state is State.PROPOSED
    assert (await theirs.facts())["wedding_date"] == IN_A_YEAR.isoformat()
    done = await theirs.approve(theirs.dan, proposed.id)
    assert done.state is State.EFFECTIVE
    assert (await theirs.facts())["wedding_date"] == A_WEEK_LATER.isoformat()


async def test_a_name_needs_one_partner_and_corrects_the_title(theirs: Confirmed) -> None:
    done = await theirs.propose(theirs.clara, "partner1_first_name", "Clarissa")
    assert done.state is State.EFFECTIVE
    wedding = await theirs.database.reader(theirs.anna.actor).one(WEDDING, ById(theirs.id))
    assert wedding.title == "Clarissa & Dan"


async def test_an_only_partner_decides_alone(database: Database) -> None:
    alone = await confirmed(database, has_two=False)
    assert (await alone.propose(alone.clara, "ceremony_venue_name", "The Old Barn")).state is State.EFFECTIVE


async def test_days_of_their_own_move_along_and_the_window_with_them(theirs: Confirmed) -> None:
    before = await theirs.database.reader(theirs.clara.actor).one(WEDDING, ById(theirs.id))
    proposed = await theirs.propose(theirs.clara, "wedding_date", A_WEEK_LATER.isoformat())
    await theirs.approve(theirs.dan, proposed.id)
    after = await theirs.database.reader(theirs.clara.actor).one(WEDDING, ById(theirs.id))
    moved = {event.title: event.local_date for event in after.events}
    assert moved == {
        "Ceremony": A_WEEK_LATER,
        "Reception": A_WEEK_LATER,
        "Brunch": A_WEEK_LATER + timedelta(days=1),
    }
    assert before.active_from is not None
    assert after.active_from is not None
    assert after.held_on == A_WEEK_LATER
    assert abs(after.active_from - before.active_from - timedelta(days=7)) <= timedelta(hours=1)


async def test_others_stay_when_one_says_so(theirs: Confirmed) -> None:
    wanted = (Wanted(key="wedding_date", value=(IN_A_YEAR - timedelta(days=1)).isoformat()),)
    only = Proposal(kind=Kind.CHANGE, reason_code=ReasonCode.MISTAKE, wanted=wanted, moves_others=False)
    proposed = await theirs.propose_all(theirs.clara, only)
    await theirs.approve(theirs.dan, proposed.id)
    assert (await theirs.facts())["brunch date"] == BRUNCH_DAY


async def test_a_supplier_proposes_and_the_couple_decides(theirs: Confirmed) -> None:
    proposed = await theirs.propose(theirs.anna, "wedding_date", A_WEEK_LATER.isoformat())
    assert (proposed.party, proposed.approvals) == (Party.SUPPLIER, ())
    with pytest.raises(Forbidden):
        await theirs.approve(theirs.anna, proposed.id)
    assert (await theirs.approve(theirs.dan, proposed.id)).state is State.PROPOSED
    assert (await theirs.approve(theirs.clara, proposed.id)).state is State.EFFECTIVE


async def test_a_coordinator_proposes_but_does_not_approve_before_the_day(theirs: Confirmed) -> None:
    proposed = await theirs.propose(theirs.cora, "ceremony_venue_name", "The Old Barn")
    with pytest.raises(Forbidden):
        await theirs.approve(theirs.cora, proposed.id)


async def test_who_has_no_say_proposes_nothing(theirs: Confirmed) -> None:
    with pytest.raises(Forbidden):
        await theirs.propose(theirs.ben, "wedding_date", A_WEEK_LATER.isoformat())
    with pytest.raises(NotFound):
        await theirs.propose(theirs.eve, "wedding_date", A_WEEK_LATER.isoformat())


async def test_a_supplier_neither_postpones_nor_cancels(theirs: Confirmed) -> None:
    for kind in (Kind.POSTPONEMENT, Kind.CANCELLATION):
        wanted = () if kind is Kind.CANCELLATION else (Wanted(key="wedding_date"),)
        with pytest.raises(Forbidden):
            await theirs.propose_all(theirs.anna, Proposal(kind=kind, reason_code=ReasonCode.OTHER, wanted=wanted))


async def test_one_partners_no_ends_it(theirs: Confirmed) -> None:
    proposed = await theirs.propose(theirs.clara, "wedding_date", A_WEEK_LATER.isoformat())
    ended = await theirs.refuse(theirs.dan, proposed.id, "My mother cannot come then")
    assert ended.state is State.REFUSED
    with pytest.raises(Conflict):
        await theirs.approve(theirs.dan, proposed.id)
    assert (await theirs.facts())["wedding_date"] == IN_A_YEAR.isoformat()


async def test_only_who_proposed_withdraws(theirs: Confirmed) -> None:
    proposed = await theirs.propose(theirs.clara, "wedding_date", A_WEEK_LATER.isoformat())
    with pytest.raises(Forbidden):
        await theirs.withdraw(theirs.dan, proposed.id)
    assert (await theirs.withdraw(theirs.clara, proposed.id)).state is State.WITHDRAWN


async def test_approving_twice_is_said(theirs: Confirmed) -> None:
    proposed = await theirs.propose(theirs.clara, "wedding_date", A_WEEK_LATER.isoformat())
    with pytest.raises(AlreadyDone):
        await theirs.approve(theirs.clara, proposed.id)


async def test_a_day_far_from_the_wedding_is_proposed_only_by_who_says_that_it_is_meant(theirs: Confirmed) -> None:
    def brunch(days: int, *, is_meant: bool) -> Proposal:
        day = (IN_A_YEAR + timedelta(days=days)).isoformat()
        wanted = (Wanted(key="date", value=day, event_id=theirs.brunch),)
        return Proposal(kind=Kind.CHANGE, reason_code=ReasonCode.WISH, wanted=wanted, accept_far=is_meant)

    with pytest.raises(Conflict, match="40 days from the wedding day"):
        await theirs.propose_all(theirs.clara, brunch(40, is_meant=False))
    with pytest.raises(Invalid):
        await theirs.propose_all(theirs.clara, brunch(401, is_meant=True))
    assert (await theirs.propose_all(theirs.clara, brunch(40, is_meant=True))).state is State.PROPOSED


async def test_what_is_not_fixed_is_no_amendment(theirs: Confirmed) -> None:
    for key, value in (("adults", 90), ("ceremony_time", "15:00"), ("reception_venue_name", "The Old Barn")):
        with pytest.raises(Conflict, match="not fixed"):
            await theirs.propose(theirs.clara, key, value)


async def test_nonsense_is_refused_by_the_name_of_its_box(theirs: Confirmed) -> None:
    for key, value in (
        ("wedding_date", "soon"),
        ("wedding_date", IN_A_YEAR.isoformat()),
        ("wedding_date", None),
        ("partner1_first_name", ""),
        ("time_zone", "Mars/Olympus"),
    ):
        with pytest.raises(Invalid) as refused:
            await theirs.propose(theirs.clara, key, value)
        errors = refused.value.members["errors"]
        assert isinstance(errors, list)
        assert key in str(errors)


async def test_a_proposal_that_was_overtaken_takes_no_effect_and_says_so(theirs: Confirmed) -> None:
    first = await theirs.propose(theirs.clara, "ceremony_venue_name", "The Old Barn")
    second = await theirs.propose(theirs.clara, "ceremony_venue_name", "The New Barn")
    await theirs.approve(theirs.dan, second.id)
    with pytest.raises(Conflict, match="changed since"):
        await theirs.approve(theirs.dan, first.id)
    assert (await theirs.facts())["ceremony_venue_name"] == "The New Barn"
    assert (await theirs.withdraw(theirs.clara, first.id)).state is State.WITHDRAWN


async def test_of_two_partners_who_approve_at_once_it_takes_effect_once(theirs: Confirmed) -> None:
    proposed = await theirs.propose(theirs.anna, "ceremony_venue_name", "The Old Barn")
    answers = await asyncio.gather(
        theirs.approve(theirs.clara, proposed.id), theirs.approve(theirs.dan, proposed.id), return_exceptions=True
    )
    assert not any(isinstance(each, BaseException) and not isinstance(each, Problem) for each in answers)
    assert (await theirs.fact("ceremony_venue_name")).revision == 2
    assert (await theirs.facts())["ceremony_venue_name"] == "The Old Barn"


async def test_a_wedding_is_postponed_without_a_date_and_takes_a_new_one_when_there_is_one(theirs: Confirmed) -> None:
    wanted = (Wanted(key="wedding_date"),)
    waiting = Proposal(kind=Kind.POSTPONEMENT, reason_code=ReasonCode.ILLNESS, wanted=wanted)
    proposed = await theirs.propose_all(theirs.clara, waiting)
    await theirs.approve(theirs.dan, proposed.id)
    wedding = await theirs.database.reader(theirs.clara.actor).one(WEDDING, ById(theirs.id))
    assert (wedding.status, wedding.held_on, wedding.active_from) == (WeddingStatus.POSTPONED, None, None)
    with pytest.raises(Fixed):
        await theirs.say(theirs.clara, "partner1_first_name", "Clarissa", 1)
    await theirs.say(theirs.clara, "wedding_date", A_WEEK_LATER.isoformat(), 2)
    await theirs.say(theirs.clara, "wedding_date", IN_A_YEAR.isoformat(), 3)  # not confirmed yet
    async with theirs.database.transaction(theirs.dan.actor) as tx:
        await weddings.confirm_date(tx, theirs.id)
    with pytest.raises(Fixed):
        await theirs.say(theirs.clara, "wedding_date", A_WEEK_LATER.isoformat(), 4)
    again = await theirs.database.reader(theirs.clara.actor).one(WEDDING, ById(theirs.id))
    assert (again.status, again.held_on) == (WeddingStatus.CONFIRMED, IN_A_YEAR)


async def test_a_cancelled_wedding_keeps_its_facts_and_has_no_day(theirs: Confirmed) -> None:
    proposed = await theirs.propose_all(
        theirs.clara, Proposal(kind=Kind.CANCELLATION, reason_code=ReasonCode.WISH, reason="We are not getting married")
    )
    assert proposed.state is State.PROPOSED
    await theirs.approve(theirs.dan, proposed.id)
    wedding = await theirs.database.reader(theirs.anna.actor).one(WEDDING, ById(theirs.id))
    assert (wedding.status, wedding.active_from) == (WeddingStatus.CANCELLED, None)
    assert (await theirs.facts())["wedding_date"] == IN_A_YEAR.isoformat()
    with pytest.raises(Conflict, match="cancelled"):
        await theirs.propose(theirs.clara, "ceremony_venue_name", "The Old Barn")


async def test_a_cancelled_wedding_is_taken_up_again_with_a_new_date(theirs: Confirmed) -> None:
    cancelled = await theirs.propose_all(theirs.clara, Proposal(kind=Kind.CANCELLATION, reason_code=ReasonCode.WISH))
    await theirs.approve(theirs.dan, cancelled.id)
    proposed = await theirs.propose(theirs.clara, "wedding_date", A_WEEK_LATER.isoformat(), Kind.POSTPONEMENT)
    await theirs.approve(theirs.dan, proposed.id)
    wedding = await theirs.database.reader(theirs.clara.actor).one(WEDDING, ById(theirs.id))
    assert (wedding.status, wedding.held_on) == (WeddingStatus.CONFIRMED, A_WEEK_LATER)
    assert wedding.active_from is not None


async def test_an_emergency_is_only_for_while_the_wedding_is_read_only(theirs: Confirmed) -> None:
    with pytest.raises(Conflict, match="read-only"):
        await theirs.propose(theirs.clara, "ceremony_venue_name", "The Town Hall", Kind.EMERGENCY)


async def test_on_the_day_a_coordinator_and_one_partner_move_the_ceremony(
    theirs: Confirmed, own_database: TestDatabase
) -> None:
    async with travelling(own_database, TO_THE_DAY) as later:
        today = msgspec.structs.replace(theirs, database=later)
        proposed = await today.propose(theirs.cora, "ceremony_venue_name", "The Town Hall", Kind.EMERGENCY)
        assert proposed.state is State.PROPOSED
        done = await today.approve(theirs.dan, proposed.id)
        assert done.state is State.EFFECTIVE
        assert (await today.facts())["ceremony_venue_name"] == "The Town Hall"
        times = await today.propose(theirs.clara, "ceremony_time", "16:00", Kind.EMERGENCY)
        assert (await today.approve(theirs.cora, times.id)).state is State.EFFECTIVE
        with pytest.raises(LockedWedding):
            await today.say(theirs.clara, "ceremony_time", "17:00", 2)


async def test_on_the_day_nothing_but_an_emergency_takes_effect(theirs: Confirmed, own_database: TestDatabase) -> None:
    waiting = await theirs.propose(theirs.clara, "ceremony_venue_name", "The Old Barn")
    async with travelling(own_database, TO_THE_DAY) as later:
        today = msgspec.structs.replace(theirs, database=later)
        assert (await today.approve(theirs.dan, waiting.id)).state is State.PROPOSED
        with pytest.raises(Conflict, match="when and where"):
            await today.propose(theirs.clara, "partner1_first_name", "Clarissa", Kind.EMERGENCY)
        alone = await today.propose(theirs.clara, "ceremony_venue_name", "The Town Hall", Kind.EMERGENCY)
        assert alone.state is State.PROPOSED


async def test_suppliers_accept_or_decline_and_silence_makes_terms_differ(theirs: Confirmed) -> None:
    assert theirs.anna.supplier_id is not None
    proposed = await theirs.propose(theirs.clara, "wedding_date", A_WEEK_LATER.isoformat())
    with pytest.raises(Conflict):
        await theirs.answer(theirs.anna, proposed.id, Answer.ACCEPT)
    done = await theirs.approve(theirs.dan, proposed.id)
    now = utc_now()
    assert done.terms_of(theirs.anna.supplier_id, now) is Terms.WAITING
    assert done.terms_of(theirs.anna.supplier_id, now + timedelta(hours=73)) is Terms.DIFFER
    declined = await theirs.answer(theirs.anna, proposed.id, Answer.DECLINE, "I am in Scotland that week")
    assert declined.terms_of(theirs.anna.supplier_id, now) is Terms.DECLINED
    with pytest.raises(AlreadyDone):
        await theirs.answer(theirs.anna, proposed.id, Answer.DECLINE)
    accepted = await theirs.answer(theirs.anna, proposed.id, Answer.ACCEPT)
    assert accepted.terms_of(theirs.anna.supplier_id, now) is Terms.ACCEPTED
    with pytest.raises(Forbidden):
        await theirs.answer(theirs.clara, proposed.id, Answer.ACCEPT)


async def test_settling_what_lacks_a_yes_or_is_settled_changes_nothing(theirs: Confirmed) -> None:
    proposed = await theirs.propose(theirs.clara, "wedding_date", A_WEEK_LATER.isoformat())
    async with theirs.database.transaction(theirs.clara.actor) as tx:
        assert (await actions.settle(tx, theirs.id, proposed.id)).state is State.PROPOSED
    await theirs.approve(theirs.dan, proposed.id)
    async with theirs.database.transaction(theirs.clara.actor) as tx:
        assert (await actions.settle(tx, theirs.id, proposed.id)).state is State.EFFECTIVE
    assert (await theirs.fact("wedding_date")).revision == 2


async def test_an_emergency_may_move_the_day_out_of_the_lock_and_the_place_with_it(
    theirs: Confirmed, own_database: TestDatabase
) -> None:
    later_still = (IN_A_YEAR + timedelta(days=30)).isoformat()
    wanted = (Wanted(key="wedding_date", value=later_still), Wanted(key="ceremony_venue_name", value="The Town Hall"))
    storm = Proposal(kind=Kind.EMERGENCY, reason_code=ReasonCode.WEATHER, wanted=wanted)
    async with travelling(own_database, TO_THE_DAY) as later:
        today = msgspec.structs.replace(theirs, database=later)
        proposed = await today.propose_all(theirs.clara, storm)
        assert proposed.state is State.PROPOSED
        assert (await today.approve(theirs.dan, proposed.id)).state is State.EFFECTIVE
        facts = await today.facts()
        assert (facts["wedding_date"], facts["ceremony_venue_name"]) == (later_still, "The Town Hall")
        with pytest.raises(Conflict, match="read-only"):  # from here on both partners agree
            await today.propose(theirs.cora, "ceremony_venue_name", "The Old Barn", Kind.EMERGENCY)


async def test_what_both_agree_to_may_make_the_wedding_read_only_at_once(theirs: Confirmed) -> None:
    proposed = await theirs.propose(theirs.clara, "wedding_date", utc_now().date().isoformat())
    assert (await theirs.approve(theirs.dan, proposed.id)).state is State.EFFECTIVE
    with pytest.raises(LockedWedding):
        await theirs.say(theirs.clara, "ceremony_time", "17:00", 1)


async def test_a_wedding_cancelled_while_it_waited_for_a_date_is_taken_up_again(theirs: Confirmed) -> None:
    waits = await theirs.propose(theirs.clara, "wedding_date", None, Kind.POSTPONEMENT)
    await theirs.approve(theirs.dan, waits.id)
    cancelled = await theirs.propose_all(theirs.dan, Proposal(kind=Kind.CANCELLATION, reason_code=ReasonCode.WISH))
    await theirs.approve(theirs.clara, cancelled.id)
    with pytest.raises(Fixed):  # nobody gives it a day alone
        await theirs.say(theirs.cora, "wedding_date", A_WEEK_LATER.isoformat(), 2)
    proposed = await theirs.propose(theirs.clara, "wedding_date", A_WEEK_LATER.isoformat(), Kind.POSTPONEMENT)
    await theirs.approve(theirs.dan, proposed.id)
    wedding = await theirs.database.reader(theirs.clara.actor).one(WEDDING, ById(theirs.id))
    assert (wedding.status, wedding.held_on) == (WeddingStatus.CONFIRMED, A_WEEK_LATER)


async def test_what_was_proposed_before_a_cancellation_takes_up_nothing_again(theirs: Confirmed) -> None:
    """Clara's yes to another day is older than her yes to none."""
    older = await theirs.propose(theirs.clara, "wedding_date", A_WEEK_LATER.isoformat(), Kind.POSTPONEMENT)
    cancelled = await theirs.propose_all(theirs.dan, Proposal(kind=Kind.CANCELLATION, reason_code=ReasonCode.WISH))
    await theirs.approve(theirs.clara, cancelled.id)
    with pytest.raises(Conflict, match="before the wedding was cancelled"):
        await theirs.approve(theirs.dan, older.id)
    wedding = await theirs.database.reader(theirs.clara.actor).one(WEDDING, ById(theirs.id))
    assert wedding.status is WeddingStatus.CANCELLED
