"""Pages travel packed: a couple's details are 77 KB of HTML, and 8 of them gzipped.

Only pages, which a browser asks for with a SameSite cookie: nobody else can make it ask for one with words of theirs in
it and measure the answer, which is how packed answers have given tokens away elsewhere.
"""

from __future__ import annotations

import gzip
from typing import Final

from litestar.types import HTTPResponseBodyEvent, HTTPResponseStartEvent

from wedsync.platform.http.exchange import Exchange

# Less than this arrives in the first packets anyway.
SMALLEST: Final = 4096
# The fastest: a twentieth of a page's size is won by a higher one, for twice the time.
EFFORT: Final = 1


def is_packable(exchange: Exchange, start: HTTPResponseStartEvent) -> bool:
    """Whether the browser can read it packed, and it is a page."""
    if b"gzip" not in exchange.headers.get(b"accept-encoding", b""):
        return False
    return any(name == b"content-type" and value.startswith(b"text/html") for name, value in start["headers"])


def pack(exchange: Exchange, start: HTTPResponseStartEvent, body: HTTPResponseBodyEvent) -> None:
    """Pack a page that comes in one piece, and say so."""
    if len(body["body"]) < SMALLEST or body["more_body"] or not is_packable(exchange, start):
        return
    packed = gzip.compress(body["body"], EFFORT, mtime=0)
    kept = [(name, value) for name, value in start["headers"] if name != b"content-length"]
    length = str(len(packed)).encode()
    start["headers"] = [
        *kept, (b"content-length", length), (b"content-encoding", b"gzip"), (b"vary", b"accept-encoding")
    ]  # fmt: skip
    body["body"] = packed
