"""What a business sees when it invites many of its clients: whom it may choose, whom it has chosen, how far it is."""

from typing import ClassVar

import msgspec

from wedsync.platform.pages import Crumb, Option, Page, View


class CandidateView(msgspec.Struct, frozen=True, kw_only=True):
    """A client to invite, and where the letter would go; `why_not` is "" where one may go."""

    id: str
    name: str
    href: str
    email: str
    why_not: str


class ChoosePage(Page, frozen=True, kw_only=True):
    """Clients who are not connected, to tick; `services` only where there is one to choose."""

    template: ClassVar[str] = "clients/round_choose.html"
    crumbs: tuple[Crumb, ...]
    candidates: tuple[CandidateView, ...]
    services: tuple[Option, ...]
    look_url: str
    more_url: str


class LookPage(Page, frozen=True, kw_only=True):
    """Whom the letters would go to, and who gets none and why. `note` says how fast; `press` is "" for nobody."""

    template: ClassVar[str] = "clients/round_look.html"
    crumbs: tuple[Crumb, ...]
    sentence: str
    invited: tuple[CandidateView, ...]
    others: tuple[CandidateView, ...]
    note: str
    press: str
    ids: str
    service: str
    action: str


class RoundFragment(View, frozen=True, kw_only=True):
    """How far a round is: who waits and until when, and who got no letter."""

    template: ClassVar[str] = "clients/_round.html"
    sentence: str
    pause: str
    sent: int
    total: int
    is_going: bool
    left: tuple[CandidateView, ...]
    left_more: str
    passed: tuple[CandidateView, ...]
    fragment_url: str
    list_url: str


class RoundPage(Page, frozen=True, kw_only=True):
    """A round of invitations."""

    template: ClassVar[str] = "clients/round.html"
    crumbs: tuple[Crumb, ...]
    supplier_id: str
    sentence: str
    pause: str
    sent: int
    total: int
    is_going: bool
    left: tuple[CandidateView, ...]
    left_more: str
    passed: tuple[CandidateView, ...]
    fragment_url: str
    list_url: str
