"""When weddings are read-only, against an oracle that reads clocks on walls: every zone, clock changes, several events,
leads, overruns, early closings and reopenings. What is compared is the stored window and the guard's own answer.
"""

from datetime import date, datetime, time, timedelta
from typing import Final, LiteralString
from uuid import uuid4

import msgspec
import pytest
from tests.database.roles import Role, outside, until
from tests.support.window_oracle import HOUR, Evening, Party, Rules, span_of
from tests.support.window_weddings import Made, changes, weddings
from tests.support.world import Somebody, person

from wedsync.features.weddings import queries as q
from wedsync.features.weddings.model import resolve_wedding, with_value
from wedsync.kernel.clock import utc_now
from wedsync.kernel.fields.model import EventKind
from wedsync.kernel.ids import EventId, WeddingId, new_id
from wedsync.kernel.zones import ZONE_NAMES, TimeProblem, resolve_event
from wedsync.platform.database import Actor, ById, Database

SECOND: Final = timedelta(seconds=1)
RULES: Final = Rules()
SPAN: Final[LiteralString] = (
    "select lower(active_span), upper(active_span) from app.wedding_shields where wedding_id = %s"
)
LOCKED: Final[LiteralString] = (
    "select array_agg(guard.unlocks_at(s.wedding_id, s.active_span, s.lock_lead_hours, t.at) is not null order by t.n) "
    "from app.wedding_shields s cross join unnest(%s::timestamptz[]) with ordinality t (at, n) where s.wedding_id = %s"
)
ENTER: Final[LiteralString] = (
    "insert into app.day_log (wedding_id, id, kind, text, device_at) values (%s, %s, %s, 'x', app.clock()) returning recorded_at"
)
COORDINATE: Final[LiteralString] = (
    "insert into app.wedding_members (wedding_id, person_id, display_name, role) values (%s, %s, 'Cora', 'coordinator')"
)
EDIT: Final[LiteralString] = "update app.weddings set title = title where id = %s"


class Registry:
    """Enters weddings as people do, and asks the guard about them."""

    def __init__(self, database: Database, app: Role, admin: Role, *, clara: Somebody, cora: Somebody) -> None:
        self.database, self.app, self.admin, self.clara, self.cora = database, app, admin, clara, cora

    async def enter(self, made: Made) -> WeddingId:
        """Founded with its events; every date, zone and time is a fact with the instants that we resolve."""
        wedding = WeddingId(new_id())
        async with self.database.transaction(Actor(person_id=self.clara.person_id, wedding_id=wedding)) as tx:
            await tx.run(q.FOUND_WEDDING, q.NewWedding(id=wedding, title="Clara & Dan", display_name="Clara"))
            for _ in made.parties[2:]:
                await tx.one(q.ADD_EVENT, q.NewEvent(wedding_id=wedding, kind=EventKind.PARTY, title="Party"))
            times = await tx.all(q.LOCAL_TIMES, ById(wedding))
            for number, (party, follows) in enumerate(zip(made.parties, made.follows, strict=True)):
                for key, value in _facts(party, follows=follows):
                    times[number] = with_value(times[number], key, value)
                    instants = msgspec.json.encode(resolve_wedding(times).events).decode()
                    await tx.one(
                        q.RECORD_FACT, _fact(wedding, key, value=value, instants=instants, on=times[number].id)
                    )
            if made.lead_hours:
                await tx.run(q.SET_LEAD, q.NewLead(id=wedding, hours=made.lead_hours))
        return wedding

    async def span(self, wedding: WeddingId) -> tuple[datetime, datetime]:
        ((begins, ends),) = await outside(self.admin, SPAN, wedding)
        return begins, ends

    async def locked(self, wedding: WeddingId, moments: list[datetime]) -> list[bool]:
        ((found,),) = await outside(self.admin, LOCKED, moments, wedding)
        return list(found)

    async def say(self, wedding: WeddingId, kind: str, at: datetime) -> datetime | None:
        """When it was recorded; None when it was refused."""
        actor = Actor(person_id=self.cora.person_id, wedding_id=wedding)
        travel = until(at, utc_now())
        answer = await self.app(actor, ENTER, wedding, uuid4(), kind, keep=True, travel=travel)
        assert answer.state in {"", "WS002"}, answer
        return answer.only if not answer.state else None

    async def is_refused(self, wedding: WeddingId, at: datetime) -> bool:
        """Whether a plan is, when somebody really writes it."""
        actor = Actor(person_id=self.clara.person_id, wedding_id=wedding)
        return (await self.app(actor, EDIT, wedding, travel=until(at, utc_now()))).state == "WS001"


def _facts(party: Party, *, follows: bool) -> list[tuple[str, str]]:
    told = [] if follows else [("date", party.held_on.isoformat()), ("time_zone", party.zone)]
    times = (("start_time", party.start), ("end_time", party.end))
    return told + [(key, f"{at:%H:%M}") for key, at in times if at is not None]


def _fact(wedding: WeddingId, key: str, *, value: str, instants: str, on: EventId) -> q.NewRevision:
    return q.NewRevision(
        wedding_id=wedding,
        event_id=on,
        fact_key=key,
        base_revision=0,
        state="given",
        value=msgspec.json.encode(value).decode(),
        reason=None,
        source="person",
        instants=instants,
    )


@pytest.fixture
async def registry(database: Database, as_app: Role, as_admin: Role) -> Registry:
    clara, cora = await person(database, "Clara"), await person(database, "Cora")
    return Registry(database, as_app, as_admin, clara=clara, cora=cora)


async def wrong_about(registry: Registry, made: Made, rules: Rules) -> list[str]:
    """Where the house and the oracle differ about one wedding; nothing when they agree."""
    expected = span_of(made.parties, rules)
    try:
        wedding = await registry.enter(made)
    except TimeProblem:
        return [] if expected is None else ["refused"]
    if expected is None:
        return ["not refused"]
    wrong = [] if await registry.span(wedding) == expected else [f"span {await registry.span(wedding)} != {expected}"]
    evening = Evening(made.parties, made.lead_hours, rules)
    wrong += await _compare(registry, wedding, evening, _edges(evening))
    if made.evening:
        await outside(registry.admin, COORDINATE, wedding, registry.cora.person_id)
    for offset, kind in made.evening:
        at = evening.planned + offset
        is_taken = evening.takes(kind, at)
        recorded_at = await registry.say(wedding, kind, at)
        if (recorded_at is not None) != is_taken:
            return [*wrong, f"{kind} at {at}: taken {recorded_at is not None}, not {is_taken}"]
        if recorded_at is not None:
            evening.enter(kind, recorded_at)
            soon = [recorded_at + by * HOUR / 60 for by in (1, 30, 59, 60, 61, 180)]
            wrong += await _compare(registry, wedding, evening, [*soon, evening.planned + rules.longest])
    return wrong


def _edges(evening: Evening) -> list[datetime]:
    ends = evening.planned + evening.rules.longest
    moments = (evening.locks, evening.begins, evening.planned, ends)
    return [moment + by for moment in moments for by in (-SECOND, SECOND * 0, SECOND)]


async def _compare(registry: Registry, wedding: WeddingId, evening: Evening, moments: list[datetime]) -> list[str]:
    found = await registry.locked(wedding, moments)
    pairs = zip(moments, found, strict=True)
    return [f"at {at}: locked {said}" for at, said in pairs if said is not evening.is_locked(at)]


@pytest.mark.parametrize("count", [40, pytest.param(10_000, marks=pytest.mark.deep)])
async def test_every_wedding_is_read_only_when_the_clocks_on_its_walls_say(registry: Registry, count: int) -> None:
    wrong = {}
    for number, made in enumerate(weddings(20260613, count)):
        if found := await wrong_about(registry, made, RULES):
            wrong[number] = (made, found)
    assert wrong == {}


@pytest.mark.parametrize(
    "rules",
    [
        Rules(morning=time(6, 1)),
        Rules(before_start=12 * HOUR + 60 * SECOND),
        Rules(after_end=6 * HOUR + 60 * SECOND),
        Rules(quiet=HOUR + 60 * SECOND),
        Rules(longest=12 * HOUR - 60 * SECOND),
        Rules(reopened_within=5 * HOUR),
    ],
    ids=["the morning", "before the start", "after the end", "the quiet hour", "the longest evening", "reopening"],
)
async def test_a_contract_that_is_one_minute_wrong_is_noticed(registry: Registry, rules: Rules) -> None:
    found = [await wrong_about(registry, made, rules) for made in (CONTROL, LATE)]
    assert [await wrong_about(registry, made, RULES) for made in (CONTROL, LATE)] == [[], []]
    assert found != [[], []]


LATE: Final = Made(
    parties=(Party(held_on=date(2031, 6, 14), zone="Europe/London", start=time(14), end=time(3)),),
    follows=(False,),
    lead_hours=0,
)
# Needs every other rule: an early start, the morning, silence, the longest evening and a late reopening.
CONTROL: Final = Made(
    parties=(
        Party(held_on=date(2031, 6, 14), zone="Europe/London", start=time(9), end=time(11)),
        Party(held_on=date(2031, 6, 15), zone="Europe/London", start=time(1), end=time(0, 30)),
        Party(held_on=date(2031, 6, 16), zone="Europe/London"),
    ),
    follows=(False, False, False),
    lead_hours=12,
    evening=(
        *((timedelta(minutes=minutes), kind) for minutes, kind in ((-360, "closed"), (-40, "reopened"))),
        *((timedelta(minutes=50 * number), "note") for number in range(15)),
    ),
)


async def test_a_plan_that_somebody_really_writes_is_refused_by_the_same_clock(registry: Registry) -> None:
    """The guard's answer is what its triggers do."""
    for made in weddings(7, 12):
        try:
            wedding = await registry.enter(made)
        except TimeProblem:
            continue
        evening = Evening(made.parties, made.lead_hours, RULES)
        moments = [edge + by for edge in (evening.locks, evening.planned) for by in (-5 * SECOND, SECOND)]
        found = [await registry.is_refused(wedding, at) for at in moments]
        assert found == [False, True, True, False], made


# Dates that a calendar leapt over, and the days beside them.
LEAPT: Final = {
    "Pacific/Apia": date(2011, 12, 30),
    "Pacific/Fakaofo": date(2011, 12, 30),
    "Pacific/Kwajalein": date(1993, 8, 21),
    "Pacific/Kiritimati": date(1994, 12, 31),
    "Pacific/Enderbury": date(1994, 12, 31),
}


@pytest.mark.parametrize("zone", LEAPT)
async def test_a_date_that_the_calendar_leapt_over_is_refused_and_the_days_beside_it_are_whole(
    registry: Registry, zone: str
) -> None:
    gone = LEAPT[zone]
    with pytest.raises(TimeProblem, match="skipped"):
        resolve_event(gone, zone)
    for by in (-2, -1, 0, 1, 2):
        party = Party(held_on=gone + timedelta(days=by), zone=zone, start=time(14), end=time(2))
        made = Made(parties=(party,), follows=(False,), lead_hours=0)
        assert await wrong_about(registry, made, RULES) == [], party


def test_the_weddings_come_from_every_zone_and_to_every_kind_of_evening() -> None:
    some = list(weddings(20260613, len(ZONE_NAMES)))
    assert {made.parties[0].zone for made in some} == set(ZONE_NAMES)
    assert {kind for made in some for _, kind in made.evening} == {"note", "closed", "reopened"}
    assert {made.lead_hours for made in some} == {0, 1, 12, 48}
    on_a_change = [made for made in some if made.parties[0].held_on in changes(made.parties[0].zone)]
    assert len(on_a_change) > len(some) / 10
