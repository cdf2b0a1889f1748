"""The clocks offered in a list: those most weddings here go by, under the city people know. Any other may be kept."""

from __future__ import annotations

from typing import Final

from wedsync.platform.pages import Option

# By region, those near us first; IANA has 600, and a list that long is no help on a phone.
USUAL_ZONES: Final = tuple(
    """
    Europe/London Europe/Dublin Europe/Jersey Europe/Guernsey Europe/Isle_of_Man Europe/Amsterdam Europe/Athens
    Europe/Berlin Europe/Brussels Europe/Bucharest Europe/Budapest Europe/Copenhagen Europe/Helsinki
    Europe/Istanbul Europe/Lisbon Europe/Ljubljana Europe/Madrid Europe/Malta Europe/Oslo Europe/Paris
    Europe/Prague Europe/Rome Europe/Sofia Europe/Stockholm Europe/Vienna Europe/Warsaw Europe/Zagreb
    Europe/Zurich Atlantic/Azores Atlantic/Canary Atlantic/Madeira Atlantic/Reykjavik Asia/Nicosia Africa/Cairo
    Africa/Casablanca Africa/Johannesburg Africa/Lagos Africa/Nairobi America/Barbados America/Cancun
    America/Chicago America/Denver America/Jamaica America/Los_Angeles America/New_York America/Sao_Paulo
    America/Toronto Asia/Bangkok Asia/Colombo Asia/Dubai Asia/Hong_Kong Asia/Jerusalem Asia/Karachi
    Asia/Kolkata Asia/Makassar Asia/Singapore Asia/Tokyo Australia/Melbourne Australia/Perth Australia/Sydney
    Indian/Maldives Indian/Mauritius Pacific/Auckland Pacific/Fiji
    """.split()  # noqa: SIM905 - sixty short names read better as a paragraph
)


def zone_options(value: str) -> tuple[Option, ...]:
    """The list, with `value` chosen, and in it even when it is unusual."""
    zones = USUAL_ZONES if value in USUAL_ZONES or not value else (value, *USUAL_ZONES)
    return tuple(Option(value=zone, label=zone_label(zone), is_chosen=zone == value) for zone in zones)


def zone_label(zone: str) -> str:
    """London (Europe)."""
    region, _, city = zone.rpartition("/")
    return f"{city.replace('_', ' ')} ({region.split('/')[0]})" if region else zone
