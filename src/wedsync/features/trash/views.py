"""What was removed, as it can be brought back."""

from typing import ClassVar

import msgspec

from wedsync.platform.pages import Moment, Page


class DeletionView(msgspec.Struct, frozen=True, kw_only=True):
    """One deletion: what it took, who removed it, until when it comes back. `undo_url` is empty where one may not."""

    title: str
    things: tuple[str, ...]
    more: str
    said_by: str
    when: Moment
    until_text: str
    undo_url: str


class TrashPage(Page, frozen=True, kw_only=True):
    """What was removed from a wedding or a business. `why_not` says why nothing comes back just now."""

    template: ClassVar[str] = "trash/trash.html"
    deletions: tuple[DeletionView, ...]
    why_not: str
    older_url: str
    back_url: str
