"""Setting the second step up, and turning it off. The key and the codes on paper are shown once."""

from __future__ import annotations

from typing import Final, Literal

import segno
from litestar import Response, get, post

from wedsync.features.people import second_step_actions as actions
from wedsync.features.people.api import DANGEROUS, SETTING_UP
from wedsync.features.people.second_step import open_key, uri_of
from wedsync.features.people.second_step_queries import MY_FACTOR, Factor
from wedsync.features.people.shell import Visit, door
from wedsync.features.people.views import RecoveryCodesPage, SecondStepPage, SetUpPage
from wedsync.kernel.problems import Conflict, Invalid
from wedsync.platform.database import NoParams, Tx
from wedsync.platform.forms import Form, faults, read_form
from wedsync.platform.http import drawn, see_other
from wedsync.platform.http.dependencies import SECOND_STEP
from wedsync.platform.pages import Filled

SET_UP: Final = f"{SECOND_STEP}/app"
_GROUP: Final = 4


class CodeForm(Form, frozen=True, kw_only=True):
    """What the app shows."""

    code: str = ""


class ChangeForm(Form, frozen=True, kw_only=True):
    """What is to be done about one that is on."""

    act: Literal["off", "codes"]


@get(SECOND_STEP, opt=SETTING_UP)
async def second_step(visit: Visit) -> Response[str]:
    """How it stands."""
    mine = await visit.reader.one(MY_FACTOR, NoParams())
    must = visit.me.operator_role is not None
    shell = door(visit.exchange, visit.me, visit.notice)
    return drawn(
        SecondStepPage(shell=shell, action=SECOND_STEP, is_on=mine.is_on, must=must, codes_left=mine.codes_left)
    )


@post(SECOND_STEP, opt=DANGEROUS)
async def change(body: bytes, visit: Visit, tx: Tx) -> Response[str]:
    """Off, or other codes on paper."""
    match read_form(body, ChangeForm).act:
        case "off":
            await actions.turn_off_second_step(tx, tx.person_id)
            return see_other("/you/security?told=step-off")
        case "codes":
            return _codes(visit, await actions.renew_recovery_codes(tx, tx.person_id))


@post(f"{SECOND_STEP}/begin", opt=SETTING_UP)
async def begin(tx: Tx) -> Response[str]:
    """The app gets a key."""
    await actions.set_up_second_step(tx, tx.person_id)
    return see_other(SET_UP)


@get(f"{SECOND_STEP}/begin", opt=SETTING_UP)
async def beginning() -> Response[str]:
    """The button stands on the page."""
    return see_other(SECOND_STEP)


@get(SET_UP, opt=SETTING_UP)
async def app(visit: Visit) -> Response[str]:
    """The key, until a first code was right."""
    mine = await visit.reader.one(MY_FACTOR, NoParams())
    return see_other(SECOND_STEP) if mine.is_on or mine.sealed_key is None else drawn(_set_up_page(visit, mine))


@post(SET_UP, opt=SETTING_UP)
async def confirm(body: bytes, visit: Visit, tx: Tx) -> Response[str]:
    """By a first code; then the codes on paper."""
    form, mine = read_form(body, CodeForm), await visit.reader.one(MY_FACTOR, NoParams())
    try:
        return _codes(visit, await actions.confirm_second_step(tx, tx.person_id, form.code))
    except Invalid as refusal:
        return drawn(_set_up_page(visit, mine, faults(refusal)["code"]), status=422)
    except Conflict:
        return see_other(SECOND_STEP)


def _set_up_page(visit: Visit, mine: Factor, wrong: str = "") -> SetUpPage:
    key = open_key(visit.exchange.services.sealer, visit.me.id, mine.sealed_key or "")
    picture = segno.make(uri_of(key, mine.email), micro=False).svg_data_uri(scale=5, border=2, light="white")
    return SetUpPage(
        shell=door(visit.exchange, visit.me),
        action=SET_UP,
        qr=picture,
        key=" ".join(key[at : at + _GROUP] for at in range(0, len(key), _GROUP)),
        code=Filled(error=wrong),
    )


def _codes(visit: Visit, made: actions.RecoveryCodes) -> Response[str]:
    return drawn(RecoveryCodesPage(shell=door(visit.exchange, visit.me), codes=made.codes, on_url="/you/security"))


HANDLERS: Final = (second_step, change, begin, beginning, app, confirm)
