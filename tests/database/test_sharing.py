"""What a supplier reads and writes follows from its type, its grants and its connection, in the capacity it acts in."""

from typing import Any, LiteralString

import msgspec
import pytest
from psycopg import sql
from tests.database.roles import Role, outside
from tests.database.scene import Scene, build_scene, connect, join, with_capacity
from tests.support.world import Somebody, owner, person, wedding

from wedsync.features.connections import actions as connections
from wedsync.features.connections.model import Ending, Grant, Level
from wedsync.features.people import actions as people
from wedsync.features.weddings import actions as weddings
from wedsync.features.weddings.facts import FactWrite
from wedsync.kernel.ids import WeddingId
from wedsync.kernel.permissions import Area, SupplierType
from wedsync.kernel.problems import NotFound
from wedsync.platform.database import Actor, Database
from wedsync.platform.passwords import hash_password

KEYS: LiteralString = "select array_agg(definition_key order by 1) from live.core_facts where wedding_id = %s"
TOTALS: LiteralString = "select guests from app.guest_totals(array[%s]::uuid[])"
PARTS = {"adults", "children", "infants"}
HIDDEN = "14:00"  # the ceremony's time: not a caterer's business


@pytest.fixture
async def own(database: Database) -> Scene:
    """A scene that a test may change."""
    return await build_scene(database)


async def keys(as_app: Role, actor: Actor, scene: Scene) -> set[str]:
    return set((await as_app(actor, KEYS, scene.wedding_id)).only or ())


async def share(database: Database, scene: Scene, grant: Grant, supplier: Somebody) -> None:
    assert supplier.supplier_id is not None
    async with database.transaction(scene.clara.actor) as tx:
        await connections.share(tx, scene.wedding_id, supplier.supplier_id, grant)


async def test_a_photographer_reads_the_ceremony_s_time_and_a_caterer_the_reception_s(
    scene: Scene, as_app: Role
) -> None:
    anna, kate = await keys(as_app, scene.anna.actor, scene), await keys(as_app, scene.kate.actor, scene)
    assert {"ceremony_time", "reception_time"} & anna == {"ceremony_time"}
    assert {"ceremony_time", "reception_time", "end_time"} & kate == {"reception_time", "end_time"}
    assert not {"partner1_email", "total_budget", "special_requests"} & (anna | kate)


async def test_what_a_caterer_may_not_read_stands_in_nothing_it_can_read(
    own: Scene, database: Database, as_app: Role, as_admin: Role
) -> None:
    """Every column of every view, after the fact changed and every event was resolved anew."""
    secret = "Zanzibar 7731"
    async with database.transaction(own.clara.actor) as tx:
        await weddings.record_fact(tx, own.wedding_id, FactWrite(key="reception_time", value="18:00", base_revision=1))
        await weddings.record_fact(
            tx, own.wedding_id, FactWrite(key="special_requests", value=secret, base_revision=1, reason=secret)
        )
        await weddings.record_fact(
            tx, own.wedding_id, FactWrite(key="special_requests", value="None.", base_revision=2)
        )
    views = await outside(
        as_admin,
        "select relname from pg_class where relnamespace = 'live'::regnamespace and relname not in ('suppliers', 'sessions')",
    )
    found: dict[str, list[str]] = {"kate": [], "clara": []}
    for name, reader in (("kate", own.kate.actor), ("clara", own.clara.actor)):
        for (view,) in views:
            text = sql.SQL("select coalesce(string_agg(v::text, ' '), '') from live.{} v").format(sql.Identifier(view))
            said = (await as_app(with_capacity(reader, wedding_id=own.wedding_id), text)).only
            found[name] += [view for word in (secret, HIDDEN) if word in said]
    assert found["kate"] == []
    assert {"core_field_revisions", "core_facts", "event_times"} <= set(found["clara"])


async def test_the_total_is_read_by_whom_the_question_names_and_its_parts_by_the_venue_and_the_caterer(
    database: Database, as_app: Role
) -> None:
    """Every type of supplier at one wedding, with what it usually reads; nothing else tells them the parts."""
    clara = await person(database, "Clara")
    own = await wedding(database, clara, adults=71, children=6, infants=2)
    for kind in SupplierType:
        boss = await owner(database, kind.label, kind)
        await connect(database, clara, own, boss, kind)
        apart = PARTS & set((await as_app(boss.actor, KEYS, own)).only)
        assert apart == (PARTS if kind.code in "NCLO" else set()), kind
        for chosen in (None, own):
            total = await as_app(with_capacity(boss.actor, wedding_id=chosen), TOTALS, own)
            assert total.rows == ([(79,)] if kind.code in "PVNCDBKSTLO" else []), kind


async def test_the_total_goes_with_its_grant_its_connection_and_its_parts(
    own: Scene, database: Database, as_app: Role
) -> None:
    assert own.anna.supplier_id is not None

    async def told() -> list[int]:
        return [row[0] for row in (await as_app(own.anna.actor, TOTALS, own.wedding_id)).rows]

    assert await told() == [80]
    async with database.transaction(own.clara.actor) as tx:
        await connections.stop_sharing(tx, own.wedding_id, own.anna.supplier_id, Area.HEADCOUNTS)
    assert await told() == []
    await share(database, own, Grant(area=Area.HEADCOUNTS, level=Level.USUAL, can_write=False), own.anna)
    assert await told() == [80]
    async with database.transaction(own.clara.actor) as tx:
        await weddings.record_fact(tx, own.wedding_id, FactWrite(key="children", value=5, base_revision=0))
        await weddings.record_fact(tx, own.wedding_id, FactWrite(key="adults", value=None, base_revision=1))
    assert await told() == []  # children alone are no total
    async with database.transaction(own.clara.actor) as tx:
        await weddings.record_fact(tx, own.wedding_id, FactWrite(key="adults", value=60, base_revision=2))
    assert await told() == [65]
    async with database.transaction(own.clara.actor) as tx:
        await connections.end_connection(tx, own.wedding_id, own.anna.supplier_id, Ending.DISCONNECTED)
    assert await told() == []


async def test_who_sees_a_wedding_in_two_capacities_is_told_one_total(database: Database, as_app: Role) -> None:
    anna = await owner(database, "Anna")
    alone = Actor(person_id=anna.person_id)
    async with database.transaction(alone) as tx:
        own = await weddings.open_wedding(tx, anna.person_id, weddings.NewWedding(first_name="Anna"))
        await weddings.record_fact(tx, own, FactWrite(key="adults", value=50, base_revision=0))
    await connect(database, msgspec.structs.replace(anna, supplier_id=None), own, anna, SupplierType.PHOTOGRAPHER)
    assert (await as_app(alone, TOTALS, own)).rows == [(50,)]


async def test_only_the_two_are_told_that_an_address_works_for_them(scene: Scene, as_app: Role) -> None:
    asks: LiteralString = "select app.is_connected_address(%s, %s, %s)"
    told = {
        name
        for name, actor in scene.people.items()
        if (await as_app(actor, asks, scene.wedding_id, scene.anna.email, "photographer")).only
    }
    assert told == {"clara", "dan"}
    for email, service in (
        (scene.anna.email, "florist"),
        (scene.vera.email, "photographer"),
        ("x@example.org", "cake"),
    ):
        assert (await as_app(scene.clara.actor, asks, scene.wedding_id, email, service)).only is False


async def test_nobody_is_told_the_total_of_a_wedding_they_do_not_name_or_see(scene: Scene, as_app: Role) -> None:
    everything: LiteralString = "select count(*) from app.guest_totals(%s)"
    both = [scene.wedding_id, scene.other_wedding_id]
    assert (await as_app(scene.anna.actor, everything, both)).only == 1
    assert (await as_app(scene.clara.actor, everything, [scene.other_wedding_id])).only == 0
    assert (await as_app(scene.eve.actor, everything, [scene.wedding_id])).only == 0
    assert (await as_app(scene.anna.actor, everything, None)).only == 0


async def test_the_instants_of_a_fact_are_nobody_s_to_read(scene: Scene, as_app: Role) -> None:
    """They say what every event resolved to, whoever may read the one fact that moved."""
    for column in ("instants", "salt"):
        asked = sql.SQL("select {} from app.core_field_revisions").format(sql.Identifier(column))
        assert (await as_app(scene.kate.actor, asked)).state == "42501"


async def test_everything_opens_the_area_s_other_facts_and_only_the_area_s(
    own: Scene, database: Database, as_app: Role
) -> None:
    before = await keys(as_app, own.kate.actor, own)
    await share(database, own, Grant(area=Area.EVENT, level=Level.EVERYTHING, can_write=False), own.kate)
    assert await keys(as_app, own.kate.actor, own) - before == {"ceremony_time"}
    await share(database, own, Grant(area=Area.CONTACTS, level=Level.USUAL, can_write=False), own.kate)
    assert "partner1_email" not in await keys(as_app, own.kate.actor, own)
    await share(database, own, Grant(area=Area.CONTACTS, level=Level.EVERYTHING, can_write=False), own.kate)
    assert "partner1_email" in await keys(as_app, own.kate.actor, own)


async def test_a_planner_starts_with_everything_but_the_budget(own: Scene, database: Database, as_app: Role) -> None:
    paula = await owner(database, "Paula", SupplierType.PLANNER)
    await connect(database, own.clara, own.wedding_id, paula, SupplierType.PLANNER)
    assert await keys(as_app, own.clara.actor, own) - await keys(as_app, paula.actor, own) == {"total_budget"}


async def test_may_write_means_the_area_s_facts_that_one_reads_and_not_a_viewer(
    own: Scene, database: Database, as_app: Role
) -> None:
    await share(database, own, Grant(area=Area.EVENT, level=Level.USUAL, can_write=True), own.anna)
    await share(database, own, Grant(area=Area.EVENT, level=Level.USUAL, can_write=True), own.kate)
    write: LiteralString = "insert into app.core_field_revisions (wedding_id, event_id, fact_key, base_revision, value) values (%s, %s, %s, %s, %s)"
    name = (write, own.wedding_id, own.ceremony_id, "venue_name", 1, '"Mill"')
    style = (write, own.wedding_id, None, "style", 0, "[]")
    assert (await as_app(own.ben.actor, *name)).count == 1
    assert (await as_app(own.vera.actor, *name)).state == "42501"
    assert (await as_app(own.kate.actor, *name)).count == 1
    assert (await as_app(own.kate.actor, *style)).state == "42501"  # FKS: not a caterer's
    assert (await as_app(own.eve.actor, *name)).state == "42501"


async def test_a_stranger_learns_nothing_from_a_refused_fact(own: Scene, database: Database, as_app: Role) -> None:
    """Not whether the wedding exists, is confirmed or locked, nor how often a fact was changed."""
    async with database.transaction(own.clara.actor) as tx:
        await weddings.confirm_date(tx, own.wedding_id)
    write: LiteralString = "insert into app.core_field_revisions (wedding_id, fact_key, base_revision, value) values (%s, 'partner1_first_name', %s, '1')"
    said = {
        (answer.state, answer.sentence)
        for wedding in (own.wedding_id, own.other_wedding_id, own.clara.person_id)
        for base in (0, 1, 7)
        for answer in [await as_app(own.oli.actor, write, wedding, base)]
    }
    assert said == {("42501", "you may not write this fact")}
    assert (await as_app(own.clara.actor, write, own.wedding_id, 1)).state == "WS002"


@pytest.mark.parametrize("ending", [Ending.DISCONNECTED, Ending.BLOCKED])
async def test_ending_a_connection_takes_everything_at_once(
    own: Scene, database: Database, as_app: Role, ending: Ending
) -> None:
    assert await keys(as_app, own.ben.actor, own)
    async with database.transaction(own.clara.actor) as tx:
        await connections.end_connection(tx, own.wedding_id, own.supplier_id, ending)
    for member in (own.anna, own.ben, own.vera):
        for view in ("weddings", "core_facts", "wedding_events", "event_times", "wedding_members", "wedding_shields"):
            counted = sql.SQL("select count(*) from live.{} where {} = {}").format(
                sql.Identifier(view), sql.Identifier("id" if view == "weddings" else "wedding_id"), own.wedding_id
            )
            assert (await as_app(member.actor, counted)).only == 0


async def test_a_grant_taken_back_closes_its_area_and_no_other(own: Scene, database: Database, as_app: Role) -> None:
    before = await keys(as_app, own.kate.actor, own)
    assert own.kate.supplier_id is not None
    async with database.transaction(own.clara.actor) as tx:
        await connections.stop_sharing(tx, own.wedding_id, own.kate.supplier_id, Area.EVENT)
    gone = before - await keys(as_app, own.kate.actor, own)
    assert gone == {"wedding_date", "time_zone", "reception_time", "end_time", "ceremony_venue_name"}
    times = await as_app(own.kate.actor, "select count(*) from live.event_times where wedding_id = %s", own.wedding_id)
    assert times.only == 0


async def test_whoever_leaves_sees_nothing_from_then_on(own: Scene, database: Database, as_app: Role) -> None:
    async with database.transaction(own.anna.actor) as tx:
        await people.remove_member(tx, own.supplier_id, own.ben.person_id)
    async with database.transaction(own.clara.actor) as tx:
        await connections.remove_member(tx, own.wedding_id, own.cora.person_id)
    for gone in (own.ben, own.cora):
        assert await keys(as_app, gone.actor, own) == set()
    for stays in (own.mia, own.colin):
        assert await keys(as_app, stays.actor, own)


async def test_a_companion_who_left_may_come_back_as_the_partner(database: Database, as_app: Role) -> None:
    clara, colin = await person(database, "Clara"), await person(database, "Colin")
    async with database.transaction(clara.actor) as tx:
        wedding = await weddings.open_wedding(tx, clara.person_id, weddings.NewWedding(first_name="Clara"))
    await join(database, clara, wedding, colin, "companion")
    async with database.transaction(clara.actor) as tx:
        await connections.remove_member(tx, wedding, colin.person_id)
    await join(database, clara, wedding, colin, "partner")
    role = await as_app(
        colin.actor, "select role, partner_number from live.wedding_members where person_id = %s", colin.person_id
    )
    assert role.rows == [("partner", 2)]


async def test_one_person_in_two_capacities_sees_and_does_what_the_chosen_one_may(
    own: Scene, database: Database, as_app: Role
) -> None:
    """Clara opens a business, and it is connected with her own wedding."""
    photos = await owner(database, "Frieda", SupplierType.FLORIST)
    await connect(database, own.clara, own.wedding_id, photos, SupplierType.FLORIST)
    frieda_marries = Actor(person_id=photos.person_id)
    hers = await wedding_of(database, photos)
    in_business = with_capacity(photos.actor, wedding_id=own.wedding_id)
    assert "total_budget" not in await keys(as_app, in_business, own)
    assert (await as_app(photos.actor, "select count(*) from live.weddings where id = %s", hers)).only == 0
    assert (await as_app(frieda_marries, "select count(*) from live.weddings where id = %s", hers)).only == 1
    assert (
        await as_app(photos.actor, "select app.confirm_date(%s)", hers)
    ).sentence == "only a partner confirms the date"
    foreign = with_capacity(frieda_marries, supplier_id=own.supplier_id)  # a business she does not belong to
    assert (await as_app(foreign, "select count(*) from live.weddings")).only == 0
    with pytest.raises(NotFound):
        async with database.transaction(photos.actor) as tx:
            await weddings.record_fact(tx, hers, FactWrite(key="adults", value=50, base_revision=0))


async def wedding_of(database: Database, somebody: Somebody) -> WeddingId:
    async with database.transaction(Actor(person_id=somebody.person_id)) as tx:
        return await weddings.open_wedding(tx, somebody.person_id, weddings.NewWedding(first_name=somebody.name))


async def test_the_history_of_a_wedding_is_the_partners_and_of_a_business_its_leads(scene: Scene, as_app: Role) -> None:
    mine: LiteralString = "select array_agg(distinct scope_id) from live.audit_events where scope_id <> app.actor_id()"
    for name, actor in scene.people.items():
        scopes = set((await as_app(actor, mine)).only or ())
        allowed: dict[str, set[Any]] = {
            "clara": {scene.wedding_id},
            "dan": {scene.wedding_id},
            "anna": {scene.supplier_id},
            "ada": {scene.supplier_id},
        }
        allowed |= {"kate": {scene.kate.supplier_id}, "eve": {scene.other_supplier_id}}
        assert scopes <= allowed.get(name, set()), name


async def test_no_history_keeps_a_secret(scene: Scene, as_admin: Role, database: Database) -> None:
    async with database.transaction(scene.oli.actor) as tx:
        await people.set_password(tx, scene.oli.person_id, await hash_password("correct horse battery"))
        await people.set_password(tx, scene.oli.person_id, await hash_password("correct horse battery staple"))
    images = await outside(
        as_admin,
        "select before::text from app.audit_events where scope_id = %s and table_name = 'sign_in_secrets'",
        scene.oli.person_id,
    )
    assert len([text for (text,) in images if text]) == 1
    assert "argon2" not in str(images)
