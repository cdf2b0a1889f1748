#!/usr/bin/env python3
"""Writes deploy/.env, which compose reads, once only: secrets made by chance, and the addresses that follow."""

from __future__ import annotations

import secrets
import sys
from pathlib import Path
from typing import Final

from wedsync.platform.addresses import addresses
from wedsync.platform.embedded.home import write_private

FILE: Final = Path(__file__).resolve().with_name(".env")
ALREADY_THERE: Final = 3
S3_KEY_ID: Final = "wedsync"


def settings() -> dict[str, str]:
    """What deploy/compose.yaml asks for."""
    secret, postgres, valkey, backups, s3 = (secrets.token_urlsafe(32) for _ in range(5))
    admin = f"postgresql://postgres:{postgres}@database:5432/wedsync"
    found = addresses(admin, f"valkey://:{valkey}@valkey:6379/0", secret)
    return {
        "WEDSYNC_SECRET": secret,
        "WEDSYNC_BASE_URL": "http://localhost:8400",
        "POSTGRES_PASSWORD": postgres,
        "VALKEY_PASSWORD": valkey,
        "ADMIN_DATABASE_URL": found.admin,
        "WEB_DATABASE_URL": found.app,
        "WORKER_DATABASE_URL": found.worker,
        "VALKEY_URL": found.valkey,
        "SMTP_URL": "smtp://mail:1025",
        "S3_KEY_ID": S3_KEY_ID,
        "S3_KEY_SECRET": s3,
        "WEDSYNC_BACKUPS": "s3://wedsync/backups?endpoint=http://s3:8333&region=local",
        "WEDSYNC_BACKUP_KEY": backups,
        "WEDSYNC_BACKUP_S3_KEY": f"{S3_KEY_ID}:{s3}",
    }


def main(file: Path = FILE) -> int:
    """Write it, readable by its owner only; one that is there is the key to a database, and stays."""
    if file.exists():
        print(f"{file.name} is there already, and the database knows its secrets. It stays as it is.", file=sys.stderr)
        return ALREADY_THERE
    write_private(file, "".join(f"{name}={value}\n" for name, value in settings().items()))
    print(
        f"{file.name} is written. Set WEDSYNC_BASE_URL and SMTP_URL in it before anybody else comes.", file=sys.stderr
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
