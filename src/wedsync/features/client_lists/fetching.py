"""Everything a business has of its clients, fetched in parts and written into one file."""

from __future__ import annotations

import asyncio
from typing import Final
from uuid import UUID

from litestar import Response

from wedsync.features.client_lists import queries as q
from wedsync.features.client_lists.exporting import ExportKind, file_of, sheet_of
from wedsync.features.client_lists.limits import MOST_ROWS
from wedsync.features.clients.model import Client
from wedsync.features.clients.queries import ByIds, NewNote
from wedsync.kernel.ids import ClientId, SupplierId
from wedsync.platform.database import Reader

ROWS_AT_ONCE: Final = 500
NOBODY: Final = UUID(int=0)


async def export_file(reader: Reader, supplier_id: SupplierId, kind: ExportKind, after: UUID | None) -> Response[bytes]:
    """The file, and after which client the next one goes on."""
    clients: list[Client] = []
    notes: dict[ClientId, list[NewNote]] = {}
    last = after or NOBODY
    is_more = True
    while is_more and len(clients) < MOST_ROWS:
        page = q.ClientsAfter(supplier_id=supplier_id, after=last, limit=ROWS_AT_ONCE)
        part = await reader.all(q.CLIENTS_AFTER, page)
        found = ByIds(supplier_id=supplier_id, ids=[client.id for client in part])
        for note in await reader.all(q.NOTES_OF, found) if part else ():
            notes.setdefault(note.client_id, []).append(note)
        clients += part
        is_more = len(part) == ROWS_AT_ONCE
        last = part[-1].id if part else last
    content = await asyncio.to_thread(lambda: file_of(sheet_of(clients, notes), kind))
    headers = {
        "content-disposition": f'attachment; filename="clients.{kind.value}"',
        "cache-control": "no-store",
    }
    if is_more:
        headers["x-wedsync-next"] = str(last)
    return Response(content, media_type=kind.media_type, headers=headers)
