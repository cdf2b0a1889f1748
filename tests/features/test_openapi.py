"""The API keeps what its description promises: asked by schemathesis over HTTP, with data that fits and data that does not.

Each run has its own people, because some of what is asked ends sessions, teams and connections.
"""

import asyncio
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec
import pytest
from litestar import get
from tests.support.database import TestDatabase
from tests.support.web import served, settings_for
from tests.support.world import Somebody, World, build_world, person

from wedsync.entrypoints.web import ROUTES
from wedsync.features.weddings.queries import EVENTS
from wedsync.platform.database import ById, Database
from wedsync.platform.http import OPEN, HandlerLike, Services, build_app
from wedsync.platform.rate_limits import RateLimits, Rule

# In every run a little of what comes to mind; the edges of every field, and much more, with the slow proofs.
FEW: Final = ("-n", "1", "--phases", "fuzzing")
MANY: Final = ("-n", "200")
# These end the session that asks, so they are asked by somebody who asks nothing else.
ENDS_SESSIONS: Final = (
    "DELETE /api/v1/sessions",
    "PUT /api/v1/me/password",
)
# A wedding's rules stand in no JSON schema (an address, a zone, a revision that somebody has seen), so data that fits
# the schema may still be refused in these ways. Everything else is checked as schemathesis checks it.
CONFIG: Final = """
[checks.positive_data_acceptance]
expected-statuses = ["2xx", 400, 401, 403, 404, 409, 412, 422, 423, 428]
[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 406, 409, 412, 413, 415, 422, 423, 428]
[phases.stateful]
enabled = false
[dictionaries.facts]
values = ["adults", "special_requests", "wedding_date", "music_preferences", "ceremony_time", "theme_colours"]
[dictionaries.areas]
values = ["guests", "headcounts", "budget"]
"""


class NoLimits(RateLimits):
    """Whoever asks everything asks too much."""

    async def take(self, rule: Rule, who: str, *, times: int = 1) -> None:
        """Allowed."""

    def take_read(self, who: str) -> None:
        """Allowed."""


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """A server to ask, who asks, and how much."""

    database: TestDatabase
    valkey_url: str
    folder: Path
    asker: Somebody
    options: Sequence[str]
    parameters: Mapping[str, str | dict[str, str]] = {}
    routes: Sequence[HandlerLike] = ROUTES


Places = tuple[TestDatabase, str, Path]


@pytest.fixture
def places(own_database: TestDatabase, valkey_url: str, tmp_path: Path) -> Places:
    return own_database, valkey_url, tmp_path


# The couple in every run, a supplier with the slow proofs.
@pytest.mark.parametrize("name", ["clara", pytest.param("anna", marks=pytest.mark.deep)])
async def test_the_api_answers_as_its_description_says(name: str, database: Database, places: Places) -> None:
    code, said = await _asked(await _everything(name, database, places, FEW))
    assert code == 0, said


@pytest.mark.deep
@pytest.mark.parametrize("name", ["clara", "anna"])
async def test_the_api_answers_as_its_description_says_however_often_it_is_asked(
    name: str, database: Database, places: Places
) -> None:
    code, said = await _asked(await _everything(name, database, places, MANY))
    assert code == 0, said


@pytest.mark.deep
@pytest.mark.parametrize("operation", ENDS_SESSIONS)
async def test_what_ends_a_session_answers_as_its_description_says(
    operation: str, database: Database, places: Places
) -> None:
    options = ("--include-name", operation, *FEW)
    code, said = await _asked(_run(places, await person(database, "Oli"), options))
    assert code == 0, said


async def test_an_answer_that_was_not_promised_is_found_out(database: Database, places: Places) -> None:
    @get("/api/v1/promises", opt=OPEN)
    async def promises() -> int:
        raise ZeroDivisionError

    run = _run(places, await person(database, "Oli"), ("--include-path", "/api/v1/promises", "-n", "2"))
    code, said = await _asked(msgspec.structs.replace(run, routes=(*ROUTES, promises)))
    assert code == 1, said
    assert "Server error" in said


async def _everything(name: str, database: Database, places: Places, how: Sequence[str]) -> Run:
    world = await build_world(database)
    asker = world.clara if name == "clara" else world.anna
    spared = [word for operation in ENDS_SESSIONS for word in ("--exclude-name", operation)]
    options = (*spared, *how, "--continue-on-failure")
    return msgspec.structs.replace(_run(places, asker, options), parameters=await _found_at(world, database))


async def _found_at(world: World, database: Database) -> dict[str, str | dict[str, str]]:
    """Ids of what is there, so that most requests get past "there is nothing here for you"."""
    events = await database.reader(world.clara.actor).all(EVENTS, ById(world.wedding_id))
    return {
        "path.wedding_id": str(world.wedding_id),
        "path.supplier_id": str(world.supplier_id),
        "path.event_id": str(events[1].id),
        "path.person_id": str(world.ben.person_id),
        "path.key": {"dictionary": "facts"},
        "path.area": {"dictionary": "areas"},
    }


def _toml(value: str | dict[str, str]) -> str:
    return f'"{value}"' if isinstance(value, str) else f'{{dictionary = "{value["dictionary"]}"}}'


def _run(places: Places, asker: Somebody, options: Sequence[str]) -> Run:
    database, valkey_url, folder = places
    return Run(database=database, valkey_url=valkey_url, folder=folder, asker=asker, options=options)


async def _asked(run: Run) -> tuple[int, str]:
    """The exit code of schemathesis, and what it said."""
    config = run.folder / "schemathesis.toml"
    parameters = "".join(f'"{name}" = {_toml(value)}\n' for name, value in run.parameters.items())
    signed_in = f'[auth.openapi.session]\nbearer = "{run.asker.token}"\n'
    config.write_text(f"{CONFIG}{signed_in}[parameters]\n{parameters}")
    settings = settings_for(run.database, run.valkey_url, base_url="")
    app = build_app(Services(settings, NoLimits(run.valkey_url)), run.routes)
    capacity = run.asker.supplier_id
    headers = () if capacity is None else ("-H", f"X-Wedsync-Supplier: {capacity}")
    command = ("-m", "schemathesis.cli", "--config-file", str(config), "run", "--no-color", "--seed", "1")
    async with served(app) as url:
        process = await asyncio.create_subprocess_exec(
            sys.executable, *command, "--checks", "all", "--generation-database", "none", *headers, *run.options,
            f"{url}/api/v1/openapi.json",
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, cwd=run.folder,
        )  # fmt: skip
        said, _ = await process.communicate()
    return process.returncode or 0, said.decode()
