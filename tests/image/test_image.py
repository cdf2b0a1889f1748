"""The image, really built and really run: small, soon ready, without rights, and gone as soon as it is told to go.

`make image-test` runs these and nothing else does: they need buildah and podman. BASE names the image to start from;
without it one is made here. IMAGE names one that is built already; its sibling for backups is called the same and `-backups`.
"""

import json
import os
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import psycopg
import pytest
import yaml
from tests.operations.backing_up import KEY
from tests.support.servers import SECRET, eventually, free_port, running_servers

from wedsync.platform.addresses import Addresses

pytestmark = [pytest.mark.deep, pytest.mark.image]
ROOT: Final = Path(__file__).resolve().parents[2]
NAME: Final = os.environ.get("IMAGE") or "localhost/wedsync:test"
BACKUPS: Final = f"{NAME}-backups"
LARGEST_BYTES: Final = {NAME: 250_000_000, BACKUPS: 300_000_000}
SLOWEST_BUILD_S: Final = 180
READY_WITHIN_S: Final = 5
GRACE_S: Final = 10
CLOSED: Final = ("--read-only", "--cap-drop=ALL", "--security-opt", "no-new-privileges")
# As in deploy/compose.yaml.
MEMORY: Final = {NAME: "256m", BACKUPS: "768m"}
PLACE: Final = "/var/lib/wedsync/backups"
# Set explicitly, since a closed machine may not raise its own.
LIMITS: Final = ("--ulimit", "nofile=4096:4096", "--ulimit", "nproc=1024:1024")


class Podman:
    """Containers of this run: the first runtime that works here, removed at the end."""

    def __init__(self) -> None:
        self._runtime = next((each for each in ("crun", "runc") if self._works(each)), None)
        if self._runtime is None:
            pytest.fail("Neither crun nor runc starts a container here (Debian: apt-get install podman crun runc).")
        self._started: list[str] = []

    def run(self, environment: Mapping[str, str], *command: str) -> subprocess.CompletedProcess[str]:
        """To its end."""
        return self._podman("run", "--rm", *self._options(NAME, environment), NAME, *command)

    def start(self, environment: Mapping[str, str], *command: str, image: str = NAME) -> str:
        """In the background; the answer is its id."""
        said = self._podman("run", "--detach", *self._options(image, environment), image, *command)
        assert said.returncode == 0, said.stderr
        self._started.append(said.stdout.strip())
        return self._started[-1]

    def __call__(self, *words: str) -> str:
        said = self._podman(*words)
        assert said.returncode == 0, said.stderr
        return said.stdout.strip()

    def remove(self) -> None:
        for each in self._started:
            self._podman("rm", "--force", "--volumes", each)

    def _works(self, runtime: str) -> bool:
        if shutil.which(runtime) is None:
            return False
        self._runtime = runtime
        return self.run({}, "version").returncode == 0

    def _options(self, image: str, environment: Mapping[str, str]) -> list[str]:
        named = [word for name, value in environment.items() for word in ("--env", f"{name}={value}")]
        return ["--network", "host", "--memory", MEMORY[image], *CLOSED, *LIMITS, *named]

    def _podman(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = ["podman", "--runtime", str(self._runtime), *words]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture(scope="module")
def built_in_s() -> float:
    """Built from nothing but its base, which is made first where none is named. 0.0 if it was built before."""
    for program in ("buildah", "podman"):
        if shutil.which(program) is None:
            pytest.fail(f"{program} is not here (Debian: apt-get install buildah podman mmdebstrap).")
    if "IMAGE" in os.environ:
        return 0.0
    environment = dict(os.environ)
    base = environment.setdefault("BASE", "local")
    if base == "local":
        environment["BASE"] = "localhost/wedsync-base:latest"
        subprocess.run([ROOT / "deploy/image/base", environment["BASE"]], check=True)
    options = environment.get("BUILDAH_OPTIONS", "--isolation chroot --network host")
    environment["BUILDAH_OPTIONS"] = f"--no-cache {options}"
    began = time.monotonic()
    subprocess.run([ROOT / "deploy/image/build", NAME], env=environment, check=True)
    built_in_s = time.monotonic() - began
    environment["BUILDAH_OPTIONS"] = options
    subprocess.run([ROOT / "deploy/image/build", BACKUPS, "backups"], env=environment, check=True)
    return built_in_s


@pytest.fixture(scope="module")
def podman(built_in_s: float) -> Iterator[Podman]:
    found = Podman()
    yield found
    found.remove()


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory, podman: Podman) -> Iterator[Addresses]:
    """PostgreSQL and Valkey of this run, migrated by the image itself."""
    with running_servers(tmp_path_factory.mktemp("servers")) as found:
        said = podman.run({"DATABASE_URL": found.admin, "WEDSYNC_SECRET": SECRET}, "migrate")
        assert said.returncode == 0, said.stderr
        yield found


@pytest.fixture
def web(servers: Addresses) -> dict[str, str]:
    """What a web process is told."""
    port, url = str(free_port()), servers.app
    return {"DATABASE_URL": url, "VALKEY_URL": servers.valkey, "WEDSYNC_SECRET": SECRET, "WEDSYNC_PORT": port}


def answers(environment: Mapping[str, str], path: str = "/health/ready") -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{environment['WEDSYNC_PORT']}{path}", timeout=5) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, ConnectionError):
        return False


def test_it_is_small_and_soon_built(podman: Podman, built_in_s: float) -> None:
    for name, largest in LARGEST_BYTES.items():
        size = int(podman("image", "inspect", "--format", "{{.Size}}", name))
        print(f"\nimage: {name} {size / 1e6:.0f} MB, built in {built_in_s:.0f} s")
        assert size <= largest
    assert built_in_s <= SLOWEST_BUILD_S


def test_its_sibling_is_what_it_is_and_the_servers_programs_beside_it(podman: Podman) -> None:
    every_file = "find /opt/wedsync -type f ! -name '*.pyc' -print0 | sort -z | xargs -0 sha256sum"
    ours, siblings = (
        podman("run", "--rm", "--network", "none", *LIMITS, "--entrypoint", "sh", name, "-c", every_file)
        for name in (NAME, BACKUPS)
    )
    assert len(ours.splitlines()) > 1000
    assert ours == siblings


def test_it_says_what_it_is_and_keeps_nothing_of_where_it_was_built(podman: Podman) -> None:
    labels = json.loads(podman("image", "inspect", "--format", "{{json .Config.Labels}}", NAME))
    for word in ("title", "description", "version", "revision", "created"):
        assert labels[f"org.opencontainers.image.{word}"] not in {"", "unknown"}
    told = podman("image", "inspect", NAME) + podman("history", "--no-trunc", NAME)
    assert str(ROOT) not in told
    assert "PIP_" not in told


def test_it_runs_as_nobody_in_particular_and_writes_only_where_it_keeps_its_state(podman: Podman) -> None:
    look = (
        "import os, pathlib\n"
        "def writes(folder):\n"
        "    try: pathlib.Path(folder, 'x').write_text('x')\n"
        "    except OSError: return False\n"
        "    return True\n"
        "print(os.getuid(), [writes(each) for each in ('/opt/wedsync', '/etc', '/var/lib/wedsync')])\n"
    )
    closed = (*CLOSED, *LIMITS, "--memory", MEMORY[NAME])
    said = podman("run", "--rm", *closed, "--network", "none", "--entrypoint", "python", NAME, "-c", look)
    assert said == "1001 [False, False, True]"


def test_it_is_ready_soon_and_ends_well_when_it_is_told_to_stop(podman: Podman, web: dict[str, str]) -> None:
    began = time.monotonic()
    container = podman.start(web)
    assert eventually(lambda: answers(web)), podman("logs", container)
    ready_s = time.monotonic() - began
    assert answers(web, "/api/v1/openapi.json")  # drawn without the packages that were left out
    podman("exec", container, "python", "-I", "-c", healthcheck(podman))
    began = time.monotonic()
    podman("stop", "--time", str(GRACE_S), container)
    stopped_s = time.monotonic() - began
    print(f"\nimage: ready after {ready_s:.1f} s, stopped within {stopped_s:.1f} s")
    assert podman("inspect", "--format", "{{.State.ExitCode}} {{.State.OOMKilled}}", container) == "0 false"
    assert stopped_s < GRACE_S
    assert ready_s <= READY_WITHIN_S


def test_a_worker_of_the_same_image_ends_well_too(podman: Podman, servers: Addresses, web: dict[str, str]) -> None:
    container = podman.start(web | {"DATABASE_URL": servers.worker}, "worker")
    assert eventually(lambda: is_at_work(servers)), podman("logs", container)
    podman("stop", "--time", str(GRACE_S), container)
    assert podman("inspect", "--format", "{{.State.ExitCode}}", container) == "0"


def test_a_worker_of_its_sibling_backs_up_what_is_written_and_proves_that_it_comes_back(
    podman: Podman, servers: Addresses, web: dict[str, str]
) -> None:
    keys = {"WEDSYNC_BACKUPS": PLACE, "WEDSYNC_BACKUP_KEY": KEY}
    worker = podman.start(web | {"DATABASE_URL": servers.worker} | keys, image=BACKUPS)
    assert eventually(lambda: is_at_work(servers)), podman("logs", worker)
    wedsync = ("exec", worker, "python", "-m", "wedsync")
    podman("exec", "--detach", *wedsync[1:], "backup", "stream")
    assert json.loads(podman(*wedsync, "backup", "run", "--json"))["kind"] == "full"
    assert eventually(lambda: bool(podman("exec", worker, "find", PLACE, "-name", "head"))), "nothing was streamed"
    drill = json.loads(podman(*wedsync, "drill", "restore", "--json"))
    assert (drill["is_proven"], drill["loss_s"] is None) == (True, False), drill
    podman("stop", "--time", str(GRACE_S), worker)
    assert podman("inspect", "--format", "{{.State.ExitCode}}", worker) == "0"


def test_as_compose_mounts_them_the_ledger_is_written_by_the_worker_alone_and_read_by_all(podman: Podman) -> None:
    services = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text("utf-8"))["services"]
    look = (
        "import os, pathlib\n"
        "ledger, exports = (pathlib.Path('/var/lib/wedsync', each) for each in ('ledger', 'exports'))\n"
        "if os.access(ledger, os.W_OK): (ledger / 'erasures.ledger').write_text('x')\n"
        "print(os.access(ledger, os.W_OK), (ledger / 'erasures.ledger').read_text(), os.access(exports, os.W_OK))\n"
    )
    prefix = f"wedsync-{os.getpid()}"
    said = {}
    try:
        for name in ("worker", "web", "stream"):
            mounts = [word for each in services[name]["volumes"] for word in ("--volume", f"{prefix}-{each}")]
            closed = (*CLOSED, *LIMITS, *mounts, "--network", "none", "--entrypoint", "python")
            said[name] = podman("run", "--rm", *closed, NAME, "-c", look)
    finally:
        podman(
            "volume",
            "rm",
            "--force",
            *(f"{prefix}-{each}" for each in ("web", "worker", "stream", "ledger", "exports")),
        )
    assert (said["worker"], said["web"]) == ("True x True", "False x False")
    assert said["stream"].startswith("False x")


def test_without_its_settings_it_says_which_and_ends(podman: Podman) -> None:
    said = podman.run({})
    assert said.returncode == 10
    assert "DATABASE_URL is not set" in said.stderr


def test_its_health_check_fails_when_it_cannot_serve(podman: Podman, web: dict[str, str]) -> None:
    container = podman.start(web | {"DATABASE_URL": "postgresql://nobody:x@127.0.0.1:9/none"})
    assert eventually(lambda: answers(web, "/health/live")), podman("logs", container)
    command = ("exec", container, "python", "-I", "-c", healthcheck(podman))
    assert podman._podman(*command).returncode != 0  # noqa: SLF001 - the one command that must fail
    assert podman("inspect", "--format", "{{.State.Status}}", container) == "running"


def healthcheck(podman: Podman) -> str:
    """The code that the image is asked about its health with."""
    test = json.loads(podman("image", "inspect", "--format", "{{json .Config.Healthcheck.Test}}", NAME))
    assert test[:4] == ["CMD", "python", "-I", "-c"]
    return str(test[4])


def is_at_work(servers: Addresses) -> bool:
    """Whether a worker listens for new jobs."""
    with psycopg.connect(servers.admin) as connection:
        asked = "select count(*) from pg_stat_activity where usename = 'wedsync_worker' and query like 'LISTEN%'"
        found = connection.execute(asked).fetchone()
    return found is not None and bool(found[0])


def test_both_that_were_tried_are_pushed_and_their_digests_said_as_the_place_knows_them(
    podman: Podman, tmp_path: Path
) -> None:
    subprocess.run(["make", "--silent", "image-archive"], cwd=ROOT, check=True)
    to = f"oci:{tmp_path}/place:1.2.3"
    said = subprocess.run([ROOT / "deploy/image/push", to], check=True, capture_output=True, text=True).stdout
    index = json.loads((tmp_path / "place" / "index.json").read_text())
    there = {each["annotations"]["org.opencontainers.image.ref.name"]: each["digest"] for each in index["manifests"]}
    assert said.splitlines() == [f"{there['1.2.3-backups']} {to}-backups", f"{there['1.2.3']} {to}"]
