"""Our own API, asked from a terminal or a pipeline: whoever holds a session acts as its person, as on a page."""

from __future__ import annotations

from http.client import HTTPException
from typing import Final
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import msgspec

from wedsync.kernel.problems import Invalid

PATIENCE_S: Final = 15
CORRECT: Final = "Correct it, then run the command again."
LARGEST_ANSWER_BYTES: Final = 4 * 1024 * 1024


class ApiRefusal(Exception):  # noqa: N818 - it reads as the sentences it carries
    """What the API said no with, or that it does not answer."""


class _Problem(msgspec.Struct, frozen=True):
    type: str = ""
    title: str = ""
    detail: str = ""
    advice: str = ""
    errors: list[dict[str, str]] = []

    @property
    def said(self) -> str:
        wrong = [f"{each.get('field', '')}: {each.get('detail', '')}" for each in self.errors]
        # What the API advises is meant for a page: there the words are still in their boxes, and marked.
        advice = CORRECT if self.type.endswith(f"/{Invalid.slug}") else self.advice
        return " ".join(filter(None, (f"{self.title}.", self.detail, *wrong, advice)))


class ApiClient:
    """One installation, as one person or as nobody."""

    def __init__(self, base_url: str, session: str = "") -> None:
        """`base_url` is the settings', so it is http or https."""
        self._base_url: Final = base_url
        self._headers: Final = {"authorization": f"Bearer {session}"} if session else {}

    def ask(self, method: str, path: str, body: object = None) -> bytes:
        """The answer, JSON. Raises ApiRefusal with words for a person."""
        return self._send(method, path, None if body is None else msgspec.json.encode(body), "application/json")

    def send_file(self, path: str, content: bytes) -> bytes:
        """The answer to a file, sent as it is. Raises ApiRefusal with words for a person."""
        return self._send("POST", path, content, "application/octet-stream")

    def _send(self, method: str, path: str, content: bytes | None, kind: str) -> bytes:
        headers = self._headers | {"content-type": kind, "accept": "application/json"}
        request = Request(f"{self._base_url}{path}", data=content, headers=headers, method=method)  # noqa: S310 - http(s)
        try:
            with urlopen(request, timeout=PATIENCE_S) as answer:  # noqa: S310 - as above
                read: bytes = answer.read(LARGEST_ANSWER_BYTES)
                return read
        except HTTPError as error:
            raise ApiRefusal(_said(error)) from None
        except (URLError, HTTPException, TimeoutError) as error:
            raise ApiRefusal(f"{self._base_url} does not answer: {error}") from None


def _said(error: HTTPError) -> str:
    try:
        return msgspec.json.decode(error.read(LARGEST_ANSWER_BYTES), type=_Problem).said
    except msgspec.MsgspecError:
        return f"It was refused with {error.code}."
