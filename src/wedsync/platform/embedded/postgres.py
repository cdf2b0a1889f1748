"""The embedded PostgreSQL: a real server, in the foreground, on 127.0.0.1 and behind a password.

Nothing an acknowledged write needs is switched off: after a crash, of it or of the machine, it
recovers by itself when it starts again.
"""

import asyncio
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from psycopg import pq

from wedsync.platform.embedded.binaries import MAJOR_VERSION, find_binaries, reachable_binaries
from wedsync.platform.embedded.child import Child, stop
from wedsync.platform.embedded.child import start as start_child
from wedsync.platform.embedded.home import Home, processes_in
from wedsync.platform.embedded.refusals import CannotStart, ExitCode
from wedsync.platform.embedded.shelf import Shelf

ADMINISTRATOR = "wedsync_admin"
DATABASE = "wedsync"
PREVIOUS_TIMEOUT_S = 60.0

ACCESS_RULES = "host all all 127.0.0.1/32 scram-sha-256\nhost replication wedsync_backup 127.0.0.1/32 scram-sha-256\n"
CONFIGURATION = {
    "listen_addresses": "127.0.0.1",
    # A socket's path may have about 100 characters; a home can be anywhere.
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "wal_level": "replica",
    # For incremental backups.
    "summarize_wal": "on",
    # What backups have not fetched yet is kept for them, and never fills the disk.
    "max_slot_wal_keep_size": "4GB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %u ",
    "log_min_duration_statement": "500ms",
    # What people wrote must not stand in a log: erasing could not reach it there (G1).
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "password_encryption": "scram-sha-256",
    # Every statement is short; compiling one costs more than running it.
    "jit": "off",
}


class EmbeddedPostgres:
    """One PostgreSQL in one home."""

    def __init__(self, home: Home, named_binaries: str) -> None:
        found = find_binaries(named_binaries)
        self._home = home
        self._password = home.secret("postgres")
        self._shelf = Shelf(home)
        self._shelf.refuse_foreign_data(MAJOR_VERSION)
        self._binaries = reachable_binaries(found, self._shelf.identity, self._shelf.folder)
        self._port = 0
        # Stands in the title of each of its processes, so that they are known from any other server's.
        self._cluster = f"wedsync-{home.secret('instance')[-8:]}"

    @property
    def folder(self) -> Path:
        """Where the data lies; outside the home only when it had to."""
        return self._shelf.folder

    @property
    def url(self) -> str:
        """The administrator's; holds the password, so never print it."""
        return self._url(DATABASE)

    async def prepare(self, environment: dict[str, str], progress: Callable[[str], None]) -> None:
        """Make the database if there is none yet, complete or not at all, and choose the port."""
        await self._previous_is_gone()
        self._port = self._home.port("postgres")
        rules = self._shelf.folder / "pg_hba.conf"
        rules.write_text(ACCESS_RULES)
        rules.chmod(0o644)
        if not self._shelf.data.exists():
            progress("Creating the database")
            await self._create(environment)

    def child(self, environment: dict[str, str]) -> Child:
        """The server, to be started as often as it falls."""
        options = CONFIGURATION | {
            "hba_file": str(self._shelf.folder / "pg_hba.conf"),
            "port": str(self._port),
            "cluster_name": self._cluster,
        }
        return Child(
            name="postgres",
            command=(
                str(self._binaries / "postgres"),
                *("-D", str(self._shelf.data)),
                *(part for name, value in options.items() for part in ("-c", f"{name}={value}")),
            ),
            environment=environment,
            ready=self._answer,
            before=self._previous_is_gone,
            identity=self._shelf.identity,
            log=self._home.log("postgres"),
            # Fast: roll back and end every session. Without a supervisor: at once, and recover at the next start.
            stop_signal=signal.SIGINT,
            death_signal=signal.SIGQUIT,
            stop_timeout_s=30.0,
        )

    async def ensure_database(self) -> None:
        """Create our database in the new cluster."""
        await asyncio.to_thread(self._ensure_database)

    def _ensure_database(self) -> None:
        connection = pq.PGconn.connect(self._url("postgres").encode())
        try:
            known = connection.exec_(f"select 1 from pg_database where datname = '{DATABASE}'".encode())  # noqa: S608
            if known.ntuples == 0:
                made = connection.exec_(f"create database {DATABASE}".encode())
                if made.status != pq.ExecStatus.COMMAND_OK:
                    raise CannotStart(ExitCode.CHILD_FAILED, connection.get_error_message())
        finally:
            connection.finish()

    async def _create(self, environment: dict[str, str]) -> None:
        draft = self._shelf.folder / "data.new"
        password = self._shelf.folder / "password.new"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        password.touch(mode=0o600)
        password.write_text(self._password)
        for path in (draft, password):
            self._shelf.lend(path)
        try:
            await self._run_initdb(draft, password, environment)
        finally:
            password.unlink()
        draft.rename(self._shelf.data)

    async def _run_initdb(self, draft: Path, password: Path, environment: dict[str, str]) -> None:
        log = self._home.log("initdb")
        child = Child(
            name="initdb",
            command=(
                str(self._binaries / "initdb"),
                *("-D", str(draft), "-U", ADMINISTRATOR, f"--pwfile={password}"),
                *("-E", "UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
                *("--auth=scram-sha-256", "--data-checksums"),
            ),
            environment=environment,
            ready=_at_once,
            identity=self._shelf.identity,
            log=log,
        )
        process = await start_child(child)
        try:
            code = await process.wait()
        finally:
            await stop(child, process)
        if code:
            shutil.rmtree(draft, ignore_errors=True)
            last = log.read_text(errors="replace").strip().splitlines()[-1:]
            raise CannotStart(
                ExitCode.CHILD_FAILED, f"The database could not be created: {' '.join(last)} (see {log})."
            )

    async def _previous_is_gone(self) -> None:
        """Wait for a server that is still ending, then clear a lock file that names a stranger."""
        deadline = asyncio.get_running_loop().time() + PREVIOUS_TIMEOUT_S
        while at_work := processes_in(self._shelf.data, f"postgres: {self._cluster}: "):
            if asyncio.get_running_loop().time() > deadline:
                raise CannotStart(
                    ExitCode.ALREADY_RUNNING,
                    f"A PostgreSQL still works in {self._shelf.data} (process {at_work[0]}). "
                    "Stop it, then start again.",
                )
            await asyncio.sleep(0.02)
        # PostgreSQL would take any living process of that number for itself, as after a container's restart.
        (self._shelf.data / "postmaster.pid").unlink(missing_ok=True)

    async def _answer(self) -> None:
        while True:
            if await asyncio.to_thread(self._is_answering):
                return
            await asyncio.sleep(0.02)

    def _is_answering(self) -> bool:
        connection = pq.PGconn.connect(f"{self._url('postgres')}?connect_timeout=2".encode())
        try:
            return connection.status == pq.ConnStatus.OK
        finally:
            connection.finish()

    def _url(self, database: str) -> str:
        return f"postgresql://{ADMINISTRATOR}:{quote(self._password)}@127.0.0.1:{self._port}/{database}"


async def _at_once() -> None:
    """Nothing to wait for: the program ends by itself."""
