"""A house put together anew from its backups, in a home of its own: data, secrets, uploads, the erasure ledger.

It is built under another name and gets its own when it is whole; what is cut off is begun again.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from wedsync.operations.continuity.model import LEDGERS, LostUpload, Manifest, Secrets
from wedsync.operations.continuity.restoring import CannotRestore, Plan, Restorer, lend
from wedsync.operations.continuity.uploads import bring_back
from wedsync.operations.continuity.vault import Vault
from wedsync.platform.backups.private_server import PrivateServer
from wedsync.platform.backups.sealing import Damaged
from wedsync.platform.embedded.binaries import find_binaries, reachable_binaries
from wedsync.platform.embedded.home import SIGN_INS, Home, write_private
from wedsync.platform.embedded.postgres import ADMINISTRATOR
from wedsync.platform.embedded.shelf import Shelf, remove_outside
from wedsync.platform.erasure_ledger import LedgerBroken, written_down

UPLOADS: Final = "files"
LEDGER: Final = "erasures.ledger"


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """Where a house is built."""

    home: Home
    shelf: Shelf
    data: Path
    postgres: Path

    def server(self, backup: Manifest) -> PrivateServer:
        """To be used in `with`."""
        return PrivateServer(self.postgres, self.data, self.shelf.identity, backup.facts.needs)


class Rebuilt(msgspec.Struct, frozen=True, kw_only=True):
    """What stands there now, as it was at `restored_to`, but for `lost`.

    `is_ours` where `wedsync up` starts it as it is.
    """

    folder: Path
    data: Path
    restored_to: datetime
    lost: tuple[LostUpload, ...]
    is_ours: bool


@contextmanager
def site(folder: Path, named_binaries: str) -> Iterator[Site]:
    """A home to build in. It is gone afterwards, unless it was given another name."""
    clear(folder)
    try:
        home = Home(folder)
        home.open()
        shelf = Shelf(home)
        binaries = reachable_binaries(find_binaries(named_binaries), shelf.identity, shelf.folder)
        yield Site(home=home, shelf=shelf, data=shelf.folder / "data.new", postgres=binaries / "postgres")
    finally:
        clear(folder)


def clear(folder: Path) -> None:
    """Away with what lies there, and with what it keeps outside itself."""
    if folder.exists():
        remove_outside(folder)
        shutil.rmtree(folder)


def rebuild(vault: Vault, restorer: Restorer, found: Plan, into: Path, *, named_binaries: str, ledger: Path) -> Rebuilt:
    """The house of a plan, in a folder that is new. `ledger` is the running house's: the longer one is taken."""
    if into.exists():
        raise CannotRestore(f"{into} is there already. Name a new folder: nothing is ever restored over something.")
    with site(into.with_name(f".{into.name}.restoring"), named_binaries) as place:
        restorer.refuse_small_disk(found, place.shelf.folder)
        unpack(restorer, found, place)
        backup = found.backup
        is_ours = backup.facts.superuser == ADMINISTRATOR
        with place.server(backup) as server:
            url = server.url(backup.facts.superuser, backup.facts.database)
            restored_to = restorer.recover(found, place.data, server, url)
            if is_ours:
                server.set_password(url, ADMINISTRATOR, place.home.secret("postgres"))
        lost = bring_back(vault, found.backup.uploads, place.home.path / UPLOADS)
        _furnish(vault, found.backup, place.home.path, ledger)
        place.data.rename(place.shelf.data)
        os.sync()
        place.home.path.rename(into)
        data = place.shelf.data
        data = data if data.exists() else into / "postgres" / "data"
        return Rebuilt(folder=into, data=data, restored_to=restored_to, lost=lost, is_ours=is_ours)


def unpack(restorer: Restorer, found: Plan, place: Site) -> None:
    """The files and the log, lent to whom the server runs as."""
    restorer.unpack(found, place.data)
    restorer.lay_log(found, place.data, is_all=False)
    lend(place.data, place.shelf.identity)


def _furnish(vault: Vault, backup: Manifest, home: Path, ledger: Path) -> None:
    if backup.secrets is not None:
        kept = vault.value(backup.secrets.name, Secrets)
        write_private(home / "secrets" / "signing", kept.signing)
    write_private(home / SIGN_INS, "[]")  # no demo world beside whoever was restored
    longest = max((_copied_ledger(vault), _whole_ledger(ledger)), key=len)
    if longest:
        write_private(home / LEDGER, longest.decode())


def _copied_ledger(vault: Vault) -> bytes:
    """The newest copy there is, whatever the instant: what was erased since has to be erased again."""
    for item in reversed(vault.place.items(LEDGERS)):
        try:
            return b"".join(vault.get(item.name))
        except Damaged:
            continue
    return b""


def _whole_ledger(path: Path) -> bytes:
    try:
        return path.read_bytes() if written_down(path) else b""
    except (LedgerBroken, OSError):
        return b""
