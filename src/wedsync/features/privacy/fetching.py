"""Hands an export to whom it is about, and to nobody else."""

from __future__ import annotations

import asyncio
from uuid import UUID

from litestar import Response

from wedsync.features.privacy.exporting import file_of
from wedsync.features.privacy.queries import MINE
from wedsync.kernel.clock import utc_now
from wedsync.kernel.problems import NotFound
from wedsync.platform.database import NoParams, Reader
from wedsync.platform.http import Exchange


async def file_for(reader: Reader, exchange: Exchange, request_id: UUID) -> Response[bytes]:
    """The zip. Raises NotFound for what was not asked for, is not ready, or has had its week."""
    asked = next((each for each in await reader.all(MINE, NoParams()) if each.id == request_id), None)
    if asked is None or not asked.has_file(utc_now()):
        raise NotFound("There is no such file: it is not ready, or its seven days are over.")
    try:
        content = await asyncio.to_thread(file_of(exchange.services.settings.home, request_id).read_bytes)
    except FileNotFoundError:
        raise NotFound("This file is gone. Ask for a new one.") from None
    headers = {
        "content-disposition": f'attachment; filename="wedsync-{asked.created_at:%Y-%m-%d}.zip"',
        "cache-control": "no-store",
    }
    return Response(content, media_type="application/zip", headers=headers)
