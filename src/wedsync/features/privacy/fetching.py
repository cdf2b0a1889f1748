"""Hands an export to whom it is about, and to nobody else, a piece at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import BinaryIO, Final
from uuid import UUID

from litestar.response import Stream

from wedsync.features.privacy.exporting import file_of
from wedsync.features.privacy.queries import MINE
from wedsync.kernel.clock import utc_now
from wedsync.kernel.problems import NotFound
from wedsync.platform.database import NoParams, Reader
from wedsync.platform.http import Exchange

PIECE_BYTES: Final = 256 * 1024


async def file_for(reader: Reader, exchange: Exchange, request_id: UUID) -> Stream:
    """The zip. Raises NotFound for what was not asked for, is not ready, or has had its week."""
    asked = next((each for each in await reader.all(MINE, NoParams()) if each.id == request_id), None)
    if asked is None or not asked.has_file(utc_now()):
        raise NotFound("There is no such file: it is not ready, or its seven days are over.")
    path = file_of(exchange.services.settings.home, request_id)
    try:
        found = await asyncio.to_thread(path.stat)
    except FileNotFoundError:
        raise NotFound("This file is gone. Ask for a new one.") from None
    headers = {
        "content-disposition": f'attachment; filename="wedsync-{asked.created_at:%Y-%m-%d}.zip"',
        "content-length": str(found.st_size),
        "cache-control": "no-store",
    }
    return Stream(_pieces(path), media_type="application/zip", headers=headers)


async def _pieces(path: Path) -> AsyncIterator[bytes]:
    with await asyncio.to_thread(_opened, path) as file:
        while piece := await asyncio.to_thread(file.read, PIECE_BYTES):
            yield piece


def _opened(path: Path) -> BinaryIO:
    return path.open("rb")
