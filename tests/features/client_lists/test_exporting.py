"""What a business takes along comes in again as it went out, in every form."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import httpx
import pytest
from tests.features.client_lists.bringing import Bringer, bringer
from tests.support.database import TestDatabase
from tests.support.web import client_of
from tests.support.world import member, owner

from wedsync.features.client_lists.exporting import ExportKind
from wedsync.features.client_lists.files import read_file
from wedsync.features.clients import actions
from wedsync.features.clients.model import ClientSaid, Stage
from wedsync.features.clients.note_actions import write_note
from wedsync.features.clients.note_model import NoteKind, NoteSaid
from wedsync.kernel.permissions import SupplierRole
from wedsync.kernel.reading.numbers import Currency
from wedsync.platform.database import Database
from wedsync.platform.http.app import WebApp

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture
async def anna(database: Database, own_database: TestDatabase, tmp_path: Path) -> AsyncIterator[Bringer]:
    async with bringer(database, own_database, tmp_path, await owner(database, "Anna")) as found:
        yield found


@pytest.fixture
async def bea(database: Database, own_database: TestDatabase, tmp_path: Path) -> AsyncIterator[Bringer]:
    """Another business, which has nothing yet."""
    async with bringer(database, own_database, tmp_path, await owner(database, "Bea")) as found:
        yield found


async def exported(app: WebApp, whose: Bringer, kind: ExportKind) -> bytes:
    async with client_of(app) as program:
        answer = await program.get(
            f"/api/v1/suppliers/{whose.supplier}/client-export/{kind.value}", headers=whose.who.bearer
        )
    assert answer.status_code == 200, answer.text
    return answer.content


async def written_by_hand(anna: Bringer, database: Database) -> None:
    """What no list of the wild has: parts of a name by hand, formulas, notes of every kind, titles with marks."""
    said = ClientSaid(
        name="The Lees of Bath",
        first_name="Mary Ann",
        last_name="Lee",
        partner_first_name="Null",
        partner_last_name="O’Brien",
        email="Ann@example.org",
        phone="+447700900123",
        event_date=date(2027, 5, 8),
        venue='Mill; "old", \\ new\nBath',
        guests=80,
        total_pence=180_000,
        total_currency=Currency.EUR,
        stage=Stage.BOOKED,
        tags=("VIP", "spring"),
        others=(
            ('Rabbit, "^white"', "=2+2"),
            ("Second venue", "a\u2028b"),
            ("Notes", "no note"),
            ("What to do", "nothing"),
            ("Rank", "'=1"),
            ("Rank", "+1"),
        ),
    )
    async with database.transaction(anna.who.actor) as tx:
        client = await actions.write_client(tx, anna.supplier, said)
        for kind in NoteKind:
            for number in (1, 2):
                day = date(2027, 1, 30) if kind is NoteKind.REMINDER else None
                note = NoteSaid(kind=kind, body=f"{kind.value} {number}\nsecond line", remind_on=day)
                await write_note(tx, anna.supplier, client.id, note)
        await actions.write_client(tx, anna.supplier, ClientSaid(name="שרה כהן"))


@pytest.mark.parametrize("kind", ExportKind)
async def test_what_goes_out_comes_in_and_goes_out_again_the_same(
    app: WebApp, database: Database, anna: Bringer, bea: Bringer, kind: ExportKind
) -> None:
    await written_by_hand(anna, database)
    raw = (DATA / "clients-messy.csv").read_bytes().split(b"\n")
    await anna.save((await anna.bring(b"\n".join(raw[:150]))).id)
    first = await exported(app, anna, kind)
    found = await bea.bring(first)
    assert (found.refused, found.merged) == (0, 0)
    await bea.save(found.id)
    second = await exported(app, bea, kind)
    assert read_file(second) == read_file(first)
    if kind is not ExportKind.XLSX:  # a workbook says when it was written
        assert second == first
    theirs, ours = await bea.clients(), await anna.clients()
    [kept] = [each.others for each in theirs if each.name == "The Lees of Bath"]
    assert kept[1:] == (
        ("Second venue", "a\u2028b"), ("Notes", "no note"), ("What to do", "nothing"), ("Rank", "'=1"), ("Rank (2)", "+1"),
    )  # fmt: skip
    assert [(each.name, each.first_name, each.email, each.event_date, each.total_pence) for each in theirs] == [
        (each.name, each.first_name, each.email, each.event_date, each.total_pence) for each in ours
    ]
    assert [{question.target for question in each.questions} - {""} for each in theirs] == [
        {question.target for question in each.questions} - {""} for each in ours
    ]


async def test_a_private_note_goes_out_with_its_author_only_and_strangers_take_nothing(
    app: WebApp, database: Database, anna: Bringer, bea: Bringer
) -> None:
    await written_by_hand(anna, database)
    assert b"private 1" in await exported(app, anna, ExportKind.CSV)
    mia = await member(database, anna.who, "Mia", SupplierRole.MANAGER)
    async with client_of(app) as program:
        path = f"/api/v1/suppliers/{anna.supplier}/client-export/csv"
        hers: httpx.Response = await program.get(path, headers=mia.bearer)
        assert b"team 1" in hers.content
        assert b"private" not in hers.content
        assert (await program.get(path, headers=bea.who.bearer)).status_code == 404


async def test_nothing_runs_in_what_goes_out(app: WebApp, database: Database, anna: Bringer) -> None:
    await written_by_hand(anna, database)
    assert b",''=1,'+1\r\n" in await exported(app, anna, ExportKind.CSV)
    [row, *_] = read_file(await exported(app, anna, ExportKind.XLSX)).rows
    assert row[-2:] == ("'=1", "+1")
