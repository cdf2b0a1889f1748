"""Setting the second step up, taking its codes, turning it off. A code is taken once, however many bring it."""

from __future__ import annotations

import msgspec

from wedsync.features.people import second_step_queries as q
from wedsync.features.people.events import note
from wedsync.features.people.model import SecurityKind
from wedsync.features.people.second_step import (
    is_of_app,
    new_key,
    new_recovery_codes,
    open_key,
    read_code,
    recovery_hash,
    seal_key,
    step_of,
    uri_of,
)
from wedsync.kernel.clock import utc_now
from wedsync.kernel.ids import PersonId
from wedsync.kernel.permissions import Permission, WriteClass
from wedsync.kernel.problems import Conflict, Invalid
from wedsync.platform.database import SELF, Event, NoParams, Tx, action


class Enrolment(msgspec.Struct, frozen=True, kw_only=True):
    """What an app needs; `uri` is the same for a QR code."""

    key: str
    uri: str


class RecoveryCodes(msgspec.Struct, frozen=True, kw_only=True):
    """Ten codes on paper. They are shown once, here."""

    codes: tuple[str, ...]


@action(requires=Permission.SELF, on=SELF, write_class=WriteClass.SECURITY)
async def set_up_second_step(tx: Tx, person_id: PersonId, key: str = "") -> Enrolment:
    """Begin: the app gets a key. Nothing asks for it before a first code was right. Raises Conflict when one is on."""
    key = key or new_key()
    sealed = seal_key(tx.sealer, person_id, key)
    if await tx.maybe(q.SET_KEY, q.NewKey(person_id=person_id, sealed_key=sealed)) is None:
        raise Conflict("Your second step is on. Turn it off first, then set up another app.")
    return Enrolment(key=key, uri=uri_of(key, (await tx.one(q.MY_FACTOR, NoParams())).email))


@action(requires=Permission.SELF, on=SELF, write_class=WriteClass.SECURITY)
async def confirm_second_step(tx: Tx, person_id: PersonId, code: str) -> RecoveryCodes:
    """Its first code was right: from now on signing in asks for one. Raises Conflict, Invalid."""
    mine = await tx.one(q.MY_FACTOR, NoParams())
    if mine.is_on or mine.sealed_key is None:
        raise Conflict("There is nothing to confirm. Set your second step up first.")
    step = step_of(open_key(tx.sealer, person_id, mine.sealed_key), read_code(code), utc_now())
    if step is None:
        wrong = "This is not what your app should show now. Look whether your telephone's clock is right."
        raise Invalid(errors=[{"field": "code", "detail": wrong}])
    await tx.one(q.CONFIRM, q.Step(person_id=person_id, step=step))
    await note(tx, SecurityKind.FACTOR_ON)
    _look_again(tx, person_id)
    return await _new_codes(tx, person_id)


@action(requires=Permission.SELF, on=SELF, write_class=WriteClass.SECURITY)
async def take_code(tx: Tx, person_id: PersonId, raw: str) -> bool:
    """Whether a code is right, of the app or on paper; then it is used up. Raises Forbidden when none can be."""
    code, mine = read_code(raw), await tx.one(q.MY_FACTOR, NoParams())
    if not mine.is_on or mine.sealed_key is None:
        return False
    key = open_key(tx.sealer, person_id, mine.sealed_key)
    if is_of_app(code):
        step = step_of(key, code, utc_now())
        return step is not None and await tx.maybe(q.TAKE_STEP, q.Step(person_id=person_id, step=step)) is not None
    if not (await tx.one(q.TAKE_CODE, q.OneCode(code_hash=recovery_hash(tx.sealer, person_id, code)))).is_right:
        return False
    await note(tx, SecurityKind.RECOVERY_CODE_USED, f"{mine.codes_left - 1} left")
    return True


@action(requires=Permission.SELF, on=SELF, write_class=WriteClass.SECURITY)
async def turn_off_second_step(tx: Tx, person_id: PersonId) -> None:
    """Signing in asks for no code any more. An operator is then asked to set one up. Raises Conflict when it is off."""
    if await tx.maybe(q.TURN_OFF, q.Whose(person_id=person_id)) is None:
        raise Conflict("Your second step is off already.")
    await tx.all(q.END_CODES, q.Whose(person_id=person_id))
    await note(tx, SecurityKind.FACTOR_OFF)
    _look_again(tx, person_id)


@action(requires=Permission.SELF, on=SELF, write_class=WriteClass.SECURITY)
async def renew_recovery_codes(tx: Tx, person_id: PersonId) -> RecoveryCodes:
    """Ten others; the old ones work no longer. Raises Conflict when the second step is off."""
    if not (await tx.one(q.MY_FACTOR, NoParams())).is_on:
        raise Conflict("Your second step is off. Set it up, and codes come with it.")
    await note(tx, SecurityKind.RECOVERY_CODES_RENEWED)
    return await _new_codes(tx, person_id)


async def _new_codes(tx: Tx, person_id: PersonId) -> RecoveryCodes:
    await tx.all(q.END_CODES, q.Whose(person_id=person_id))
    codes = new_recovery_codes()
    hashes = tuple(recovery_hash(tx.sealer, person_id, code) for code in codes)
    await tx.run(q.ADD_CODES, q.Codes(person_id=person_id, hashes=hashes))
    return RecoveryCodes(codes=codes)


def _look_again(tx: Tx, person_id: PersonId) -> None:
    """What is remembered of their sessions says whether an operator has a second step."""
    tx.emit(Event(kind="session", id="second step", scope=str(person_id)))
