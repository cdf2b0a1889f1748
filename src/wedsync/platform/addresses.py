"""Who connects to which database, as whom: the URLs of the administrator, the web and the worker.

`wedsync up` leaves them in its home while it runs, so that `doctor`, `seed` and `migrate` in another
terminal find the embedded servers. They hold passwords and are readable by their owner only.
"""

import hmac
from pathlib import Path

import msgspec

from wedsync.platform.embedded.home import write_private
from wedsync.platform.migrations import RolePasswords, role_url


class Addresses(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a command needs to reach a running house; `port` is where its door is, 0 while nobody has said."""

    admin: str
    app: str
    worker: str
    valkey: str
    secret: str
    port: int = 0


def addresses(admin_url: str, valkey_url: str, secret: str) -> Addresses:
    """The URLs that follow from the administrator's and the one secret of the house."""
    passwords = role_passwords(secret)
    return Addresses(
        admin=admin_url,
        app=role_url(admin_url, "wedsync_app", passwords.app),
        worker=role_url(admin_url, "wedsync_worker", passwords.worker),
        valkey=valkey_url,
        secret=secret,
    )


def backup_url(url: str, secret: str) -> str:
    """The same server for the role that copies it; `url` is anybody's."""
    return role_url(url, "wedsync_backup", role_passwords(secret).backup)


def role_passwords(secret: str) -> RolePasswords:
    """The roles' passwords, derived: whoever has the secret need not be told three more."""
    return RolePasswords(*(_derived(secret, f"role {name}") for name in ("app", "worker", "migrator", "backup")))


def leave(home: Path, found: Addresses) -> None:
    """Let commands in other terminals know."""
    write_private(_file(home), msgspec.json.encode(found).decode())


def withdraw(home: Path) -> None:
    """The house has stopped; nobody is to try its doors."""
    _file(home).unlink(missing_ok=True)


def left_in(home: Path) -> Addresses | None:
    """What a running house has left, or None if none runs here."""
    try:
        return msgspec.json.decode(_file(home).read_bytes(), type=Addresses)
    except FileNotFoundError:
        return None


def _file(home: Path) -> Path:
    return home / "secrets" / "addresses.json"


def _derived(secret: str, purpose: str) -> str:
    return hmac.digest(secret.encode(), purpose.encode(), "sha256").hex()
