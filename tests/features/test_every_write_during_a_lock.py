"""What a lock refuses and what it lets pass: every action there is, through every surface that it has.

The table says once more which class an action writes. A structural one is refused with the way on, whoever asks and however:
REST, pages without JavaScript, the worker's role, SQL as the web's role. Every other one works.
"""

import importlib
import pkgutil
import re
from collections.abc import Awaitable, Callable
from typing import Final
from uuid import uuid4

import httpx
import msgspec
import psycopg
import pytest
from psycopg import sql
from tests.database.roles import Role, role
from tests.features.visitor import Visitor
from tests.support.database import TestDatabase, sealer
from tests.support.web import client_of
from tests.support.world import Somebody, Wedding, connect, join_wedding, owner, person, wedding

import wedsync
from wedsync.features.connections import actions as connections
from wedsync.features.connections.model import Grant, Level
from wedsync.features.connections.requests import Ask as Wish
from wedsync.features.connections.requests import ask as ask_for
from wedsync.features.weddings import actions as weddings
from wedsync.features.weddings.facts import FactWrite
from wedsync.features.weddings.queries import EVENTS
from wedsync.kernel.clock import utc_now
from wedsync.kernel.fields.model import EventKind
from wedsync.kernel.ids import BatchId, EventId, GrantRequestId, InvitationId, ProposalId, WeddingId
from wedsync.kernel.permissions import Area, SupplierType, WriteClass
from wedsync.kernel.problems import LockedWedding
from wedsync.kernel.zones import today_in
from wedsync.platform.database import ACTIONS, ById, Database, Tx
from wedsync.platform.http.app import WebApp
from wedsync.platform.http.routes import Route, routes_of

for _module in pkgutil.walk_packages(wedsync.__path__, "wedsync."):
    if not _module.name.endswith("__main__"):
        importlib.import_module(_module.name)
DECLARED: Final = {each.name.removeprefix("wedsync."): each for each in ACTIONS if each.name.startswith("wedsync.")}

# Every action and the class of what it writes, written once more: a new one fails until somebody has thought about a lock.
CLASSES: Final = {
    "plan": """
        features.weddings.actions: open_wedding record_fact use_proposal set_lead add_event rename_event remove_event restore
        features.preferences.actions: change_supplier
        features.venues.actions: publish_venue change_venue remove_venue
        features.trash.actions: restore_to_business
        features.clients.inviting: link_wedding unlink_wedding
        features.clients.rounds: begin_round send_next
        features.clients.actions: write_client bring_clients change_client answer_question leave_question
          remove_clients fill_clients empty_fields
        features.clients.bulk_actions: begin_bulk undo_bulk
        features.clients.bulk_doing: do_part
        features.clients.filter_actions: save_filter remove_filter
        features.clients.note_actions: write_note change_note remove_note
        features.client_lists.actions: bring_list map_columns put_row_right save_list go_on undo_list
        features.client_lists.reading: keep_outcomes keep_finding
        features.client_lists.saving: save_part stop_saving""",
    "ledger": """
        features.acknowledgements.actions: acknowledge
        features.amendments.actions: propose approve refuse withdraw answer_terms settle
        operations.overrides.actions: request_override approve_override refuse_override use_override review_override
        operations.deployments.actions: begin_deployment
        operations.duty.actions: approve_emergency""",
    "day_of": "features.day.actions: write_entry close_day reopen_day",
    "security": """
        features.weddings.actions: confirm_date leave_proposal
        features.clients.inviting: invite_client
        features.connections.actions: invite send_again revoke_invitation accept_as_couple accept_from_couple
          decline_invitation share stop_sharing end_connection leave_wedding remove_member
        features.connections.requests: ask withdraw_request answer_request
        features.weddings.receipts: leave_receipts
        features.people.actions: begin_session note_device renew_session end_session end_other_sessions end_all_sessions set_password open_supplier invite_member
          invite_couple revoke_invitation send_again join_team change_role remove_member
        features.preferences.actions: change_self
        features.preferences.letter_actions: choose_letters stop_letters
        features.people.second_step_actions: set_up_second_step confirm_second_step take_code turn_off_second_step
          renew_recovery_codes
        features.people.address_actions: ask_address try_code confirm_code confirm_link refuse_address withdraw_address
        features.people.ownership_actions: offer_ownership withdraw_ownership accept_ownership
        features.people.lockouts: begin_try end_tries note_lockout
        operations.lockouts.actions: let_in
        operations.impersonation.actions: begin_impersonation end_impersonation
        features.people.links: ask_for_link ask_again redeem_link
        features.api_keys.actions: make_key follow_key end_key
        features.privacy.actions: ask_to_be_forgotten ask_for_data ask_to_put_right withdraw
        operations.data_requests.actions: answer_correction
        operations.holds.actions: ask_hold approve_hold ask_release release_hold""",
}


def classified() -> dict[str, str]:
    found: dict[str, str] = {}
    for write_class, text in CLASSES.items():
        for block in re.split(r"\n\s*(?=\w+\.)", text.strip()):
            module, _, names = block.partition(":")
            found |= {f"{module.strip()}.{name}": write_class for name in names.split()}
    return found


def test_every_action_is_classified_and_nothing_else() -> None:
    assert classified() == {name: each.write_class.value for name, each in DECLARED.items()}


class Locked(msgspec.Struct, frozen=True, kw_only=True):
    """A confirmed wedding on its day, with something of everything that can be written."""

    clara: Somebody
    dan: Somebody
    cora: Somebody
    anna: Somebody
    kate: Somebody
    wedding_id: WeddingId
    events: tuple[EventId, ...]
    batch: BatchId
    invitations: tuple[InvitationId, ...]
    companions: tuple[Somebody, ...]
    requests: tuple[GrantRequestId, ...]


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """A write through one surface, who asks, and what they are answered while the wedding is on."""

    method: str
    path: str
    action: str
    who: str = "clara"
    body: dict[str, object] = {}
    works: int = 0

    @property
    def is_page(self) -> bool:
        return not self.path.startswith("/api/")


W: Final = "/api/v1/weddings/{wedding_id}"
P: Final = "/w/{wedding_id}"
S: Final = "/s/{supplier_id}/weddings/{wedding_id}"
Said = dict[str, object]
FACT: Final[Said] = {"value": "90", "base_revision": "1"}
EMERGENCY: Final[Said] = {
    "kind": "emergency",
    "reason_code": "venue",
    "changes": [{"key": "ceremony_venue_name", "value": "The Town Hall"}],
}
HALL: Final[Said] = {
    "kind": "emergency",
    "key": "ceremony_venue_name",
    "reason_code": "venue",
    "value_1": "x y",
}
NOTE: Final[Said] = {"kind": "note", "text": "Rain"}
WISH: Final[Said] = {"area": "event", "reason": "To plan."}
SEEN: Final[Said] = {"facts": [{"fact_key": "partner1_first_name", "revision": 1}]}


def api(
    method: str, path: str, action: str, works: int = 0, *, who: str = "clara", said: Said | None = None, **body: object
) -> Ask:
    return Ask(method=method, path=f"{W}{path}", action=action, who=who, body=(said or {}) | body, works=works)


def form(
    path: str, action: str, works: int = 0, *, who: str = "clara", said: Said | None = None, **body: object
) -> Ask:
    return Ask(method="POST", path=path, action=action, who=who, body=(said or {}) | body, works=works)


# Refused unless it says what it is answered when it works. In an order in which each can.
ASKS: Final = (
    api("PATCH", "/facts/{key}", "weddings.record_fact", value=90),
    api("PATCH", "/events/{event_id}/facts/{event_key}", "weddings.record_fact", value="15:00"),
    api("POST", "/events", "weddings.add_event", kind="party", title="Party"),
    api("PATCH", "/events/{event_id}", "weddings.rename_event", title="Vows"),
    api("DELETE", "/events/{party_id}", "weddings.remove_event"),
    api("PUT", "/deletions/{batch_id}/restoration", "weddings.restore"),
    api("PUT", "/lead", "weddings.set_lead", hours=0),
    form(f"{P}/details/{{key}}", "weddings.record_fact", said=FACT),
    form(f"{P}/events/{{event_id}}/facts/{{event_key}}", "weddings.record_fact", value="15:00", base_revision="0"),
    form(f"{S}/facts/{{key}}", "weddings.record_fact", who="anna", said=FACT),
    api("PUT", "/proposals/{entry_id}/acceptance", "weddings.use_proposal", accept_lock=True),
    api("DELETE", "/proposals/{entry_id}", "weddings.leave_proposal", 404),  # nobody has proposed it
    form(f"{P}/proposals/{{entry_id}}/leave", "weddings.leave_proposal", 404),
    form(f"{P}/events", "weddings.add_event", kind="party", name="Party"),
    form(f"{P}/events/{{event_id}}/title", "weddings.rename_event", title="Vows"),
    form(f"{P}/events/{{party_id}}/end", "weddings.remove_event"),
    form(f"{P}/deletions/{{batch_id}}/undo", "weddings.restore"),
    form(f"{P}/trash/{{batch_id}}/restoration", "weddings.restore"),
    form(f"{P}/lead", "weddings.set_lead", hours="0"),
    api("PUT", "/date-confirmation", "weddings.confirm_date", 200),
    form(f"{P}/date-confirmation", "weddings.confirm_date", 303),
    api("PUT", "/day-log/{entry_id}", "day.write_entry", 200, who="anna", said=NOTE),
    form(f"{P}/day/entries", "day.write_entry", 303, who="cora", entry_id="{entry_id}", said=NOTE),
    form(f"{S}/day/entries", "day.write_entry", 303, who="anna", entry_id="{entry_id}", said=NOTE),
    api("POST", "/amendment-previews", "amendments.propose", 200, said=EMERGENCY),
    api("POST", "/amendments", "amendments.propose", 201, said=EMERGENCY),
    form(f"{P}/amendments/new", "amendments.propose", 303, step="propose", said=HALL),
    form(f"{S}/amendments/new", "amendments.propose", 303, who="anna", step="propose", said=HALL | {"kind": "change"}),
    api("PUT", "/amendments/{amendment_id}/approval", "amendments.approve", 200, who="cora"),
    api("PUT", "/amendments/{amendment_id}/acceptance", "amendments.answer_terms", 200, who="anna", note=""),
    api("PUT", "/amendments/{amendment_id}/declination", "amendments.answer_terms", 200, who="anna", note=""),
    form(f"{S}/amendments/{{amendment_id}}/acceptance", "amendments.answer_terms", 303, who="anna"),
    form(f"{S}/amendments/{{amendment_id}}/declination", "amendments.answer_terms", 303, who="anna"),
    api("PUT", "/amendments/{waiting_1}/refusal", "amendments.refuse", 200, who="dan", note=""),
    api("PUT", "/amendments/{waiting_2}/withdrawal", "amendments.withdraw", 200),
    form(f"{P}/amendments/{{waiting_3}}/approval", "amendments.approve", 303, who="cora"),
    form(f"{P}/amendments/{{waiting_4}}/refusal", "amendments.refuse", 303, who="dan"),
    form(f"{P}/amendments/{{waiting_5}}/withdrawal", "amendments.withdraw", 303),
    form(f"{S}/amendments/{{theirs_1}}/withdrawal", "amendments.withdraw", 303, who="anna"),
    api("POST", "/acknowledgements", "acknowledgements.acknowledge", 200, who="anna", said=SEEN),
    form(f"{S}/seen", "acknowledgements.acknowledge", 303, who="anna", seen="{wedding_id}:partner1_first_name:1"),
    api("PUT", "/connections/{supplier_id}/grants/{area}", "connections.share", 200, level="usual"),
    api("DELETE", "/connections/{supplier_id}/grants/{area}", "connections.stop_sharing", 204),
    form(f"{P}/suppliers/{{supplier_id}}/sharing", "connections.share", 303, area="files", level="usual"),
    api("POST", "/grant-requests", "connections.requests.ask", 201, who="anna", said=WISH),
    api("PUT", "/grant-requests/{request_1}/answer", "connections.requests.answer_request", 200, give=True),
    form(
        f"{P}/suppliers/{{supplier_id}}/requests/{{request_2}}",
        "connections.requests.answer_request",
        303,
        answer="decline",
    ),
    api("DELETE", "/grant-requests/{request_3}", "connections.requests.withdraw_request", 204, who="anna"),
    form(f"{S}/ask/{{request_4}}/withdraw", "connections.requests.withdraw_request", 303, who="anna"),
    form(f"{S}/ask", "connections.requests.ask", 303, who="anna", area="couple", reason="To write.", can_write="yes"),
    api("POST", "/invitations", "connections.invite", 201, kind="companion", email="{unique}@example.org"),
    form(f"{P}/members", "connections.invite", 303, role="companion", email="{unique}@example.org", name="Kim"),
    form(f"{P}/suppliers/invitations", "connections.invite", 303, email="{unique}@example.org", supplier_type="cake"),
    api("POST", "/invitations/{invitation_1}/letters", "connections.send_again", 202),
    form(f"{P}/members/invitations/{{invitation_1}}/again", "connections.send_again", 303),
    form(f"{P}/suppliers/invitations/{{invitation_3}}/again", "connections.send_again", 303),
    api("DELETE", "/invitations/{invitation_1}", "connections.revoke_invitation", 204),
    form(f"{P}/members/invitations/{{invitation_2}}/withdraw", "connections.revoke_invitation", 303),
    form(f"{P}/suppliers/invitations/{{invitation_3}}/withdraw", "connections.revoke_invitation", 303),
    api("DELETE", "/members/{companion_1}", "connections.remove_member", 204),
    form(f"{P}/members/{{companion_2}}/end", "connections.remove_member", 303),
    api("PUT", "/closing", "day.close_day", 409, who="cora", confirmation=""),  # asked whether they mean it
    form(f"{P}/day/closing", "day.close_day", 409, who="cora"),
    api("PUT", "/reopening", "day.reopen_day", 409, who="cora"),  # nobody has closed it
    form(f"{P}/day/reopening", "day.reopen_day", 409, who="cora"),
    api("PUT", "/connections/{other_supplier_id}/ending", "connections.end_connection", 204, ending="disconnected"),
    form(f"{S}/end", "connections.leave_wedding", 303, who="anna"),
    form(f"{P}/suppliers/{{supplier_id}}/end", "connections.end_connection", 303),
)
# On the way in, where no wedding is named yet, on the way out through one's own business, and duty support, who belong to no
# wedding: tests/operations/test_duty.py asks those during a lock.
ELSEWHERE: Final = {
    ("PUT", "/api/v1/suppliers/{}/weddings/{}/ending"),
    ("PUT", "/api/v1/operations/emergencies/{}/{}/approval"),
    ("POST", "/operations/emergencies/{}/{}/approval"),
}


def plain(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", path)


def test_every_way_to_write_to_a_wedding_is_asked(app: WebApp) -> None:
    there = {(route.method, plain(route.path)): route for route in routes_of(app.litestar) if _writes(route)}
    asked = {(ask.method, plain(ask.path)): ask for ask in ASKS}
    assert set(there) - set(asked) == ELSEWHERE
    assert set(asked) <= set(there)
    for place, ask in asked.items():
        declaration, declared = there[place].declaration, DECLARED[_named(ask.action)]
        assert declaration is not None
        assert declaration.requires is declared.requires, ask
        assert (ask.works == 0) is declared.write_class.is_structural, ask


def test_every_action_on_a_wedding_is_asked_through_a_surface() -> None:
    on_weddings = {name for name, each in DECLARED.items() if each.target == "wedding"}
    asked = {_named(ask.action) for ask in ASKS}
    # Connecting is asked for where the invitation is; duty support's yes leads to the other one; receipts come of reading.
    assert on_weddings - asked == {
        "features.connections.actions.accept_as_couple",
        "features.amendments.actions.settle",
        "features.weddings.receipts.leave_receipts",
    }


def _named(action: str) -> str:
    """Most actions of a feature stand in its `actions`; others are named with their module."""
    return f"features.{action}" if action.count(".") > 1 else f"features.{action.replace('.', '.actions.')}"


def _writes(route: Route) -> bool:
    return route.method not in {"GET", "HEAD"} and "{wedding_id}" in route.path


async def test_a_lock_refuses_what_is_structural_everywhere_and_nothing_else(app: WebApp, database: Database) -> None:
    there = await locked(database)
    places = await _places(app, there)
    wrong = []
    for ask in ASKS:
        answer = await _answer(app, ask, there, places)
        if ask.path.endswith("/amendments") and ask.method == "POST":
            places["amendment_id"] = answer.json().get("id", "")
        if ask.works:
            found: list[object] = [] if answer.status_code == ask.works else [answer.status_code]
        else:
            found = _refused_well(ask, answer, there)
        wrong += [(ask.method, ask.path, ask.works or 423, *found, answer.text[-300:])] if found else []
    assert not wrong, "\n".join(map(str, wrong))


def _refused_well(ask: Ask, answer: httpx.Response, there: Locked) -> list[object]:
    """What is missing from a refusal: its number, its code, when it opens, and the way on."""
    if answer.status_code != LockedWedding.status:
        return [answer.status_code]
    if ask.is_page:
        way_on = f"/s/{there.anna.supplier_id}/weddings" if ask.who == "anna" else "/w"
        return (
            [] if f"{way_on}/{there.wedding_id}/amendments" in answer.text and "until" in answer.text else ["no way on"]
        )
    problem = answer.json()
    is_whole = problem["code"] == "WS001" and problem["amend_url"] == f"/w/{there.wedding_id}/amendments"
    return [] if is_whole and problem["unlocks_at"] > utc_now().isoformat() else [problem]


async def _answer(app: WebApp, ask: Ask, there: Locked, places: dict[str, str]) -> httpx.Response:
    who: Somebody = getattr(there, ask.who)
    path = ask.path.format(**places)
    body = {name: _filled(value, places) for name, value in ask.body.items()}
    if not ask.is_page:
        async with client_of(app) as program:
            headers = who.bearer | {"if-match": '"1"' if "facts/adults" in path else '"0"'}
            return await program.request(ask.method, path, json=body or None, headers=headers)
    visitor = Visitor(app, who)
    visitor.token = sealer().sign("csrf", who.session_id.bytes)
    return await visitor.send(path, part=False, **{name: str(value) for name, value in body.items()})


def _filled(value: object, places: dict[str, str]) -> object:
    if not isinstance(value, str):
        return value
    return value.replace("{unique}", uuid4().hex).replace("{entry_id}", str(uuid4())).format(**places)


async def _places(app: WebApp, there: Locked) -> dict[str, str]:
    waiting = {
        f"waiting_{number}": await _proposed(app, there, there.clara, key="reception_venue_name")
        for number in range(1, 6)
    }
    assert there.anna.supplier_id is not None
    return waiting | {
        "theirs_1": await _proposed(app, there, there.anna, kind="change"),
        "wedding_id": str(there.wedding_id),
        "supplier_id": str(there.anna.supplier_id),
        "other_supplier_id": str(there.kate.supplier_id),
        "key": "adults",
        "event_key": "start_time",
        "area": "files",
        "event_id": str(there.events[0]),
        "party_id": str(there.events[2]),
        "batch_id": str(there.batch),
        "entry_id": str(uuid4()),
        **{f"invitation_{number}": str(each) for number, each in enumerate(there.invitations, start=1)},
        **{f"request_{number}": str(each) for number, each in enumerate(there.requests, start=1)},
        **{f"companion_{number}": str(each.person_id) for number, each in enumerate(there.companions, start=1)},
    }


async def _proposed(
    app: WebApp, there: Locked, who: Somebody, *, kind: str = "emergency", key: str = "ceremony_venue_name"
) -> str:
    body = EMERGENCY | {"kind": kind, "changes": [{"key": key, "value": "The Mill"}]}
    async with client_of(app) as program:
        answer = await program.post(f"/api/v1/weddings/{there.wedding_id}/amendments", json=body, headers=who.bearer)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def locked(database: Database) -> Locked:
    """Everything is there before the day comes."""
    clara, dan, cora = [await person(database, name) for name in ("Clara", "Dan", "Cora")]
    anna, kate = await owner(database, "Anna"), await owner(database, "Kate")
    companions = (await person(database, "Colin"), await person(database, "Cleo"))
    theirs = await wedding(
        database, clara, adults=80, ceremony_venue_name="The Chapel", reception_venue_name="The Barn"
    )
    for who, kind in ((dan, "partner"), (cora, "coordinator"), *((each, "companion") for each in companions)):
        await join_wedding(database, Wedding(id=theirs, partner=clara), who, kind)
    for each in (anna, kate):
        await connect(database, clara, theirs, each)
    assert anna.supplier_id is not None
    async with database.transaction(clara.actor) as tx:
        grant = Grant(area=Area.HEADCOUNTS, level=Level.EVERYTHING, can_write=True)
        await connections.share(tx, theirs, anna.supplier_id, grant)
        await weddings.add_event(tx, theirs, weddings.NewEvent(kind=EventKind.PARTY, title="Party"))
        brunch = await weddings.add_event(tx, theirs, weddings.NewEvent(kind=EventKind.BRUNCH, title="Brunch"))
        batch = await weddings.remove_event(tx, theirs, brunch.id)
        new = [connections.NewInvitation(kind="companion", email=f"{uuid4().hex}@example.org") for _ in range(2)]
        cake = connections.NewInvitation(kind="supplier", email=f"{uuid4().hex}@example.org", service=SupplierType.CAKE)
        invited = [await connections.invite(tx, theirs, each) for each in (*new, cake)]
        held_on = today_in("Europe/London", utc_now()).isoformat()
        write = FactWrite(key="wedding_date", value=held_on, base_revision=0, accept_lock=True)
        await weddings.record_fact(tx, theirs, write)
        await weddings.confirm_date(tx, theirs)
    async with database.transaction(msgspec.structs.replace(anna.actor, wedding_id=theirs)) as tx:
        wishes = [
            Wish(area=area, level=Level.EVERYTHING, can_write=True, reason="For the day.")
            for area in (Area.CONTACTS, Area.WISHES, Area.PEOPLE, Area.COUPLE)
        ]
        asked = [await ask_for(tx, theirs, each) for each in wishes]
    events = await database.reader(clara.actor).all(EVENTS, ById(theirs))
    return Locked(
        clara=clara,
        dan=dan,
        cora=cora,
        anna=anna,
        kate=kate,
        wedding_id=theirs,
        events=tuple(event.id for event in events),
        batch=batch,
        invitations=tuple(each.id for each in invited),
        companions=companions,
        requests=tuple(each.id for each in asked),
    )


STRUCTURAL: Final[dict[str, Callable[[Tx, Locked], Awaitable[object]]]] = {
    "record_fact": lambda tx, there: weddings.record_fact(
        tx, there.wedding_id, FactWrite(key="adults", value=90, base_revision=1)
    ),
    "use_proposal": lambda tx, there: weddings.use_proposal(
        tx, there.wedding_id, ProposalId(uuid4()), weddings.Taking(base_revision=0)
    ),
    "set_lead": lambda tx, there: weddings.set_lead(tx, there.wedding_id, 3),
    "add_event": lambda tx, there: weddings.add_event(
        tx, there.wedding_id, weddings.NewEvent(kind=EventKind.PARTY, title="Party")
    ),
    "rename_event": lambda tx, there: weddings.rename_event(tx, there.wedding_id, there.events[0], "Vows"),
    "remove_event": lambda tx, there: weddings.remove_event(tx, there.wedding_id, there.events[2]),
    "restore": lambda tx, there: weddings.restore(tx, there.wedding_id, there.batch),
}


async def test_what_a_job_does_for_somebody_is_refused_as_they_would_be(
    database: Database, own_database: TestDatabase
) -> None:
    on_weddings = {
        name.rpartition(".")[2]
        for name, each in DECLARED.items()
        if each.write_class.is_structural and each.target == "wedding"
    }
    assert set(STRUCTURAL) == on_weddings
    there = await locked(database)
    async with Database(own_database.worker_url, sealer(), write_connections=1) as worker:
        for act in STRUCTURAL.values():
            with pytest.raises(LockedWedding) as refused:
                async with worker.transaction(there.clara.actor) as tx:
                    await act(tx, there)
            assert refused.value.members["amend_url"] == f"/w/{there.wedding_id}/amendments"


TABLES: Final = """
select p.table_name::text, p.scope_column, p.class, p.has_batches,
  (select a.attname from pg_attribute a where a.attrelid = p.table_name and a.attnum > 0 and not a.attisdropped
     and has_column_privilege('wedsync_app', p.table_name, a.attnum, 'update') order by a.attname limit 1)
from guard.protected_tables p where p.scope = 'wedding' order by 1
"""


@pytest.mark.parametrize("who", ["web", "worker"])
async def test_sql_below_every_action_is_refused_by_the_class_of_its_table(
    who: str, database: Database, own_database: TestDatabase, admin: psycopg.AsyncConnection[psycopg.rows.TupleRow]
) -> None:
    """Each table that somebody may change at all, its rows changed to what they are."""
    there = await locked(database)
    tables = await (await admin.execute(TABLES)).fetchall()
    asked = {}
    async with role(own_database.worker_url if who == "worker" else own_database.app_url) as below:
        for name, key, write_class, has_batches, column in tables:
            if column is None:
                continue
            change = sql.SQL("update {} set {} = {} where {} = {}").format(
                sql.SQL(name), *(sql.Identifier(each) for each in (column, column, key)), sql.Literal(there.wedding_id)
            ) + sql.SQL(" and delete_batch is null" if has_batches else "")
            answer = await below(there.clara.actor, change)
            if answer.state or answer.count:  # of a table without rows nothing is known
                asked[name] = write_class
                is_refused = WriteClass(write_class).is_structural
                assert (answer.state == "WS001") is is_refused, (name, answer)
        assert {"app.weddings", "app.wedding_events"} <= {name for name, kind in asked.items() if kind == "plan"}
        await _facts_are_refused(below, there)


async def _facts_are_refused(below: Role, there: Locked) -> None:
    fact = "insert into app.core_field_revisions (wedding_id, fact_key, base_revision, value) values (%s, 'style', 0, '[]')"
    lead = "select app.set_lead(%s, 0)"
    entry = "insert into app.day_log (wedding_id, id, kind, text, device_at) values (%s, gen_random_uuid(), 'note', 'x', now())"
    found = [(await below(there.clara.actor, each, there.wedding_id)).state for each in (fact, lead, entry)]
    assert found == ["WS001", "WS001", ""]
