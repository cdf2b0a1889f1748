"""Whoever is taken off a team is out everywhere with the commit, and is told in plain words."""

from collections.abc import AsyncIterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import httpx
import pytest
from tests.support.database import TestDatabase, sealer
from tests.support.world import World, build_world, person

from wedsync.features.people import actions
from wedsync.features.people.jobs import CODE, SEND_REMOVAL
from wedsync.features.people.queries import OneMember
from wedsync.kernel.permissions import SupplierRole
from wedsync.kernel.problems import Conflict
from wedsync.platform.database import NOBODY, Database
from wedsync.platform.jobs import Workshop
from wedsync.platform.mail import OutboxMailer


@pytest.fixture
async def workshop(own_database: TestDatabase, tmp_path: Path) -> AsyncIterator[Workshop]:
    async with Database(own_database.worker_url, sealer()) as opened:
        yield Workshop(database=opened, mailer=OutboxMailer(tmp_path, "us@example.org"), base_url="http://x")


async def removed(database: Database) -> World:
    own = await build_world(database)
    async with database.transaction(own.anna.actor) as tx:
        await actions.remove_member(tx, own.supplier_id, own.ben.person_id)
    return own


async def test_their_sessions_end_and_nobody_elses(client: httpx.AsyncClient, database: Database) -> None:
    own = await removed(database)
    assert (await client.get("/api/v1/me", headers=own.ben.bearer)).status_code == 401
    for somebody in (own.anna, own.mia, own.clara, own.eve):
        assert (await client.get("/api/v1/me", headers=somebody.bearer)).status_code == 200


async def test_nobody_comes_to_the_team_by_an_invitation_that_they_sent(database: Database) -> None:
    own = await build_world(database)
    dora = await person(database, "Dora")
    new = actions.NewInvitation(kind="member", email=dora.email, role=SupplierRole.ADMIN)
    async with database.transaction(own.anna.actor) as tx:
        await actions.change_role(tx, own.supplier_id, own.mia.person_id, SupplierRole.ADMIN)
    async with database.transaction(own.mia.actor) as tx:
        sent = await actions.invite_member(tx, own.supplier_id, new)
    async with database.transaction(own.anna.actor) as tx:
        await actions.remove_member(tx, own.supplier_id, own.mia.person_id)
    with pytest.raises(Conflict):
        async with database.transaction(dora.actor) as tx:
            await actions.join_team(tx, sealer().token(CODE, sent.id), "Dora")


async def test_a_letter_tells_them_and_none_who_is_back(workshop: Workshop, database: Database, tmp_path: Path) -> None:
    own = await removed(database)
    job = OneMember(supplier_id=own.supplier_id, person_id=own.ben.person_id)
    await SEND_REMOVAL.run(workshop, NOBODY, job)
    (path,) = tmp_path.glob("*.eml")
    letter = message_from_bytes(path.read_bytes(), policy=default)
    assert letter["to"] == own.ben.email
    assert letter["subject"] == "You left the team of Anna's"
    assert "signed out on every device" in letter.get_content()
    path.unlink()
    again = actions.NewInvitation(kind="member", email=own.ben.email, role=SupplierRole.VIEWER)
    async with database.transaction(own.anna.actor) as tx:
        invitation = await actions.invite_member(tx, own.supplier_id, again)
    async with database.transaction(own.ben.actor) as tx:
        await actions.join_team(tx, sealer().token(CODE, invitation.id), "Ben")
    await SEND_REMOVAL.run(workshop, NOBODY, job)
    assert not list(tmp_path.glob("*.eml"))
