"""The same clients by stage and by day: everybody stands where they belong, and moves with a form."""

import re
from datetime import date
from typing import Final

import msgspec
import pytest
from tests.features.visitor import Visitor
from tests.support.world import Somebody, member, owner

from wedsync.features.clients import actions
from wedsync.features.clients.model import ClientSaid, Stage
from wedsync.features.clients.months import Month, days_of, read_month
from wedsync.kernel.permissions import SupplierRole
from wedsync.kernel.problems import BadRequest
from wedsync.platform.database import Database
from wedsync.platform.http.app import WebApp

MAY: Final = date(2027, 5, 8)


@pytest.fixture
async def anna(database: Database) -> Somebody:
    return await owner(database, "Anna")


async def written(database: Database, somebody: Somebody, *said: ClientSaid) -> None:
    assert somebody.supplier_id is not None
    async with database.transaction(somebody.actor) as tx:
        for each in said:
            await actions.write_client(tx, somebody.supplier_id, each)


def columns(page: str) -> dict[str, tuple[str, list[str]]]:
    """The names in each column, and how many it says it has."""
    parts = page.split('<section class="card quiet stack" id="stage-')[1:]
    return {
        part.partition('"')[0]: (re.findall(r'<small class="num">(\d+)</small>', part)[0], re.findall(r"<b>([^<]*)</b></a><br>", part))
        for part in parts
    }  # fmt: skip


def days(page: str) -> dict[str, list[str]]:
    cells = re.findall(r'<time datetime="([^"]*)">.*?</td>', page, flags=re.DOTALL)
    parts = page.split("<time datetime=")[1:]
    found = {day: re.findall(r'<li><a href="[^"?]*">([^<]*)<', part) for day, part in zip(cells, parts, strict=True)}
    return {day: names for day, names in found.items() if names}


async def test_everybody_stands_in_their_column_and_moves_with_a_form(
    app: WebApp, database: Database, anna: Somebody
) -> None:
    many = [ClientSaid(name=f"Lead {number:02}", stage=Stage.LEAD) for number in range(22)]
    await written(database, anna, ClientSaid(name="Ann"), ClientSaid(name="Bea", stage=Stage.BOOKED), *many)
    visitor, board = Visitor(app, anna), f"/s/{anna.supplier_id}/clients/board"
    page = await visitor.look(board)
    assert [name for name, _ in columns(page).items()] == ["none", *(stage.value for stage in Stage)]
    assert columns(page)["none"] == ("1", ["Ann"])
    assert columns(page)["lead"] == ("22", [f"Lead {number:02}" for number in range(20)])
    more = re.search(r'href="([^"]*)">More', page)
    assert more is not None
    assert re.findall(r"<b>(Lead \d+)</b>", await visitor.look(more[1])) == ["Lead 20", "Lead 21"]
    bea = re.search(r'id="c-([0-9a-f-]*)">\s*<p><a[^>]*><b>Bea<', page)
    assert bea is not None
    moving = f"/s/{anna.supplier_id}/clients/{bea[1]}/stage"
    moved = await visitor.send(moving, stage="completed")
    assert moved.headers["location"] == f"{board}?told=moved#c-{bea[1]}"
    assert columns(await visitor.look(board))["completed"] == ("1", ["Bea"])
    await visitor.send(moving, stage="none")
    assert columns(await visitor.look(board))["none"] == ("2", ["Ann", "Bea"])
    assert (await visitor.send(moving, stage="engaged")).status_code == 422
    assert await visitor.statements(board) == 2
    part = await visitor.get(board, part=True)
    assert columns(part.text)["none"] == ("2", ["Ann", "Bea"])
    assert "<html" not in part.text
    vera = await member(database, anna, "Vera", SupplierRole.VIEWER)
    looked = await Visitor(app, vera).look(board)
    assert columns(looked)["none"] == ("2", ["Ann", "Bea"])
    assert "/stage" not in looked


async def test_a_month_shows_each_day_with_its_clients_and_leads_to_the_rest(
    app: WebApp, database: Database, anna: Somebody
) -> None:
    many = [ClientSaid(name=f"Fox {number}", event_date=MAY) for number in range(7)]
    edges = [("Apr", "2027-04-26"), ("Late", "2027-06-06"), ("Past", "2027-06-07"), ("Last", "2027-05-31")]
    said = [msgspec.convert({"name": name, "event_date": day}, ClientSaid) for name, day in edges]
    await written(database, anna, *many, *said, ClientSaid(name="Undated"))
    visitor, calendar = Visitor(app, anna), f"/s/{anna.supplier_id}/clients/calendar"
    page = await visitor.look(f"{calendar}?month=2027-05")
    assert days(page) == {
        "2027-04-26": ["Apr"],
        "2027-05-08": [f"Fox {number}" for number in range(5)],
        "2027-05-31": ["Last"],
        "2027-06-06": ["Late"],
    }
    more = re.search(r'href="([^"]*)">2 more', page)
    assert more is not None
    assert re.findall(r"<b>(Fox \d)</b>", await visitor.look(more[1])) == [f"Fox {number}" for number in range(7)]
    ways = re.findall(r'href="[^"]*calendar\?month=([0-9-]*)"', page)
    assert ways == ["2027-04", "2027-06"]
    assert "Nobody has a date in July 2028." in await visitor.look(f"{calendar}?month=2028-07")
    await visitor.look(f"{calendar}?month=2027-13", 400)
    assert await visitor.statements(calendar) == 2


@pytest.mark.parametrize(
    ("text", "first", "last", "count"),
    [
        ("2027-05", "2027-04-26", "2027-06-06", 42),
        ("2027-02", "2027-02-01", "2027-02-28", 28),
        ("2028-02", "2028-01-31", "2028-03-05", 35),
        ("2026-12", "2026-11-30", "2027-01-03", 35),
    ],
)
def test_a_month_is_whole_weeks_from_monday(text: str, first: str, last: str, count: int) -> None:
    found = days_of(read_month(text))
    assert (found[0].isoformat(), found[-1].isoformat(), len(found)) == (first, last, count)


def test_months_end_where_days_do() -> None:
    assert Month(year=2026, month=12).moved(1) == Month(year=2027, month=1)
    assert Month(year=2027, month=1).moved(-1) == Month(year=2026, month=12)
    assert Month(year=1900, month=1).moved(-1) is None
    assert Month(year=2199, month=12).moved(1) is None
    for wrong in ("2027-00", "2027-5", "1899-12", "May", "２０２７-05"):
        with pytest.raises(BadRequest):
            read_month(wrong)
