"""Builds the demo world by calling the actions people call; nothing is put into a table any other way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final

import msgspec

from wedsync.entrypoints.demo.clients import demo_clients
from wedsync.entrypoints.demo.weddings import VENUES, DemoWedding, demo_weddings
from wedsync.features.clients import actions as clients
from wedsync.features.connections import actions as connections
from wedsync.features.connections.model import Grant, Level
from wedsync.features.day.actions import write_entry
from wedsync.features.day.model import EntryId, EntryKind, NewEntry
from wedsync.features.people import actions as people
from wedsync.features.people import second_step_actions
from wedsync.features.people.jobs import CODE
from wedsync.features.people.model import SignUp
from wedsync.features.people.second_step import DEMO_KEY, code_at, step_at
from wedsync.features.venues import actions as venues
from wedsync.features.weddings import actions as weddings
from wedsync.features.weddings.facts import FactWrite
from wedsync.kernel.clock import utc_now
from wedsync.kernel.ids import PersonId, SupplierId, WeddingId, new_id
from wedsync.kernel.permissions import Area, OperatorRole, SupplierRole, SupplierType
from wedsync.kernel.zones import Reading, today_in
from wedsync.platform.database import NOBODY, Actor, Database
from wedsync.platform.passwords import hash_password

PASSWORD: Final = "four-words-in-june"  # noqa: S105 - printed at every start: the demo's, nobody's
LONDON: Final = "Europe/London"


class SignIn(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody to look round as; in the cast, {day} stands for the date of their wedding."""

    name: str
    is_what: str
    email: str
    password: str = PASSWORD


class Business(msgspec.Struct, frozen=True, kw_only=True):
    """A demo supplier."""

    key: str
    name: str
    kinds: tuple[SupplierType, ...]
    owner: str
    email: str


BUSINESSES: Final = (
    Business(
        key="alder",
        name="Alder & Lane",
        kinds=(SupplierType.PHOTOGRAPHER, SupplierType.VIDEOGRAPHER),
        owner="Anna Alder",
        email="anna@example.org",
    ),
    Business(
        key="fennel",
        name="Wild Fennel Catering",
        kinds=(SupplierType.CATERER, SupplierType.VENUE),
        owner="Felix Fenn",
        email="felix@example.org",
    ),
    Business(
        key="meadow",
        name="Eve Meadow Flowers",
        kinds=(SupplierType.FLORIST,),
        owner="Eve Meadow",
        email="eve@example.org",
    ),
)
CAST: Final = (
    SignIn(name="Anna Alder", is_what="owns Alder & Lane, photography", email="anna@example.org"),
    SignIn(name="Ben Lane", is_what="works for Anna", email="ben@example.org"),
    SignIn(name="Clara & Dan", is_what="marry on {day}; the date is confirmed", email="clara@example.org"),
    SignIn(name="Dan Whitfield", is_what="marries Clara, and agrees to what she proposes", email="dan@example.org"),
    SignIn(name="Amara & Tom", is_what="marry on {day}: locked until the morning after", email="amara@example.org"),
    SignIn(name="Felix Fenn", is_what="owns Wild Fennel Catering, and runs two halls", email="felix@example.org"),
    SignIn(
        name="Olga Brandt",
        is_what="runs the installation; so do oscar@ and dora@",
        email="olga@example.org",
    ),
    SignIn(name="Eve Meadow", is_what="owns Eve Meadow Flowers; not at Clara & Dan's", email="eve@example.org"),
)


# Whoever runs the demo: as many as a release that cannot wait takes. The administrator appoints them.
OPERATORS: Final = {
    "olga@example.org": ("Olga Brandt", OperatorRole.OPS),
    "oscar@example.org": ("Oscar Lind", OperatorRole.SUPER_ADMIN),
    "dora@example.org": ("Dora Fell", OperatorRole.DEVELOPER),
}


class Builder:
    """Keeps who and what has been built so far."""

    def __init__(self, database: Database, progress: Callable[[str], None]) -> None:
        """Nothing is built yet."""
        self._database = database
        self._progress = progress
        self._people: dict[str, PersonId] = {}
        self._businesses: dict[str, tuple[SupplierId, PersonId, SupplierType]] = {}

    async def build(self) -> tuple[SignIn, ...]:
        """Everyone and everything, in the order in which it would have happened."""
        for business in BUSINESSES:
            self._progress(f"{business.name} signs up")
            await self._open(business)
        await self._hire("ben@example.org", "Ben Lane")
        await self._publish("fennel")
        await self._bring("alder")
        for email, (name, _) in OPERATORS.items():
            await self._give_second_step(await self._person(email, name))
        for wedding in demo_weddings(today_in(LONDON, utc_now())):
            self._progress(f"{wedding.names[0]} & {wedding.names[2]} enter their wedding")
            await self._marry(wedding)
        return CAST

    async def _person(self, email: str, name: str) -> PersonId:
        if email in self._people:
            return self._people[email]
        secret = await hash_password(PASSWORD)
        async with self._database.transaction(NOBODY) as tx:
            person = await people.register(tx, email=email, name=name, zone=LONDON)
            await tx.act_as(person)
            await people.set_password(tx, person, secret)
        self._people[email] = person
        return person

    async def _give_second_step(self, person: PersonId) -> None:
        async with self._database.transaction(Actor(person_id=person)) as tx:
            await second_step_actions.set_up_second_step(tx, person, DEMO_KEY)
            code = code_at(DEMO_KEY, step_at(utc_now()) - 1)
            await second_step_actions.confirm_second_step(tx, person, code)

    async def _open(self, business: Business) -> None:
        owner = await self._person(business.email, business.owner)
        new = SignUp(
            business=business.name,
            supplier_types=business.kinds,
            zone=LONDON,
            name=business.owner,
            email=business.email,
        )
        async with self._database.transaction(Actor(person_id=owner)) as tx:
            self._businesses[business.key] = (await people.open_supplier(tx, owner, new), owner, business.kinds[0])

    async def _hire(self, email: str, name: str) -> None:
        supplier, owner, _ = self._businesses["alder"]
        invited = people.NewInvitation(kind="member", email=email, name=name, role=SupplierRole.MEMBER)
        async with self._database.transaction(Actor(person_id=owner, supplier_id=supplier)) as tx:
            invitation = await people.invite_member(tx, supplier, invited)
        person = await self._person(email, name)
        async with self._database.transaction(Actor(person_id=person)) as tx:
            await people.join_team(tx, tx.sealer.token(CODE, invitation.id), name)

    async def _publish(self, key: str) -> None:
        supplier, owner, _ = self._businesses[key]
        async with self._database.transaction(Actor(person_id=owner, supplier_id=supplier)) as tx:
            for said in VENUES:
                await venues.publish_venue(tx, supplier, said)

    async def _bring(self, key: str) -> None:
        supplier, owner, _ = self._businesses[key]
        async with self._database.transaction(Actor(person_id=owner, supplier_id=supplier)) as tx:
            await clients.bring_clients(tx, supplier, demo_clients(today_in(LONDON, utc_now())))

    async def _marry(self, demo: DemoWedding) -> None:
        first, last, other_first, other_last = demo.names
        couple = await self._person(demo.email, f"{first} {last}")
        actor = Actor(person_id=couple)
        async with self._database.transaction(actor) as tx:
            new = weddings.NewWedding(
                first_name=first,
                last_name=last,
                other_first_name=other_first,
                other_last_name=other_last,
                zone=demo.zone,
            )
            wedding = await weddings.open_wedding(tx, couple, new)
            for key, value in demo.facts.items():
                await weddings.record_fact(tx, wedding, FactWrite(key=key, value=value, base_revision=0))
        await self._connect(demo, actor, wedding)
        await self._join(demo, actor, wedding)
        await self._set_date(demo, actor, wedding)
        if demo.held_on == today_in(LONDON, utc_now()):
            await self._write_the_day(demo, wedding)

    async def _write_the_day(self, demo: DemoWedding, wedding: WeddingId) -> None:
        """What was said so far, on the wedding that is on."""
        supplier, owner, _ = self._businesses[demo.suppliers[0]]
        here = NewEntry(id=EntryId(new_id()), kind=EntryKind.SUPPLIER_ARRIVAL, arrived_supplier_id=supplier)
        async with self._database.transaction(Actor(person_id=owner, supplier_id=supplier)) as tx:
            await write_entry(tx, wedding, here)
        told = NewEntry(id=EntryId(new_id()), kind=EntryKind.ANNOUNCEMENT, text="Speeches come before dinner.")
        async with self._database.transaction(Actor(person_id=self._people[demo.coordinator])) as tx:
            await write_entry(tx, wedding, told)

    async def _connect(self, demo: DemoWedding, actor: Actor, wedding: WeddingId) -> None:
        """The first supplier invited the couple; the couple invited the others."""
        for number, key in enumerate(demo.suppliers):
            supplier, owner, kind = self._businesses[key]
            business = Actor(person_id=owner, supplier_id=supplier)
            if number == 0:
                async with self._database.transaction(business) as tx:
                    invited = people.NewInvitation(kind="couple", email=demo.email, name=demo.names[0], service=kind)
                    code = tx.sealer.token(CODE, (await people.invite_couple(tx, supplier, invited)).id)
                async with self._database.transaction(actor) as tx:
                    await connections.accept_as_couple(tx, wedding, code)
            else:
                async with self._database.transaction(actor) as tx:
                    wanted = connections.NewInvitation(kind="supplier", email=f"{key}@example.org", service=kind)
                    code = tx.sealer.token(CODE, (await connections.invite(tx, wedding, wanted)).id)
                async with self._database.transaction(business) as tx:
                    await connections.accept_from_couple(tx, code, display_name="", supplier_id=supplier)
        async with self._database.transaction(actor) as tx:
            contacts = Grant(area=Area.CONTACTS, level=Level.EVERYTHING, can_write=False)
            await connections.share(tx, wedding, self._businesses[demo.suppliers[0]][0], contacts)

    async def _join(self, demo: DemoWedding, actor: Actor, wedding: WeddingId) -> None:
        for kind, email, name in (
            ("partner", demo.partner_email, f"{demo.names[2]} {demo.names[3]}"),
            ("coordinator", demo.coordinator, "Cora Lines"),
        ):
            if not email:
                continue
            async with self._database.transaction(actor) as tx:
                invitation = await connections.invite(
                    tx, wedding, connections.NewInvitation(kind=kind, email=email, name=name)
                )
            person = await self._person(email, name)
            async with self._database.transaction(Actor(person_id=person)) as tx:
                code = tx.sealer.token(CODE, invitation.id)
                await connections.accept_from_couple(tx, code, display_name=name.split()[0])

    async def _set_date(self, demo: DemoWedding, actor: Actor, wedding: WeddingId) -> None:
        """Last, because a wedding that is on takes no more plans."""
        if demo.held_on is None:
            return
        async with self._database.transaction(actor) as tx:
            for further in demo.further:
                event = await weddings.add_event(tx, wedding, weddings.NewEvent(kind=further.kind, title=further.title))
                day = demo.held_on + timedelta(days=further.days_later)
                said = {"date": day.isoformat(), "start_time": further.start_time, "venue_name": further.venue_name}
                for key, value in said.items():
                    await weddings.record_fact(
                        tx,
                        wedding,
                        FactWrite(key=key, value=value, base_revision=0, event_id=event.id, clock=Reading.FIRST),
                    )
            held_on = FactWrite(
                key="wedding_date",
                value=demo.held_on.isoformat(),
                base_revision=0,
                accept_lock=True,
                clock=Reading.FIRST,  # a night on which the clocks change is a night like any other
            )
            await weddings.record_fact(tx, wedding, held_on)
            if demo.is_confirmed:
                await weddings.confirm_date(tx, wedding)
