"""The gates that look at pages in a real browser, in front of a house of their own with the demo world inside."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx
import msgspec
from tests.support.servers import RunningHouse, running_house

from gates.outcome import PASSED, ROOT, Outcome, asked, did_not_run, failed, shown
from wedsync.entrypoints.demo.world import PASSWORD
from wedsync.platform.http.answers import PLAIN_COOKIE

CHROMIUM: Final = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), "")
FOLDER: Final = ROOT / "gates/lighthouse"
FLAGS: Final = "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
# A telephone on a slow network, as Lighthouse simulates it. What it thinks of us, of 100, and what it measures.
BUDGET: Final[Mapping[str, int]] = {"performance": 90, "accessibility": 100, "best-practices": 95}
LARGEST_PAINT_MS: Final = 2500
HEAVIEST_BYTES: Final = 300_000
STRANGER: Final = ("/", "/sign-in", "/sign-up")
COUPLE: Final = ("home", "details")


class Category(msgspec.Struct, frozen=True):
    """What Lighthouse thinks of one side of a page, from 0 to 1; None where it could not tell."""

    score: float | None


class Measure(msgspec.Struct, frozen=True, rename="camel"):
    """One figure, where it is one."""

    numeric_value: float | None = None


class Report(msgspec.Struct, frozen=True):
    """What Lighthouse says as JSON."""

    categories: Mapping[str, Category]
    audits: Mapping[str, Measure]


class SignIn(msgspec.Struct, frozen=True):
    """Who asks for a session."""

    email: str
    password: str


class Session(msgspec.Struct, frozen=True):
    """What signing in is answered with."""

    token: str


class Membership(msgspec.Struct, frozen=True):
    """A wedding of somebody's."""

    wedding_id: str


class Me(msgspec.Struct, frozen=True):
    """Who is signed in."""

    weddings: tuple[Membership, ...]


def axe() -> Outcome:
    """Every page, at both widths, by who may see it (tests/stories/test_every_page.py)."""
    if not CHROMIUM:
        return did_not_run("no Chromium on this machine")
    return shown(sys.executable, "-m", "pytest", "-q", "tests/stories/test_every_page.py")


def lighthouse() -> Outcome:
    """The pages that people meet first, and the couple's own, within their budgets."""
    if not CHROMIUM:
        return did_not_run("no Chromium on this machine")
    if why := _install():
        return did_not_run(why)
    over: list[str] = []
    with _house() as house:
        client = httpx.Client(base_url=f"http://127.0.0.1:{house.port}", timeout=30)
        cookie, couples = _signed_in(client)
        for path, header in (*((each, "") for each in STRANGER), *((each, cookie) for each in couples)):
            said = _looked(f"http://127.0.0.1:{house.port}{path}", header)
            if said is None:
                return did_not_run(f"Lighthouse could not look at {path}")
            print(f"{_kind(path):<10} {line(said)}", flush=True)
            over += [f"{_kind(path)}: {each}" for each in over_budget(said)]
    return failed("; ".join(over)) if over else PASSED


def over_budget(report: Report) -> list[str]:
    """Each figure that misses its budget; one that is missing misses it."""
    found: list[str] = []
    for name, least in BUDGET.items():
        score = report.categories[name].score if name in report.categories else None
        if score is None or round(score * 100) < least:
            found.append(f"{name} {'unknown' if score is None else round(score * 100)}, {least} at least")
    limits = {"largest-contentful-paint": LARGEST_PAINT_MS, "total-byte-weight": HEAVIEST_BYTES}
    for name, most in limits.items():
        value = _figure(report, name)
        if value is None or value > most:
            found.append(f"{name} {'unknown' if value is None else round(value)}, {most} at most")
    return found


def line(report: Report) -> str:
    """What it measured, on one line."""
    scores = (f"{name} {round((each.score or 0) * 100)}" for name, each in report.categories.items())
    paint, weight = _figure(report, "largest-contentful-paint"), _figure(report, "total-byte-weight")
    return f"{', '.join(scores)}, painted after {paint or 0:.0f} ms, {(weight or 0) / 1000:.0f} KB"


def _figure(report: Report, name: str) -> float | None:
    return report.audits[name].numeric_value if name in report.audits else None


def _kind(path: str) -> str:
    return path.rpartition("/")[2] or "landing"


def _install() -> str:
    """Lighthouse from the npm registry, in the versions of its lock file; what was in the way, if anything."""
    if shutil.which("npm") is None:
        return "no npm on this machine"
    if not (FOLDER / "node_modules/.bin/lighthouse").exists():
        said = asked(["npm", "ci", "--prefix", str(FOLDER), "--no-audit", "--no-fund", "--ignore-scripts"])
        if said.code != 0:
            return f"npm could not install it: {said.err.strip().splitlines()[-1]}"
    return ""


@contextmanager
def _house() -> Iterator[RunningHouse]:
    with tempfile.TemporaryDirectory(prefix="wedsync-") as folder:
        Path(folder).chmod(0o711)
        with running_house(Path(folder) / "var", WEDSYNC_DEMO="1") as found:
            yield found.wait_open()


def _signed_in(client: httpx.Client) -> tuple[str, list[str]]:
    """Clara's cookie, and the pages of her wedding."""
    asked_for = msgspec.json.encode(SignIn("clara@example.org", PASSWORD))
    answer = client.post("/api/v1/sessions", content=asked_for, headers={"content-type": "application/json"})
    token = msgspec.json.decode(answer.content, type=Session).token
    seen = client.get("/api/v1/me", headers={"authorization": f"Bearer {token}"})
    wedding = msgspec.json.decode(seen.content, type=Me).weddings[0].wedding_id
    return f"{PLAIN_COOKIE}={token}", [f"/w/{wedding}/{each}" for each in COUPLE]


def _looked(url: str, cookie: str) -> Report | None:
    words = [str(FOLDER / "node_modules/.bin/lighthouse"), url, "--quiet", "--output=json", "--output-path=stdout"]
    words += [f"--only-categories={','.join(BUDGET)}", f"--chrome-flags={FLAGS}"]
    if cookie:
        words.append(f'--extra-headers={{"Cookie": "{cookie}"}}')
    environment = dict(os.environ)
    environment["CHROME_PATH"] = CHROMIUM
    said = subprocess.run(words, check=False, capture_output=True, timeout=180, env=environment)
    try:
        return msgspec.json.decode(said.stdout, type=Report)
    except msgspec.DecodeError:
        print(said.stderr.decode()[-2000:])
        return None
