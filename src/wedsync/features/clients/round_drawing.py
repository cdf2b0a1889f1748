"""A round of invitations in words. Nothing is asked here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from wedsync.features.clients.candidates import Candidate, why_not_with_others
from wedsync.features.clients.round_queries import Round
from wedsync.features.clients.round_views import CandidateView, RoundFragment
from wedsync.kernel.permissions import SupplierType
from wedsync.platform.formats import clock, plural
from wedsync.platform.pages import Option
from wedsync.platform.rate_limits import INVITATIONS

AN_HOUR: Final = f"Up to {INVITATIONS.most} letters go out in an hour; the rest follow by themselves."
_PASSED: Final = "No letter could go there just then. You may invite them by themselves."


def candidate_view(client: Candidate, base: str) -> CandidateView:
    """A client to invite."""
    return CandidateView(
        id=str(client.id),
        name=client.name,
        href=f"{base}/{client.id}",
        email=client.email,
        why_not=why_not_with_others(client),
    )


def services(kinds: Sequence[SupplierType]) -> tuple[Option, ...]:
    """What to choose from; nothing where the business does one thing."""
    return tuple(Option(value=kind.value, label=kind.label) for kind in kinds) if len(kinds) > 1 else ()


def chosen_sentence(invited: int, others: int) -> str:
    """How many letters would go out, and how many of those chosen get none."""
    none = f" {plural(others, 'client gets', 'clients get')} none; why stands below." if others else ""
    if not invited:
        return "Nobody of them can be invited now." if others else "Nobody is chosen. Go back and tick somebody."
    return f"{plural(invited, 'letter', 'letters')} would go out.{none}"


def round_fragment(found: Round, base: str, zone: str) -> RoundFragment:
    """How far it is."""
    more = found.waiting - len(found.left)
    return RoundFragment(
        sentence=f"{found.sent:,} of {plural(found.total, 'letter is', 'letters are')} on the way.",
        pause=f"It goes on at {clock(found.goes_on_at, zone)}: {AN_HOUR}" if found.goes_on_at and found.waiting else "",
        sent=found.sent,
        total=found.total,
        is_going=found.waiting > 0,
        left=tuple(candidate_view(each, base) for each in found.left),
        left_more=f"and {plural(more, 'more client', 'more clients')}" if more else "",
        passed=tuple(_passed(each, base) for each in found.passed),
        fragment_url=f"{base}/invitations/{found.id}",
        list_url=base,
    )


def _passed(client: Candidate, base: str) -> CandidateView:
    view = candidate_view(client, base)
    return (
        view
        if view.why_not
        else CandidateView(id=view.id, name=view.name, href=view.href, email=view.email, why_not=_PASSED)
    )
