"""What the page of requests shows."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from wedsync.platform.pages import Crumb, Filled, Moment, Page


class OpenRequestView(msgspec.Struct, frozen=True, kw_only=True):
    """One of them, by its reference; `answer_url` is "" where nobody answers, `answer` what was typed and refused."""

    reference: str
    title: str
    asked: Moment
    state_label: str
    tone: str
    note: str
    wrong: str = ""
    person_id: str = ""
    answer_url: str = ""
    answer: Filled = Filled()


class DataRequestsPage(Page, frozen=True, kw_only=True):
    """What is not done; `more_url` is "" on the last page."""

    template: ClassVar[str] = "data_requests/data_requests.html"
    crumbs: tuple[Crumb, ...]
    requests: tuple[OpenRequestView, ...]
    more_url: str
