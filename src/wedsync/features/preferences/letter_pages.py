"""Which letters one gets, at /you/letters; and the address in each letter where one has no more of them.

That address works by itself, for a mail program that sends one request without a cookie (RFC 8058). Looking at it
changes nothing, because mail scanners look at everything.
"""

from __future__ import annotations

import hmac
from typing import Final
from uuid import UUID

from litestar import Response, get, post

from wedsync.features.people.shell import Visit, door, last_shell
from wedsync.features.preferences import letter_actions as actions
from wedsync.features.preferences import letter_queries as q
from wedsync.features.preferences.letter_model import LetterChoices, choices_of, may_stop, stop_path, stopped_by
from wedsync.features.preferences.views import AlwaysView, KindView, LettersPage, StopPage
from wedsync.kernel.ids import PersonId
from wedsync.kernel.letters import ALWAYS, CHOSEN, USUAL_QUIET, Choice, LetterKind, QuietHours
from wedsync.kernel.problems import Invalid, NotFound
from wedsync.platform.database import NoParams, Tx
from wedsync.platform.forms import Form, chosen, faults, read_form
from wedsync.platform.http import drawn, see_other
from wedsync.platform.http.exchange import Exchange
from wedsync.platform.http.routes import OPEN

LETTERS: Final = "/you/letters"
ONE_LETTER: Final = "/letters/{kind:str}/{person_id:uuid}/{signature:str}"
_OFTEN: Final = (
    (Choice.EACH.value, "At once"),
    (Choice.DAILY.value, "Once a day, together"),
    (Choice.NONE.value, "Never"),
)
_HOURS: Final = tuple((str(hour), f"{hour:02}:00") for hour in range(24))


class LettersForm(Form, frozen=True, kw_only=True):
    """How often each; "" for no quiet hours."""

    answers: Choice
    requests: Choice
    reminders: Choice
    quiet_from: str
    quiet_until: str

    @property
    def said(self) -> LetterChoices:
        """The same; an hour that is none is left for the reader to refuse."""
        quiet = None
        if self.quiet_from:
            quiet = QuietHours(start=_hour(self.quiet_from), end=_hour(self.quiet_until))
        return LetterChoices(answers=self.answers, requests=self.requests, reminders=self.reminders, quiet=quiet)


@get(LETTERS)
async def letters(visit: Visit) -> Response[str]:
    """What one gets, what always comes and why, and when one is left in peace."""
    return drawn(_page(visit, choices_of(await visit.reader.one(q.MY_TERMS, NoParams())), ""))


@post(LETTERS)
async def choose(body: bytes, visit: Visit, tx: Tx) -> Response[str]:
    """All of it at once."""
    said = read_form(body, LettersForm).said
    try:
        await actions.choose_letters(tx, tx.person_id, said)
    except Invalid as refusal:
        return drawn(_page(visit, said, faults(refusal)["quiet"]), status=refusal.status)
    return see_other(f"{LETTERS}?told=saved")


@get(ONE_LETTER, opt=OPEN)
async def one_letter(kind: str, person_id: UUID, signature: str, exchange: Exchange) -> Response[str]:
    """A button for people."""
    wanted = _kind_of(exchange, kind, person_id, signature)
    return drawn(await _stop_page(exchange, wanted, exchange.path))


@post(ONE_LETTER, opt=OPEN)
async def stop(kind: str, person_id: UUID, signature: str, exchange: Exchange, tx: Tx) -> Response[str]:
    """At once, for whoever holds the letter; what was sent with it does not matter."""
    wanted = _kind_of(exchange, kind, person_id, signature)
    person = PersonId(person_id)
    await tx.act_as(person)
    await actions.stop_letters(tx, person, wanted)
    return drawn(await _stop_page(exchange, wanted, ""))


def _hour(box: str) -> int:
    return int(box) if box.isdecimal() and len(box) <= 2 else -1  # noqa: PLR2004 - of a day


def _kind_of(exchange: Exchange, kind: str, person_id: UUID, signature: str) -> LetterKind:
    """The kind that the address is about. Raises NotFound for an address that we did not write."""
    found = next((each for each in LetterKind if each.value == kind and may_stop(each)), None)
    if found is None:
        raise NotFound
    written = stop_path(exchange.services.sealer, person_id, found).rpartition("/")[2]
    if not hmac.compare_digest(written.encode(), signature.encode()):
        raise NotFound
    return found


async def _stop_page(exchange: Exchange, kind: LetterKind, action: str) -> StopPage:
    return StopPage(
        shell=await last_shell(exchange),
        kinds=tuple(CHOSEN[each][0] for each in stopped_by(kind)),
        action=action,
        letters_url=LETTERS,
    )


def _page(visit: Visit, said: LetterChoices, error: str) -> LettersPage:
    now = {
        LetterKind.ANSWERS: said.answers,
        LetterKind.REQUESTS: said.requests,
        LetterKind.REMINDERS: said.reminders,
    }
    quiet = said.quiet
    return LettersPage(
        shell=door(visit.exchange, visit.me, visit.notice),
        action=LETTERS,
        kinds=tuple(
            KindView(name=kind.value, label=label, sentence=sentence, options=chosen(_OFTEN, now[kind].value))
            for kind, (label, sentence) in CHOSEN.items()
        ),
        quiet_from=chosen((("", "Never quiet"), *_HOURS), "" if quiet is None else str(quiet.start)),
        quiet_until=chosen(_HOURS, str((USUAL_QUIET if quiet is None else quiet).end)),
        quiet_error=error,
        always=tuple(AlwaysView(label=label, why=why) for label, why in ALWAYS.values()),
    )


HANDLERS: Final = (letters, choose, one_letter, stop)
