"""What one can do about one's own data."""

from typing import ClassVar

import msgspec

from wedsync.platform.pages import Moment, Page


class RequestView(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was asked for: how it stands, and the way to take it back while there is one."""

    title: str
    when: Moment
    status: str
    tone: str
    note: str
    withdraw_url: str = ""


class PartView(msgspec.Struct, frozen=True, kw_only=True):
    """A wedding one belongs to; `action` is empty where that part is asked for already."""

    title: str
    wedding_id: str
    role_label: str
    action: str


class DataPage(Page, frozen=True, kw_only=True):
    """One's own data: what was asked for, being forgotten, what stays then. `forget_url` is empty once asked for."""

    template: ClassVar[str] = "privacy/data.html"
    requests: tuple[RequestView, ...]
    parts: tuple[PartView, ...]
    forget_url: str
    stays: tuple[str, ...]
    businesses: str
