"""Every page and every form, asked by everybody, as browsers ask: with a cookie, a token and an origin.

A field asked for without its page leads to the page (303), which then answers as the page does. One line says what each of the cast is answered. A page for the signed-in sends Nobody to the sign-in page (303); a form of
Nobody's is refused (401). A route that is not in the table fails the test that counts them.
"""

from typing import Final
from uuid import uuid4

import httpx
import msgspec
import pytest
from tests.features.staging import Stage, shape_of, stage
from tests.support.database import TestDatabase, sealer
from tests.support.web import BASE_URL, client_of
from tests.support.world import Somebody

from wedsync.features.clients.bulk_model import seal_of
from wedsync.platform.database import Database
from wedsync.platform.http.app import WebApp
from wedsync.platform.http.routes import routes_of

CAST: Final = ("anna", "ada", "mia", "ben", "vera", "clara", "colin", "cora", "eve", "oli", "olga", "nobody")
ALL: Final = " ".join(["{0}"] * 10)
TEAM: Final = "200 200 200 200 200 404 404 404 404 404 303"
COUPLE: Final = "404 404 404 404 404 200 200 200 404 404 303"
ONLY_PARTNERS: Final = "404 404 404 404 404 {0} 403 403 404 404 401"
PARTNERS_AND_COORDINATOR: Final = "404 404 404 404 404 {0} 403 {0} 404 404 401"
OWNER: Final = "{0} 403 403 403 403 404 404 404 404 404 401"
LEADS: Final = "{0} {0} 403 403 403 404 404 404 404 404 401"
NO_VENUE: Final = "403 403 403 403 403 404 404 404 404 404 401"  # Anna's business is another
STAFF: Final = "{0} {0} {0} {0} 403 404 404 404 404 404 401"


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """One page or form and what each of the cast is answered; `olga` as Oli, where it is not said."""

    method: str
    route: str
    answers: str
    form: dict[str, str] = {}
    olga: str = ""

    @property
    def expected(self) -> str:
        *others, oli, nobody = self.answers.split()
        return " ".join((*others, oli, self.olga or oli, nobody))


def page(route: str, answers: str, *, olga: str = "") -> Ask:
    return Ask(method="GET", route=route, answers=answers, olga=olga)


def form(route: str, answers: str, *, olga: str = "", **fields: str) -> Ask:
    return Ask(method="POST", route=route, answers=answers, form=fields, olga=olga)


OPERATORS_ONLY: Final = ALL.format(404) + " 303"
NOTE: Final = {"kind": "note", "text": "Rain"}
OPERATORS_FORM: Final = ALL.format(404) + " 401"
OVERRIDE: Final = {
    "kind": "sev1",
    "reason": "",
    "rollback_plan": "",
    "incident": "",
    "image_digest": "",
    "window_hours": "4",
}
CARD: Final = {
    "name": "Alder & Lane",
    "main_type": "photographer",
    "second_type": "",
    "third_type": "",
    "zone": "Europe/London",
}
LETTERS: Final = {
    "answers": "each",
    "requests": "daily",
    "reminders": "none",
    "quiet_from": "22",
    "quiet_until": "7",
}
GAP: Final = {name: value for name, value in OVERRIDE.items() if name != "kind"}
NOBODY_CHOSEN: Final = seal_of(())
FACT: Final = {"value": "2031-01-04", "base_revision": "99"}
FIXED: Final = "/w/{wedding_id}/amendments"
THEIRS: Final = "/s/{supplier_id}/weddings/{wedding_id}/amendments"
MANAGERS: Final = "{0} {0} {0} 403 403 404 404 404 404 404 401"
PROPOSAL: Final = {"kind": "change", "key": "wedding_date", "reason_code": "wish", "value_1": "2099-06-13"}
ASKS: Final = (
    page("/", "303 303 303 303 303 303 303 303 303 200 200", olga="303"),
    page("/operations", OPERATORS_ONLY, olga="200"),
    page("/operations/deployments", OPERATORS_ONLY, olga="200"),
    page("/operations/operators", OPERATORS_ONLY, olga="200"),
    page("/operations/overrides", OPERATORS_ONLY, olga="200"),
    page("/operations/overrides/between-events", OPERATORS_ONLY, olga="200"),
    page("/operations/overrides/{batch_id}", OPERATORS_ONLY),
    page("/operations/overrides/{batch_id}/approve", ALL.format(303) + " 303"),
    page("/operations/overrides/{batch_id}/refuse", ALL.format(303) + " 303"),
    page("/operations/overrides/{batch_id}/token", ALL.format(303) + " 303"),
    page("/operations/overrides/{batch_id}/review", ALL.format(303) + " 303"),
    page("/operations/emergencies", OPERATORS_ONLY, olga="403"),
    page("/operations/emergencies/{wedding_id}/{amendment_id}/approval", ALL.format(303) + " 303"),
    form(
        "/operations/emergencies/{wedding_id}/{amendment_id}/approval",
        OPERATORS_FORM,
        olga="403",
        called_back="Clara on 07700 900123, 14:05",
    ),
    page("/operations/requests", OPERATORS_ONLY, olga="403"),
    page("/operations/requests/{request_id}/answer", ALL.format(303) + " 303"),
    form(
        "/operations/requests/{request_id}/answer",
        OPERATORS_FORM,
        olga="403",
        outcome="done",
        answer="It is put right.",
    ),
    page("/operations/impersonations", OPERATORS_ONLY, olga="403"),
    page("/operations/impersonations/end", ALL.format(303) + " 303"),
    form(
        "/operations/impersonations", OPERATORS_FORM, olga="403", email="x@example.org", reason="They asked for help."
    ),
    form("/operations/impersonations/end", OPERATORS_FORM, olga="403"),
    page("/operations/lockouts", OPERATORS_ONLY, olga="403"),
    form("/operations/lockouts", OPERATORS_FORM, olga="403", email="x@example.org"),
    page("/operations/holds", OPERATORS_ONLY, olga="403"),
    page("/operations/holds/{batch_id}/approval", ALL.format(303) + " 303"),
    page("/operations/holds/{batch_id}/release", ALL.format(303) + " 303"),
    page("/operations/holds/{batch_id}/release/approval", ALL.format(303) + " 303"),
    form("/operations/holds", OPERATORS_FORM, olga="403"),
    form("/operations/holds/{batch_id}/approval", OPERATORS_FORM, olga="403"),
    form("/operations/holds/{batch_id}/release", OPERATORS_FORM, olga="403"),
    form("/operations/holds/{batch_id}/release/approval", OPERATORS_FORM, olga="403"),
    form("/operations/overrides", OPERATORS_FORM, olga="422", **OVERRIDE),
    form("/operations/overrides/between-events", OPERATORS_FORM, olga="422", **GAP),
    form("/operations/overrides/{batch_id}/approve", OPERATORS_FORM),
    form("/operations/overrides/{batch_id}/refuse", OPERATORS_FORM),
    form("/operations/overrides/{batch_id}/token", OPERATORS_FORM),
    form(
        "/operations/overrides/{batch_id}/review",
        OPERATORS_FORM,
        is_justified="yes",
        findings="Enough to be a finding.",
    ),
    page("/sign-in", ALL.format(200) + " 200"),
    page("/sign-in/link", ALL.format(200) + " 200"),
    page("/sign-in/link/{token}", ALL.format(200) + " 200"),
    page("/sign-in/link/sent", ALL.format(303) + " 303"),
    page("/invitations/{code}/declined", ALL.format(404) + " 404"),
    page("/sign-up", ALL.format(200) + " 200"),
    page("/api", ALL.format(200) + " 200"),
    page("/outbox", ALL.format(404) + " 404"),
    page("/you", ALL.format(200) + " 303"),
    form("/you", ALL.format(303) + " 401", name="Kim", zone="Europe/London", locale="en-GB"),
    page("/you/letters", ALL.format(200) + " 303"),
    Ask(method="POST", route="/you/letters", answers=ALL.format(303) + " 401", form=LETTERS),
    page("/letters/{key}/{person_id}/{code}", ALL.format(404) + " 404"),
    form("/letters/{key}/{person_id}/{code}", ALL.format(404) + " 404"),
    page("/you/data", ALL.format(200) + " 303"),
    form("/you/data/erasure", ALL.format(404) + " 401", wedding_id="00000000-0000-4000-8000-000000000000"),
    form("/you/data/exports", ALL.format(404) + " 401", wedding_id="00000000-0000-4000-8000-000000000000"),
    page("/you/data/corrections", ALL.format(303) + " 303"),
    form("/you/data/corrections", ALL.format(422) + " 401", wrong="short"),
    page("/you/data/exports/{request_id}", ALL.format(404) + " 303"),
    form("/you/data/requests/{request_id}/withdrawal", ALL.format(404) + " 401"),
    page("/sign-in/forgotten", ALL.format(200) + " 200"),
    page("/you/password", ALL.format(200) + " 303"),
    form("/you/password", ALL.format(422) + " 401", password="short"),
    page("/you/address", ALL.format(303) + " 303"),
    page("/you/address/new", ALL.format(200) + " 303"),
    page("/address/{token}", ALL.format(404) + " 404"),
    page("/address/{token}/refusal", ALL.format(404) + " 404"),
    form("/you/address", ALL.format(303) + " 401", code="123456"),
    form("/you/address/new", ALL.format(422) + " 401", email="nothing"),
    form("/you/address/withdraw", ALL.format(303) + " 401"),
    form("/address/{token}", ALL.format(409) + " 409"),
    form("/address/{token}/refusal", ALL.format(409) + " 409"),
    page("/you/security", ALL.format(200) + " 303"),
    page("/sign-in/code", ALL.format(303) + " 303"),
    form("/sign-in/code", ALL.format(303) + " 303", code="123456"),
    page("/you/second-step", ALL.format(200) + " 303"),
    page("/you/second-step/begin", ALL.format(303) + " 303"),
    page("/you/second-step/app", ALL.format(303) + " 303"),
    form("/you/second-step", ALL.format(422) + " 401", act="nothing"),
    form("/you/second-step/app", ALL.format(303) + " 401", code="123456"),
    form("/you/second-step/begin", ALL.format(303) + " 401", olga="409"),
    page("/you/prove", ALL.format(200) + " 303"),
    form("/you/prove", ALL.format(403) + " 401", password="not this one"),
    page("/sessions", ALL.format(200) + " 303"),
    page("/invitations/{code}", ALL.format(404) + " 404"),
    page("/s/{supplier_id}/today", TEAM),
    page("/s/{supplier_id}/weddings", TEAM),
    page("/s/{supplier_id}/weddings/{wedding_id}", TEAM),
    page("/s/{supplier_id}/changes", TEAM),
    page("/s/{supplier_id}/weddings/{wedding_id}/amendments", TEAM),
    form(
        "/s/{supplier_id}/weddings/{wedding_id}/seen",
        "303 303 303 303 303 404 404 404 404 404 401",
        seen="{wedding_id}:partner1_first_name:1",
    ),
    page("/s/{supplier_id}/weddings/{wedding_id}/facts/{key}", ALL.format(303) + " 303"),
    page("/s/{supplier_id}/clients", TEAM),
    page("/s/{supplier_id}/clients/board", TEAM),
    page("/s/{supplier_id}/clients/bulk?act=remove&everybody=yes", "200 200 200 200 403 404 404 404 404 404 303"),
    page("/s/{supplier_id}/clients/bulk/{request_id}", ALL.format(404) + " 303"),
    page("/s/{supplier_id}/clients/calendar?month=2027-05", TEAM),
    page("/s/{supplier_id}/clients/invitations", STAFF.format(200).replace("401", "303")),
    page("/s/{supplier_id}/clients/invitations/preview", STAFF.format(200).replace("401", "303")),
    page("/s/{supplier_id}/clients/invitations/{request_id}", ALL.format(404) + " 303"),
    form("/s/{supplier_id}/clients/invitations", STAFF.format(409), ids="", service="photographer"),
    page("/s/{supplier_id}/clients/search?q=lee", TEAM),
    page("/s/{supplier_id}/clients/search/found?q=lee", TEAM),
    page("/s/{supplier_id}/clients/new", "200 200 200 200 403 404 404 404 404 404 303"),
    page("/s/{supplier_id}/clients/{client_id}", ALL.format(404) + " 303"),
    page("/s/{supplier_id}/team", TEAM),
    page("/s/{supplier_id}/settings", TEAM),
    page("/s/{supplier_id}/keys", "200 200 403 403 403 404 404 404 404 404 303"),
    page("/s/{supplier_id}/invitations", TEAM),
    page("/s/{supplier_id}/venues", "403 403 403 403 403 404 404 404 404 404 303"),
    page("/w/{wedding_id}/members", ALL.format(303) + " 303"),
    page("/w/{wedding_id}/suppliers/invitations", ALL.format(303) + " 303"),
    page("/s/{supplier_id}/team/invitations", ALL.format(303) + " 303"),
    page("/businesses", ALL.format(303) + " 303"),
    page("/venues/names", ALL.format(200) + " 303"),
    page("/w/{wedding_id}/home", COUPLE),
    page("/w/{wedding_id}/details", COUPLE),
    page("/w/{wedding_id}/details/{key}", ALL.format(303) + " 303"),
    page("/w/{wedding_id}/events", COUPLE),
    page("/w/{wedding_id}/events/{event_id}/facts/{event_key}", "404 404 404 404 404 303 303 303 404 404 303"),
    page("/w/{wedding_id}/trash", COUPLE),
    page("/s/{supplier_id}/clients/export/csv", "200 200 200 200 200 404 404 404 404 404 303"),
    page("/s/{supplier_id}/clients/imports", "200 200 200 200 200 404 404 404 404 404 303"),
    page("/s/{supplier_id}/clients/imports/{batch_id}", "404 404 404 404 404 404 404 404 404 404 303"),
    page("/s/{supplier_id}/clients/imports/{batch_id}/rows.csv", "404 404 404 404 404 404 404 404 404 404 303"),
    page("/s/{supplier_id}/trash", "200 200 200 200 403 404 404 404 404 404 303"),
    page("/w/{wedding_id}/amendments", COUPLE),
    page("/w/{wedding_id}/seen", COUPLE),
    page(f"{FIXED}/new?key=partner1_first_name", "404 404 404 404 404 200 403 200 404 404 303"),
    page(f"{FIXED}/{{amendment_id}}", ALL.format(404) + " 303"),
    page(f"{THEIRS}/new?key=partner1_first_name", "200 200 200 403 403 404 404 404 404 404 303"),
    page(f"{THEIRS}/{{amendment_id}}", ALL.format(404) + " 303"),
    page("/w/{wedding_id}/suppliers", COUPLE),
    page("/w/{wedding_id}/lead", ALL.format(303) + " 303"),
    page("/w/{wedding_id}/day", COUPLE),
    page("/w/{wedding_id}/day/entries", ALL.format(303) + " 303"),
    page("/w/{wedding_id}/day/closing", ALL.format(303) + " 303"),
    page("/w/{wedding_id}/day/reopening", ALL.format(303) + " 303"),
    page("/s/{supplier_id}/weddings/{wedding_id}/day", TEAM),
    page("/s/{supplier_id}/weddings/{wedding_id}/day/entries", ALL.format(303) + " 303"),
    page("/s/{supplier_id}/weddings/{wedding_id}/ask", TEAM),
    form(
        "/s/{supplier_id}/weddings/{wedding_id}/ask",
        "303 409 409 409 403 404 404 404 404 404 401",
        area="contacts",
        reason="For the day.",
    ),
    form("/s/{supplier_id}/weddings/{wedding_id}/ask/{request_id}/withdraw", STAFF.format(404)),
    form("/w/{wedding_id}/suppliers/{supplier_id}/requests/{request_id}", ONLY_PARTNERS.format(404), answer="give"),
    page("/w/{wedding_id}/receipts", "404 404 404 404 404 200 403 403 404 404 303"),
    page("/w/{wedding_id}/details/{key}/readers", "404 404 404 404 404 200 403 403 404 404 303"),
    page("/w/{wedding_id}/suppliers/{supplier_id}", "404 404 404 404 404 200 403 403 404 404 303"),
    form("/sign-in", ALL.format(403) + " 403", email="{unique}@example.org", password="wrong, but long enough"),
    form("/sign-in/link", ALL.format(303) + " 303", email="{unique}@example.org"),
    form("/sign-in/link/again", ALL.format(303) + " 303"),
    form("/sign-in/link/{token}", ALL.format(409) + " 409"),
    form("/sign-up", ALL.format(422) + " 422", business=""),
    form("/sign-out", ALL.format(303) + " 401"),
    form("/sessions/others/end", ALL.format(303) + " 401"),
    form("/sessions/end", ALL.format(303) + " 401"),
    form("/sessions/{session_id}/end", ALL.format(303) + " 401"),
    form("/businesses", ALL.format(422) + " 401", business=""),
    form("/weddings", ALL.format(422) + " 401", first_name=""),
    form("/invitations/{code}", ALL.format(404) + " 404"),
    form("/invitations/{code}/decline", ALL.format(404) + " 404"),
    form("/s/{supplier_id}/weddings/{wedding_id}/facts/{key}", "403 403 403 403 403 404 404 404 404 404 401", **FACT),
    form("/s/{supplier_id}/keys", LEADS.format(422), name="Studio sync"),
    form("/s/{supplier_id}/keys/{request_id}/successor", LEADS.format(404), overlap_hours="24"),
    form("/s/{supplier_id}/keys/{request_id}/end", LEADS.format(404)),
    page("/s/{supplier_id}/ownership", ALL.format(303) + " 303"),
    form("/s/{supplier_id}/ownership", OWNER.format(404), person_id=str(uuid4())),
    page("/s/{supplier_id}/ownership/withdraw", ALL.format(303) + " 303"),
    form("/s/{supplier_id}/ownership/withdraw", OWNER.format(409)),
    page("/ownership/{code}", ALL.format(404) + " 303"),
    form("/ownership/{code}", ALL.format(404) + " 401"),
    form("/s/{supplier_id}/settings", LEADS.format(303), **CARD),
    form("/s/{supplier_id}/team/invitations", LEADS.format(303), email="{unique}@example.org", role="member"),
    form("/s/{supplier_id}/team/invitations/{invitation_id}/withdraw", STAFF.format(404)),
    form("/s/{supplier_id}/team/invitations/{invitation_id}/again", STAFF.format(404)),
    form("/s/{supplier_id}/team/{person_id}/role", LEADS.format(404), role="member"),
    form("/s/{supplier_id}/team/{person_id}/end", LEADS.format(404)),
    form("/s/{supplier_id}/invitations", STAFF.format(303), email="{unique}@example.org", service="photographer"),
    form("/s/{supplier_id}/invitations/{invitation_id}/withdraw", STAFF.format(404)),
    form("/s/{supplier_id}/invitations/{invitation_id}/again", STAFF.format(404)),
    form("/s/{supplier_id}/weddings/{wedding_id}/end", "303 404 404 403 403 404 404 404 404 404 401"),
    page("/s/{supplier_id}/clients/filters", ALL.format(303) + " 303"),
    form("/s/{supplier_id}/clients/filters", STAFF.format(303), name="{unique}", query="connected=no"),
    form("/s/{supplier_id}/clients/filters/{request_id}/end", STAFF.format(404)),
    form("/s/{supplier_id}/clients/bulk", STAFF.format(404), act="remove", seal=NOBODY_CHOSEN),
    form("/s/{supplier_id}/clients/bulk/{request_id}/undo", STAFF.format(404)),
    form("/w/{wedding_id}/proposals/{proposal_id}/leave", PARTNERS_AND_COORDINATOR.format(404)),
    form("/s/{supplier_id}/clients/new", STAFF.format(303), name="Ann Lee"),
    form("/s/{supplier_id}/clients/{client_id}", ALL.format(404) + " 401", name="Ann Lee"),
    form("/s/{supplier_id}/clients/{client_id}/stage", STAFF.format(404), stage="booked"),
    form("/s/{supplier_id}/clients/{client_id}/end", STAFF.format(404)),
    form("/s/{supplier_id}/clients/{client_id}/invitation", STAFF.format(404)),
    form("/s/{supplier_id}/clients/{client_id}/wedding", STAFF.format(404), wedding_id=str(uuid4())),
    form("/s/{supplier_id}/clients/{client_id}/wedding/end", STAFF.format(404)),
    form("/s/{supplier_id}/clients/{client_id}/notes", STAFF.format(404), body="Rang"),
    form("/s/{supplier_id}/clients/{client_id}/notes/{note_id}", STAFF.format(404), body="Rang"),
    form("/s/{supplier_id}/clients/{client_id}/notes/{note_id}/end", STAFF.format(404)),
    form("/s/{supplier_id}/clients/{client_id}/questions/{question_id}/answer", STAFF.format(404), offer="80"),
    form("/s/{supplier_id}/clients/{client_id}/questions/{question_id}/leave", STAFF.format(404)),
    form("/s/{supplier_id}/clients/imports", STAFF.format(422), files="multipart"),
    form("/s/{supplier_id}/clients/imports/{batch_id}/columns", STAFF.format(404)),
    form("/s/{supplier_id}/clients/imports/{batch_id}/rows/1", STAFF.format(404)),
    form("/s/{supplier_id}/clients/imports/{batch_id}/rows/1/leaving", STAFF.format(404)),
    form("/s/{supplier_id}/clients/imports/{batch_id}/rows/1/taking", STAFF.format(404)),
    form("/s/{supplier_id}/clients/imports/{batch_id}/saving", STAFF.format(404)),
    form("/s/{supplier_id}/clients/imports/{batch_id}/going-on", STAFF.format(404)),
    form("/s/{supplier_id}/clients/imports/{batch_id}/undoing", STAFF.format(404)),
    form("/s/{supplier_id}/venues", NO_VENUE, name="The Barn", address="Mill Lane, Bath", capacity="20"),
    form("/s/{supplier_id}/venues/{venue_id}", NO_VENUE, name="The Barn", address="Mill Lane, Bath", capacity="20"),
    form("/s/{supplier_id}/venues/{venue_id}/end", NO_VENUE),
    form("/w/{wedding_id}/details/{key}", PARTNERS_AND_COORDINATOR.format(412), **FACT),
    form("/w/{wedding_id}/events", PARTNERS_AND_COORDINATOR.format(303), kind="party", name="Party"),
    form("/w/{wedding_id}/events/{event_id}/title", PARTNERS_AND_COORDINATOR.format(303), title="Vows"),
    form("/w/{wedding_id}/events/{event_id}/end", PARTNERS_AND_COORDINATOR.format(409)),
    form(
        "/w/{wedding_id}/events/{event_id}/facts/{event_key}",
        PARTNERS_AND_COORDINATOR.format(412),
        value="15:00",
        base_revision="99",
    ),
    form("/w/{wedding_id}/deletions/{batch_id}/undo", PARTNERS_AND_COORDINATOR.format(404)),
    form("/w/{wedding_id}/trash/{batch_id}/restoration", PARTNERS_AND_COORDINATOR.format(404)),
    form("/s/{supplier_id}/trash/{batch_id}/restoration", STAFF.format(404)),
    form("/w/{wedding_id}/lead", ONLY_PARTNERS.format(303), hours="12"),
    form("/w/{wedding_id}/day/entries", PARTNERS_AND_COORDINATOR.format(409), entry_id=str(uuid4()), **NOTE),
    form("/w/{wedding_id}/day/closing", "404 404 404 404 404 403 403 409 404 404 401"),
    form("/w/{wedding_id}/day/reopening", "404 404 404 404 404 403 403 409 404 404 401"),
    form("/s/{supplier_id}/weddings/{wedding_id}/day/entries", STAFF.format(409), entry_id=str(uuid4()), **NOTE),
    form(f"{FIXED}/new", PARTNERS_AND_COORDINATOR.format(409), **PROPOSAL),  # nothing is fixed yet
    form(f"{FIXED}/{{amendment_id}}/approval", PARTNERS_AND_COORDINATOR.format(404)),
    form(f"{FIXED}/{{amendment_id}}/refusal", PARTNERS_AND_COORDINATOR.format(404)),
    form(f"{FIXED}/{{amendment_id}}/withdrawal", PARTNERS_AND_COORDINATOR.format(404)),
    form(f"{THEIRS}/new", MANAGERS.format(409), **PROPOSAL),
    form(f"{THEIRS}/{{amendment_id}}/withdrawal", MANAGERS.format(404)),
    form(f"{THEIRS}/{{amendment_id}}/acceptance", MANAGERS.format(404)),
    form(f"{THEIRS}/{{amendment_id}}/declination", MANAGERS.format(404)),
    form("/w/{wedding_id}/date-confirmation", ONLY_PARTNERS.format(303)),
    form(
        "/w/{wedding_id}/members", ONLY_PARTNERS.format(303), role="companion", email="{unique}@example.org", name="Kim"
    ),
    form("/w/{wedding_id}/members/invitations/{invitation_id}/again", ONLY_PARTNERS.format(404)),
    form("/w/{wedding_id}/members/invitations/{invitation_id}/withdraw", ONLY_PARTNERS.format(404)),
    form("/w/{wedding_id}/members/{person_id}/end", ONLY_PARTNERS.format(404)),
    form(
        "/w/{wedding_id}/suppliers/invitations",
        ONLY_PARTNERS.format(303),
        email="{unique}@example.org",
        supplier_type="caterer",
    ),
    form("/w/{wedding_id}/suppliers/invitations/{invitation_id}/withdraw", ONLY_PARTNERS.format(404)),
    form("/w/{wedding_id}/suppliers/invitations/{invitation_id}/again", ONLY_PARTNERS.format(404)),
    form(
        "/w/{wedding_id}/suppliers/{supplier_id}/sharing",
        ONLY_PARTNERS.format(303),
        area="contacts",
        level="everything",
    ),
    form("/w/{wedding_id}/suppliers/{supplier_id}/end", ONLY_PARTNERS.format(303)),
)


def test_the_table_names_every_page_and_form(app: WebApp) -> None:
    declared = {(ask.method, shape_of(ask.route)) for ask in ASKS}
    there = {(route.method, shape_of(route.path)) for route in routes_of(app.litestar) if route.surface == "page"}
    assert there - declared == set()
    assert declared - there == set()


@pytest.mark.parametrize("ask", ASKS, ids=lambda ask: f"{ask.method} {ask.route}")
async def test_everybody_gets_the_page_that_the_table_says(
    ask: Ask, app: WebApp, database: Database, own_database: TestDatabase, still: Stage
) -> None:
    asked = still if ask.method == "GET" else await stage(database, own_database)
    got = []
    for name in CAST:
        async with client_of(app) as browser:
            response = await _asked(browser, ask, asked, asked.who(name))
        got.append(str(response.status_code))
        assert response.status_code < 500, response.text
        if name in ("eve", "oli", "olga", "nobody"):
            assert "Whitfield" not in response.text
    assert " ".join(got) == ask.expected


async def _asked(browser: httpx.AsyncClient, ask: Ask, asked: Stage, who: Somebody | None) -> httpx.Response:
    path = ask.route.format(
        wedding_id=asked.world.wedding_id,
        supplier_id=asked.world.supplier_id,
        event_id=asked.event_id,
        key="wedding_date",
        event_key="start_time",
        code="no-such-code",
        token="no-such-token",
        person_id=uuid4(),
        invitation_id=uuid4(),
        batch_id=uuid4(),
        session_id=uuid4(),
        venue_id=uuid4(),
        client_id=uuid4(),
        question_id=uuid4(),
        note_id=uuid4(),
        proposal_id=uuid4(),
        amendment_id=uuid4(),
        request_id=uuid4(),
    )
    headers = {"origin": BASE_URL, "sec-fetch-site": "same-origin", "accept": "text/html"}
    csrf = ""
    if who is not None:
        headers["cookie"] = f"wedsync_session={who.token}"
        csrf = sealer().sign("csrf", who.session_id.bytes)
    if ask.method == "GET":
        return await browser.get(path, headers=headers)
    fields = {
        name: value.replace("{unique}", uuid4().hex).replace("{wedding_id}", str(asked.world.wedding_id))
        for name, value in ask.form.items()
    }
    if "files" in fields:
        return await browser.post(path, files={"csrf_token": (None, csrf), "pasted": (None, "")}, headers=headers)
    return await browser.post(path, data=fields | {"csrf_token": csrf}, headers=headers)
