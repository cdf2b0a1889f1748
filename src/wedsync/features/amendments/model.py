"""An amendment: what would change, why, who has answered, and what state follows from the answers. Pure.

Its state is never stored: it is what the answers say.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

import msgspec

from wedsync.features.weddings.model import FactValue
from wedsync.kernel.ids import AmendmentId, EventId, PersonId, SupplierId
from wedsync.kernel.json_values import JsonValue

# A supplier has this long to say whether it accepts; silence is no consent, so its contract is then marked (I3).
TERMS_WITHIN: Final = timedelta(hours=72)
LONGEST_TEXT: Final = 500
MOST_CHANGES: Final = 12


class Kind(StrEnum):
    """What an amendment is; an EMERGENCY exists only while the wedding is read-only."""

    CHANGE = "change"
    POSTPONEMENT = "postponement"
    CANCELLATION = "cancellation"
    EMERGENCY = "emergency"


class ReasonCode(StrEnum):
    """Why, in one word; `label` is how a form says it."""

    MISTAKE = "mistake"
    WISH = "wish"
    VENUE = "venue"
    SUPPLIER = "supplier"
    ILLNESS = "illness"
    WEATHER = "weather"
    AUTHORITY = "authority"
    OTHER = "other"

    @property
    def label(self) -> str:
        """As people choose it."""
        return _REASONS[self]


_REASONS: Final = {
    ReasonCode.MISTAKE: "It was entered wrongly",
    ReasonCode.WISH: "The couple wishes it",
    ReasonCode.VENUE: "The venue",
    ReasonCode.SUPPLIER: "A supplier",
    ReasonCode.ILLNESS: "Illness or bereavement",
    ReasonCode.WEATHER: "Weather or travel",
    ReasonCode.AUTHORITY: "A registrar or authority",
    ReasonCode.OTHER: "Something else",
}


class Party(StrEnum):
    """As what somebody proposes or answers."""

    PARTNER = "partner"
    COORDINATOR = "coordinator"
    SUPPLIER = "supplier"
    SUPPORT = "support"


class Answer(StrEnum):
    """What is said to an amendment; REFUSE, WITHDRAW, LAPSE and EFFECTIVE decide it."""

    APPROVE = "approve"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"
    EFFECTIVE = "effective"
    ACCEPT = "accept"
    DECLINE = "decline"


class State(StrEnum):
    """How far an amendment is; LAPSED closed by itself, because nothing could come of it any more."""

    PROPOSED = "proposed"
    EFFECTIVE = "effective"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """A fact that should be another: by core field, or with `event_id` by its stored name. None takes it back."""

    key: str
    value: JsonValue = None
    event_id: EventId | None = None


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody proposes. `moves_others`: events with days of their own move along with the first one's date.

    `accept_far`: they know that an event would be more than a month from the wedding day.
    """

    kind: Kind
    reason_code: ReasonCode
    reason: str = ""
    wanted: tuple[Wanted, ...] = ()
    moves_others: bool = True
    accept_far: bool = False


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A fact of an amendment; `key` is the question it answers, `previous` the value that its proposer saw.

    `is_previous_hidden`: the reader is shown what binds them, and not what it was.
    """

    key: str
    fact_key: str
    base_revision: int
    event_id: EventId | None = None
    value: FactValue = None
    previous: FactValue = None
    is_previous_hidden: bool = False


class Response(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody answered. `name` is a member's, or the supplier's they answered for."""

    answer: Answer
    party: Party
    person_id: PersonId
    answered_at: datetime
    name: str | None = None
    supplier_id: SupplierId | None = None
    note: str | None = None


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody says to an amendment, with a word to it if they like."""

    amendment_id: AmendmentId
    answer: Answer
    note: str = ""


class Amendment(msgspec.Struct, frozen=True, kw_only=True):
    """An amendment as its reader may see it: the changes of facts that they read, the answers that concern them.

    `state` follows from all of its answers. Once it is in effect `asked` are the suppliers whom it concerns,
    `seen_by` those who have seen all of what it changed that they read.
    `takes_effect_at`: everybody agrees, and it waits until the wedding is open.
    """

    id: AmendmentId
    state: State
    kind: Kind
    reason_code: ReasonCode
    party: Party
    person_id: PersonId
    proposed_at: datetime
    changes: tuple[Change, ...]
    responses: tuple[Response, ...]
    reason: str | None = None
    supplier_id: SupplierId | None = None
    name: str | None = None
    takes_effect_at: datetime | None = None
    asked: tuple[SupplierId, ...] = ()
    seen_by: tuple[SupplierId, ...] = ()

    @property
    def approvals(self) -> tuple[Response, ...]:
        """Who approved."""
        return tuple(each for each in self.responses if each.answer is Answer.APPROVE)

    @property
    def needs_every_partner(self) -> bool:
        """Whether both partners approve (I3): date, zone and venue are facts of events, and nobody is moved alone."""
        is_whole = self.kind in {Kind.POSTPONEMENT, Kind.CANCELLATION}
        return is_whole or any(each.event_id is not None for each in self.changes)

    def terms_of(self, supplier_id: UUID, now: datetime) -> Terms | None:
        """What a supplier says to it; None before it takes effect, and for whom it does not concern."""
        carried_out = next((each for each in self.responses if each.answer is Answer.EFFECTIVE), None)
        if carried_out is None or supplier_id not in self.asked:
            return None
        said = [each for each in self.responses if each.supplier_id == supplier_id and each.answer in TERMS]
        if said:
            return TERMS[said[-1].answer]
        return Terms.DIFFER if now > carried_out.answered_at + TERMS_WITHIN else Terms.WAITING


class Terms(StrEnum):
    """Where a supplier's contract stands after an amendment; without an answer in 72 hours its terms differ."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    DIFFER = "differ"


TERMS: Final = {Answer.ACCEPT: Terms.ACCEPTED, Answer.DECLINE: Terms.DECLINED}
