"""What people see of their own settings, and of their business's."""

from typing import ClassVar

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
    businesses: str


class CardPage(Page, frozen=True, kw_only=True):
    """A business as it shows itself; `action` is "" for who may only look: they read `types_text` and `zone_text`."""

    template: ClassVar[str] = "preferences/business.html"
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
