"""Hands error reports to Sentry, or to whoever speaks its protocol: an envelope each, and a pause when it asks for one.

A client of our own, because the library collects by default what must never leave here.
"""

from __future__ import annotations

import gzip
import time
from collections.abc import Sequence
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from typing import Final
from urllib.parse import SplitResult, urlsplit

import msgspec

import wedsync

ANSWER_WITHIN_S: Final = 5
LONGEST_ANSWER_BYTES: Final = 64 * 1024
PAUSE_S: Final = 60
LONGEST_PAUSE_S: Final = 3600
TOO_MANY: Final = 429
TAKEN: Final = range(200, 300)


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """One call under way when something was raised: where, and nothing of what it held."""

    filename: str
    module: str
    function: str
    lineno: int
    in_app: bool


class Stack(msgspec.Struct, frozen=True):
    """The outermost first."""

    frames: tuple[Frame, ...]


class Raised(msgspec.Struct, frozen=True, kw_only=True):
    """An exception. `value` is a code where it has one, never its sentence."""

    type: str
    module: str
    value: str
    stacktrace: Stack


class Chain(msgspec.Struct, frozen=True):
    """An exception after the ones that led to it."""

    values: tuple[Raised, ...]


class Report(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An event, in the words of the protocol."""

    event_id: str
    timestamp: float
    platform: str
    level: str
    logger: str
    release: str
    environment: str
    message: str
    tags: dict[str, str]
    transaction: str = ""
    exception: Chain = Chain(())


class Sentry:
    """One project. `dsn` is well formed: the settings saw to that."""

    def __init__(self, dsn: str) -> None:
        """Nothing is connected yet."""
        self._address: Final = urlsplit(dsn)
        prefix, _, project = self._address.path.rpartition("/")
        self._path: Final = f"{prefix}/api/{project}/envelope/"
        client = f"wedsync/{wedsync.__version__}"
        self._headers: Final = {
            "content-type": "application/x-sentry-envelope",
            "content-encoding": "gzip",
            "user-agent": client,
            "x-sentry-auth": f"Sentry sentry_version=7, sentry_client={client}, sentry_key={self._address.username}",
        }
        self._silent_until = 0.0

    def send(self, reports: Sequence[Report]) -> bool:
        """Whether the one that was left was taken. Raises OSError or HTTPException when nobody answers."""
        (report,) = reports
        if time.monotonic() < self._silent_until:
            return False
        connection = _connection(self._address)
        try:
            connection.request("POST", self._path, body=gzip.compress(_envelope(report)), headers=self._headers)
            answer = connection.getresponse()
            answer.read(LONGEST_ANSWER_BYTES)
        finally:
            connection.close()
        self._silent_until = time.monotonic() + pause_of(answer.status, _limits(answer), _after(answer))
        return answer.status in TAKEN


def pause_of(status: int, limits: str, retry_after: str) -> int:
    """For how many seconds it wants to hear of no more errors."""
    asked = [_seconds(limit) for limit in limits.split(",") if limit.strip()]
    if not limits and status == TOO_MANY:
        asked = [int(retry_after) if retry_after.isdigit() else PAUSE_S]
    return min(max(asked, default=0), LONGEST_PAUSE_S)


def _seconds(limit: str) -> int:
    """`60:error;transaction:key` asks for a pause with errors; no kinds at all means every kind."""
    seconds, _, rest = limit.strip().partition(":")
    kinds = rest.partition(":")[0]
    is_ours = not kinds or bool({"error", "default"} & set(kinds.split(";")))
    return int(seconds) if is_ours and seconds.isdigit() else 0


def _envelope(report: Report) -> bytes:
    event = msgspec.json.encode(report)
    head = msgspec.json.encode({"event_id": report.event_id})
    item = msgspec.json.encode({"type": "event", "content_type": "application/json", "length": len(event)})
    return b"\n".join((head, item, event, b""))


def _connection(address: SplitResult) -> HTTPConnection:
    kind = HTTPSConnection if address.scheme == "https" else HTTPConnection
    return kind(address.hostname or "", address.port, timeout=ANSWER_WITHIN_S)


def _limits(answer: HTTPResponse) -> str:
    return answer.getheader("x-sentry-rate-limits", "")


def _after(answer: HTTPResponse) -> str:
    return answer.getheader("retry-after", "")
