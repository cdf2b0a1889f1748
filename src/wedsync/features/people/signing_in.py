"""Signing in with a password: the same work and the same words for a wrong password and an unknown address."""

from __future__ import annotations

from wedsync.features.people import actions
from wedsync.features.people.model import SignedIn, read_address
from wedsync.features.people.queries import SIGN_IN_SECRET, ByEmail
from wedsync.kernel.fields.cleaning import FieldError
from wedsync.kernel.problems import Forbidden
from wedsync.platform.database import Tx
from wedsync.platform.passwords import is_password

REFUSAL = "That address and password do not belong together. Check both, or ask for a link instead."


async def sign_in(tx: Tx, *, email: str, password: str, device: str) -> SignedIn:
    """Begin a session. Raises Forbidden, whatever was wrong."""
    try:
        address = read_address(email)
    except FieldError:
        address = ""
    found = await tx.maybe(SIGN_IN_SECRET, ByEmail(address))
    is_right = await is_password(None if found is None else found.password_hash, password)
    if found is None or not is_right:
        raise Forbidden(REFUSAL)
    await tx.act_as(found.person_id)
    return await actions.begin_session(tx, found.person_id, device)
