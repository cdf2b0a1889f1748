"""What people see of their own settings, and of their business's."""

from typing import ClassVar

import msgspec

from wedsync.platform.pages import Filled, Option, Page


class SelfPage(Page, frozen=True, kw_only=True):
    """Oneself: name, clock and language, with the ways to everything else that is one's own.

    `businesses` are those that one owns.
    """

    template: ClassVar[str] = "preferences/you.html"
    name: Filled
    email: str
    zones: tuple[Option, ...]
    zone_error: str
    locales: tuple[Option, ...]
    locale_error: str
    security_url: str
    data_url: str
    letters_url: str
    businesses: str


class CardPage(Page, frozen=True, kw_only=True):
    """A business as it shows itself; `action` is "" for who may only look: they read `types_text` and `zone_text`."""

    template: ClassVar[str] = "preferences/business.html"
    team_url: str
    action: str
    name: Filled
    main_types: tuple[Option, ...]
    second_types: tuple[Option, ...]
    third_types: tuple[Option, ...]
    types_error: str
    zones: tuple[Option, ...]
    zone_error: str
    types_text: str
    zone_text: str
    error: str


class KindView(msgspec.Struct, frozen=True, kw_only=True):
    """Letters that somebody may choose."""

    name: str
    label: str
    sentence: str
    options: tuple[Option, ...]


class AlwaysView(msgspec.Struct, frozen=True, kw_only=True):
    """Letters that always come, and why."""

    label: str
    why: str


class LettersPage(Page, frozen=True, kw_only=True):
    """Which letters one gets, how often, and in which hours none."""

    template: ClassVar[str] = "preferences/letters.html"
    action: str
    kinds: tuple[KindView, ...]
    quiet_from: tuple[Option, ...]
    quiet_until: tuple[Option, ...]
    quiet_error: str
    always: tuple[AlwaysView, ...]


class StopPage(Page, frozen=True, kw_only=True):
    """Letters that somebody is about to have no more of; `action` is "" once that is done."""

    template: ClassVar[str] = "preferences/stop.html"
    kinds: tuple[str, ...]
    action: str
    letters_url: str
