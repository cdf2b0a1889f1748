"""A list is brought on pages without JavaScript, and over REST: sent, looked at, put right, saved, undone."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import TypeAlias
from uuid import UUID

import httpx
import pytest
from tests.features.client_lists.bringing import Bringer, bringer
from tests.features.client_lists.test_bringing import SMALL
from tests.features.visitor import Visitor
from tests.support.database import TestDatabase
from tests.support.web import BASE_URL, client_of
from tests.support.world import member, owner

from wedsync.features.client_lists import queries as q
from wedsync.features.client_lists.saving import ForSaving, save_import
from wedsync.kernel.ids import ImportId
from wedsync.kernel.permissions import SupplierRole
from wedsync.platform.database import Database
from wedsync.platform.http.app import WebApp

Part: TypeAlias = tuple[str | None, bytes | str] | tuple[str | None, bytes | str, str | None]


@pytest.fixture
async def anna(database: Database, own_database: TestDatabase, tmp_path: Path) -> AsyncIterator[Bringer]:
    async with bringer(database, own_database, tmp_path, await owner(database, "Anna")) as found:
        yield found


class Sender(Visitor):
    """A browser that sends files, and forms whose boxes are numbered."""

    async def send_boxes(self, path: str, boxes: Mapping[str, str]) -> httpx.Response:
        headers = {"origin": BASE_URL, "sec-fetch-site": "same-origin"}
        return await self.client.post(path, data={"csrf_token": self.token, **boxes}, headers=headers)

    async def send_file(self, path: str, content: bytes, *, name: str = "list.csv", pasted: str = "") -> httpx.Response:
        await self.get(path)
        headers = {"origin": BASE_URL, "sec-fetch-site": "same-origin"}
        file = (name if content else "", content, "application/octet-stream")
        files: list[tuple[str, Part]] = [("csrf_token", (None, self.token)), ("pasted", (None, pasted)), ("file", file)]
        return await self.client.post(path, files=files, headers=headers)


async def read(anna: Bringer, place: str) -> q.Import:
    """The worker, which reads what was brought last."""
    return await anna.read(await anna.look(place_id(place)))


def place_id(place: str) -> ImportId:
    return ImportId(UUID(place.rpartition("/")[2]))


async def test_a_list_goes_from_a_file_to_clients_and_back(app: WebApp, anna: Bringer) -> None:
    visitor, place = Sender(app, anna.who), f"/s/{anna.supplier}/clients/imports"
    assert "No list yet" in await visitor.look(place)
    sent = await visitor.send_file(place, SMALL, name="Brides & grooms.csv")
    assert sent.status_code == 303, sent.text
    one = sent.headers["location"]
    page = await visitor.look(one)
    assert "We are reading 4 rows" in page
    assert "Save" not in page
    await read(anna, one)
    page = await visitor.look(one)
    assert "4 rows: 1 as they are, 1 with questions, 1 merged, 1 left out" in page
    assert re.search(r"Cy Fox.*Guests “80-100”", page, re.DOTALL)
    assert "Brides & grooms.csv" in await visitor.look(place)
    fixed = await visitor.send_boxes(
        f"{one}/rows/5", {"cell-0": "Dora Day", "cell-1": "d@example.org", "cell-6": "hers", "cell-3": "9"}
    )
    assert fixed.status_code == 303
    await read(anna, one)
    page = await visitor.look(f"{one}?fate=imported")
    assert "Dora Day" in page
    assert "2 as they are" in page
    assert (await visitor.send(f"{one}/saving")).status_code == 303
    assert "0 of 4 rows are saved" in await visitor.look(one)
    job = ForSaving(supplier_id=anna.supplier, import_id=place_id(one))
    await save_import(anna.workshop, anna.who.actor, job)
    assert "See your clients" in await visitor.look(one)
    assert [each.name for each in await anna.clients()] == ["Ann & Bea Lee", "Cy Fox", "Dora Day"]
    assert (await visitor.send(f"{one}/undoing")).status_code == 303
    assert await anna.clients() == []
    back = re.search(r'action="(/s/[^"]+/restoration[^"]*)"', await visitor.look(one))
    assert back is not None
    assert (await visitor.send(back[1])).status_code == 303
    assert len(await anna.clients()) == 3


async def test_columns_are_chosen_on_the_page_and_two_cannot_be_one_thing(app: WebApp, anna: Bringer) -> None:
    visitor, place = Sender(app, anna.who), f"/s/{anna.supplier}/clients/imports"
    one = (await visitor.send_file(place, b"", pasted="Name\tWhere\nAnn Lee\tMill\n")).headers["location"]
    await read(anna, one)
    await visitor.look(one)
    twice = await visitor.send_boxes(f"{one}/columns", {"column-0": "names", "column-1": "names"})
    assert twice.status_code == 422
    assert "Two columns cannot both be" in twice.text
    assert (await visitor.send_boxes(f"{one}/columns", {"column-0": "names", "column-1": "venue"})).status_code == 303
    assert (await read(anna, one)).mapping == {"names": 0, "venue": 1}


async def test_rows_that_need_somebody_go_out_as_a_file_that_runs_nothing_and_come_in_again(
    app: WebApp, anna: Bringer
) -> None:
    visitor, place = Sender(app, anna.who), f"/s/{anna.supplier}/clients/imports"
    raw = b"Name,Phone,Notes\n,+44 7700 900123,\"=cmd|' /C calc'!A0\"\n"
    one = (await visitor.send_file(place, raw)).headers["location"]
    await read(anna, one)
    file = (await visitor.get(f"{one}/rows.csv")).content
    assert file.startswith(b"\xef\xbb\xbfName,Phone,Notes,What to do (WedSync)\r\n")
    assert b",'+44 7700 900123,'=cmd|' /C calc'!A0,\"This row has no name." in file
    again = await anna.bring(file.replace(b"\r\n,", b"\r\nAnn Lee,"))
    await anna.save(again.id)
    [ann] = await anna.clients()
    assert (ann.phone, ann.others) == ("+447700900123", ())
    assert [each.verbatim for each in ann.questions] == ["=cmd|' /C calc'!A0"]


@pytest.mark.parametrize(
    ("content", "status", "told"),
    [
        (b"", 422, "Choose a file, or paste the cells"),
        (b"%PDF-1.7", 415, "This is a PDF, not a list"),
        (b"Name\nAnn\0Lee\n", 415, ""),
        (b"x" * 10_500_000, 413, "we read up to 10 MB"),
        (b"x" * 12_000_000, 413, ""),
        (b"Name,Date\n" + b"Ann Lee,1\n" * 20_001, 413, "20,000"),
        (b"Name," + b"a," * 10_000 + b"\nAnn\n", 413, "up to 100"),
    ],
)
async def test_what_is_no_list_is_refused_in_a_sentence_and_nothing_is_kept(
    app: WebApp, anna: Bringer, content: bytes, status: int, told: str
) -> None:
    visitor, place = Sender(app, anna.who), f"/s/{anna.supplier}/clients/imports"
    answer = await visitor.send_file(place, content)
    assert answer.status_code == status
    assert told in answer.text
    assert "No list yet" in await visitor.look(place)
    async with client_of(app) as program:
        sent = await program.post(
            f"/api/v1/suppliers/{anna.supplier}/client-imports", content=content, headers=anna.who.bearer
        )
    assert sent.status_code == status
    assert sent.headers["content-type"].startswith("application/problem+json")


async def test_a_form_with_a_file_needs_the_token_of_its_page_and_a_stranger_may_not_send_much(
    app: WebApp, anna: Bringer, database: Database
) -> None:
    visitor, place = Sender(app, anna.who), f"/s/{anna.supplier}/clients/imports"
    await visitor.look(place)
    headers = {"origin": BASE_URL, "sec-fetch-site": "same-origin"}
    forged: list[tuple[str, Part]] = [("csrf_token", (None, "guessed")), ("file", ("list.csv", SMALL, "text/csv"))]
    assert (await visitor.client.post(place, files=forged, headers=headers)).status_code == 403
    broken = {"content-type": "multipart/form-data; boundary=x", **headers}
    assert (await visitor.client.post(place, content=b"--x\r\nno", headers=broken)).status_code in {400, 403}
    vera = await member(database, anna.who, "Vera", SupplierRole.VIEWER)
    looking = Sender(app, vera)
    assert "You can look" in await looking.look(place)
    async with client_of(app) as stranger:
        api = f"/api/v1/suppliers/{anna.supplier}/client-imports"
        assert (await stranger.post(api, content=b"x" * 2_000_000)).status_code in {401, 413}


async def test_over_rest_a_list_is_brought_looked_at_and_saved(app: WebApp, anna: Bringer) -> None:
    api = f"/api/v1/suppliers/{anna.supplier}/client-imports"
    async with client_of(app) as program:
        program.headers.update(anna.who.bearer)
        brought = await program.post(api, params={"name": "list.csv"}, content=SMALL)
        assert (brought.status_code, brought.json()["state"]) == (201, "reading")
        one = f"{api}/{brought.json()['id']}"
        await read(anna, one)
        found = (await program.get(one)).json()
        fates = ("imported", "merged", "flagged", "refused")
        assert sum(found[fate] for fate in fates) == found["rows_total"] == 4
        rows = {fate: (await program.get(f"{one}/rows", params={"fate": fate})).json()["items"] for fate in fates}
        assert [rows[fate][0]["row_number"] for fate in fates] == [2, 4, 3, 5]
        assert (await program.patch(one, json={"mapping": {"names": 3}})).json()["turn"] == 2
        assert (await program.post(f"{one}/saving")).status_code == 409
        await read(anna, one)
        assert (await program.patch(f"{one}/rows/3", json={"is_left_out": True})).json()["turn"] == 3
        assert (await program.patch(f"{one}/rows/99", json={})).status_code == 404
        await read(anna, one)
        assert (await program.post(f"{one}/saving")).json()["state"] == "saving"
        assert (await program.patch(one, json={"mapping": {"names": 0}})).status_code == 409
        assert [each["id"] for each in (await program.get(api)).json()["items"]] == [brought.json()["id"]]
        assert (await program.get(f"{one}/errors.csv")).status_code == 200


async def test_a_page_of_a_list_costs_three_statements(app: WebApp, anna: Bringer) -> None:
    visitor, place = Sender(app, anna.who), f"/s/{anna.supplier}/clients/imports"
    found = await anna.bring(SMALL)
    assert await visitor.statements(place) == 2
    assert await visitor.statements(f"{place}/{found.id}") == 3


async def test_one_file_a_person_is_on_its_way_at_a_time(app: WebApp, anna: Bringer) -> None:
    arrived, go_on = asyncio.Event(), asyncio.Event()

    async def slowly() -> AsyncIterator[bytes]:
        yield SMALL[:50]
        arrived.set()
        await go_on.wait()
        yield SMALL[50:]

    api = f"/api/v1/suppliers/{anna.supplier}/client-imports"
    async with client_of(app) as program:
        program.headers.update(anna.who.bearer)
        first = asyncio.create_task(program.post(api, content=slowly()))
        await arrived.wait()
        assert (await program.post(api, content=SMALL)).status_code == 503
        go_on.set()
        assert (await first).status_code == 201
        assert (await program.post(api, content=SMALL)).status_code == 201
