"""What `make image-test` proves of a built image, as far as a file can say it: read without building anything."""

import re
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
DOCKERFILE: Final = (ROOT / "deploy/image/Dockerfile").read_text("utf-8")
# One instruction a line, without comments.
LINES: Final = re.sub(r"\\\n\s*", " ", re.sub(r"(?m)^#.*\n", "", DOCKERFILE)).splitlines()
STAGES: Final = ["base", "dependencies", "build", "programs", "development", "tests", "production", "backups"]


def of_stage(name: str) -> list[str]:
    starts = [index for index, line in enumerate(LINES) if line.startswith("FROM ")]
    own = next(index for index in starts if LINES[index].endswith(f" AS {name}"))
    return LINES[own : next((index for index in starts if index > own), len(LINES))]


def test_the_stages_stand_in_their_order_on_a_base_that_can_be_named() -> None:
    assert [line.rpartition(" AS ")[2] for line in LINES if line.startswith("FROM ")] == STAGES
    assert of_stage("base")[0] == "FROM ${BASE} AS base"


@pytest.mark.parametrize("name", ["development", "tests", "production", "backups"])
def test_what_runs_is_told_to_stop_directly_and_has_no_rights(name: str) -> None:
    told = {line.partition(" ")[0]: line.partition(" ")[2] for line in of_stage(name)}
    assert told["USER"] == "1001:1001"
    assert told["STOPSIGNAL"] == "SIGTERM"
    assert told["ENTRYPOINT"].startswith("[")  # a shell in between would not hand the signal on
    assert told["CMD"].startswith("[")


def test_production_says_whether_it_can_serve_and_carries_no_installer() -> None:
    lines = of_stage("production")
    assert any("/health/ready" in line and "CMD [" in line for line in lines if line.startswith("HEALTHCHECK"))
    assert not any("pip" in line or "dev.txt" in line for line in lines)


def test_a_worker_that_takes_backups_is_production_with_the_servers_programs() -> None:
    first, *lines = of_stage("backups")
    assert first == "FROM production AS backups"
    assert [line for line in lines if line.startswith("COPY ")] == [
        "COPY --from=programs /opt/postgresql /opt/postgresql"
    ]


def test_every_package_is_compared_with_its_hash() -> None:
    installs = [line for line in LINES if "pip install" in line]
    assert installs
    assert all("--require-hashes" in line and re.search(r"-r requirements/\w+\.txt", line) for line in installs)


def test_nothing_is_fetched_from_an_address() -> None:
    assert not [line for line in LINES if line.startswith("ADD ") or "://" in line.replace("http://127.0.0.1", "")]
