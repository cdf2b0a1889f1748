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
    file_url: str = ""
    file_text: str = ""


class PartView(msgspec.Struct, frozen=True, kw_only=True):
    """A wedding one belongs to; the addresses are empty where that is asked for already."""

    title: str
    wedding_id: str
    role_label: str
    action: str
    export_action: str = ""


class DataPage(Page, frozen=True, kw_only=True):
    """One's own data: what was asked for, taking it along, being forgotten, what stays then.

    `forget_url` and `export_url` are empty once that is asked for.
    """

    template: ClassVar[str] = "privacy/data.html"
    requests: tuple[RequestView, ...]
    parts: tuple[PartView, ...]
    forget_url: str
    export_url: str
    stays: tuple[str, ...]
    businesses: str
