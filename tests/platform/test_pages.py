"""A page shows what its struct names, in a form that every reader and every rule allows."""

import gzip
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from jinja2 import meta, nodes
from jinja2.exceptions import UndefinedError
from litestar import Litestar
from litestar.testing import TestClient
from tests.support.previews import PREVIEWS

from wedsync.operations.report.views import ReportPage
from wedsync.platform import formats
from wedsync.platform.assets import FOLDER, asset, assets, send_asset
from wedsync.platform.drawing import environment, template_folders
from wedsync.platform.pages import Page, View, render

FIRST_PAGE_LIMIT_BYTES = 60 * 1024
SHELLS = {"platform/shell.html", "platform/base.html", "platform/_shield.html"}
# Macros only: they are handed what they draw.
TOOLBOXES = {
    "platform/_parts.html",
    "amendments/_effects.html",
    "clients/_parts.html",
    "connections/_parts.html",
    "clients/_beside.html",
}


def every_view(base: type[View] = View) -> list[type[View]]:
    found = [view for view in base.__subclasses__() if hasattr(view, "template")]
    return found + [deeper for view in base.__subclasses__() for deeper in every_view(view)]


def asked_for(template: str) -> set[str]:
    loader = environment().loader
    assert loader
    source, _, _ = loader.get_source(environment(), template)
    tree = environment().parse(source)
    names = meta.find_undeclared_variables(tree) - set(environment().globals)
    # A block sees what its file imports, which the finder does not know.
    for imported in tree.find_all(nodes.FromImport):
        names -= {name if isinstance(name, str) else name[1] for name in imported.names}
    for include in tree.find_all(nodes.Include):
        assert isinstance(include.template, nodes.Const)
        names |= asked_for(str(include.template.value))
    return names


@pytest.mark.parametrize("view", every_view(), ids=lambda view: view.template)
def test_a_template_asks_for_exactly_what_its_view_shows(view: type[View]) -> None:
    shown = set(view.__struct_fields__)
    around = {"shell"} if issubclass(view, Page) else set[str]()
    kept_for_the_stream = {"wedding_id", "fragment_url"}
    asked = asked_for(view.template)
    assert asked <= shown | around
    assert shown - around - kept_for_the_stream <= asked


def test_a_misspelt_name_fails_instead_of_showing_nothing() -> None:
    template = environment().from_string("{{ weding }}")
    with pytest.raises(UndefinedError):
        template.render({"wedding": "Clara & Dan"})


def test_every_template_is_drawn_by_a_view() -> None:
    files = {f"{prefix}/{path.name}" for prefix, folder in template_folders().items() for path in folder.glob("*.html")}
    assert files == {view.template for view in every_view()} | SHELLS | TOOLBOXES


# Printed by a command and kept as a file: no server sends it, so no policy of ours is around it.
FILES = {ReportPage.template}


def test_every_view_has_a_preview() -> None:
    assert {type(build()).template for build in PREVIEWS.values()} == {view.template for view in every_view()} - FILES


@pytest.mark.parametrize("name", PREVIEWS)
def test_a_page_carries_nothing_that_its_policy_forbids(name: str) -> None:
    html = render(PREVIEWS[name]())
    assert not re.search(r"\sstyle\s*=", html)
    assert not re.search(r"\son[a-z]+\s*=", html)
    assert not re.search(r"<script(?![^>]* src=)", html)
    assert "<style" not in html
    assert "javascript:" not in html
    assert "http://" not in html.replace("http://www.w3.org", "")


@pytest.mark.parametrize("name", PREVIEWS)
def test_an_id_stands_once_on_a_page_and_every_label_finds_its_box(name: str) -> None:
    html = render(PREVIEWS[name]())
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'<label for="([^"]+)"', html)) <= set(ids)
    for names in re.findall(r'aria-(?:labelledby|describedby)="([^"]+)"', html):
        assert set(names.split()) <= set(ids)


@pytest.mark.parametrize("name", PREVIEWS)
def test_every_form_that_writes_carries_the_token(name: str) -> None:
    html = render(PREVIEWS[name]())
    forms = re.findall(r"<form\b[^>]*method=\"post\".*?</form>", html, flags=re.DOTALL)
    assert all('name="csrf_token" value="5b1f"' in form for form in forms)
    assert all(re.search(r"<button\b", form) for form in forms)


def test_what_people_write_is_shown_and_never_run() -> None:
    problem = PREVIEWS["problem_404"]()
    told = type(problem)(
        **{name: getattr(problem, name) for name in problem.__struct_fields__} | {"detail": "<script>alert(1)</script>"}
    )
    assert "&lt;script&gt;alert(1)" in render(told)
    assert "<script>alert" not in render(told)


def test_the_first_page_is_light() -> None:
    held = assets().files
    html = render(PREVIEWS["landing"]())
    modules = [name for name in held if name.startswith("js/")]
    parts = ["wedsync.css", "icons.svg", "favicon.svg", "vendor/htmx.min.js", *modules]
    sent = sum(len(held[name].squeezed or held[name].content) for name in parts)
    assert sent + len(gzip.compress(html.encode())) <= FIRST_PAGE_LIMIT_BYTES


@pytest.mark.parametrize("path", sorted(FOLDER.glob("js/*.js")), ids=lambda path: path.name)
def test_a_module_fits_on_a_screen(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 60


def test_an_asset_is_kept_for_ever_under_its_release_and_never_under_another() -> None:
    with TestClient(Litestar([send_asset])) as client:
        current = client.get(asset("wedsync.css"))
        past = client.get("/static/0123456789ab/wedsync.css")
    assert "immutable" in current.headers["cache-control"]
    assert current.headers["content-encoding"] == "gzip"
    assert past.headers["cache-control"] == "no-cache"
    assert current.text == past.text == (FOLDER / "wedsync.css").read_text()


def test_an_asset_that_is_not_there_is_a_404_and_never_a_file_outside() -> None:
    with TestClient(Litestar([send_asset])) as client:
        assert client.get("/static/x/nothing.css").status_code == 404
        assert client.get("/static/x/%2e%2e/platform/pages.py").status_code == 404


def test_a_font_is_sent_as_it_is() -> None:
    with TestClient(Litestar([send_asset])) as client:
        font = client.get(asset("fonts/inter-latin-wght-normal.woff2"))
    assert "content-encoding" not in font.headers
    assert font.content[:4] == b"wOF2"


NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=9), "9 min ago"),
        (timedelta(hours=3), "3 h ago"),
        (timedelta(days=1), "yesterday"),
        (timedelta(days=6), "6 days ago"),
        (timedelta(days=30), "Fri 23 Oct 2026"),
        (timedelta(hours=-1), "just now"),
    ],
)
def test_when_something_happened_is_said_in_words(before: timedelta, words: str) -> None:
    assert formats.ago(NOON - before, NOON, "Europe/London") == words


def test_a_time_says_whose_clock_it_is_on() -> None:
    assert formats.clock(NOON, "Europe/London") == "12:00 GMT"
    assert formats.clock(NOON, "Asia/Dubai") == "16:00 Dubai time"
    assert formats.moment(NOON, "Pacific/Auckland") == "Mon 23 Nov 2026, 01:00 NZDT"


def test_numbers_and_days_are_written_one_way() -> None:
    assert formats.number(12345) == "12,345"
    assert formats.plural(1, "guest", "guests") == "1 guest"
    assert formats.plural(0, "guest", "guests") == "0 guests"
    assert [formats.relative_days(days) for days in (-2, -1, 0, 1, 400)] == [
        "2 days ago",
        "yesterday",
        "today",
        "tomorrow",
        "in 400 days",
    ]
    assert formats.long_date("2026-11-28") == "Saturday 28 November 2026"
    assert [formats.initials(name) for name in ("Alder & Lane", "Rosa", "42")] == ["AL", "R", "?"]
