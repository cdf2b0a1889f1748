"""Fills the pages of the door."""

from __future__ import annotations

from collections.abc import Mapping

from wedsync.features.people.model import Me, Session, SignUp
from wedsync.features.people.shell import door
from wedsync.features.people.views import LandingPage, SessionView, SignUpPage, StartPage
from wedsync.features.people.words import SUPPLIER_TYPES, moment
from wedsync.kernel.fields.completion import asked_fields
from wedsync.kernel.ids import SessionId
from wedsync.platform.formats import short_date
from wedsync.platform.forms import chosen, filled
from wedsync.platform.http import Exchange
from wedsync.platform.zone_options import zone_options

EMPTY = SignUp(business="", supplier_types=(), zone="Europe/London", name="", email="")


def landing(exchange: Exchange) -> LandingPage:
    """For strangers."""
    return LandingPage(shell=door(exchange), questions=len(asked_fields()))


def start_page(exchange: Exchange, me: Me, new: SignUp = EMPTY, wrong: Mapping[str, str] | None = None) -> StartPage:
    """For who has an account and nothing to do with it yet."""
    faults = wrong or {}
    first, _, last = me.name.partition(" ")
    return StartPage(
        shell=door(exchange, me),
        first_name=filled(first, faults, "first_name"),
        last_name=filled(last, faults, "last_name"),
        other_first_name=filled("", faults, "other_first_name"),
        wedding_zones=zone_options(me.zone),
        business=filled(new.business, faults, "business"),
        supplier_types=chosen(SUPPLIER_TYPES, _kind(new)),
        type_error=faults.get("supplier_types", ""),
        zones=zone_options(new.zone),
        zone_error=faults.get("zone", ""),
    )


def sign_up_page(exchange: Exchange, new: SignUp, wrong: Mapping[str, str] | None = None) -> SignUpPage:
    """The form as it was sent, with what needs another look."""
    faults = wrong or {}
    return SignUpPage(
        shell=door(exchange),
        business=filled(new.business, faults, "business"),
        supplier_types=chosen(SUPPLIER_TYPES, _kind(new)),
        type_error=faults.get("supplier_types", ""),
        zones=zone_options(new.zone),
        zone_error=faults.get("zone", ""),
        name=filled(new.name, faults, "name"),
        email=filled(new.email, faults, "email"),
        error="Look again at what is marked." if faults else "",
    )


def session_view(session: Session, here: SessionId, zone: str) -> SessionView:
    """One device; the one in use is ended by signing out."""
    is_this = session.id == here
    return SessionView(
        device=session.device or "A device",
        opened="by link" if session.opened_by == "link" else "with the password",
        last_seen=moment(session.used_at, zone),
        expires_text=f"stays until {short_date(session.expires_at.date())}",
        end_url="" if is_this else f"/sessions/{session.id}/end",
        is_this=is_this,
    )


def _kind(new: SignUp) -> str:
    return new.supplier_types[0].value if new.supplier_types else ""
