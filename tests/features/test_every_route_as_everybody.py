"""Every address of the API, asked by everybody: 404 for what they cannot see, 403 for what they may not do, 401 for Nobody.

One line says what each of the cast is answered; a route that is not in the table fails the test that counts them.
"""

from datetime import datetime
from typing import Final
from uuid import uuid4

import httpx
import msgspec
import pytest
from tests.features.staging import Stage, shape_of, stage
from tests.support.database import TestDatabase
from tests.support.web import client_of
from tests.support.world import Somebody

from wedsync.features.clients.bulk_model import seal_of
from wedsync.platform.database import Database
from wedsync.platform.http.app import WebApp
from wedsync.platform.http.routes import routes_of

CAST: Final = ("anna", "ada", "mia", "ben", "vera", "clara", "colin", "cora", "eve", "oli", "olga", "nobody")
SUPPLIER_READS: Final = "200 200 200 200 200 404 404 404 404 404 401"
WEDDING_READS: Final = "200 200 200 200 200 200 200 200 404 404 401"
EVERYBODY: Final = "200 200 200 200 200 200 200 200 200 200 401"
COUPLE_ONLY: Final = "403 403 403 403 403 {} 403 403 404 404 401"
COUPLE_AND_COORDINATOR: Final = "403 403 403 403 403 {0} 403 {0} 404 404 401"
LEADS: Final = "{0} {0} 403 403 403 404 404 404 404 404 401"
NO_VENUE: Final = "403 403 403 403 403 404 404 404 404 404 401"  # Anna's business is another
PLACE: Final = {"name": "The Barn", "address": "Mill Lane, Bath", "capacity": 20}
AMENDMENT: Final = "/api/v1/weddings/{wedding_id}/amendments/{amendment_id}"
PROPOSAL: Final = {
    "kind": "change",
    "reason_code": "wish",
    "changes": [{"key": "wedding_date", "value": "2099-06-13"}],
}
PROPOSERS: Final = "{0} {0} {0} 403 403 {0} 403 {0} 404 404 401"
LISTS: Final = "/api/v1/suppliers/{supplier_id}/client-imports"
OFFER: Final = "/api/v1/suppliers/{supplier_id}/ownership-offer"
OWNER: Final = "{0} 403 403 403 403 404 404 404 404 404 401"
KEYS: Final = "/api/v1/suppliers/{supplier_id}/keys"
NOWHERE: Final = "404 404 404 404 404 404 404 404 404 404 401"
STAFF: Final = "{0} {0} {0} {0} 403 404 404 404 404 404 401"


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """One request and what each of the cast is answered. `as_self`: without a capacity.

    `olga` is what an operator is answered; where it is not said, the same as Oli, who has an account and no ties.
    """

    method: str
    route: str
    answers: str
    body: object = None
    if_match: str = ""
    as_self: bool = False
    olga: str = ""

    @property
    def expected(self) -> str:
        *others, oli, nobody = self.answers.split()
        return " ".join((*others, oli, self.olga or oli, nobody))


OPERATORS_ONLY: Final = "404 404 404 404 404 404 404 404 404 404 401"
ANYBODY: Final = "200 200 200 200 200 200 200 200 200 200 200"
GRANTS = "/api/v1/weddings/{wedding_id}/connections/{supplier_id}/grants/{area}"
ASKS: Final = (
    Ask(method="GET", route="/api/v1/operations/operators", answers=OPERATORS_ONLY, olga="200", as_self=True),
    Ask(method="GET", route="/api/v1/operations/deployments", answers=OPERATORS_ONLY, olga="200", as_self=True),
    Ask(
        method="POST",
        route="/api/v1/operations/deployments",
        body={"change": "deploy", "image_digest": "latest"},
        answers=OPERATORS_ONLY,
        olga="422",
        as_self=True,
    ),
    Ask(method="GET", route="/api/v1/operations/emergencies", answers=OPERATORS_ONLY, olga="403", as_self=True),
    Ask(
        method="PUT",
        route="/api/v1/operations/emergencies/{wedding_id}/{amendment_id}/approval",
        body={"called_back": "Clara on 07700 900123, 14:05"},
        answers=OPERATORS_ONLY,
        olga="403",
        as_self=True,
    ),
    Ask(method="GET", route="/api/v1/operations/overrides", answers=OPERATORS_ONLY, olga="200", as_self=True),
    Ask(method="GET", route="/api/v1/operations/overrides/{batch_id}", answers=OPERATORS_ONLY, as_self=True),
    Ask(
        method="POST",
        route="/api/v1/operations/overrides",
        body={
            "kind": "sev1",
            "reason": "",
            "rollback_plan": "",
            "incident": "",
            "image_digest": "",
        },
        answers=OPERATORS_ONLY,
        olga="422",
        as_self=True,
    ),
    Ask(method="PUT", route="/api/v1/operations/overrides/{batch_id}/approval", answers=OPERATORS_ONLY, as_self=True),
    Ask(method="PUT", route="/api/v1/operations/overrides/{batch_id}/refusal", answers=OPERATORS_ONLY, as_self=True),
    Ask(method="POST", route="/api/v1/operations/overrides/{batch_id}/tokens", answers=OPERATORS_ONLY, as_self=True),
    Ask(
        method="POST",
        route="/api/v1/operations/redemptions",
        body={"token": "x", "image_digest": ""},
        answers=OPERATORS_ONLY,
        olga="422",
        as_self=True,
    ),
    Ask(
        method="PUT",
        route="/api/v1/operations/overrides/{batch_id}/review",
        body={"is_justified": True, "findings": "Long enough to be a finding."},
        answers=OPERATORS_ONLY,
        as_self=True,
    ),
    Ask(method="GET", route="/api/v1/operations/data-requests", answers=OPERATORS_ONLY, olga="403", as_self=True),
    Ask(
        method="PUT",
        route="/api/v1/operations/data-requests/{request_id}/answer",
        body={"outcome": "done", "answer": "It is put right."},
        answers=OPERATORS_ONLY,
        olga="403",
        as_self=True,
    ),
    Ask(
        method="POST",
        route="/api/v1/operations/let-ins",
        body={"email": "x@example.org"},
        answers=OPERATORS_ONLY,
        olga="403",
        as_self=True,
    ),
    Ask(method="GET", route="/api/v1/operations/holds", answers=OPERATORS_ONLY, olga="403", as_self=True),
    Ask(
        method="POST",
        route="/api/v1/operations/holds",
        body={"reason": ""},
        answers=OPERATORS_ONLY,
        olga="403",
        as_self=True,
    ),
    Ask(
        method="PUT",
        route="/api/v1/operations/holds/{batch_id}/approval",
        answers=OPERATORS_ONLY,
        olga="403",
        as_self=True,
    ),
    Ask(
        method="PUT",
        route="/api/v1/operations/holds/{batch_id}/release",
        answers=OPERATORS_ONLY,
        olga="403",
        as_self=True,
    ),
    Ask(
        method="PUT",
        route="/api/v1/operations/holds/{batch_id}/release/approval",
        answers=OPERATORS_ONLY,
        olga="403",
        as_self=True,
    ),
    Ask(method="GET", route="/api/v1/shield", answers=ANYBODY, as_self=True),
    Ask(method="GET", route="/api/v1/shield/freezes", answers=ANYBODY, as_self=True),
    Ask(method="GET", route="/api/v1/shield/freezes.ics", answers=ANYBODY, as_self=True),
    Ask(method="GET", route="/api/v1/me", answers=EVERYBODY, as_self=True),
    Ask(method="PATCH", route="/api/v1/me", body={"name": "Kim"}, answers=EVERYBODY, as_self=True),
    Ask(method="GET", route="/api/v1/me/letters", answers=EVERYBODY, as_self=True),
    Ask(
        method="PUT",
        route="/api/v1/me/letters",
        body={"answers": "each", "requests": "daily", "reminders": "none", "quiet": None},
        answers=EVERYBODY,
        as_self=True,
    ),
    Ask(method="GET", route="/api/v1/me/data-requests", answers=EVERYBODY, as_self=True),
    Ask(
        method="POST",
        route="/api/v1/me/data-requests",
        body={"kind": "erasure", "wedding_id": "00000000-0000-4000-8000-000000000000"},
        answers="404 404 404 404 404 404 404 404 404 404 401",
        as_self=True,
    ),
    Ask(
        method="GET",
        route="/api/v1/me/data-requests/{request_id}/file",
        answers="404 404 404 404 404 404 404 404 404 404 401",
        as_self=True,
    ),
    Ask(
        method="DELETE",
        route="/api/v1/me/data-requests/{request_id}",
        answers="404 404 404 404 404 404 404 404 404 404 401",
        as_self=True,
    ),
    Ask(method="GET", route="/api/v1/sessions", answers=EVERYBODY, as_self=True),
    Ask(method="GET", route="/api/v1/me/security-events", answers=EVERYBODY, as_self=True),
    Ask(
        method="DELETE",
        route="/api/v1/sessions/{session_id}",
        answers="204 204 204 204 204 204 204 204 204 204 401",
        as_self=True,
    ),
    Ask(method="DELETE", route="/api/v1/sessions", answers="204 204 204 204 204 204 204 204 204 204 401", as_self=True),
    Ask(
        method="PUT",
        route="/api/v1/me/second-step/confirmation",
        body={"code": "123456"},
        answers="409 409 409 409 409 409 409 409 409 409 401",
        as_self=True,
    ),
    Ask(
        method="POST",
        route="/api/v1/me/recovery-codes",
        answers="409 409 409 409 409 409 409 409 409 409 401",
        olga="201",
        as_self=True,
    ),
    Ask(
        method="DELETE",
        route="/api/v1/me/second-step",
        answers="409 409 409 409 409 409 409 409 409 409 401",
        olga="204",
        as_self=True,
    ),
    Ask(
        method="POST",
        route="/api/v1/me/second-step",
        answers="201 201 201 201 201 201 201 201 201 201 401",
        olga="409",
        as_self=True,
    ),
    Ask(
        method="POST",
        route="/api/v1/me/proof",
        body={"password": "not this one"},
        answers="403 403 403 403 403 403 403 403 403 403 401",
        as_self=True,
    ),
    Ask(
        method="POST",
        route="/api/v1/me/address-change",
        body={"email": "nothing"},
        answers="422 422 422 422 422 422 422 422 422 422 401",
        as_self=True,
    ),
    Ask(
        method="GET",
        route="/api/v1/me/address-change",
        answers="404 404 404 404 404 404 404 404 404 404 401",
        as_self=True,
    ),
    Ask(
        method="POST",
        route="/api/v1/me/address-change/code",
        body={"code": "123456"},
        answers="409 409 409 409 409 409 409 409 409 409 401",
        as_self=True,
    ),
    Ask(
        method="DELETE",
        route="/api/v1/me/address-change",
        answers="204 204 204 204 204 204 204 204 204 204 401",
        as_self=True,
    ),
    Ask(
        method="PUT",
        route="/api/v1/me/password",
        body={"password": "short"},
        answers="422 422 422 422 422 422 422 422 422 422 401",
        as_self=True,
    ),
    Ask(
        method="POST",
        route="/api/v1/sessions",
        body={"email": "x@example.org", "password": "y"},
        answers="403 403 403 403 403 403 403 403 403 403 403",
        as_self=True,
    ),
    Ask(
        method="POST",
        route="/api/v1/sign-in-links",
        body={"email": "nobody.here@example.org"},
        answers="202 202 202 429 429 429 429 429 429 429 429",
        as_self=True,
    ),
    Ask(
        method="POST",
        route="/api/v1/sign-ups",
        body={"business": ""},
        answers="422 422 422 422 422 422 422 422 422 422 422",
        as_self=True,
    ),
    Ask(method="GET", route="/api/v1/fields", answers="200 200 200 200 200 200 200 200 200 200 200", as_self=True),
    Ask(
        method="GET",
        route="/api/v1/invitations/{code}",
        answers="404 404 404 404 404 404 404 404 404 404 404",
        as_self=True,
    ),
    Ask(
        method="PUT",
        route="/api/v1/invitations/{code}/acceptance",
        body={},
        answers="404 404 404 404 404 404 404 404 404 404 404",
        as_self=True,
    ),
    Ask(
        method="PUT",
        route="/api/v1/invitations/{code}/refusal",
        answers="404 404 404 404 404 404 404 404 404 404 404",
        as_self=True,
    ),
    Ask(
        method="POST",
        route="/api/v1/suppliers/{supplier_id}/invitations/{invitation_id}/letters",
        answers=STAFF.format(404),
        as_self=True,
    ),
    Ask(
        method="POST",
        route="/api/v1/weddings/{wedding_id}/invitations/{invitation_id}/letters",
        answers=COUPLE_ONLY.format(404),
    ),
    Ask(method="GET", route="/api/v1/weddings/{wedding_id}/grant-requests", answers=WEDDING_READS),
    Ask(
        method="POST",
        route="/api/v1/weddings/{wedding_id}/grant-requests",
        body={"area": "people", "reason": "For the day.", "can_write": True},
        answers="201 409 409 409 403 403 403 403 404 404 401",
    ),
    Ask(
        method="DELETE",
        route="/api/v1/weddings/{wedding_id}/grant-requests/{request_id}",
        answers="404 404 404 404 403 403 403 403 404 404 401",
    ),
    Ask(
        method="PUT",
        route="/api/v1/weddings/{wedding_id}/grant-requests/{request_id}/answer",
        body={"give": True},
        answers=COUPLE_ONLY.format(404),
    ),
    Ask(method="GET", route="/api/v1/weddings/{wedding_id}/access-receipts", answers=COUPLE_ONLY.format(200)),
    Ask(method="GET", route="/api/v1/weddings/{wedding_id}/support-looks", answers=COUPLE_ONLY.format(200)),
    Ask(method="GET", route="/api/v1/operations/impersonations", answers=OPERATORS_ONLY, olga="403", as_self=True),
    Ask(method="GET", route="/api/v1/weddings/{wedding_id}/facts/{key}/readers", answers=COUPLE_ONLY.format(200)),
    Ask(
        method="POST",
        route="/api/v1/suppliers",
        body={"business": "Another", "supplier_types": ["cake"]},
        answers="201 201 201 201 201 201 201 201 201 201 401",
        as_self=True,
    ),
    Ask(
        method="POST",
        route="/api/v1/weddings",
        body={"first_name": "Kim"},
        answers="201 201 201 201 201 201 201 201 201 201 401",
        as_self=True,
    ),
    Ask(method="GET", route="/api/v1/suppliers/{supplier_id}", answers=EVERYBODY, as_self=True),
    Ask(
        method="PATCH",
        route="/api/v1/suppliers/{supplier_id}",
        body={"zone": "Europe/Dublin"},
        answers=LEADS.format(200),
        as_self=True,
    ),
    Ask(method="GET", route="/api/v1/suppliers/{supplier_id}/members", answers=SUPPLIER_READS, as_self=True),
    Ask(
        method="PATCH",
        route="/api/v1/suppliers/{supplier_id}/members/{person_id}",
        body={"role": "member"},
        answers=LEADS.format(404),
        as_self=True,
    ),
    Ask(
        method="DELETE",
        route="/api/v1/suppliers/{supplier_id}/members/{person_id}",
        answers=LEADS.format(404),
        as_self=True,
    ),
    Ask(method="GET", route="/api/v1/suppliers/{supplier_id}/invitations", answers=SUPPLIER_READS, as_self=True),
    Ask(
        method="POST",
        route="/api/v1/suppliers/{supplier_id}/invitations",
        body={"kind": "couple", "email": "{unique}@example.org", "service": "photographer"},
        answers=STAFF.format(201),
        as_self=True,
    ),
    Ask(
        method="POST",
        route="/api/v1/suppliers/{supplier_id}/invitations",
        body={"kind": "member", "email": "{unique}@example.org", "role": "member"},
        answers=LEADS.format(201),
        as_self=True,
    ),
    Ask(
        method="DELETE",
        route="/api/v1/suppliers/{supplier_id}/invitations/{invitation_id}",
        answers=STAFF.format(404),
        as_self=True,
    ),
    Ask(method="GET", route="/api/v1/suppliers/{supplier_id}/weddings", answers=SUPPLIER_READS, as_self=True),
    Ask(
        method="PUT",
        route="/api/v1/suppliers/{supplier_id}/weddings/{other_wedding_id}/ending",
        body={},
        answers="404 404 404 403 403 404 404 404 404 404 401",
        as_self=True,
    ),
    Ask(method="GET", route="/api/v1/venues", answers=EVERYBODY, as_self=True),
    Ask(
        method="GET",
        route="/api/v1/venues/{venue_id}",
        answers="404 404 404 404 404 404 404 404 404 404 401",
        as_self=True,
    ),
    Ask(method="POST", route="/api/v1/suppliers/{supplier_id}/venues", body=PLACE, answers=NO_VENUE, as_self=True),
    Ask(
        method="PATCH",
        route="/api/v1/suppliers/{supplier_id}/venues/{venue_id}",
        body={"capacity": 20},
        answers=NO_VENUE,
        as_self=True,
    ),
    Ask(method="DELETE", route="/api/v1/suppliers/{supplier_id}/venues/{venue_id}", answers=NO_VENUE, as_self=True),
    Ask(
        method="PUT",
        route="/api/v1/suppliers/{supplier_id}/deletions/{batch_id}/restoration",
        answers=STAFF.format(404),
        as_self=True,
    ),
    Ask(method="GET", route="/api/v1/suppliers/{supplier_id}/clients", answers=SUPPLIER_READS, as_self=True),
    Ask(
        method="GET", route="/api/v1/suppliers/{supplier_id}/client-search?q=lee", answers=SUPPLIER_READS, as_self=True
    ),
    Ask(
        method="GET",
        route="/api/v1/suppliers/{supplier_id}/clients/{client_id}",
        answers="404 404 404 404 404 404 404 404 404 404 401",
        as_self=True,
    ),
    Ask(
        method="POST",
        route="/api/v1/suppliers/{supplier_id}/clients",
        body={"name": "Ann Lee"},
        answers=STAFF.format(201),
        as_self=True,
    ),
    Ask(
        method="PATCH",
        route="/api/v1/suppliers/{supplier_id}/clients/{client_id}",
        body={"guests": 20},
        answers=STAFF.format(404),
        as_self=True,
    ),
    Ask(
        method="DELETE",
        route="/api/v1/suppliers/{supplier_id}/clients/{client_id}",
        answers=STAFF.format(404),
        as_self=True,
    ),
    Ask(
        method="DELETE",
        route="/api/v1/suppliers/{supplier_id}/clients/{client_id}/questions/{question_id}",
        answers=STAFF.format(404),
        as_self=True,
    ),
    Ask(
        method="GET",
        route="/api/v1/suppliers/{supplier_id}/clients/{client_id}/timeline",
        answers="404 404 404 404 404 404 404 404 404 404 401",
        as_self=True,
    ),
    Ask(
        method="POST",
        route="/api/v1/suppliers/{supplier_id}/client-bulk-previews",
        body={"act": "remove"},
        answers=STAFF.format(200),
        as_self=True,
    ),
    Ask(
        method="POST",
        route="/api/v1/suppliers/{supplier_id}/client-bulks",
        body={"act": "remove", "seal": seal_of(())},
        answers=STAFF.format(404),
        as_self=True,
    ),
    Ask(
        method="GET",
        route="/api/v1/suppliers/{supplier_id}/client-bulks/{request_id}",
        answers="404 404 404 404 404 404 404 404 404 404 401",
        as_self=True,
    ),
    Ask(
        method="PUT",
        route="/api/v1/suppliers/{supplier_id}/client-bulks/{request_id}/undoing",
        answers=STAFF.format(404),
        as_self=True,
    ),
    Ask(method="GET", route="/api/v1/suppliers/{supplier_id}/client-filters", answers=SUPPLIER_READS, as_self=True),
    Ask(
        method="POST",
        route="/api/v1/suppliers/{supplier_id}/client-filters",
        body={"name": "Nobody", "query": ""},
        answers=STAFF.format(422),
        as_self=True,
    ),
    Ask(
        method="DELETE",
        route="/api/v1/suppliers/{supplier_id}/client-filters/{request_id}",
        answers=STAFF.format(404),
        as_self=True,
    ),
    Ask(
        method="GET",
        route="/api/v1/suppliers/{supplier_id}/clients/{client_id}/notes",
        answers="404 404 404 404 404 404 404 404 404 404 401",
        as_self=True,
    ),
    Ask(
        method="POST",
        route="/api/v1/suppliers/{supplier_id}/clients/{client_id}/notes",
        body={"body": "Rang"},
        answers=STAFF.format(404),
        as_self=True,
    ),
    Ask(
        method="PUT",
        route="/api/v1/suppliers/{supplier_id}/clients/{client_id}/notes/{note_id}",
        body={"body": "Rang"},
        answers=STAFF.format(404),
        as_self=True,
    ),
    Ask(
        method="DELETE",
        route="/api/v1/suppliers/{supplier_id}/clients/{client_id}/notes/{note_id}",
        answers=STAFF.format(404),
        as_self=True,
    ),
    Ask(
        method="GET",
        route="/api/v1/suppliers/{supplier_id}/client-export/csv",
        answers=SUPPLIER_READS,
        as_self=True,
    ),
    Ask(method="GET", route=OFFER, answers=OWNER.format(404), as_self=True),
    Ask(method="PUT", route=OFFER, body={"person_id": str(uuid4())}, answers=OWNER.format(404), as_self=True),
    Ask(method="DELETE", route=OFFER, answers=OWNER.format(409), as_self=True),
    Ask(method="GET", route="/api/v1/ownership-offers/{code}", answers=NOWHERE, as_self=True),
    Ask(method="PUT", route="/api/v1/ownership-offers/{code}/acceptance", answers=NOWHERE, as_self=True),
    Ask(method="GET", route=KEYS, answers=LEADS.format(200), as_self=True),
    Ask(method="POST", route=KEYS, body={"name": "Sync", "scopes": []}, answers=LEADS.format(422), as_self=True),
    Ask(method="POST", route=f"{KEYS}/{{batch_id}}/successors", body={}, answers=LEADS.format(404), as_self=True),
    Ask(method="DELETE", route=f"{KEYS}/{{batch_id}}", answers=LEADS.format(404), as_self=True),
    Ask(method="GET", route=LISTS, answers=SUPPLIER_READS, as_self=True),
    Ask(method="POST", route=LISTS, body=[{"name": "Ann Lee"}], answers=STAFF.format(201), as_self=True),
    Ask(method="GET", route=f"{LISTS}/{{batch_id}}", answers=NOWHERE, as_self=True),
    Ask(method="GET", route=f"{LISTS}/{{batch_id}}/rows?fate=merged", answers=NOWHERE, as_self=True),
    Ask(method="GET", route=f"{LISTS}/{{batch_id}}/errors.csv", answers=NOWHERE, as_self=True),
    Ask(
        method="PATCH",
        route=f"{LISTS}/{{batch_id}}",
        body={"mapping": {"names": 0}},
        answers=STAFF.format(404),
        as_self=True,
    ),
    Ask(method="PATCH", route=f"{LISTS}/{{batch_id}}/rows/1", body={}, answers=STAFF.format(404), as_self=True),
    Ask(method="POST", route=f"{LISTS}/{{batch_id}}/saving", answers=STAFF.format(404), as_self=True),
    Ask(method="POST", route=f"{LISTS}/{{batch_id}}/going-on", answers=STAFF.format(404), as_self=True),
    Ask(method="POST", route=f"{LISTS}/{{batch_id}}/undoing", answers=STAFF.format(404), as_self=True),
    Ask(
        method="POST",
        route="/api/v1/suppliers/{supplier_id}/clients/{client_id}/invitation",
        body={},
        answers=STAFF.format(404),
        as_self=True,
    ),
    Ask(
        method="POST",
        route="/api/v1/suppliers/{supplier_id}/client-invitations",
        body={"clients": ["11111111-0000-7000-8000-000000000001"]},
        answers=STAFF.format(409),
        as_self=True,
    ),
    Ask(
        method="GET",
        route="/api/v1/suppliers/{supplier_id}/client-invitations/{batch_id}",
        answers=NOWHERE,
        as_self=True,
    ),
    Ask(
        method="PUT",
        route="/api/v1/suppliers/{supplier_id}/clients/{client_id}/wedding",
        body={"wedding_id": "11111111-0000-7000-8000-000000000001"},
        answers=STAFF.format(404),
        as_self=True,
    ),
    Ask(
        method="DELETE",
        route="/api/v1/suppliers/{supplier_id}/clients/{client_id}/wedding",
        answers=STAFF.format(404),
        as_self=True,
    ),
    Ask(method="GET", route="/api/v1/weddings/{wedding_id}", answers=WEDDING_READS),
    Ask(method="GET", route="/api/v1/weddings/{wedding_id}/proposals", answers=WEDDING_READS),
    Ask(
        method="PUT",
        route="/api/v1/weddings/{wedding_id}/proposals/{proposal_id}/acceptance",
        body={},
        if_match='"0"',
        answers=COUPLE_AND_COORDINATOR.format(404),
    ),
    Ask(
        method="DELETE",
        route="/api/v1/weddings/{wedding_id}/proposals/{proposal_id}",
        answers=COUPLE_AND_COORDINATOR.format(404),
    ),
    Ask(method="GET", route="/api/v1/weddings/{wedding_id}/facts", answers=WEDDING_READS),
    Ask(method="GET", route="/api/v1/weddings/{wedding_id}/facts/{key}", answers=WEDDING_READS),
    Ask(method="GET", route="/api/v1/weddings/{wedding_id}/facts/{key}/revisions", answers=WEDDING_READS),
    Ask(method="GET", route="/api/v1/weddings/{wedding_id}/changes", answers=WEDDING_READS),
    Ask(method="GET", route="/api/v1/weddings/{wedding_id}/events", answers=WEDDING_READS),
    Ask(method="GET", route="/api/v1/weddings/{wedding_id}/deletions", answers=WEDDING_READS),
    Ask(method="GET", route="/api/v1/suppliers/{supplier_id}/deletions", answers=STAFF.format(200), as_self=True),
    Ask(method="GET", route="/api/v1/weddings/{wedding_id}/connections", answers=WEDDING_READS),
    Ask(method="GET", route="/api/v1/weddings/{wedding_id}/connections/{supplier_id}", answers=WEDDING_READS),
    Ask(method="GET", route="/api/v1/weddings/{wedding_id}/members", answers=WEDDING_READS),
    Ask(method="GET", route="/api/v1/weddings/{wedding_id}/invitations", answers=COUPLE_ONLY.format(200)),
    Ask(
        method="PATCH",
        route="/api/v1/weddings/{wedding_id}/facts/{key}",
        body={"value": "2031-01-04"},
        if_match='"99"',
        answers=COUPLE_AND_COORDINATOR.format(412),
    ),
    Ask(
        method="PATCH",
        route="/api/v1/weddings/{wedding_id}/events/{event_id}/facts/{event_key}",
        body={"value": "15:00"},
        if_match='"99"',
        answers=COUPLE_AND_COORDINATOR.format(412),
    ),
    Ask(
        method="POST",
        route="/api/v1/weddings/{wedding_id}/events",
        body={"kind": "party", "title": "Party"},
        answers=COUPLE_AND_COORDINATOR.format(201),
    ),
    Ask(
        method="PATCH",
        route="/api/v1/weddings/{wedding_id}/events/{event_id}",
        body={"title": "The vows"},
        answers=COUPLE_AND_COORDINATOR.format(200),
    ),
    Ask(
        method="DELETE",
        route="/api/v1/weddings/{wedding_id}/events/{event_id}",
        answers=COUPLE_AND_COORDINATOR.format(409),
    ),
    Ask(
        method="PUT",
        route="/api/v1/weddings/{wedding_id}/deletions/{batch_id}/restoration",
        answers=COUPLE_AND_COORDINATOR.format(404),
    ),
    Ask(method="PUT", route="/api/v1/weddings/{wedding_id}/date-confirmation", answers=COUPLE_ONLY.format(200)),
    Ask(method="GET", route="/api/v1/weddings/{wedding_id}/amendments", answers=WEDDING_READS),
    Ask(method="GET", route="/api/v1/weddings/{wedding_id}/acknowledgements", answers=WEDDING_READS),
    Ask(
        method="POST",
        route="/api/v1/weddings/{wedding_id}/acknowledgements",
        body={"facts": [{"fact_key": "partner1_first_name", "revision": 1}]},
        answers="200 200 200 200 200 403 403 403 404 404 401",
    ),
    Ask(method="GET", route=AMENDMENT, answers="404 404 404 404 404 404 404 404 404 404 401"),
    Ask(
        method="POST",
        route="/api/v1/weddings/{wedding_id}/amendment-previews",
        body=PROPOSAL,
        answers=PROPOSERS.format(409),  # nothing is fixed yet
    ),
    Ask(
        method="POST",
        route="/api/v1/weddings/{wedding_id}/amendments",
        body=PROPOSAL,
        answers=PROPOSERS.format(409),
    ),
    Ask(method="PUT", route=f"{AMENDMENT}/approval", answers=COUPLE_AND_COORDINATOR.format(404)),
    Ask(method="PUT", route=f"{AMENDMENT}/refusal", body={}, answers=COUPLE_AND_COORDINATOR.format(404)),
    Ask(method="PUT", route=f"{AMENDMENT}/withdrawal", answers=PROPOSERS.format(404)),
    Ask(
        method="PUT",
        route=f"{AMENDMENT}/acceptance",
        body={},
        answers="404 404 404 403 403 403 403 403 404 404 401",
    ),
    Ask(
        method="PUT",
        route=f"{AMENDMENT}/declination",
        body={},
        answers="404 404 404 403 403 403 403 403 404 404 401",
    ),
    Ask(method="PUT", route="/api/v1/weddings/{wedding_id}/lead", body={"hours": 12}, answers=COUPLE_ONLY.format(200)),
    Ask(method="GET", route="/api/v1/weddings/{wedding_id}/day-log", answers=WEDDING_READS),
    Ask(
        method="PUT",
        route="/api/v1/weddings/{wedding_id}/day-log/{entry_id}",
        body={"kind": "note", "text": "Rain"},
        answers="409 409 409 409 403 409 403 409 404 404 401",
    ),
    Ask(
        method="PUT",
        route="/api/v1/weddings/{wedding_id}/closing",
        body={},
        answers="403 403 403 403 403 403 403 409 404 404 401",
    ),
    Ask(
        method="PUT",
        route="/api/v1/weddings/{wedding_id}/reopening",
        answers="403 403 403 403 403 403 403 409 404 404 401",
    ),
    Ask(method="PUT", route=GRANTS, body={}, answers=COUPLE_ONLY.format(200)),
    Ask(method="DELETE", route=GRANTS, answers=COUPLE_ONLY.format(204)),
    Ask(
        method="PUT",
        route="/api/v1/weddings/{wedding_id}/connections/{supplier_id}/ending",
        body={},
        answers=COUPLE_ONLY.format(204),
    ),
    Ask(
        method="POST",
        route="/api/v1/weddings/{wedding_id}/invitations",
        body={"kind": "companion", "email": "{unique}@example.org"},
        answers=COUPLE_ONLY.format(201),
    ),
    Ask(
        method="DELETE",
        route="/api/v1/weddings/{wedding_id}/invitations/{invitation_id}",
        answers=COUPLE_ONLY.format(404),
    ),
    Ask(method="DELETE", route="/api/v1/weddings/{wedding_id}/members/{person_id}", answers=COUPLE_ONLY.format(404)),
)


def test_the_table_names_every_address_of_the_api(app: WebApp) -> None:
    declared = {(ask.method, shape_of(ask.route)) for ask in ASKS}
    there = {(route.method, shape_of(route.path)) for route in routes_of(app.litestar) if route.surface == "api"}
    assert there - declared == set()
    assert declared - there == set()


@pytest.mark.parametrize("ask", ASKS, ids=lambda ask: f"{ask.method} {ask.route}")
async def test_everybody_is_answered_as_the_table_says(
    ask: Ask, app: WebApp, database: Database, own_database: TestDatabase, still: Stage
) -> None:
    asked = still if ask.method == "GET" else await stage(database, own_database)
    got = []
    async with client_of(app) as client:
        for name in CAST:
            response = await _asked(client, ask, asked, asked.who(name))
            got.append(str(response.status_code))
            assert response.status_code < 500, response.text
            if name in ("eve", "oli", "olga", "nobody"):
                assert "Whitfield" not in response.text
    assert " ".join(got) == ask.expected


@pytest.mark.parametrize("ask", [ask for ask in ASKS if ask.route.startswith("/api/v1/weddings/{wedding_id}")])
async def test_who_names_no_business_comes_as_themselves_and_sees_no_wedding_they_only_serve(
    ask: Ask, app: WebApp, still: Stage
) -> None:
    """On every address of a wedding alike; and who is of the wedding sees nothing in a business's name."""
    as_self = msgspec.structs.replace(ask, as_self=True)
    async with client_of(app) as client:
        for name in ("anna", "mia"):
            response = await _asked(client, as_self, still, still.who(name))
            assert response.status_code == 404, response.text
            assert "Whitfield" not in response.text


def test_no_address_takes_a_moment_that_has_no_zone_or_is_a_number(app: WebApp) -> None:
    handlers = [handler for route in app.litestar.routes for handler in getattr(route, "route_handlers", ())]
    asked = {
        (str(handler), name)
        for handler in handlers
        for name, given in handler.parsed_fn_signature.parameters.items()
        if given.annotation is datetime or given.has_inner_subclass_of(datetime)
    }
    assert len(handlers) > 60
    assert asked == set()


async def _asked(client: httpx.AsyncClient, ask: Ask, asked: Stage, who: Somebody | None) -> httpx.Response:
    path = ask.route.format(
        wedding_id=asked.world.wedding_id,
        supplier_id=asked.world.supplier_id,
        other_wedding_id=uuid4(),
        event_id=asked.event_id,
        key="wedding_date",
        event_key="start_time",
        area="files",
        code="no-such-code",
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
        entry_id=uuid4(),
        request_id=uuid4(),
    )
    headers = {"if-match": ask.if_match} if ask.if_match else {}
    if who is not None:
        headers |= {key: value for key, value in who.bearer.items() if not ask.as_self or key == "authorization"}
    content = None if ask.body is None else msgspec.json.encode(ask.body).replace(b"{unique}", uuid4().hex.encode())
    kind = {} if content is None else {"content-type": "application/json"}
    return await client.request(ask.method, path, content=content, headers=headers | kind)
