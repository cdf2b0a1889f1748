"""What every letter passes on its way out: whoever it is for has chosen which they get, and when.

What must arrive at once asks nobody: it leaves even where nothing can be looked up. All else asks once, in one place.
"""

from __future__ import annotations

from typing import Final

import msgspec

from wedsync.features.people.queries import ByEmail
from wedsync.features.preferences import letter_queries as q
from wedsync.features.preferences.letter_model import Fate, LetterTerms, fate_of, may_stop, stop_path
from wedsync.kernel.clock import utc_now
from wedsync.kernel.letters import ALWAYS, AT_ONCE, CHOSEN
from wedsync.platform.database import NOBODY, Database
from wedsync.platform.mail import Letter, Mailer, NotNow
from wedsync.platform.telemetry import Log

_log = Log("letters")


class PostRoom:
    """A mailer that asks whom a letter is for. `base_url` is where people stop letters."""

    def __init__(self, database: Database, mailer: Mailer, base_url: str) -> None:
        """`mailer` takes what goes."""
        self._database: Final = database
        self._mailer: Final = mailer
        self._base_url: Final = base_url

    async def send(self, letter: Letter) -> None:
        """Hand it over, hold it or drop it. Raises NotNow while whoever it is for has quiet hours, and OSError."""
        if letter.kind in ALWAYS and letter.kind in AT_ONCE:
            await self._mailer.send(letter)
            return
        async with self._database.transaction(NOBODY) as tx:
            terms = await tx.maybe(q.TERMS_OF, ByEmail(letter.to))
        if terms is None:  # a stranger has chosen nothing
            await self._mailer.send(letter)
            return
        fate, until = fate_of(letter, terms, utc_now())
        if fate is Fate.GOES:
            await self._mailer.send(signed(letter, terms, self._database, self._base_url))
        elif fate is Fate.IS_HELD and until is not None:
            held = q.HeldLetter(
                person_id=terms.person_id,
                kind=letter.kind,
                subject=letter.subject,
                body=letter.body,
                due_at=until,
            )
            async with self._database.transaction(NOBODY) as tx:
                await tx.run(q.HOLD, held)
        elif until is not None:
            raise NotNow(until)
        else:
            _log.info("letter_not_wanted", kind=letter.kind.value)

    async def forget(self, words: tuple[str, ...]) -> None:
        """What is held too."""
        async with self._database.transaction(NOBODY) as tx:
            await tx.run(q.FORGET_HELD, q.Words(words))
        await self._mailer.forget(words)


def signed(letter: Letter, terms: LetterTerms, database: Database, base_url: str) -> Letter:
    """With the way to have no more of its kind, where there is one; why it comes, where there is none."""
    mine = f"{base_url}/you/letters"
    if not may_stop(letter.kind):
        label, _ = ALWAYS[letter.kind]
        return msgspec.structs.replace(
            letter, body=f"{letter.body}\n-- \n{label}: such letters always come. Why, and what you choose: {mine}\n"
        )
    stop = f"{base_url}{stop_path(database.sealer, terms.person_id, letter.kind)}"
    what = CHOSEN[letter.kind][0] if letter.kind in CHOSEN else "Letters of once a day"
    footer = f"\n-- \n{what}. No more of these: {stop}\nAll that you choose: {mine}\n"
    return msgspec.structs.replace(letter, body=letter.body + footer, stop_url=stop)
