"""What the page of legal holds shows."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from wedsync.platform.pages import Crumb, Filled, Page


class HoldView(msgspec.Struct, frozen=True, kw_only=True):
    """One of them, by its reference; `step_url` is "" where its reader may not do what comes next."""

    reference: str
    matter: str
    held: str
    held_id: str
    state_label: str
    tone: str
    course: tuple[str, ...]
    step_url: str = ""
    step_label: str = ""
    step_question: str = ""
    step_text: str = ""


class HoldBoxes(msgspec.Struct, frozen=True, kw_only=True):
    """The form, as it was sent."""

    subject_id: Filled = Filled()
    wedding_id: Filled = Filled()
    reason: Filled = Filled()


class HoldsPage(Page, frozen=True, kw_only=True):
    """All of them, the newest first, and the form to ask for one; `older_url` is "" on the last page."""

    template: ClassVar[str] = "holds/holds.html"
    crumbs: tuple[Crumb, ...]
    holds: tuple[HoldView, ...]
    older_url: str
    ask_url: str
    boxes: HoldBoxes
    is_refused: bool
