"""What duty support sees."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from wedsync.platform.pages import Crumb, Filled, Moment, Page


class EmergencyView(msgspec.Struct, frozen=True, kw_only=True):
    """One that waits, by its reference; `called_back` is what was typed and refused."""

    reference: str
    about: str
    said_by: str
    when: Moment
    approvals: str
    told: str
    action: str
    called_back: Filled


class EmergenciesPage(Page, frozen=True, kw_only=True):
    """All that wait."""

    template: ClassVar[str] = "duty/emergencies.html"
    crumbs: tuple[Crumb, ...]
    emergencies: tuple[EmergencyView, ...]
    csrf: str
