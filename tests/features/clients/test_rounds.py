"""Many clients invited together: looked at first, sent as fast as letters may go, and who is left is said."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlencode

import msgspec
import pytest
from tests.features.visitor import Visitor
from tests.support.database import TestDatabase, sealer
from tests.support.web import BASE_URL, client_of
from tests.support.world import Somebody, owner

from wedsync.features.clients import actions, inviting, rounds
from wedsync.features.clients import round_queries as q
from wedsync.features.clients.model import ClientChange, ClientSaid
from wedsync.kernel.ids import ClientId, SupplierId, new_id
from wedsync.kernel.problems import Conflict
from wedsync.platform.database import Database
from wedsync.platform.http.app import WebApp
from wedsync.platform.jobs import Workshop
from wedsync.platform.mail import OutboxMailer
from wedsync.platform.rate_limits import INVITATIONS, RateLimits


@pytest.fixture
async def anna(database: Database) -> Somebody:
    return await owner(database, "Anna")


@pytest.fixture
async def limits(valkey_url: str) -> AsyncIterator[RateLimits]:
    opened = RateLimits(valkey_url)
    yield opened
    await opened.close()


@pytest.fixture
async def workshop(own_database: TestDatabase, tmp_path: Path, limits: RateLimits) -> AsyncIterator[Workshop]:
    async with Database(own_database.worker_url, sealer()) as workers:
        mailer = OutboxMailer(tmp_path, "us@example.org")
        yield Workshop(database=workers, mailer=mailer, base_url=BASE_URL, limits=limits)


def business(somebody: Somebody) -> SupplierId:
    assert somebody.supplier_id is not None
    return somebody.supplier_id


async def written(database: Database, boss: Somebody, *names: str) -> list[ClientId]:
    async with database.transaction(boss.actor) as tx:
        return [
            (
                await actions.write_client(
                    tx, business(boss), ClientSaid(name=name, email=f"{new_id().hex}@example.org")
                )
            ).id
            for name in names
        ]


async def begun(database: Database, boss: Somebody, ids: list[ClientId]) -> q.Round:
    async with database.transaction(boss.actor) as tx:
        return await rounds.begin_round(tx, business(boss), ids)


async def gone_on(workshop: Workshop, boss: Somebody, begun: q.Round) -> q.Round:
    job = rounds.ForRound(supplier_id=business(boss), round_id=begun.id)
    await rounds.GO_ON.run(workshop, boss.actor, job)
    reader = workshop.database.reader(boss.actor)
    return await reader.one(q.ROUND, q.OneRound(supplier_id=business(boss), id=begun.id))


async def test_clients_are_ticked_looked_at_and_invited_by_the_worker(
    app: WebApp, database: Database, workshop: Workshop, anna: Somebody
) -> None:
    ann, bea, cid = await written(database, anna, "Ann Lee", "Bea Fox", "Cid Gray")
    async with database.transaction(anna.actor) as tx:
        await actions.write_client(tx, business(anna), ClientSaid(name="Dee Hall"))
        await inviting.invite_client(tx, business(anna), cid)
    visitor, base = Visitor(app, anna), f"/s/{anna.supplier_id}/clients/invitations"
    page = await visitor.look(base)
    assert re.findall(r'name="chosen" value="([^"]*)"', page) == [str(ann), str(bea)]
    assert "There is no address to write to." in page
    assert "Invited already" in page
    some = await visitor.look(f"{base}/preview?{urlencode({'chosen': [ann, cid]}, doseq=True)}")
    assert "1 letter would go out. 1 client gets none; why stands below." in some
    everybody = await visitor.look(f"{base}/preview?everybody=yes")
    ids = re.search(r'name="ids" value="([^"]*)"', everybody)
    assert ids is not None
    sent = await visitor.send(base, ids=ids[1], service="photographer")
    at = sent.headers["location"]
    assert "0 of 2 letters are on the way." in await visitor.look(at)
    found = q.Round(
        id=msgspec.convert(at.rpartition("/")[2], type=type(ann)), total=2, sent=0, waiting=2, left=(), passed=()
    )
    after = await gone_on(workshop, anna, found)
    assert (after.sent, after.waiting, after.passed) == (2, 0, ())
    assert "2 of 2 letters are on the way." in await visitor.look(at)
    assert await visitor.statements(base) == 2


async def test_where_no_more_letters_may_go_the_round_waits_and_says_who_is_left_and_until_when(
    app: WebApp, database: Database, workshop: Workshop, limits: RateLimits, anna: Somebody
) -> None:
    for number in range(INVITATIONS.most - 1):
        await limits.take_invitation(str(anna.person_id), f"{number}.{new_id().hex}@example.org")
    first = await begun(database, anna, await written(database, anna, "Ann Lee", "Bea Fox"))
    after = await gone_on(workshop, anna, first)
    assert (after.sent, after.waiting, [each.name for each in after.left]) == (1, 1, ["Bea Fox"])
    assert after.goes_on_at is not None
    async with client_of(app) as program:
        at = f"/api/v1/suppliers/{anna.supplier_id}/client-invitations/{first.id}"
        assert [each["name"] for each in (await program.get(at, headers=anna.bearer)).json()["left"]] == ["Bea Fox"]
    page = await Visitor(app, anna).look(f"/s/{anna.supplier_id}/clients/invitations/{first.id}")
    assert "1 of 2 letters are on the way. It goes on at" in page
    assert "<b>Bea Fox</b>" in page


async def test_who_cannot_be_written_to_any_more_is_passed_over_and_named(
    database: Database, workshop: Workshop, anna: Somebody
) -> None:
    ann, bea = await written(database, anna, "Ann Lee", "Bea Fox")
    first = await begun(database, anna, [ann, bea])
    async with database.transaction(anna.actor) as tx:
        await actions.change_client(tx, business(anna), ann, ClientChange(email=""))
    after = await gone_on(workshop, anna, first)
    assert (after.sent, [each.name for each in after.passed]) == (1, ["Ann Lee"])
    with pytest.raises(Conflict, match="None of them"):
        await begun(database, anna, [ann, bea])
    with pytest.raises(Conflict, match="up to 500"):
        await begun(database, anna, [ann] * 501)


async def test_a_round_that_is_done_sends_nothing_more(database: Database, limits: RateLimits, anna: Somebody) -> None:
    first = await begun(database, anna, await written(database, anna, "Ann Lee"))
    async with database.transaction(anna.actor) as tx:
        assert await rounds.send_next(tx, business(anna), first.id, limits)
        assert not await rounds.send_next(tx, business(anna), first.id, limits)
