"""What one sees of facts that are fixed, and of those with whom one may talk about them.

Every text is ready to read; a template only places it.
"""

from typing import ClassVar

import msgspec

from wedsync.platform.pages import Crumb, Page


class FixedFact(msgspec.Struct, frozen=True, kw_only=True):
    """A fact that is not changed once the date is confirmed."""

    label: str
    display: str


class ContactWay(msgspec.Struct, frozen=True, kw_only=True):
    """A way to reach somebody: an address or number, and what opens it."""

    text: str
    href: str


class ContactView(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody to talk to, by the `ways` that the reader may see."""

    name: str
    initials: str
    role_label: str
    ways: tuple[ContactWay, ...] = ()


class AmendmentsPage(Page, frozen=True, kw_only=True):
    """What is shut and why; `until_text` says when that changes by itself, or is "".

    `nobody` stands where there is none to talk to, `no_way` where the reader sees no way to reach them.
    """

    template: ClassVar[str] = "weddings/amendments.html"
    crumbs: tuple[Crumb, ...]
    why: str
    now: str
    until_text: str
    nobody: str
    no_way: str
    fixed: tuple[FixedFact, ...]
    talk_to: tuple[ContactView, ...]
