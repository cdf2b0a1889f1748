"""A page of somebody else's must not act with our reader's session.

A cookie travels by itself, so a request that changes something by cookie shows that it comes from one of our pages: by
its origin, by what the browser says of it, and by a token that only our pages carry.
"""

from __future__ import annotations

import hmac
from typing import Final
from urllib.parse import parse_qs, urlsplit

from wedsync.kernel.problems import BadRequest, Forbidden
from wedsync.platform.http.exchange import Exchange
from wedsync.platform.uploads import MULTIPART, read_upload

_SAID: Final = "This did not come from one of our pages. Open the page again and send it from there."
_OURS: Final = (b"", b"same-origin", b"none")


def refuse_foreign_origin(exchange: Exchange) -> None:
    """For every request that changes something and is not signed in by a bearer token. Raises Forbidden."""
    headers = exchange.headers
    if headers.get(b"sec-fetch-site", b"") not in _OURS:
        raise Forbidden(_SAID)
    shown = headers.get(b"origin") or headers.get(b"referer")
    if shown is None:
        if exchange.session is not None:
            raise Forbidden(_SAID)
        return
    try:
        parts = urlsplit(shown.decode("latin-1"))
    except ValueError:
        raise Forbidden(_SAID) from None
    host = headers.get(b"host", b"").decode("latin-1")
    public = urlsplit(exchange.services.settings.public_url)
    if parts.netloc != host and (parts.scheme, parts.netloc) != (public.scheme, public.netloc):
        raise Forbidden(_SAID)


def refuse_without_token(exchange: Exchange, body: bytes) -> None:
    """For requests signed in by cookie: `X-CSRF-Token`, or the form's field `csrf_token`. Raises Forbidden."""
    shown = exchange.headers.get(b"x-csrf-token", b"").decode("latin-1")
    kind = exchange.headers.get(b"content-type", b"")
    if not shown and kind.startswith(MULTIPART.encode()):
        shown = read_upload(body, kind.decode("latin-1")).fields.get("csrf_token", "")
    elif not shown and kind.startswith(b"application/x-www-form-urlencoded"):
        try:
            shown = parse_qs(body.decode("latin-1"), max_num_fields=1000).get("csrf_token", [""])[0]
        except ValueError:
            raise BadRequest("That is more than any form of ours sends.") from None
    if not hmac.compare_digest(shown.encode(), exchange.csrf.encode()):
        raise Forbidden(_SAID)
