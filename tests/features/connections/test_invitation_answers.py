"""What becomes of an invitation that waits: its letter once more, or a no that its sender learns of."""

from typing import TypeAlias
from uuid import UUID

import psycopg
import pytest
from tests.support.database import sealer
from tests.support.web import client_of
from tests.support.world import World, build_world

from wedsync.features.connections import actions
from wedsync.features.people import actions as people
from wedsync.features.people import links
from wedsync.features.people.jobs import CODE, LINK
from wedsync.kernel.permissions import SupplierRole, SupplierType
from wedsync.kernel.problems import Conflict, Forbidden, NotFound
from wedsync.platform.database import NOBODY, Database
from wedsync.platform.http.app import WebApp
from wedsync.platform.tokens import token_hash

Admin: TypeAlias = "psycopg.AsyncConnection[psycopg.rows.TupleRow]"
GRACE = actions.NewInvitation(kind="companion", email="grace@example.org", name="Grace")


@pytest.fixture
async def own(database: Database) -> World:
    return await build_world(database)


async def test_a_letter_goes_out_again_until_the_invitation_is_answered(database: Database, own: World) -> None:
    async with database.transaction(own.clara.actor) as tx:
        invitation = await actions.invite(tx, own.wedding_id, GRACE)
        again = await actions.send_again(tx, own.wedding_id, invitation.id)
    assert again.expires_at == invitation.expires_at
    async with database.transaction(NOBODY) as tx:
        await actions.decline_invitation(tx, tx.sealer.token(CODE, invitation.id))
    with pytest.raises(NotFound):
        async with database.transaction(own.clara.actor) as tx:
            await actions.send_again(tx, own.wedding_id, invitation.id)
    with pytest.raises(Conflict):
        async with database.transaction(NOBODY) as tx:
            await actions.decline_invitation(tx, tx.sealer.token(CODE, invitation.id))


async def test_staff_write_again_to_couples_and_not_to_the_team(database: Database, own: World) -> None:
    couple = people.NewInvitation(kind="couple", email="zoe@example.org", service=SupplierType.PHOTOGRAPHER)
    colleague = people.NewInvitation(kind="member", email="noor@example.org", role=SupplierRole.VIEWER)
    async with database.transaction(own.anna.actor) as tx:
        to_couple = await people.invite_couple(tx, own.supplier_id, couple)
        to_colleague = await people.invite_member(tx, own.supplier_id, colleague)
    async with database.transaction(own.ben.actor) as tx:
        await people.send_again(tx, own.supplier_id, to_couple.id)
    with pytest.raises(Forbidden):
        async with database.transaction(own.ben.actor) as tx:
            await people.send_again(tx, own.supplier_id, to_colleague.id)


async def test_another_link_is_for_what_the_first_was_asked_for(database: Database, admin: Admin, own: World) -> None:
    async with database.transaction(NOBODY) as tx:
        first = await links.ask_for_link(tx, own.oli.email)
        await links.ask_again(tx, first)
    rows = await (
        await admin.execute("select id, token_hash from app.login_tokens where email = %s", [own.oli.email])
    ).fetchall()
    assert len(rows) == 2
    assert all(bytes(hashed) == token_hash(sealer().token(LINK, row)) for row, hashed in rows)


async def test_over_rest_a_letter_goes_out_again_three_times_and_a_code_says_no_once(app: WebApp, own: World) -> None:
    async with (
        client_of(app, **own.clara.bearer) as clara,
        client_of(app) as grace,
        client_of(app, **own.eve.bearer) as eve,
    ):
        base = f"/api/v1/weddings/{own.wedding_id}/invitations"
        body = {"kind": "companion", "email": "grace@example.org", "name": "Grace"}
        invitation = (await clara.post(base, json=body)).json()["id"]
        letters = f"{base}/{invitation}/letters"
        assert (await eve.post(letters)).status_code == 404
        assert (await grace.post(letters)).status_code == 401
        assert [(await clara.post(letters)).status_code for _ in range(4)] == [202, 202, 202, 429]
        refusal = f"/api/v1/invitations/{sealer().token(CODE, UUID(invitation))}/refusal"
        assert [(await grace.put(refusal)).status_code for _ in range(2)] == [204, 409]
        listed = (await clara.get(base)).json()
        assert [each["declined_at"] is None for each in listed if each["id"] == invitation] == [False]
