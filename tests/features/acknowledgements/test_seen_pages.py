"""The couple looks who works from what; a supplier finds what changed, and says that it has seen it."""

import re

import pytest
from tests.features.acknowledgements.scene import There, there
from tests.features.visitor import Visitor
from tests.support.world import connect, wedding

from wedsync.platform.database import Database
from wedsync.platform.http.app import WebApp

TOKEN = re.compile(r'name="seen" value="([^"]*)"')


@pytest.fixture
async def at(database: Database) -> There:
    return await there(database)


async def test_a_supplier_sees_what_has_changed_and_the_button_puts_it_on_record(at: There, app: WebApp) -> None:
    ben, clara = Visitor(app, at.ben), Visitor(app, at.clara)
    page, today = f"/s/{at.annas}/weddings/{at.id}", f"/s/{at.annas}/today"
    first = await ben.look(page)
    assert "New to your team" in first  # all that stood when they came, and nothing that changed
    assert "you have not seen" not in await ben.look(today)
    await ben.look(page)
    (shown,) = TOKEN.findall(first)
    assert (await ben.send(f"{page}/seen", seen=shown)).headers["location"].endswith(f"{page}?told=seen")
    assert "data-seen=" not in await ben.look(page)
    await at.say(at.clara, "ceremony_time", "13:30")
    assert "1 change you have not seen" in await ben.look(today)
    changed = await ben.look(page)
    assert "Changed since your team last looked" in changed
    assert "<s>13:00</s>" in changed
    couple = await clara.look(f"/w/{at.id}/seen")
    assert "1 supplier has not seen 1 change yet." in couple
    assert "Still has 13:00" in couple
    assert "1 change not seen" in await clara.look(f"/w/{at.id}/suppliers")
    changes = await ben.look(f"/s/{at.annas}/changes")
    assert "<s>13:00</s>" in changes
    (shown,) = TOKEN.findall(changes)
    answer = await ben.send(f"{page}/seen", seen=shown, page="changes")
    assert answer.headers["location"].endswith(f"/s/{at.annas}/changes?told=seen")
    assert "You are up to date" in await ben.look(f"/s/{at.annas}/changes")
    assert "Everybody has seen what has changed." in await clara.look(f"/w/{at.id}/seen")


async def test_the_couple_may_look_by_detail_and_at_everything(at: There, app: WebApp) -> None:
    clara = Visitor(app, at.clara)
    await at.say(at.clara, "adults", 90)
    waiting = await clara.look(f"/w/{at.id}/seen?by=fact")
    assert "Adults: 90" in waiting
    assert "Carl&#39;s" in waiting or "Carl's" in waiting
    assert "Anna's" not in waiting  # a photographer reads no part of the count
    whole = await clara.look(f"/w/{at.id}/seen?by=supplier&show=all")
    assert "not looked at yet" in whole
    assert "Anna's" in whole
    assert await clara.statements(f"/w/{at.id}/seen?show=all") == 2


async def test_a_detail_says_how_many_have_not_seen_it_and_leads_there_until_they_have(at: There, app: WebApp) -> None:
    details, clara, ben = f"/w/{at.id}/details", Visitor(app, at.clara), Visitor(app, at.ben)
    assert "not seen this yet" not in await clara.look(details)  # all of it stood when they came
    await at.say(at.clara, "partner1_first_name", "Klara")
    await at.say(at.clara, "adults", 90)
    page = await clara.look(details)
    told = re.findall(r'href="([^"]*)">(\d suppliers? ha(?:s|ve)) not seen this yet', page)
    assert [said for _, said in told] == ["2 suppliers have", "1 supplier has"]  # a photographer reads no count
    for url, _ in told:
        where, _, anchor = url.partition("#")
        assert f'id="{anchor}"' in await clara.look(where)
    assert "1 supplier has not seen this yet" in (await clara.get(f"{details}/adults", part=True)).text
    assert "not seen this yet" in await Visitor(app, at.cora).look(details)
    page = f"/s/{at.annas}/weddings/{at.id}"
    theirs = await ben.look(page)
    assert "not seen this yet" not in theirs
    (shown,) = TOKEN.findall(theirs)
    await ben.send(f"{page}/seen", seen=shown)
    assert (await clara.look(details)).count("1 supplier has not seen this yet") == 2
    assert await clara.statements(details) == 2


async def test_reading_a_page_or_its_part_says_nothing(at: There, app: WebApp) -> None:
    ben = Visitor(app, at.ben)
    page = f"/s/{at.annas}/weddings/{at.id}"
    for address in (page, f"/s/{at.annas}/changes", f"/s/{at.annas}/today"):
        await ben.get(address)
        await ben.get(address, part=True)
    assert "New to your team" in await ben.look(page)


async def test_a_list_over_all_weddings_goes_on_where_it_ended(at: There, app: WebApp, database: Database) -> None:
    ben = Visitor(app, at.ben)
    for number in range(13):
        other = await wedding(database, at.clara)
        await connect(database, at.clara, other, at.anna)
        for key in ("partner1_last_name", "partner2_last_name"):
            await _rename(at, other, key, f"Name {number}")
    first = await ben.look(f"/s/{at.annas}/changes")
    assert first.count("data-seen=") == 25
    (more,) = re.findall(r'href="([^"]*after=[^"]*)"', first)
    assert (await ben.look(more)).count("data-seen=") == 1
    assert await ben.statements(f"/s/{at.annas}/changes") == 3


@pytest.mark.parametrize(
    "seen", ["", "nonsense", "a:b", "00000000-0000-0000-0000-000000000000:date:x", "not-an-id:date:1"]
)
async def test_what_no_page_of_ours_sends_is_refused(at: There, app: WebApp, seen: str) -> None:
    ben = Visitor(app, at.ben)
    page = f"/s/{at.annas}/weddings/{at.id}"
    await ben.look(page)
    assert (await ben.send(f"{page}/seen", seen=seen)).status_code == 422
    assert (await ben.get(f"/s/{at.annas}/changes?after=nonsense")).status_code == 400


async def _rename(at: There, other: object, key: str, value: str) -> None:
    renamed = There(**{name: getattr(at, name) for name in at.__struct_fields__} | {"id": other})
    await renamed.say(at.clara, key, value)
