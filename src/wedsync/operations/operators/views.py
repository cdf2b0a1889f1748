"""What the page of the operators shows."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from wedsync.platform.pages import Moment, Page


class OperatorView(msgspec.Struct, frozen=True, kw_only=True):
    """One of the platform's staff."""

    name: str
    initials: str
    role_label: str
    since: Moment
    is_you: bool


class RoleView(msgspec.Struct, frozen=True, kw_only=True):
    """A role and what it may do."""

    label: str
    sentence: str


class OperatorsPage(Page, frozen=True, kw_only=True):
    """Everybody who runs the installation, and how another one is appointed."""

    template: ClassVar[str] = "operators/operators.html"
    operators: tuple[OperatorView, ...]
    roles: tuple[RoleView, ...]
