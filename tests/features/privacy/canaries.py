"""Unmistakable values of one person in every place where a person can leave one, and a search that reads everything.

A column that erasing a person is to reach, and in which the scene leaves nothing, fails a test by its name: whoever adds
a column adds the line that fills it here.
"""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Final, LiteralString

import msgspec
import psycopg
from psycopg import sql
from tests.features.venues.places import MILL
from tests.support.database import TestDatabase, sealer, travelling
from tests.support.web import client_of
from tests.support.world import (
    Somebody,
    Wedding,
    connect,
    hire,
    join_wedding,
    operator,
    owner,
    person,
    wedding,
)

from wedsync.features.amendments import actions as amendments
from wedsync.features.amendments.model import Kind, Proposal, ReasonCode, Wanted
from wedsync.features.api_keys import actions as api_keys
from wedsync.features.api_keys.model import KeySaid
from wedsync.features.client_lists import actions as lists
from wedsync.features.client_lists import queries as q
from wedsync.features.client_lists.files import read_file
from wedsync.features.client_lists.model import Draft, Fate
from wedsync.features.client_lists.model import Outcome as RowOutcome
from wedsync.features.client_lists.reading import keep_finding, keep_outcomes
from wedsync.features.clients import actions as clients
from wedsync.features.clients.bulk_actions import begin_bulk
from wedsync.features.clients.bulk_model import Act, Deed
from wedsync.features.clients.filter_actions import save_filter
from wedsync.features.clients.inviting import invite_client
from wedsync.features.clients.queries import Brought, NewClient, NewNote, NewQuestion
from wedsync.features.connections import actions as connections
from wedsync.features.connections.model import Level
from wedsync.features.connections.requests import Ask, ask
from wedsync.features.day import actions as day
from wedsync.features.day.model import EntryId, EntryKind, NewEntry
from wedsync.features.people import actions as people
from wedsync.features.people.address_actions import ask_address
from wedsync.features.people.events import note
from wedsync.features.people.links import ask_for_link
from wedsync.features.people.model import SecurityKind, SignUp
from wedsync.features.preferences.letter_actions import choose_letters
from wedsync.features.preferences.letter_model import LetterChoices
from wedsync.features.preferences.post_room import PostRoom
from wedsync.features.privacy import actions as privacy
from wedsync.features.privacy.model import Outcome
from wedsync.features.venues import actions as venues
from wedsync.features.venues.model import VenueChange
from wedsync.features.venues.queries import OWN_VENUES
from wedsync.features.weddings import actions as weddings
from wedsync.features.weddings.facts import FactWrite
from wedsync.kernel.clock import utc_now
from wedsync.kernel.fields.model import EventKind
from wedsync.kernel.ids import ClientId, SupplierId, WeddingId, new_id
from wedsync.kernel.json_values import JsonValue
from wedsync.kernel.letters import Choice, LetterKind
from wedsync.kernel.permissions import Area, KeyScope, OperatorRole, SupplierRole, SupplierType
from wedsync.kernel.reading.model import uncertain
from wedsync.kernel.tiers import SupplierTier
from wedsync.operations.data_requests.actions import answer_correction
from wedsync.operations.data_requests.queries import Answer
from wedsync.operations.impersonation.actions import Wanted as Looked
from wedsync.operations.impersonation.actions import begin_impersonation
from wedsync.platform.database import ById, Database, Tx
from wedsync.platform.http.app import WebApp
from wedsync.platform.mail import Letter, OutboxMailer
from wedsync.platform.passwords import hash_password
from wedsync.platform.supplier_tiers import set_tier

Admin = psycopg.AsyncConnection[psycopg.rows.TupleRow]
WORD: Final = "Qzxcanary"
PHONE: Final = "7700900987"
PLACE: Final = "51.987654"
SEEN: Final = (WORD.lower(), PHONE, PLACE)
HELD_ON: Final = (utc_now() + timedelta(days=365)).date()
# What nobody types and nobody could know somebody by; it goes with the row.
UNWRITTEN: Final = frozenset(
    {
        "app.sign_in_secrets.password_hash",
        "app.sign_in_secrets.earlier_hashes",
        "app.sessions.token_hash",
        "app.second_factors.sealed_key",
        "app.recovery_codes.code_hash",
        "app.address_changes.code_hash",
        "app.address_changes.link_hash",
        "app.sessions.opened_by",
        "app.login_tokens.token_hash",
        "app.idempotency_keys.fingerprint",
        "app.idempotency_keys.content_type",
        "app.idempotency_keys.etag",
        "app.venues.longitude",
        "app.client_imports.asks",
        "app.client_imports.mapping",
        "app.clients.event_date",
        "app.client_events.kind",
        "app.client_events.fields",
        "app.client_round_rows.state",
        "app.letter_settings.stopped",
        "app.letter_settings.daily",
        "app.held_letters.kind",
        "app.held_letters.fingerprint",
    }
)
FACTS: Final[dict[str, JsonValue]] = {
    "partner1_phone": f"+44{PHONE}",
    "pronouns": {"partner1": f"{WORD}/her", "partner2": ""},
    "postal_address": f"1 {WORD} Lane, Bath BA1 2QT",
    "special_requests": f"{WORD} must sit by the door",
    "officiant": f"{WORD} Ash",
    "reception_venue_name": f"{WORD} Mill",
}


class Planted(msgspec.Struct, frozen=True, kw_only=True):
    """The subject, and those around her: Dan marries her where `has_two`; Anna works there; Ed has her at his wedding."""

    subject: Somebody
    dan: Somebody
    cora: Somebody
    anna: Somebody
    ed: Somebody
    own: WeddingId
    other: WeddingId
    business: SupplierId
    team: Somebody


async def plant(database: Database, tests: TestDatabase, app: WebApp, *, has_two: bool = False) -> Planted:
    """Everything is left by the actions that people call."""
    subject, sid = await person(database, WORD), await operator(database, tests.admin_url, "Sid", OperatorRole.SUPPORT)
    async with database.transaction(sid.actor) as tx:
        why = Looked(session=sid.session_id, address=subject.email, reason=f"{WORD} rang for help")
        await begin_impersonation(tx, sid.person_id, why)
    subject = await hire(database, tests.admin_url, subject, OperatorRole.OPS)
    dan, cora, ed = await person(database, "Dan"), await person(database, "Cora"), await person(database, "Ed")
    anna, team = await owner(database, "Anna"), await owner(database, "Tess")
    own = await wedding(database, subject, wedding_date=HELD_ON.isoformat(), partner1_email=subject.email)
    theirs = Wedding(id=own, partner=subject)
    await join_wedding(database, theirs, cora, "coordinator")
    if has_two:
        await join_wedding(database, theirs, dan, "partner")
    await connect(database, subject, own, anna)
    other = await wedding(database, ed)
    await join_wedding(database, Wedding(id=other, partner=ed), subject, "companion")
    async with database.transaction(subject.actor) as tx:
        await _tell(tx, own)
    async with travelling(tests, timedelta(days=364)) as later, later.transaction(subject.actor) as tx:
        said = NewEntry(id=EntryId(new_id()), kind=EntryKind.NOTE, text=f"{WORD} has the rings")
        await day.write_entry(tx, own, said)
    business = await _work(database, subject, team, own)
    await asyncio.to_thread(set_tier, tests.admin_url, business, SupplierTier.SCALE)
    async with database.transaction(msgspec.structs.replace(subject.actor, supplier_id=business)) as tx:
        await api_keys.make_key(tx, business, KeySaid(name=f"{WORD}'s program", scopes=[KeyScope.CLIENTS_READ]))
    async with (
        travelling(tests, timedelta(days=365)) as later,  # her wedding shows her mill, and is locked
        later.transaction(msgspec.structs.replace(subject.actor, supplier_id=business)) as tx,
    ):
        (mill,) = await tx.all(OWN_VENUES, ById(business))
        await venues.change_venue(tx, business, mill.id, VenueChange(capacity=90))
    planted = Planted(
        subject=subject, dan=dan, cora=cora, anna=anna, ed=ed, own=own, other=other, business=business, team=team
    )
    if not has_two:
        await _amend(database, planted)
    await _put_right(database, subject, sid)
    await _write_to(database, tests, subject)
    token = await _sign_in(database, app, subject)
    return msgspec.structs.replace(planted, subject=msgspec.structs.replace(subject, token=token))


async def _tell(tx: Tx, own: WeddingId) -> None:
    for key, value in FACTS.items():
        await weddings.record_fact(tx, own, FactWrite(key=key, value=value, base_revision=0))
    counted = FactWrite(key="adults", value=80, base_revision=0, reason=f"{WORD}'s mother counted")
    await weddings.record_fact(tx, own, counted)
    kept = await weddings.add_event(tx, own, weddings.NewEvent(kind=EventKind.PARTY, title=f"{WORD}'s party"))
    await weddings.rename_event(tx, own, kept.id, f"{WORD}'s second party")
    gone = await weddings.add_event(tx, own, weddings.NewEvent(kind=EventKind.BRUNCH, title=f"{WORD}'s brunch"))
    await weddings.remove_event(tx, own, gone.id)


async def _work(database: Database, subject: Somebody, team: Somebody, own: WeddingId) -> SupplierId:
    """A business of her own with a venue and somebody invited, and a place on somebody else's team."""
    new = SignUp(
        business=f"{WORD}'s Barn",
        supplier_types=(SupplierType.VENUE,),
        zone="Europe/London",
        name=WORD,
        email=subject.email,
    )
    place = msgspec.structs.replace(
        MILL, name=f"{WORD} Mill", address=f"{WORD} Lane, Bath BA1 2QT", load_in=f"Ask {WORD}", latitude=float(PLACE)
    )
    async with database.transaction(subject.actor) as tx:
        business = await people.open_supplier(tx, subject.person_id, new)
    async with database.transaction(msgspec.structs.replace(subject.actor, supplier_id=business)) as tx:
        await venues.publish_venue(tx, business, place)
        gone = await venues.publish_venue(tx, business, msgspec.structs.replace(place, name=f"{WORD} Yard"))
        await venues.remove_venue(tx, business, gone.id)
        client = await _list(tx, business)
        sent = await invite_client(tx, business, client)
    async with database.transaction(subject.actor) as tx:  # she marries, and what her business knew is put to her
        await connections.accept_as_couple(tx, own, tx.sealer.token("invitation code", sent.id))
    async with database.transaction(msgspec.structs.replace(subject.actor, supplier_id=business)) as tx:
        wish = Ask(area=Area.CONTACTS, level=Level.EVERYTHING, can_write=False, reason=f"{WORD} rings")
        await ask(tx, own, wish)
    assert team.supplier_id is not None
    async with database.transaction(team.actor) as tx:
        invited = people.NewInvitation(
            kind="member", email=subject.email, name=f"{WORD} Again", role=SupplierRole.MEMBER
        )
        sent = await people.invite_member(tx, team.supplier_id, invited)
    async with database.transaction(subject.actor) as tx:
        await people.join_team(tx, tx.sealer.token("invitation code", sent.id), WORD)
    return business


async def _list(tx: Tx, business: SupplierId) -> ClientId:
    """Clients of hers, from a list that names her, with what she notes and looks for among them."""
    raw = f"Name,Venue,{WORD}\n{WORD} Ash,Mill,{WORD}\n,Mill,\n"
    kept = await lists.bring_list(tx, business, read_file(raw.encode()), f"{WORD}.csv")
    outcome = RowOutcome(
        row_number=2, fate=Fate.IMPORTED, draft=Draft(names=uncertain(f"{WORD} Ash", f"Is it {WORD}?"))
    )
    await keep_outcomes(tx, business, q.OneTurn(supplier_id=business, id=kept.id, turn=1), [outcome])
    columns = f'[{{"position":0,"title":"{WORD}"}}]'
    await keep_finding(
        tx,
        business,
        q.Finding(
            supplier_id=business, id=kept.id, turn=1, columns=columns, problem=f"Where is {WORD}?", read_at=utc_now()
        ),
    )
    client = ClientId(new_id())
    new = NewClient(
        id=client,
        name=f"{WORD} Ash",
        first_name=WORD,
        last_name=WORD,
        partner_first_name=WORD,
        partner_last_name=WORD,
        email=f"{WORD}@example.org",
        partner_email=f"{WORD}@example.org",
        phone=f"+44{PHONE}",
        partner_phone=f"+44{PHONE}",
        company=WORD,
        venue=WORD,
        package=WORD,
        tags=(WORD,),
        others=((WORD, WORD),),
    )
    asked = NewQuestion(client_id=client, target="names", verbatim=WORD, detail=f"Is it {WORD}?", offers=(WORD,))
    note = NewNote(client_id=client, body=f"{WORD} rang")
    await clients.bring_clients(tx, business, [Brought(client=new, questions=(asked,), notes=(note,))])
    saved = q.SavedRow(row_number=2, client_id=client, filled=q.Fill(notes=(WORD,)))
    await tx.run(q.SAVED, q.between(q.OneImport(supplier_id=business, id=kept.id), [saved]))
    await save_filter(tx, business, WORD, f"all={WORD}")
    await begin_bulk(tx, business, [client], Deed(act=Act.TAG, value=f"{WORD} again"))
    return client


async def _amend(database: Database, planted: Planted) -> None:
    """After the confirmation: one amendment of hers, and one that she refuses with a note."""
    async with database.transaction(planted.subject.actor) as tx:
        await weddings.confirm_date(tx, planted.own)
        wanted = (Wanted(key="partner1_last_name", value=f"{WORD}son"),)
        mine = Proposal(kind=Kind.CHANGE, reason_code=ReasonCode.WISH, reason=f"{WORD} says so", wanted=wanted)
        await amendments.propose(tx, planted.own, mine)
    async with database.transaction(planted.cora.actor) as tx:
        wanted = (Wanted(key="partner1_first_name", value=f"{WORD}a"),)
        theirs = await amendments.propose(
            tx, planted.own, Proposal(kind=Kind.CHANGE, reason_code=ReasonCode.MISTAKE, wanted=wanted)
        )
    async with database.transaction(planted.subject.actor) as tx:
        await amendments.refuse(tx, planted.own, theirs.id, f"{WORD} says no")


async def _put_right(database: Database, subject: Somebody, sid: Somebody) -> None:
    """What she says is wrong, and what she is answered."""
    async with database.transaction(subject.actor) as tx:
        asked = await privacy.ask_to_put_right(tx, subject.person_id, f"{WORD} is spelt with an x.")
    async with database.transaction(sid.actor) as tx:
        said = Answer(id=asked, outcome=Outcome.DONE, answer=f"{WORD} has her x.")
        await answer_correction(tx, sid.person_id, said)


async def _write_to(database: Database, tests: TestDatabase, subject: Somebody) -> None:
    """Letters that she has together, once a day."""
    daily = LetterChoices(answers=Choice.NONE, requests=Choice.EACH, reminders=Choice.DAILY, quiet=None)
    async with database.transaction(subject.actor) as tx:
        await choose_letters(tx, subject.person_id, daily)
    held = Letter(
        to=subject.email, kind=LetterKind.REMINDERS, subject=f"{WORD}, look", body=f"{WORD} has not seen it.\n"
    )
    async with Database(tests.worker_url, sealer()) as workers:
        await PostRoom(workers, OutboxMailer(Path("nowhere"), "us@example.org"), "http://x").send(held)


async def _sign_in(database: Database, app: WebApp, subject: Somebody) -> str:
    """A password, a device, a link, and an answer kept for a repeated request."""
    secret = await hash_password("correct horse battery staple")
    async with database.transaction(subject.actor) as tx:
        await people.set_password(tx, subject.person_id, secret)
        await note(tx, SecurityKind.API_KEY_MADE, f"{WORD}'s key")
        await ask_address(tx, subject.person_id, f"{WORD.lower()}.ash@example.org")
        begun = await people.begin_session(tx, subject.person_id, f"{WORD}'s phone")
        again = SignUp(
            business=f"{WORD}'s Other Barn",
            supplier_types=(SupplierType.CAKE,),
            zone="Europe/London",
            name=WORD,
            email=subject.email,
        )
        await ask_for_link(tx, subject.email, again)
    async with client_of(app) as program:
        headers = {"authorization": f"Bearer {begun.token}", "idempotency-key": f"{WORD}-opens-cakes"}
        body = {"business": f"{WORD}'s Cakes", "supplier_types": ["cake"]}
        assert (await program.post("/api/v1/suppliers", json=body, headers=headers)).status_code == 201
        assert (await program.get("/api/v1/me", headers=headers)).status_code == 200
    return begun.token


TABLES: Final[LiteralString] = (
    "select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace "
    "where c.relkind in ('r', 'm') and n.nspname in ('app', 'jobs', 'guard') order by 1, 2"
)
COLUMNS: Final[LiteralString] = (
    "select a.attname, a.atttypid = 'bytea'::regtype from pg_attribute a "
    "where a.attrelid = format('%%I.%%I', %s::text, %s::text)::regclass and a.attnum > 0 and not a.attisdropped"
)


async def found(admin: Admin) -> list[str]:
    """Every column in which a canary stands, of every table, whatever its type."""
    places = []
    for schema, table in await (await admin.execute(TABLES)).fetchall():
        for column, is_bytes in await (await admin.execute(COLUMNS, [schema, table])).fetchall():
            if await holds(admin, f"{schema}.{table}.{column}", is_bytes=is_bytes):
                places.append(f"{schema}.{table}.{column}")
    return places


async def holds(admin: Admin, place: str, *, is_bytes: bool = False) -> bool:
    """Whether a canary stands in this column."""
    schema, table, column = place.split(".")
    text = sql.SQL("encode({}, 'escape')" if is_bytes else "{}::text").format(sql.Identifier(column))
    question = sql.SQL("select exists (select from {} where lower({}) ~ {})").format(
        sql.Identifier(schema, table), text, sql.Literal("|".join(SEEN))
    )
    row = await (await admin.execute(question)).fetchone()
    assert row is not None
    return bool(row[0])


def letters_with(folder: Path) -> list[str]:
    """Letters of an outbox in which a canary stands."""
    return [
        path.name
        for path in folder.rglob("*")
        if path.is_file() and any(each in path.read_bytes().decode(errors="replace").lower() for each in SEEN)
    ]
