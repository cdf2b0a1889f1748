"""Which house a command speaks to: the one the environment names, or the one running in the home."""

import os
from collections.abc import Mapping
from typing import Literal

import msgspec

from wedsync.platform.addresses import left_in
from wedsync.platform.settings import Settings, SettingsError, read_settings

Capacity = Literal["admin", "app", "worker"]


def settings_for(capacity: Capacity) -> Settings:
    """The settings with every address filled in. SettingsError if no house can be found.

    With DATABASE_URL set that is taken as it stands; else a `wedsync up` must be running.
    """
    settings = read_settings(os.environ)
    found = left_in(settings.home)
    if settings.database_url:
        return msgspec.structs.replace(settings, secret=settings.secret or (found.secret if found else ""))
    if found is None:
        raise SettingsError(
            f"DATABASE_URL is not set and no WedSync runs in {settings.home}. Start `wedsync up` in another terminal."
        )
    return msgspec.structs.replace(
        settings,
        database_url={"admin": found.admin, "app": found.app, "worker": found.worker}[capacity],
        valkey_url=settings.valkey_url or found.valkey,
        secret=settings.secret or found.secret,
    )


def at_its_door(settings: Settings, environment: Mapping[str, str]) -> Settings:
    """The settings with the port that the running house has opened, unless one is named."""
    found = left_in(settings.home)
    if "WEDSYNC_PORT" in environment or found is None or not found.port:
        return settings
    return msgspec.structs.replace(settings, port=found.port)
