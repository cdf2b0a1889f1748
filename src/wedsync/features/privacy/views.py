"""What one can do about one's own data."""

from typing import ClassVar

import msgspec

from wedsync.platform.pages import Filled, Moment, Page


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
    said: str = ""
    answer: str = ""


class PartView(msgspec.Struct, frozen=True, kw_only=True):
    """A wedding one belongs to; the addresses are empty where that is asked for already."""

    title: str
    wedding_id: str
    role_label: str
    action: str
    export_action: str = ""


class OwnPlace(msgspec.Struct, frozen=True, kw_only=True):
    """Where one changes something oneself."""

    label: str
    href: str
    what: str


class DataPage(Page, frozen=True, kw_only=True):
    """One's own data: what was asked for, taking it along, being forgotten, what stays then.

    `forget_url`, `export_url` and `correct_url` are empty once that is asked for; `wrong` was typed and refused.
    """

    template: ClassVar[str] = "privacy/data.html"
    requests: tuple[RequestView, ...]
    parts: tuple[PartView, ...]
    forget_url: str
    export_url: str
    own_places: tuple[OwnPlace, ...]
    correct_url: str
    wrong: Filled
    stays: tuple[str, ...]
    businesses: str
