"""Ties end at once: a withdrawn invitation opens nothing, another role allows no more than it says, who left is out."""

import pytest
from tests.database.roles import Role
from tests.database.scene import Scene, build_scene

from wedsync.features.connections import actions as connections
from wedsync.features.people import actions as people
from wedsync.features.people.jobs import CODE
from wedsync.features.weddings import actions as weddings
from wedsync.kernel.permissions import SupplierRole
from wedsync.kernel.problems import Conflict, Forbidden, NotFound
from wedsync.platform.database import Database


@pytest.fixture
async def own(database: Database) -> Scene:
    return await build_scene(database)


async def test_a_withdrawn_invitation_opens_nothing(own: Scene, database: Database) -> None:
    async with database.transaction(own.anna.actor) as tx:
        new = people.NewInvitation(kind="member", email=own.oli.email, role=SupplierRole.MEMBER)
        hired = await people.invite_member(tx, own.supplier_id, new)
        team_code = tx.sealer.token(CODE, hired.id)
        await people.revoke_invitation(tx, own.supplier_id, hired.id)
    async with database.transaction(own.clara.actor) as tx:
        invited = await connections.invite(
            tx, own.wedding_id, connections.NewInvitation(kind="companion", email=own.oli.email)
        )
        code = tx.sealer.token(CODE, invited.id)
        await connections.revoke_invitation(tx, own.wedding_id, invited.id)
    with pytest.raises(Conflict):
        async with database.transaction(own.oli.actor) as tx:
            await people.join_team(tx, team_code, "Oli")
    with pytest.raises(Conflict):
        async with database.transaction(own.oli.actor) as tx:
            await connections.accept_from_couple(tx, code, display_name="Oli")


async def test_another_role_counts_from_the_next_request_and_the_owner_s_is_not_given(
    own: Scene, database: Database, as_app: Role
) -> None:
    invite = (
        "insert into app.supplier_invitations (supplier_id, kind, email, code_hash, expires_at, service) "
        "values (%s, 'couple', 'x@example.org', '', 'infinity', 'photographer')"
    )
    assert (await as_app(own.ben.actor, invite, own.supplier_id)).count == 1
    async with database.transaction(own.ada.actor) as tx:
        await people.change_role(tx, own.supplier_id, own.ben.person_id, SupplierRole.VIEWER)
    assert (await as_app(own.ben.actor, invite, own.supplier_id)).state == "42501"
    with pytest.raises(Forbidden):
        async with database.transaction(own.anna.actor) as tx:
            await people.change_role(tx, own.supplier_id, own.ben.person_id, SupplierRole.OWNER)
    with pytest.raises(Forbidden, match="This is the owner"):
        async with database.transaction(own.ada.actor) as tx:
            await people.change_role(tx, own.supplier_id, own.anna.person_id, SupplierRole.VIEWER)


async def test_who_may_change_the_day_renames_an_event(own: Scene, database: Database) -> None:
    async with database.transaction(own.cora.actor) as tx:
        assert (await weddings.rename_event(tx, own.wedding_id, own.ceremony_id, "Vows")).title == "Vows"
    for actor, refusal in ((own.colin.actor, Forbidden), (own.anna.actor, Forbidden), (own.eve.actor, NotFound)):
        with pytest.raises(refusal):
            async with database.transaction(actor) as tx:
                await weddings.rename_event(tx, own.wedding_id, own.ceremony_id, "Mine")


async def test_a_supplier_leaves_by_a_manager_s_word_and_comes_back_by_invitation_only(
    own: Scene, database: Database, as_app: Role
) -> None:
    with pytest.raises(Forbidden):
        async with database.transaction(own.ben.actor) as tx:
            await connections.leave_wedding(tx, own.supplier_id, own.wedding_id)
    leave = "update app.connections set status = 'disconnected' where wedding_id = %s"
    assert (await as_app(own.ben.actor, leave, own.wedding_id)).short in {"0", "-"}
    assert (await as_app(own.mia.actor, leave, own.wedding_id)).count == 1
    async with database.transaction(own.mia.actor) as tx:
        await connections.leave_wedding(tx, own.supplier_id, own.wedding_id)
    assert (await as_app(own.anna.actor, "select count(*) from live.weddings")).only == 0
    back = "update app.connections set status = 'connected' where wedding_id = %s"
    for actor in (own.anna.actor, own.clara.actor):  # not even the couple alone
        assert (await as_app(actor, back, own.wedding_id)).short in {"0", "-"}
