"""The whole of WedSync on one machine: databases, then migrations, then the demo, then web and worker.

What the settings name from outside is not started here.
"""

import asyncio
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress

import msgspec
import psycopg

from wedsync.platform.addresses import Addresses, addresses, leave, role_passwords, withdraw
from wedsync.platform.attested import Attestor, CannotAttest, against_code, from_code, keep, latest, of_this_house, take
from wedsync.platform.embedded.child import Child
from wedsync.platform.embedded.home import SIGN_INS, Home, write_private
from wedsync.platform.embedded.postgres import EmbeddedPostgres
from wedsync.platform.embedded.refusals import CannotStart, ExitCode
from wedsync.platform.embedded.valkey import EmbeddedValkey
from wedsync.platform.metrics_door import door_of
from wedsync.platform.migrations import MigrationError, bootstrap, migrate
from wedsync.platform.settings import Settings, as_environment
from wedsync.platform.settings_reader import OFF
from wedsync.platform.supervisor import Supervisor, listening

ENOUGH = b"HTTP/1.0 200", b"HTTP/1.1 200"


class House:
    """One home, one supervisor, and what was found out on the way up.

    `environment` is what children inherit beside their settings: PATH, LANG and the like.
    """

    def __init__(self, settings: Settings, environment: dict[str, str], progress: Callable[[str], None]) -> None:
        self._settings = settings
        self._environment = environment
        self._progress = progress
        self._home = Home(settings.home)
        self._supervisor = Supervisor(progress)

    async def stand(
        self, opened: Callable[[Addresses], None], watch: Callable[[Supervisor], asyncio.Future[None]]
    ) -> None:
        """Start everything, call `opened` once people can come in, and stay until cancelled."""
        self._home.open()
        with self._home.locked(), listening(self._settings) as server:
            try:
                found = await self._start_databases()
                await bring_up_to_date(found.admin, found.secret, self._progress)
                await self._forget_again(found)
                leave(self._home.path, msgspec.structs.replace(found, port=self._settings.port))
                await self._seed(found)
                await self._start_ours(found, server)
                opened(found)
                await watch(self._supervisor)
            finally:
                withdraw(self._home.path)
                await self._supervisor.stop()

    async def _start_databases(self) -> Addresses:
        secret = self._settings.secret or self._home.secret("signing")
        admin = self._settings.database_url or await self._start_postgres()
        valkey = self._settings.valkey_url or await self._start_valkey()
        return addresses(admin, valkey, secret)

    async def _start_postgres(self) -> str:
        postgres = EmbeddedPostgres(self._home, self._settings.pg_bin)
        environment = self._plain_environment()
        await postgres.prepare(environment, self._progress)
        self._progress("Starting PostgreSQL")
        if postgres.folder.parent != self._home.path:
            self._progress(f"  Its data lies in {postgres.folder}, where an unprivileged user can reach it")
        await self._supervisor.add(postgres.child(environment))
        await postgres.ensure_database()
        return postgres.url

    async def _start_valkey(self) -> str:
        valkey = EmbeddedValkey(self._home)
        valkey.prepare()
        self._progress("Starting Valkey")
        await self._supervisor.add(valkey.child(self._plain_environment()))
        return valkey.url

    async def _forget_again(self, found: Addresses) -> None:
        """Nobody reads a restored copy before it has forgotten what was erased since."""
        if not self._settings.erasure_ledger_path.exists():
            return
        environment = self._own_environment(found, found.worker)
        process = await asyncio.create_subprocess_exec(
            *self._command("erasures", "replay"), env=environment, stdout=asyncio.subprocess.DEVNULL
        )
        if await process.wait():
            raise CannotStart(ExitCode.FAILED, "What was erased could not be erased again; the lines above say why.")

    async def _seed(self, found: Addresses) -> None:
        """The demo world, once a home; its sign-ins are kept for the starts that follow."""
        kept = self._home.path / SIGN_INS
        if not self._settings.is_demo or kept.exists():
            return
        self._progress("Building the demo world")
        # Cut off half way, it begins again; but only our own database is ever emptied for that.
        began = self._home.path / "demo-began"
        again = ("--reset",) if began.exists() and not self._settings.database_url else ()
        began.touch()
        process = await asyncio.create_subprocess_exec(
            *self._command("seed", "--json", *again),
            env=self._own_environment(found, found.admin),
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        try:
            output, _ = await process.communicate()
        finally:
            with suppress(ProcessLookupError):
                process.kill()
        if process.returncode:
            raise CannotStart(ExitCode.CHILD_FAILED, "The demo world could not be built; the lines above say why.")
        write_private(kept, output.decode())
        began.unlink()

    async def _start_ours(self, found: Addresses, server: socket.socket) -> None:
        self._progress("Opening the doors")
        for number in range(1, self._settings.web_workers + 1):
            name = "web" if self._settings.web_workers == 1 else f"web {number}"
            own = self._own_environment(found, found.app, number)
            web = self._child(name, own, "web", "--fd", str(server.fileno()))
            await self._supervisor.add(
                msgspec.structs.replace(web, descriptors=(server.fileno(),), ready=self._answers, stop_timeout_s=8.0)
            )
        own = self._own_environment(found, found.worker)
        await self._supervisor.add(self._child("worker", own, "worker"))
        if self._settings.backups_place:
            await self._supervisor.add(self._child("stream", own, "backup", "stream"))

    def _child(self, name: str, environment: dict[str, str], *arguments: str) -> Child:
        return Child(
            name=name,
            command=self._command(*arguments),
            environment=environment,
            ready=_at_once,
            folder=self._home.path,
            is_our_code=True,
            stop_signal=signal.SIGTERM,
        )

    async def _answers(self) -> None:
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self._settings.host, self._settings.host)  # noqa: S104
        while True:
            with suppress(OSError, TimeoutError):
                async with asyncio.timeout(5):
                    reader, writer = await asyncio.open_connection(host, self._settings.port)
                    writer.write(f"GET /health/live HTTP/1.0\r\nHost: {host}\r\n\r\n".encode())
                    answer = await reader.readline()
                    writer.close()
                if answer.startswith(ENOUGH):
                    return
            await asyncio.sleep(0.05)

    def _command(self, *arguments: str) -> tuple[str, ...]:
        return (sys.executable, "-P", "-m", "wedsync", *arguments)

    def _own_environment(self, found: Addresses, database_url: str, number: int = 0) -> dict[str, str]:
        """`number` is 0 for the worker, and counts web processes: each shows its figures at a door of its own."""
        settings = msgspec.structs.replace(
            self._settings,
            database_url=database_url,
            valkey_url=found.valkey,
            secret=found.secret,
            metrics=str(door_of(self._settings, number) or OFF),
        )
        return self._environment | as_environment(settings)

    def _plain_environment(self) -> dict[str, str]:
        # The servers get no settings of ours and speak to their logs in one language.
        return {"PATH": self._environment.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "TZ": "UTC"}


async def bring_up_to_date(admin_url: str, secret: str, progress: Callable[[str], None]) -> list[str]:
    """Roles, then migrations; returns the names of what was applied. CannotStart says why it cannot."""
    try:
        is_new = await bootstrap(admin_url, role_passwords(secret))
        applied = await migrate(admin_url, progress=progress)
        await asyncio.to_thread(sign, admin_url, secret, progress, is_due=is_new or bool(applied))
    except (MigrationError, CannotAttest, psycopg.Error) as error:
        sentence = f"The database could not be brought up to date: {' '.join(str(error).split())}"
        raise CannotStart(ExitCode.MIGRATION_FAILED, sentence) from error
    return applied


def sign(admin_url: str, secret: str, progress: Callable[[str], None], *, is_due: bool) -> None:
    """Sign what protects now, if it was just made, or was not signed by this version, and is what this code makes.

    It never keeps a house from starting: what is wrong is found every minute, and whoever is on call is told. What no
    code knows and became another since the last signature is signed as it stands, and named.
    """
    attestor, signed = Attestor(secret), latest(admin_url)
    if not is_due and signed is not None and not attestor.is_of_another_version(signed):
        return
    objects = take(admin_url)
    wrong = len(against_code(objects, from_code()))
    if wrong:
        progress(f"NOT signed: {wrong} objects of the database are not what this version makes. See `wedsync attest`.")
        return
    for each in of_this_house(objects, signed) if signed is not None else ():
        progress(f"Signed, as no code knows it: {each.kind} {each.name}: {each.what}")
    keep(admin_url, attestor.sign(objects))


async def _at_once() -> None:
    """Nobody connects to it, so being alive is being ready."""
