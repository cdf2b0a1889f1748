"""The place of backups and the key to it, as the settings name them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from wedsync.operations.continuity.rebuilding import UPLOADS
from wedsync.operations.continuity.taking import House
from wedsync.operations.continuity.vault import Vault
from wedsync.platform.backups.places import Folder, Place, PlaceFails
from wedsync.platform.backups.sealing import BackupKey
from wedsync.platform.embedded.home import Home
from wedsync.platform.settings import Settings

KEY: Final = "backups"


def vault_to_write(settings: Settings) -> Vault:
    """Raises PlaceFails, WrongKey. The first time it makes a key where none is set."""
    vault = Vault(_place(settings), BackupKey(settings.backup_key or _home(settings).secret(KEY)))
    vault.open_for_writing()
    return vault


def vault_to_read(settings: Settings) -> Vault:
    """Raises PlaceFails where there is no backup or no key, and WrongKey."""
    vault = Vault(_place(settings), BackupKey(secret_of(settings)))
    vault.open_for_reading()
    return vault


def secret_of(settings: Settings) -> str:
    """The key as it is kept. Raises PlaceFails where there is none."""
    file = _key_file(settings)
    if not settings.backup_key and not file.exists():
        raise PlaceFails(f"There is no backup key: neither WEDSYNC_BACKUP_KEY nor {file}. Fetch your copy of it.")
    return settings.backup_key or file.read_text().strip()


def house_of(settings: Settings) -> House:
    """What is backed up beside the database. A secret that was set from outside is kept outside too."""
    signing = settings.home / "secrets" / "signing"
    made_here = signing.exists() and signing.read_text().strip() == settings.secret
    return House(
        uploads=settings.home / UPLOADS,
        ledger=settings.erasure_ledger_path,
        signing=settings.secret if made_here else None,
    )


def _place(settings: Settings) -> Place:
    if not settings.backups_place:
        raise PlaceFails("Backups are off (WEDSYNC_BACKUPS=off).")
    if settings.backups_place.startswith("s3:"):
        return bucket(settings)
    return Folder(Path(settings.backups_place))


def bucket(settings: Settings) -> Place:
    """Loaded only where one is named."""
    from wedsync.platform.backups.bucket import Bucket  # noqa: PLC0415 - the driver is large

    return Bucket(settings.backups_place, settings.backup_s3_key, settings.home / "drafts")


def _home(settings: Settings) -> Home:
    home = Home(settings.home)
    home.open()
    return home


def _key_file(settings: Settings) -> Path:
    return settings.home / "secrets" / KEY
