"""A person at a browser without JavaScript: opens pages, fills in the forms that stand on them."""

import re
from html import unescape
from typing import Final

import httpx
from tests.support.web import BASE_URL, HOST, client_of
from tests.support.world import Somebody

from wedsync.platform.http.answers import PLAIN_COOKIE
from wedsync.platform.http.app import WebApp
from wedsync.platform.metrics import metrics_page

PART: Final = {"hx-request": "true"}
_READ: Final = re.compile(r'wedsync_statement_seconds_count\{lane="read"\} (\S+)')
_TOKEN: Final = re.compile(r'name="csrf_token" value="([^"]*)"')


class Visitor:
    """One browser; signed in when it is somebody's."""

    def __init__(self, app: WebApp, somebody: Somebody | None = None) -> None:
        self.client = client_of(app, accept="text/html")
        if somebody is not None:
            self.client.cookies.set(PLAIN_COOKIE, somebody.token, domain=HOST)
        self.token = ""

    async def look(self, path: str, status: int = 200) -> str:
        """The page, as text that a person reads it from."""
        answer = await self.get(path)
        assert answer.status_code == status, (answer.status_code, answer.text)
        return unescape(answer.text)

    async def get(self, path: str, *, part: bool = False) -> httpx.Response:
        answer = await self.client.get(path, headers=PART if part else {})
        self._keep_token(answer)
        return answer

    async def send(self, path: str, *, part: bool = False, **boxes: str) -> httpx.Response:
        """Send a form with the token of the page that was looked at last."""
        headers = {"origin": BASE_URL, "sec-fetch-site": "same-origin"} | (PART if part else {})
        answer = await self.client.post(path, data={"csrf_token": self.token} | boxes, headers=headers)
        self._keep_token(answer)
        return answer

    async def statements(self, path: str) -> int:
        """How many statements a page costs once the session is known."""
        await self.look(path)
        before = _read()
        await self.look(path)
        return _read() - before

    def _keep_token(self, answer: httpx.Response) -> None:
        if found := _TOKEN.search(answer.text):
            self.token = found[1]


def _read() -> int:
    """Statements of the read lane so far, by the house's own count."""
    found = _READ.search(metrics_page()[0].decode())
    return int(float(found[1])) if found else 0
