"""The gates that read code and files."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from gates.api_changes import breaks, read
from gates.outcome import PASSED, ROOT, Outcome, Verdict, asked, did_not_run, failed, shown, tool, tracked

LEAST_COVERAGE: Final = 90
# What looks like a secret and is none: a machine's secrets hold no blank, and these words stand in examples and tests.
NO_SECRETS: Final = (" ", "^(hush|password|secret|short|scram-sha-256)$")


class Skipped(msgspec.Struct, frozen=True):
    """A package of a dependency audit; with a reason where nobody could say anything about it."""

    name: str
    skip_reason: str = ""
    vulns: tuple[Mapping[str, object], ...] = ()


class Audit(msgspec.Struct, frozen=True):
    """What pip-audit says as JSON."""

    dependencies: tuple[Skipped, ...]


class Place(msgspec.Struct, frozen=True):
    """Where something looks like a secret."""

    type: str
    line_number: int


class Scan(msgspec.Struct, frozen=True):
    """What detect-secrets says as JSON."""

    results: Mapping[str, tuple[Place, ...]]


class Totals(msgspec.Struct, frozen=True):
    """The last line of a coverage report."""

    percent_covered: float


class Covered(msgspec.Struct, frozen=True):
    """What coverage says as JSON."""

    totals: Totals


def check() -> Outcome:
    """Style, types, imports, migrations (squawk), generated pages."""
    return shown("make", "--no-print-directory", "check")


def coverage() -> Outcome:
    """The default tests, and how much of the code they run, in their own processes and in those that they start."""
    program = tool("coverage")
    shown(program, "erase")
    workers = os.environ.get("WEDSYNC_TEST_WORKERS", "2")
    tests = shown(program, "run", "-m", "pytest", "-n", workers, "--dist", "loadfile", "-m", "not deep", "-q")
    if tests.verdict is Verdict.DID_NOT_RUN:
        return tests
    asked([program, "combine", "-q"])
    said = asked([program, "json", "-q", "-o", "-"])
    if said.code != 0:
        return failed(said.err.strip() or "nothing was measured")
    percent = msgspec.json.decode(said.out, type=Covered).totals.percent_covered
    remark = f"{percent:.1f} % of lines and branches, {LEAST_COVERAGE} at least"
    if tests.verdict is Verdict.FAILED:
        return failed(f"tests failed; {remark}")
    return Outcome(Verdict.PASSED if percent >= LEAST_COVERAGE else Verdict.FAILED, remark)


def bandit() -> Outcome:
    """Code that is known to be dangerous; pyproject.toml says what is not asked, and why."""
    return shown(tool("bandit"), "--quiet", "--configfile", "pyproject.toml", "-ll", "--recursive", "src")


def secrets() -> Outcome:
    """Nothing in the repository looks like a secret: there is no list of those that may stay."""
    excluded = [word for pattern in NO_SECRETS for word in ("--exclude-secrets", pattern)]
    try:
        said = asked([tool("detect-secrets"), "scan", *excluded])
    except FileNotFoundError:
        return did_not_run("detect-secrets is not installed")
    if said.code != 0:
        return failed(said.err.strip())
    return judge_scan(msgspec.json.decode(said.out, type=Scan))


def judge_scan(scan: Scan) -> Outcome:
    """Each place is named; what stands there is not repeated."""
    places = [f"{path}:{each.line_number} {each.type}" for path, found in scan.results.items() for each in found]
    for place in places:
        print(place)
    return failed(f"{len(places)} places look like secrets") if places else PASSED


def audit() -> Outcome:
    """No package of requirements/run.txt has a known vulnerability. Who cannot ask does not know."""
    words = ("--requirement", "requirements/run.txt", "--require-hashes", "--disable-pip", "--format", "json")
    try:
        said = asked([tool("pip-audit"), "--progress-spinner", "off", *words])
    except FileNotFoundError:
        return did_not_run("pip-audit is not installed")
    try:
        found = msgspec.json.decode(said.out, type=Audit)
    except msgspec.DecodeError:
        return did_not_run(f"no advisory source answers: {(said.err.strip().splitlines() or ['nothing said'])[-1]}")
    return judge_audit(found)


def judge_audit(found: Audit) -> Outcome:
    """A package that nobody could say anything about was not audited."""
    known_bad = [each.name for each in found.dependencies if each.vulns]
    unknown = [each for each in found.dependencies if each.skip_reason]
    if known_bad:
        return failed(f"known vulnerabilities in {', '.join(known_bad)}")
    if unknown:
        reason = f"{len(unknown)} of {len(found.dependencies)} packages: no advisory source answers for them"
        return did_not_run(f"{reason} ({unknown[0].skip_reason})")
    return (
        Outcome(Verdict.PASSED, f"{len(found.dependencies)} packages") if found.dependencies else failed("no package")
    )


def dockerfile() -> Outcome:
    """Hadolint, over the image's recipe."""
    return shown(tool("hadolint"), *tracked("*Dockerfile"))


def scripts() -> Outcome:
    """Shellcheck, over every file that a shell runs."""
    return shown(tool("shellcheck"), *(path for path in tracked("bin", "deploy", ".ci") if _is_shell(path)))


def yaml() -> Outcome:
    """Yamllint, over every YAML file."""
    return shown(tool("yamllint"), "--strict", *tracked("*.yml", "*.yaml"))


def workflows() -> Outcome:
    """Zizmor, over the workflows; it asks nobody."""
    return shown(tool("zizmor"), "--offline", "--no-progress", "--pedantic", ".github/workflows")


def api() -> Outcome:
    """Nothing that the last released API promised is gone. Releases are tags, `v1.2.3`."""
    if asked(["git", "rev-parse", "--is-shallow-repository"]).out.strip() == "true":
        return did_not_run("a shallow clone knows no releases: fetch tags and history")
    name = last_release()
    if not name:
        return Outcome(Verdict.PASSED, "nothing was released yet")
    released = asked(["git", "show", f"{name}:docs/openapi.json"])
    if released.code != 0:
        return Outcome(Verdict.PASSED, f"{name} promised nothing: it has no docs/openapi.json")
    found = breaks(read(released.out), read((ROOT / "docs/openapi.json").read_text("utf-8")))
    for sentence in found:
        print(sentence)
    return failed(f"{len(found)} breaks of what {name} promised") if found else Outcome(Verdict.PASSED, f"since {name}")


def last_release(folder: Path = ROOT) -> str:
    """The tag before this commit, or nothing: what is being released now is not compared with itself."""
    said = asked(["git", "describe", "--tags", "--abbrev=0", "--match", "v[0-9]*", "HEAD^"], folder)
    return said.out.strip() if said.code == 0 else ""


def _is_shell(path: str) -> bool:
    first = (ROOT / path).read_bytes()[:64].partition(b"\n")[0]
    return first.startswith(b"#!") and first.rstrip().endswith(b"sh")
