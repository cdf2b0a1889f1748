"""deploy/compose.yaml says what compose understands, keeps strangers out, and asks for nothing that nobody writes."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from deploy import compose_settings

from wedsync.platform.embedded.postgres import CONFIGURATION
from wedsync.platform.settings import read_settings

ROOT: Final = Path(__file__).resolve().parents[2]
FILE: Final = ROOT / "deploy/compose.yaml"
TEXT: Final = FILE.read_text("utf-8")
SERVICES: Final[dict[str, dict[str, Any]]] = yaml.safe_load(TEXT)["services"]
OURS: Final = ("migrate", "web", "worker")
# Where the embedded database listens is its own business.
OF_THE_EMBEDDED_ONE: Final = {"listen_addresses", "unix_socket_directories"}


@pytest.mark.parametrize(
    ("schema", "files"),
    [("compose-spec", [FILE]), ("github-workflows", sorted((ROOT / ".github/workflows").iterdir()))],
)
def test_its_shape_is_the_one_that_is_published(schema: str, files: list[Path], tmp_path: Path) -> None:
    check = [str(Path(sys.executable).with_name("check-jsonschema")), "--builtin-schema", f"vendor.{schema}"]
    said = subprocess.run([*check, *files], capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(files[0].read_text("utf-8").replace("\nname: ", "\nname_: ").replace("runs-on:", "runs-off:"))
    assert wrong.read_text("utf-8") != files[0].read_text("utf-8")
    assert subprocess.run([*check, wrong], capture_output=True, check=False).returncode == 1


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_has_limits_comes_back_and_says_how_it_is(name: str) -> None:
    service = SERVICES[name]
    assert {"cpus", "memory", "pids"} <= set(service["deploy"]["resources"]["limits"])
    assert service["restart"] == ("no" if name == "migrate" else "unless-stopped")
    # Web's check stands in the image; a worker and a migration open no port.
    assert "healthcheck" in service or name == "web"
    assert ":latest" not in service["image"]


def test_our_own_run_read_only_and_without_rights() -> None:
    for name in OURS:
        assert SERVICES[name]["read_only"] is True
        assert SERVICES[name]["cap_drop"] == ["ALL"]
        assert SERVICES[name]["security_opt"] == ["no-new-privileges:true"]


def test_nobody_outside_reaches_the_servers_and_nobody_on_another_machine_reaches_anything() -> None:
    assert yaml.safe_load(TEXT)["networks"]["inside"] == {"internal": True}
    assert SERVICES["database"]["networks"] == SERVICES["valkey"]["networks"] == ["inside"]
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert set(published) == {"web", "mail"}
    assert all("127.0.0.1:" in port for ports in published.values() for port in ports)


def test_web_waits_until_the_database_is_brought_up_to_date() -> None:
    for name in ("web", "worker"):
        assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    assert SERVICES["migrate"]["depends_on"]["database"] == {"condition": "service_healthy"}


def test_its_database_is_set_up_as_the_embedded_one() -> None:
    flags = dict(word.removeprefix("--").split("=", 1) for word in SERVICES["database"]["command"][1:])
    ours = {name: value.strip() for name, value in CONFIGURATION.items() if name not in OF_THE_EMBEDDED_ONE}
    assert flags == ours


def test_whatever_it_asks_for_is_written_and_is_understood() -> None:
    written = compose_settings.settings()
    assert set(re.findall(r"\$\{(\w+):\?\}", TEXT)) == set(written)
    for name in ("web", "worker"):
        asked = {key: re.sub(r"\$\{(\w+):\?\}", lambda found: written[found[1]], value)
                 for key, value in SERVICES[name]["environment"].items()}  # fmt: skip
        settings = read_settings(asked)
        assert f"wedsync_{'app' if name == 'web' else 'worker'}" in settings.database_url
        assert settings.secret == written["WEDSYNC_SECRET"]
    assert compose_settings.settings()["WEDSYNC_SECRET"] != written["WEDSYNC_SECRET"]


def test_secrets_that_are_there_are_not_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / ".env"
    assert compose_settings.main(file) == 0
    before = file.read_text("utf-8")
    assert file.stat().st_mode & 0o777 == 0o600
    assert compose_settings.main(file) == 3
    assert file.read_text("utf-8") == before
    assert "WEDSYNC_SECRET=" in before
    assert before.split("WEDSYNC_SECRET=")[1].splitlines()[0] not in capsys.readouterr().err
