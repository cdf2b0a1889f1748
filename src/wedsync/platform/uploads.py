"""A file that a form sends: read once, within limits, with the few boxes beside it."""

from __future__ import annotations

from io import BytesIO
from typing import Final

import msgspec
from multipart import MultipartError, MultipartParser, parse_options_header

from wedsync.kernel.problems import BadRequest

MULTIPART: Final = "multipart/form-data"
# A file, and what stands around it.
LARGEST_UPLOAD_BYTES: Final = 11_000_000
MOST_PARTS: Final = 20
NO_FORM: Final = "This is not a form as one of our pages sends it."


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """What a form sent: its boxes, and its file if one was chosen."""

    fields: dict[str, str]
    content: bytes = b""
    file_name: str = ""


def read_upload(body: bytes, content_type: str) -> Upload:
    """The form. Raises BadRequest for what is none."""
    kind, options = parse_options_header(content_type)
    boundary = str(options.get("boundary", ""))
    if kind != MULTIPART or not boundary:
        raise BadRequest(NO_FORM)
    fields: dict[str, str] = {}
    content, file_name = b"", ""
    try:
        # All of it is in memory already; nothing goes to a disk.
        parser = MultipartParser(
            BytesIO(body),
            boundary,
            content_length=len(body),
            part_limit=MOST_PARTS,
            spool_limit=LARGEST_UPLOAD_BYTES,
            memory_limit=LARGEST_UPLOAD_BYTES,
        )
        for part in parser:
            if part.filename:
                content, file_name = bytes(part.raw), str(part.filename)
            else:
                fields[str(part.name)] = bytes(part.raw).decode()
    except (MultipartError, UnicodeDecodeError):
        raise BadRequest(NO_FORM) from None
    return Upload(fields=fields, content=content, file_name=file_name)
