"""The stylesheet, fonts, icons and scripts, sent once and kept by the browser.

All of them live under one address that changes whenever any of them does, so a
relative address inside a stylesheet or a module stays true and a browser never
mixes two releases.
"""

import gzip
from functools import cache
from hashlib import sha256
from pathlib import Path

import msgspec
from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

FOLDER = Path(__file__).resolve().parents[1] / "static"
MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
# A page drawn by the release before this one may still ask by the old address:
# it gets the file as it is now, and does not keep it.
CURRENT = "public, max-age=31536000, immutable"
PAST = "no-cache"


class Asset(msgspec.Struct, frozen=True, kw_only=True):
    """One file in memory; `squeezed` is its gzip form, or None where that saves nothing."""

    media_type: str
    content: bytes
    squeezed: bytes | None


class Assets(msgspec.Struct, frozen=True, kw_only=True):
    """All files, by their path under static/, and the release they belong to."""

    release: str
    files: dict[str, Asset]


@cache
def assets() -> Assets:
    """Read everything once; about 200 KB."""
    paths = sorted(path for path in FOLDER.rglob("*") if path.suffix in MEDIA_TYPES)
    digest = sha256()
    files: dict[str, Asset] = {}
    for path in paths:
        name, content = path.relative_to(FOLDER).as_posix(), path.read_bytes()
        digest.update(name.encode() + b"\0" + sha256(content).digest())
        files[name] = _squeeze(path.suffix, content)
    return Assets(release=digest.hexdigest()[:12], files=files)


@cache
def asset(name: str) -> str:
    """Give the address of "wedsync.css". Raises KeyError for a file that is not there."""
    held = assets()
    held.files[name]
    return f"/static/{held.release}/{name}"


def icon_sprite() -> str:
    """Give the address of the one file with all icons."""
    return asset("icons.svg")


@get("/static/{release:str}/{name:path}", sync_to_thread=False, include_in_schema=False)
def send_asset(release: FromPath[str], name: FromPath[Path], request: Request[None, None, State]) -> Response[bytes]:
    """Send one file; compressed at start, so a request costs a dictionary lookup."""
    held = assets()
    found = held.files.get(name.as_posix().lstrip("/"))
    if found is None:
        raise NotFoundException
    headers = {
        "cache-control": CURRENT if release == held.release else PAST,
        "x-content-type-options": "nosniff",
        "vary": "accept-encoding",
    }
    content = found.content
    if found.squeezed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        content, headers["content-encoding"] = found.squeezed, "gzip"
    return Response(content, media_type=found.media_type, headers=headers)


def _squeeze(suffix: str, content: bytes) -> Asset:
    small = gzip.compress(content, 9, mtime=0)
    return Asset(
        media_type=MEDIA_TYPES[suffix],
        content=content,
        squeezed=small if len(small) < len(content) * 0.9 else None,
    )
