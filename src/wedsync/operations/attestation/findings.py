"""What `wedsync doctor` says of the protection: whether it is what was signed, as it stands at this moment."""

from __future__ import annotations

from typing import Final

from wedsync.operations.attestation.attesting import RUNBOOK
from wedsync.platform.attested import Attestor, CannotAttest, latest, take
from wedsync.platform.formats import plural
from wedsync.platform.health_checks import Finding
from wedsync.platform.settings import Settings

NAME: Final = "protection"


def protection_finding(settings: Settings) -> Finding:
    """`settings` with the administrator's URL, and the secret with which it was signed."""
    if not settings.secret:
        advice = "Set WEDSYNC_SECRET to the one that web and worker share."
        return Finding(name=NAME, is_well=False, seen="cannot tell without the secret", advice=advice)
    try:
        objects = take(settings.database_url)
        found = Attestor(settings.secret).examine(objects, latest(settings.database_url))
    except CannotAttest as error:
        advice = "Ask as an administrator, once `wedsync migrate` has run."
        return Finding(name=NAME, is_well=False, seen=f"cannot tell: {error}", advice=advice)
    if not found:
        return Finding(name=NAME, is_well=True, seen=f"{len(objects):,} objects are what was signed")
    return Finding(
        name=NAME,
        is_well=False,
        seen=f"{plural(len(found), 'object is', 'objects are')} not what was signed",
        advice=f"`wedsync attest` names each; {RUNBOOK} says what to do.",
    )
