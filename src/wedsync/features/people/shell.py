"""What surrounds every page: where one can go, who one is, and the hats one may change.

Everything comes from one answer about the signed-in person, asked as themselves: acting for a business must not hide
their own wedding from the switch.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final
from uuid import UUID

import msgspec
from litestar import Router
from litestar.di import Provide
from litestar.handlers import HTTPRouteHandler

from wedsync.features.people.model import Me, SupplierCapacity, WeddingCapacity
from wedsync.features.people.queries import ME
from wedsync.kernel.clock import utc_now
from wedsync.kernel.permissions import Permission, Standing, SupplierRole, SupplierType, WeddingRole, allows
from wedsync.kernel.problems import NotFound
from wedsync.platform.database import Actor, NoParams, Reader
from wedsync.platform.formats import clock, initials
from wedsync.platform.http import Exchange
from wedsync.platform.http.answers import HAT_COOKIE
from wedsync.platform.pages import Capacity, Looking, NavItem, Shell, ShieldLine, Who

NOTICES: Final = {
    "invited": "Sent. The link in the letter works once, for 7 days.",
    "again": "Sent again: the same link, for what is left of its 7 days.",
    "withdrawn": "Withdrawn. The link in the letter no longer works.",
    "role": "The role is changed.",
    "removed": "Removed.",
    "shown-out": "Removed, and signed out on every device. A letter tells them.",
    "offered": "Offered. They get a letter with a link, and you get one that says so.",
    "owner": "The business is yours. A letter tells you both.",
    "event": "Added. Tell its day, times and place below.",
    "event-removed": "The event is removed. You can have it back for 30 days.",
    "restored": "It is back, with all its details.",
    "client": "Written down.",
    "client-removed": "Removed. You can have it back for 30 days.",
    "question": "Answered.",
    "moved": "Moved.",
    "filter": "Kept for the team.",
    "filter-removed": "Removed. You can have it back for 30 days.",
    "linked": "Linked. What they share stands beside it; what you keep stays yours.",
    "unlinked": "The link is gone. The connection with them stays as it is.",
    "note": "Noted.",
    "note-removed": "Removed. You can have it back for 30 days.",
    "venue": "Published. Couples find it from now on.",
    "venue-removed": "Removed from the directory. You can have it back for 30 days.",
    "confirmed": "The date is confirmed. Every supplier sees it.",
    "proposed": "Sent. Here is where it stands.",
    "amendment-proposed": "Approved. It waits for somebody else.",
    "amendment-waiting": "Approved. It takes effect when the wedding is over.",
    "amendment-effective": "It is in effect, and every supplier whom it concerns is told.",
    "amendment-refused": "Refused. Everything stays as it is.",
    "amendment-withdrawn": "Taken back. Everything stays as it is.",
    "terms": "Your answer is on record.",
    "seconded": "Your yes is on record. It takes effect in a moment, and every supplier is told.",
    "seconded-first": "Your yes is on record. It waits for one of the couple or their coordinator.",
    "asked-for": "Asked. The couple gets a letter, and so do you when they answer.",
    "request-withdrawn": "Taken back.",
    "shared": "Shared, from now on. Who asked is told.",
    "declined": "Not shared. Who asked is told; nothing else changes.",
    "ended": "The connection is ended. It sees nothing of your wedding any more.",
    "left": "You left. You see nothing of that wedding any more.",
    "connected": "You are connected.",
    "day-closed": "The day is closed. Plans can be changed again; you can reopen it for 6 hours.",
    "day-reopened": "The day is open again, until it ends by itself.",
    "key-ended": "Ended. Whatever comes under that key is refused from now on.",
    "device": "That device is signed out.",
    "others": "Every other device is signed out.",
    "too-long": "That took too long. Sign in again.",
    "step-off": "The second step is off.",
    "password": "Your password is changed. Every other device is signed out.",
    "address": "Your address is changed. Every other device is signed out.",
    "address-half": "The new address is confirmed. Now the letter to the old one.",
    "address-taken": "Nothing is changed: somebody has an account with that address already.",
    "address-withdrawn": "Taken back. You sign in as before.",
    "address-worn-out": "Five wrong codes: it is over. You can ask for the address again.",
    "everywhere": "You are signed out on every device.",
    "one-less": "Your oldest device was signed out: three can be signed in at a time.",
    "asked": "Asked for. A letter confirms it; for a day you can take it back.",
    "exporting": "Asked for. A letter tells you when it is ready.",
    "correcting": "Sent. A person looks at it and answers you within 7 days.",
    "answered": "Sent. They read it by letter and on their page.",
    "taken-back": "Taken back.",
    "hold-asked": "Asked for. It holds once somebody else sets it.",
    "hold-set": "It holds from now on, until two let it go.",
    "hold-release-asked": "Asked for. It holds until somebody else lets it go.",
    "hold-released": "It is let go.",
    "looked": "You are yourself again.",
    "let-in": "Their passwords and codes are taken again. A letter tells them.",
    "seen": "Noted. The couple sees that you know.",
    "saved": "Saved.",
}
OWN_WEDDING: Final = {
    WeddingRole.PARTNER: "Your own wedding",
    WeddingRole.COMPANION: "You keep them company",
    WeddingRole.COORDINATOR: "You coordinate the day",
}
_SUPPLIER_PLACES: Final = (
    ("Today", "today", "today"),
    ("Weddings", "weddings", "rings"),
    ("Clients", "clients", "book"),
    ("Invitations", "invitations", "mail"),
    ("Team", "team", "people"),
)
_VENUE_PLACES: Final = (*_SUPPLIER_PLACES, ("Venues", "venues", "pin"))
OPERATIONS: Final = "/operations"
_OPERATOR_PLACES: Final = (
    ("Control room", "", "shield"),
    ("Overrides", "overrides", "alert"),
    ("Operators", "operators", "people"),
)
_SUPPORT_PLACES: Final = (
    *_OPERATOR_PLACES,
    ("Emergencies", "emergencies", "clock"),
    ("Requests", "requests", "form"),
    ("Holds", "holds", "lock"),
    ("Lockouts", "lockouts", "device"),
    ("Look as", "impersonations", "eye"),
)
_WEDDING_PLACES: Final = (
    ("Home", "home", "home"),
    ("Details", "details", "form"),
    ("Events", "events", "calendar"),
    ("Day", "day", "clock"),
    ("Suppliers", "suppliers", "people"),
)


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """A signed-in person at a page; `notice` is the sentence left by the form that led there."""

    exchange: Exchange
    me: Me
    notice: str = ""

    @property
    def is_proved(self) -> bool:
        """Whether they showed lately that it is they: what asks for it is then a form, else the way to show it."""
        return self.exchange.signed_in().is_proved(utc_now())

    @property
    def reader(self) -> Reader:
        """The read lane, for the capacity that the page is in. To ask for it apart would cost the page a task group."""
        return self.exchange.reader()


async def provide_visit(exchange: Exchange, told: str = "") -> Visit:
    """Who comes, and what they have just done (`told`, from the address). Raises SignedOut."""
    return Visit(exchange=exchange, me=await _ask_who(exchange), notice=NOTICES.get(told, ""))


async def me_if_signed_in(exchange: Exchange) -> Me | None:
    """The person, at pages that strangers may open."""
    return None if exchange.session is None else await _ask_who(exchange)


def page_routes(*handlers: HTTPRouteHandler) -> tuple[Router, ...]:
    """Handlers of pages: they may ask for `visit`, and stand in no description of the API."""
    router = Router(
        "/", route_handlers=handlers, dependencies={"visit": Provide(provide_visit)}, include_in_schema=False
    )
    return (router,)


def home_of(me: Me, exchange: Exchange) -> str:
    """Where the capacity that they wore last begins, else the first one; "/" when there is none yet."""
    homes = {f"s.{each.supplier_id}": f"/s/{each.supplier_id}/today" for each in me.suppliers}
    homes |= {f"w.{each.wedding_id}": f"/w/{each.wedding_id}/home" for each in me.weddings}
    if me.operator_role is not None:
        homes[OPERATIONS.strip("/")] = OPERATIONS
    return homes.get(exchange.cookie(HAT_COOKIE)) or next(iter(homes.values()), "/")


def business_of(me: Me, supplier_id: UUID) -> SupplierCapacity:
    """Their place in this business. Raises NotFound when they have none."""
    found = next((each for each in me.suppliers if each.supplier_id == supplier_id), None)
    if found is None:
        raise NotFound
    return found


def wedding_of(me: Me, wedding_id: UUID) -> WeddingCapacity:
    """Their place in this wedding. Raises NotFound when they have none."""
    found = next((each for each in me.weddings if each.wedding_id == wedding_id), None)
    if found is None:
        raise NotFound
    return found


def door(exchange: Exchange, me: Me | None = None, notice: str = "") -> Shell:
    """Around pages that belong to no capacity: for who is signed in, the one they wore last leads on."""
    home = "/" if me is None else home_of(me, exchange)
    return Shell(
        brand="WedMe" if home.startswith("/w/") else "WedSync",
        home=home,
        nav=() if me is None else _places_at(me, home),
        who=None if me is None else Who(name=me.name, subtitle=me.email, initials=initials(me.name)),
        capacities=() if me is None else capacities(me),
        csrf=exchange.csrf,
        is_signed_in=me is not None,
        is_demo=exchange.services.settings.is_demo,
        notice=notice,
    )


async def last_shell(exchange: Exchange) -> Shell:
    """Around a refusal: where they were, they can go on."""
    return door(exchange, await me_if_signed_in(exchange))


def supplier_shell(visit: Visit, supplier_id: UUID, place: str, shield: ShieldLine | None = None) -> Shell:
    """Around a business's pages; `place` is the label of the current one. Raises NotFound for a stranger."""
    business, base = business_of(visit.me, supplier_id), f"/s/{supplier_id}"
    inside = _shell(visit, nav=_nav(_places(business), base, place), subtitle=business.name, shield=shield)
    may_remove = business.role is not SupplierRole.VIEWER
    return msgspec.structs.replace(inside, trash_url=f"{base}/trash" if may_remove else "")


def wedding_shell(visit: Visit, wedding_id: UUID, place: str, shield: ShieldLine | None = None) -> Shell:
    """Around a couple's pages; `place` is the label of the current one. Raises NotFound for a stranger."""
    subtitle, base = wedding_of(visit.me, wedding_id).title, f"/w/{wedding_id}"
    inside = _shell(visit, nav=_nav(_WEDDING_PLACES, base, place), subtitle=subtitle, shield=shield)
    return msgspec.structs.replace(inside, brand="WedMe", trash_url=f"{base}/trash")


def operator_shell(visit: Visit, place: str, shield: ShieldLine) -> Shell:
    """Around the operators' pages; `place` is the label of the current one. Raises NotFound for everybody else."""
    if visit.me.operator_role is None:
        raise NotFound
    nav = _nav(_operator_places(visit.me), OPERATIONS, place)
    return _shell(visit, nav=nav, subtitle=visit.me.operator_role.label, shield=shield)


def capacities(me: Me, here: str = "") -> tuple[Capacity, ...]:
    """The hats to change between, if there is more than one."""
    found = [
        Capacity(
            label=each.name,
            subtitle=f"{each.supplier_types[0].label} · {each.role.value}",
            href=(home := f"/s/{each.supplier_id}/today"),
            is_current=home == here,
        )
        for each in me.suppliers
    ] + [
        Capacity(
            label=each.title,
            subtitle=OWN_WEDDING[each.role],
            href=(home := f"/w/{each.wedding_id}/home"),
            is_current=home == here,
        )
        for each in me.weddings
    ]
    if me.operator_role is not None:
        found.append(
            Capacity(
                label="Operations",
                subtitle=me.operator_role.label,
                href=OPERATIONS,
                is_current=here == OPERATIONS,
            )
        )
    return tuple(found) if len(found) > 1 or not here else ()


def live_url(exchange: Exchange) -> str:
    """The stream's address. It differs between sessions, so a browser never shares one across a change of person."""
    if exchange.session is None or exchange.looks_as is not None:
        return ""
    return f"/live?s={sha256(exchange.session.session_id.bytes).hexdigest()[:12]}"


def _looking(exchange: Exchange) -> Looking | None:
    found = exchange.looks_as
    if found is None:
        return None
    return Looking(
        name=found.name,
        until_text=clock(found.ends_at, "Europe/London"),
        end_url=f"{OPERATIONS}/impersonations/end",
    )


def _mark(exchange: Exchange) -> str:
    return "" if exchange.session is None else sha256(exchange.session.person_id.bytes).hexdigest()[:12]


async def _ask_who(exchange: Exchange) -> Me:
    actor = Actor(person_id=exchange.signed_in().person_id, request_id=exchange.request_id)
    return await exchange.services.database.reader(actor).one(ME, NoParams())


def _shell(visit: Visit, *, nav: tuple[NavItem, ...], subtitle: str, shield: ShieldLine | None) -> Shell:
    exchange, me, home = visit.exchange, visit.me, nav[0].href
    exchange.hat = ".".join(home.split("/")[1:3])
    return Shell(
        home=home,
        nav=nav,
        who=Who(name=me.name, subtitle=subtitle, initials=initials(me.name)),
        capacities=capacities(me, home),
        shield=shield,
        csrf=exchange.csrf,
        live_url=live_url(exchange),
        person=_mark(exchange),
        looking=_looking(exchange),
        is_signed_in=True,
        is_demo=exchange.services.settings.is_demo,
        notice=visit.notice,
    )


def _places_at(me: Me, home: str) -> tuple[NavItem, ...]:
    """Where one can go from the home of a capacity; nowhere before there is one."""
    if home == OPERATIONS:
        return _nav(_operator_places(me), OPERATIONS, "")
    base = home.rpartition("/")[0]
    business = next((each for each in me.suppliers if base == f"/s/{each.supplier_id}"), None)
    return _nav(_WEDDING_PLACES if business is None else _places(business), base, "") if base else ()


def _operator_places(me: Me) -> tuple[tuple[str, str, str], ...]:
    may_second = allows(Standing(operator_role=me.operator_role), Permission.SUPPORT)
    return _SUPPORT_PLACES if may_second else _OPERATOR_PLACES


def _places(business: SupplierCapacity) -> tuple[tuple[str, str, str], ...]:
    return _VENUE_PLACES if SupplierType.VENUE in business.supplier_types else _SUPPLIER_PLACES


def _nav(places: tuple[tuple[str, str, str], ...], base: str, current: str) -> tuple[NavItem, ...]:
    return tuple(
        NavItem(label=label, href=f"{base}/{path}".rstrip("/"), icon=icon, is_current=label == current)
        for label, path, icon in places
    )
