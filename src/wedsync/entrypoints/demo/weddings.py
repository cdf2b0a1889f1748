"""What the demo's couples have entered, as they would have typed it.

Days are counted from the day it is built, so that one wedding is always on and one is always next Saturday.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import msgspec

from wedsync.features.venues.model import VenueSaid
from wedsync.features.weddings.model import FactValue
from wedsync.kernel.fields.model import EventKind

SATURDAY: Final = 5


class FurtherEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event beside ceremony and reception, `days_later` than the first."""

    kind: EventKind
    title: str
    days_later: int
    start_time: str
    venue_name: str


class DemoWedding(msgspec.Struct, frozen=True, kw_only=True):
    """One couple. `held_on` None: they have no date yet. `suppliers` are the demo businesses that work there."""

    names: tuple[str, str, str, str]
    email: str
    zone: str
    held_on: date | None
    is_confirmed: bool
    suppliers: tuple[str, ...]
    facts: dict[str, FactValue]
    further: tuple[FurtherEvent, ...] = ()
    partner_email: str = ""
    coordinator: str = ""


# What the caterer runs, as it published it; both are some couple's place.
VENUES: Final = (
    VenueSaid(
        name="Copeland Park",
        address="133 Copeland Road, London SE15 3SN",
        capacity=180,
        load_in="Gate on Copeland Road from 08:00; level access, 2.4 m door. Two 32 A sockets beside the bar.",
        latitude=51.4686,
        longitude=-0.0664,
    ),
    VenueSaid(
        name="The Fennel Barn",
        address="Church Lane, Elmore, Gloucester GL2 3NT",
        capacity=60,
        load_in="Yard behind the barn from 09:00, vans up to 3.5 t. Four steps to the floor; one 16 A socket.",
        latitude=51.8312,
        longitude=-2.3121,
    ),
)
ELMORE: Final[dict[str, FactValue]] = {
    "ceremony_time": "13:30",
    "reception_time": "16:00",
    "end_time": "00:30",
    "ceremony_type": "civil",
    "ceremony_venue_name": "Elmore Court",
    "ceremony_venue_address": "Elmore Court, Elmore, Gloucester GL2 3NT",
    "reception_venue_name": "The Gillyflower at Elmore Court",
    "reception_venue_address": "Elmore Court, Elmore, Gloucester GL2 3NT",
    "venue_coordinator_name": "Jess Moreton",
    "setting": "both",
    "adults": 101,
    "children": 9,
    "infants": 2,
    "evening_guests": 40,
    "tables_needed": 12,
    "wheelchair_guests": 2,
    "out_of_town_guests": 34,
    "date_flexible": False,
    "style": "rustic, candlelight",
    "theme_colours": "#1d5c4a, #f8efd9",
    "party_size": 6,
    "bridesmaids": "Isla Grant, Ruby Whitfield",
    "best_man_name": "Owen Price",
    "officiant": "Margaret Bell, registrar",
    "primary_contact": "both",
    "preferred_channel": "whatsapp",
    "special_requests": "Grandad Ted needs a chair in every group photograph, and a quiet corner after dinner.",
    "total_budget": "28,500",
}
CLARA: Final[dict[str, FactValue]] = {
    **ELMORE,
    "partner1_email": "clara@example.org",
    "partner2_email": "dan@example.org",
    "partner1_phone": "07700 900123",
    "partner2_phone": "07700 900456",
    "maid_of_honour_name": "Isla Grant",
    "day_coordinator": "Cora Lines",
    "parents": "Helen and Peter Whitfield, Joan Hughes",
}
AMARA: Final[dict[str, FactValue]] = {
    **ELMORE,
    "partner1_email": "amara@example.org",
    "partner1_phone": "07700 900789",
    "ceremony_venue_name": "The Asylum Chapel",
    "ceremony_venue_address": "The Asylum, Caroline Gardens, London SE15 2SQ",
    "reception_venue_name": "Copeland Park",
    "reception_venue_address": "133 Copeland Road, London SE15 3SN",
    "adults": 46,
    "children": 4,
    "infants": 0,
    "evening_guests": 20,
    "out_of_town_guests": 12,
    "bridesmaids": "Zuri Okafor",
    "special_requests": "No confetti indoors: the chapel asks for petals outside.",
}
PRIYA: Final[dict[str, FactValue]] = {
    "ceremony_time": "17:00",
    "reception_time": "19:30",
    "end_time": "02:00",
    "ceremony_type": "religious",
    "ceremony_venue_name": "Villa Cimbrone",
    "ceremony_venue_address": "Via Santa Chiara 26, 84010 Ravello SA, Italy",
    "reception_venue_name": "Villa Cimbrone, the crypt",
    "reception_venue_address": "Via Santa Chiara 26, 84010 Ravello SA, Italy",
    "setting": "outdoor",
    "adults": 118,
    "children": 14,
    "infants": 3,
    "out_of_town_guests": 118,
    "date_flexible": False,
    "partner1_email": "priya@example.org",
    "primary_contact": "partner1",
    "style": "gold, citrus",
}


def demo_weddings(today: date) -> tuple[DemoWedding, ...]:
    """Six couples: one wedding today, one next Saturday, one over two days in Italy, two later, one without a date."""
    saturday = next_saturday(today)
    return (
        DemoWedding(
            names=("Clara", "Hughes", "Dan", "Whitfield"),
            email="clara@example.org",
            partner_email="dan@example.org",
            coordinator="cora@example.org",
            zone="Europe/London",
            held_on=saturday,
            is_confirmed=True,
            suppliers=("alder", "fennel"),
            facts=CLARA,
        ),
        DemoWedding(
            names=("Amara", "Okafor", "Tom", "Reed"),
            email="amara@example.org",
            coordinator="cora@example.org",
            zone="Europe/London",
            held_on=today,
            is_confirmed=True,
            suppliers=("alder", "fennel", "meadow"),
            facts=AMARA,
        ),
        DemoWedding(
            names=("Priya", "Shah", "Daniel", "Costa"),
            email="priya@example.org",
            zone="Europe/Rome",
            held_on=saturday + timedelta(days=34),
            is_confirmed=True,
            suppliers=("alder", "meadow"),
            facts=PRIYA,
            further=(
                FurtherEvent(
                    kind=EventKind.BRUNCH,
                    title="Sunday lunch by the sea",
                    days_later=2,
                    start_time="12:30",
                    venue_name="Lido Maiori",
                ),
            ),
        ),
        DemoWedding(
            names=("Sofia", "Marsh", "Mark", "Evans"),
            email="sofia@example.org",
            zone="Europe/London",
            held_on=next_saturday(today + timedelta(days=200)),
            is_confirmed=True,
            suppliers=("alder",),
            facts={
                key: ELMORE[key]
                for key in ("ceremony_time", "ceremony_venue_name", "ceremony_venue_address", "adults", "children")
            },
        ),
        DemoWedding(
            names=("Hannah", "Cole", "Joe", "Banks"),
            email="hannah@example.org",
            zone="Europe/London",
            held_on=next_saturday(today + timedelta(days=290)),
            is_confirmed=False,
            suppliers=("alder", "fennel"),
            facts={
                "date_flexible": True,
                "adults": 80,
                "setting": "outdoor",
                "reception_venue_name": "The Fennel Barn",
            },
        ),
        DemoWedding(
            names=("Ines", "Duarte", "Laura", "Finch"),
            email="ines@example.org",
            zone="Europe/London",
            held_on=None,
            is_confirmed=False,
            suppliers=("meadow",),
            facts={"adults": 46, "style": "wild flowers"},
        ),
    )


def next_saturday(day: date) -> date:
    """The first Saturday after a day."""
    return day + timedelta(days=(SATURDAY - day.weekday() - 1) % 7 + 1)
