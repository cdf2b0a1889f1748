"""Beginning to look as somebody, and ending it. They are told at once, by letter, with the reason."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import msgspec

from wedsync.features.people.jobs import SEND_EVENT, ForRow
from wedsync.kernel.fields.cleaning import FieldError, clean_line, fit
from wedsync.kernel.fields.model import Rules
from wedsync.kernel.ids import ImpersonationId, PersonId, SessionId, new_id
from wedsync.kernel.permissions import Permission, WriteClass
from wedsync.kernel.problems import Invalid
from wedsync.operations.impersonation import queries as q
from wedsync.platform.database import CELL, NoParams, Tx, action
from wedsync.platform.jobs import defer
from wedsync.platform.tokens import new_token, token_hash

LASTS: Final = timedelta(minutes=30)
REASON: Final = Rules(min_length=10, max_length=500)
NOBODY: Final = "Nobody has this address, or they are one of us: nobody looks as a colleague."


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """As whom, from which session of the operator's, and why: 10 to 500 characters."""

    session: SessionId
    address: str
    reason: str


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """As whom; `token` is for the operator's browser alone."""

    person_id: PersonId
    token: str


@action(requires=Permission.IMPERSONATE, on=CELL, write_class=WriteClass.SECURITY)
async def begin_impersonation(tx: Tx, operator: PersonId, wanted: Wanted) -> Begun:
    """Look as somebody for half an hour. Raises Invalid."""
    _ = operator
    token = new_token()
    new = q.NewImpersonation(
        id=ImpersonationId(new_id()),
        address=wanted.address,
        session=wanted.session,
        hash=token_hash(token),
        reason=_read(wanted.reason),
        lasts=LASTS,
        event=new_id(),
    )
    subject = await tx.maybe(q.BEGIN, new)
    if subject is None:
        raise Invalid(errors=[{"field": "email", "detail": NOBODY}])
    await defer(tx, SEND_EVENT, ForRow(new.event))
    return Begun(person_id=subject.person_id, token=token)


@action(requires=Permission.IMPERSONATE, on=CELL, write_class=WriteClass.SECURITY)
async def end_impersonation(tx: Tx, operator: PersonId) -> None:
    """Be oneself again. Ending twice is no error."""
    _ = operator
    await tx.run(q.END, NoParams())


def _read(reason: str) -> str:
    try:
        return fit(clean_line(reason), REASON)
    except FieldError as error:
        raise Invalid(errors=[{"field": "reason", "detail": error.detail}]) from None
