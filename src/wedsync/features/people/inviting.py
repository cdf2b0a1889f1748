"""What speaks against an invitation, the same at every door it leaves by.

One does not write to oneself, nor twice to somebody whose letter is out.
"""

import msgspec

from wedsync.kernel.problems import Conflict, Invalid, Problem
from wedsync.platform.forms import faults


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of an address before a letter goes there; `is_own` only where nobody else could take it up."""

    is_own: bool
    is_invited: bool


def refuse_needless(email: str, known: Known) -> None:
    """Raises Invalid for one's own address, Conflict for somebody who is invited already."""
    if known.is_own:
        raise Invalid(errors=[{"field": "email", "detail": "This is your own address. Give theirs."}])
    if known.is_invited:
        raise Conflict(f"{email} is invited already. Send that letter again, or withdraw it first.")


def wrong_in(refusal: Problem) -> dict[str, str]:
    """What was wrong, by box: at the address it would go to, unless a box is named."""
    return faults(refusal) or {"email": refusal.detail}
