"""Another address to sign in with: it takes effect when both mailboxes have confirmed, and the guard changes it.

Whoever asks is never told whether the address they ask for has an account: only who reads both mailboxes learns it.
"""

from __future__ import annotations

from wedsync.features.people import address_queries as q
from wedsync.features.people.address_letters import SEND_CHANGED, SEND_CODE, SEND_LINK, SEND_TAKEN
from wedsync.features.people.address_model import LINK, AddressState, Outcome, code_hash, code_of, read_digits
from wedsync.features.people.events import new_event, note
from wedsync.features.people.jobs import ForRow
from wedsync.features.people.model import SecurityKind
from wedsync.features.people.queries import ME, ByHash
from wedsync.features.people.security_queries import NOTE
from wedsync.kernel.ids import PersonId, SessionId, new_id
from wedsync.kernel.permissions import Permission, WriteClass
from wedsync.kernel.problems import Conflict, Invalid
from wedsync.platform.database import SELF, Database, Event, NoParams, Tx, action, open_action
from wedsync.platform.http import Exchange
from wedsync.platform.jobs import defer
from wedsync.platform.tokens import token_hash

NONE_OPEN = "There is no code to type: it was confirmed, taken back, or is over. Ask for the address again."
WRONG = "This is not the code in the letter. The fifth wrong one ends it."


@action(requires=Permission.SELF, on=SELF, write_class=WriteClass.SECURITY)
async def ask_address(tx: Tx, person_id: PersonId, email: str) -> None:
    """Ask for another address, in place of what was asked for before. Raises Invalid for one's own.

    That it is they is proved before: the address is declared dangerous.
    """
    if (await tx.one(ME, NoParams())).email == email:
        raise Invalid(errors=[{"field": "email", "detail": "This is the address you have."}])
    row = new_id()
    kept = code_hash(tx.sealer, row, code_of(tx.sealer, row))
    new = q.NewChange(id=row, email=email, code_hash=kept, link_hash=token_hash(tx.sealer.token(LINK, row)))
    await tx.run(q.ASK, new)
    # Both letters tell of it.
    await tx.run(NOTE, new_event(person_id, SecurityKind.ADDRESS_ASKED, email))
    await defer(tx, SEND_CODE, ForRow(row))
    await defer(tx, SEND_LINK, ForRow(row))


@action(requires=Permission.SELF, on=SELF, write_class=WriteClass.SECURITY)
async def try_code(tx: Tx, person_id: PersonId, raw: str) -> str | None:
    """Count a code and look at it; its hash when it is right, None when it is not. Raises Conflict."""
    _ = person_id
    mine = await tx.maybe(q.MINE, NoParams())
    if mine is None:
        raise Conflict(NONE_OPEN)
    kept = code_hash(tx.sealer, mine.id, read_digits(raw))
    tried = await tx.one(q.TRY, q.OneTry(hash=kept))
    if tried.is_right is None:
        raise Conflict(NONE_OPEN)
    return kept if tried.is_right else None


@action(requires=Permission.SELF, on=SELF, write_class=WriteClass.SECURITY)
async def confirm_code(tx: Tx, person_id: PersonId, kept: str, here: SessionId) -> Outcome:
    """The new mailbox has confirmed, from a session that stays signed in. Raises Conflict."""
    moved = await tx.maybe(q.CONFIRM_CODE, q.RightCode(hash=kept, session=here))
    if moved is None:
        raise Conflict(NONE_OPEN)
    return await _told(tx, person_id, moved)


@open_action(write_class=WriteClass.SECURITY)
async def confirm_link(tx: Tx, token: str) -> Outcome:
    """The old mailbox has confirmed. Raises Conflict when its link was used or is over."""
    moved = await tx.maybe(q.CONFIRM_LINK, ByHash(token_hash(token)))
    if moved is None:
        raise Conflict("This link was used or is over. Where you are signed in you can ask again.")
    await tx.act_as(moved.person_id)
    return await _told(tx, moved.person_id, moved)


@open_action(write_class=WriteClass.SECURITY)
async def refuse_address(tx: Tx, token: str) -> None:
    """The old mailbox has refused. Raises Conflict when its link is over."""
    if (await tx.one(q.REFUSE, ByHash(token_hash(token)))).is_ended is None:
        raise Conflict("This link was used or is over: nothing waits for an answer.")


@action(requires=Permission.SELF, on=SELF, write_class=WriteClass.SECURITY)
async def withdraw_address(tx: Tx, person_id: PersonId) -> None:
    """Take it back. Doing so twice is no error."""
    _ = person_id
    await tx.one(q.WITHDRAW, NoParams())


async def bring_code(exchange: Exchange, raw: str) -> Outcome:
    """A code, counted in a transaction of its own before it is taken in the request's. Raises Conflict, Invalid."""
    session = exchange.signed_in()
    kept = await _counted(exchange.services.database, exchange, raw)
    if kept is None:
        raise Invalid(errors=[{"field": "code", "detail": WRONG}])
    return await confirm_code(await exchange.transaction(), session.person_id, kept, session.session_id)


async def _counted(database: Database, exchange: Exchange, raw: str) -> str | None:
    async with database.transaction(exchange.actor()) as tx:
        return await try_code(tx, exchange.signed_in().person_id, raw)


async def _told(tx: Tx, person_id: PersonId, moved: q.Moved) -> Outcome:
    if moved.state is AddressState.CHANGED:
        await note(tx, SecurityKind.ADDRESS_CHANGED)
        await defer(tx, SEND_CHANGED, ForRow(moved.id))
        tx.emit(Event(kind="session", id="all", scope=str(person_id)))
    elif moved.state is AddressState.TAKEN:
        await defer(tx, SEND_TAKEN, ForRow(moved.id))
    return Outcome(state=moved.state)
