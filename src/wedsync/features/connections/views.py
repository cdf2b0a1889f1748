"""What a supplier sees of the weddings it works on, and what a couple lets it see.

A supplier's page names only what it may read: what is kept from it leaves no trace, not even a locked box.
"""

from typing import ClassVar

import msgspec

from wedsync.features.weddings.field_views import FieldView
from wedsync.features.weddings.views import ChangeView, Head
from wedsync.platform.pages import Crumb, Filled, Moment, Option, Page, View


class WeddingRow(msgspec.Struct, frozen=True, kw_only=True):
    """A wedding in a list. `when_text` is "in 6 days"; `status_tone` is ok, day, fixed or ""."""

    title: str
    href: str
    date_text: str
    when_text: str
    place: str
    percent: int
    guests: str
    status: str = ""
    status_tone: str = ""


class Tile(msgspec.Struct, frozen=True, kw_only=True):
    """One figure and the sentence under it."""

    label: str
    figure: str
    sentence: str
    tone: str = ""


class TodayFragment(View, frozen=True, kw_only=True):
    """The part of Today that moves by itself. `unseen` says how many changes nobody has seen, or is ""."""

    template: ClassVar[str] = "connections/_today.html"
    tiles: tuple[Tile, ...]
    weddings: tuple[WeddingRow, ...]
    changes: tuple[ChangeView, ...]
    unseen: str
    changes_url: str
    weddings_url: str
    invite_url: str


class TodayPage(Page, frozen=True, kw_only=True):
    """A supplier's morning: figures, next weddings, what has just changed.

    `invite_url` is "" for members who may not invite.
    """

    template: ClassVar[str] = "connections/today.html"
    greeting: str
    fragment_url: str
    tiles: tuple[Tile, ...]
    weddings: tuple[WeddingRow, ...]
    changes: tuple[ChangeView, ...]
    unseen: str
    changes_url: str
    weddings_url: str
    invite_url: str


class WeddingsPage(Page, frozen=True, kw_only=True):
    """All weddings of a supplier, soonest first; `more_url` is "" on the last page."""

    template: ClassVar[str] = "connections/weddings.html"
    weddings: tuple[WeddingRow, ...]
    filters: tuple[Option, ...]
    more_url: str
    invite_url: str


class FactView(msgspec.Struct, frozen=True, kw_only=True):
    """A fact as a supplier reads it; `field` is set where it may write it, `display` is "" until it is told.

    `seen_as` names the revision shown, where no member has seen it yet.
    """

    key: str
    label: str
    display: str
    state: str = ""
    note: str = ""
    warning: str = ""
    is_long: bool = False
    seen_as: str = ""
    field: FieldView | None = None


class FactGroup(msgspec.Struct, frozen=True, kw_only=True):
    """The facts of one group that this supplier may read."""

    element_id: str
    title: str
    facts: tuple[FactView, ...]


class EventRow(msgspec.Struct, frozen=True, kw_only=True):
    """An event in its own zone: "13:30", "Europe/London", and what a clock change does to it; `seen_as` as a fact's."""

    title: str
    date_text: str
    time_text: str
    zone: str
    place: str
    note: str = ""
    seen_as: str = ""


class UnseenRow(msgspec.Struct, frozen=True, kw_only=True):
    """What has changed since the team last looked; `before` is what it saw then, or "". `seen_as` as a fact's."""

    label: str
    before: str
    after: str
    seen_as: str


class ColleagueView(msgspec.Struct, frozen=True, kw_only=True):
    """Another supplier of the same wedding: name and type, contact only on grant."""

    name: str
    type_label: str
    initials: str
    contact: str = ""


class WeddingFragment(View, frozen=True, kw_only=True):
    """Everything on a supplier's wedding page that moves when the couple saves.

    `unseen` is what has changed; `unseen_tokens` name it and all else that the team has not seen, for the button.
    """

    template: ClassVar[str] = "connections/_wedding.html"
    fragment_url: str
    percent: int
    unseen: tuple[UnseenRow, ...]
    unseen_tokens: str
    groups: tuple[FactGroup, ...]
    events: tuple[EventRow, ...]
    changes: tuple[ChangeView, ...]
    colleagues: tuple[ColleagueView, ...]
    csrf: str


class WeddingPage(Page, frozen=True, kw_only=True):
    """One wedding as one supplier may read it. `leave_url` is "" for members who may not leave it, `ask_url` for those
    who may not ask.
    """

    template: ClassVar[str] = "connections/wedding.html"
    wedding_id: str
    fragment_url: str
    crumbs: tuple[Crumb, ...]
    head: Head
    leave_url: str
    ask_url: str
    percent: int
    unseen: tuple[UnseenRow, ...]
    unseen_tokens: str
    groups: tuple[FactGroup, ...]
    events: tuple[EventRow, ...]
    changes: tuple[ChangeView, ...]
    colleagues: tuple[ColleagueView, ...]
    csrf: str


class InvitationRow(msgspec.Struct, frozen=True, kw_only=True):
    """An invitation sent; `tone` is ok, fixed, bad or ""."""

    email: str
    title: str
    status: str
    sent: Moment
    tone: str = ""
    again_url: str = ""
    withdraw_url: str = ""


class InvitationsPage(Page, frozen=True, kw_only=True):
    """A supplier invites couples; `may_invite` is False for viewers, `services` is what it may offer to do."""

    template: ClassVar[str] = "connections/invitations.html"
    invitations: tuple[InvitationRow, ...]
    may_invite: bool
    invite_url: str
    email: Filled
    name: Filled
    services: tuple[Option, ...]


class ConnectionRow(msgspec.Struct, frozen=True, kw_only=True):
    """A supplier as its couple sees it. `sees` is "the usual for a caterer"; `email` is that of one not come yet.

    `asks` is "asks for contact details" while something waits for an answer.
    `unseen` says how many changes nobody there has seen, or is "".
    """

    name: str
    type_label: str
    initials: str
    status: str
    tone: str
    sees: str
    sharing_url: str
    asks: str = ""
    email: str = ""
    unseen: str = ""
    again_url: str = ""
    withdraw_url: str = ""


class SuppliersFragment(View, frozen=True, kw_only=True):
    """The part that moves when a supplier connects, leaves or answers."""

    template: ClassVar[str] = "connections/_suppliers.html"
    connections: tuple[ConnectionRow, ...]
    seen_url: str
    csrf: str


class SuppliersPage(Page, frozen=True, kw_only=True):
    """The couple's suppliers. `invite_url` is "" for who may not invite, `looked_url` for who may not share."""

    template: ClassVar[str] = "connections/suppliers.html"
    wedding_id: str
    fragment_url: str
    connections: tuple[ConnectionRow, ...]
    seen_url: str
    looked_url: str
    csrf: str
    invite_url: str
    supplier_types: tuple[Option, ...]
    name: Filled
    email: Filled
    type_error: str


class GrantView(msgspec.Struct, frozen=True, kw_only=True):
    """One area of the wedding and what one supplier may do with it.

    `reads` names what the present level shows.
    """

    element_id: str
    area: str
    label: str
    sentence: str
    levels: tuple[Option, ...]
    may_write: bool
    can_offer_write: bool
    action: str
    reads: str = ""
    error: str = ""
    is_saved: bool = False


class GrantFragment(View, frozen=True, kw_only=True):
    """One area alone: the answer to its form."""

    template: ClassVar[str] = "connections/_grant.html"
    grant: GrantView
    csrf: str


class RequestView(msgspec.Struct, frozen=True, kw_only=True):
    """What a supplier asks for: the couple answers it, the supplier takes it back. `tone` is ok, fixed or ""."""

    label: str
    wish: str
    reason: str
    asked: Moment
    status: str = ""
    tone: str = ""
    answer_url: str = ""
    withdraw_url: str = ""


class ReceiptRow(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody of a supplier looked at an area on a day."""

    person: str
    supplier: str
    label: str
    when_text: str
    iso: str


class SupportRow(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody of WedSync's support looked as somebody; `text` says as whom and how much."""

    operator: str
    text: str
    reason: str
    when_text: str
    iso: str


class AskPage(Page, frozen=True, kw_only=True):
    """A supplier asks for more of one wedding; `action` is "" for who only looks."""

    template: ClassVar[str] = "connections/ask.html"
    crumbs: tuple[Crumb, ...]
    title: str
    requests: tuple[RequestView, ...]
    action: str
    areas: tuple[Option, ...]
    levels: tuple[Option, ...]
    may_write: bool
    reason: Filled
    area_error: str
    error: str
    csrf: str


class ReaderRow(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody towards one fact: whether they read it, and why; `href` is where the couple changes that, or ""."""

    name: str
    initials: str
    role: str
    reads: bool
    why: str
    href: str


class ReadersPage(Page, frozen=True, kw_only=True):
    """Who can see one fact, and why. `others` are those who do not."""

    template: ClassVar[str] = "connections/readers.html"
    crumbs: tuple[Crumb, ...]
    label: str
    readers: tuple[ReaderRow, ...]
    others: tuple[ReaderRow, ...]


class ReceiptsPage(Page, frozen=True, kw_only=True):
    """Who read what only the couple's grants open; `filters` are the suppliers, `older_url` is "" at the end.

    `support` is who of WedSync's own people opened the wedding.
    """

    template: ClassVar[str] = "connections/receipts.html"
    crumbs: tuple[Crumb, ...]
    receipts: tuple[ReceiptRow, ...]
    support: tuple[SupportRow, ...]
    filters: tuple[Option, ...]
    older_url: str


class SharingPage(Page, frozen=True, kw_only=True):
    """What one supplier may see, asks for, and has looked at. `disconnect_url` is "" once there is nothing to end."""

    template: ClassVar[str] = "connections/sharing.html"
    crumbs: tuple[Crumb, ...]
    name: str
    type_label: str
    initials: str
    status: str
    tone: str
    intro: str
    requests: tuple[RequestView, ...]
    grants: tuple[GrantView, ...]
    receipts: tuple[ReceiptRow, ...]
    receipts_url: str
    disconnect_url: str
    csrf: str
