"""Amendments over REST: see every effect, propose, approve or refuse, and say what it means for your business."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from litestar import Response, get, post, put
from litestar.params import Parameter

from wedsync.features.amendments import actions
from wedsync.features.amendments import queries as q
from wedsync.features.amendments.drafting import draft_of
from wedsync.features.amendments.effects import Effect, effects_of
from wedsync.features.amendments.looking import booked_on
from wedsync.features.amendments.model import Amendment, Answer, Kind, Proposal, ReasonCode, Reply, Wanted
from wedsync.features.weddings.model import FactValue
from wedsync.features.weddings.page_queries import SEEN
from wedsync.features.weddings.sight import sight_of
from wedsync.kernel.cursors import LAST_ID
from wedsync.kernel.ids import AmendmentId, EventId, WeddingId
from wedsync.kernel.permissions import Permission
from wedsync.platform.database import WEDDING, ById, Reader, Tx, refuse_hidden
from wedsync.platform.http.bodies import Body
from wedsync.platform.http.passing import passed_all
from wedsync.platform.http.routes import declares

READS: Final = declares(Permission.WEDDING_READ, on="wedding")
PROPOSES: Final = declares(Permission.AMENDMENTS_PROPOSE, on="wedding")
APPROVES: Final = declares(Permission.AMENDMENTS_APPROVE, on="wedding")
ANSWERS: Final = declares(Permission.TERMS_ANSWER, on="wedding")


class WantedBody(Body, frozen=True, kw_only=True):
    """A fact that should be another: by core field, or with `event_id` by its stored name. Null takes it back."""

    key: str
    value: FactValue = None
    event_id: UUID | None = None


class ProposalBody(Body, frozen=True, kw_only=True):
    """What you propose. A postponement names `wedding_date`, null while there is no new one; a cancellation nothing."""

    kind: Kind
    reason_code: ReasonCode
    reason: str = ""
    changes: tuple[WantedBody, ...] = ()
    moves_others: bool = True
    accept_far: bool = False

    @property
    def proposal(self) -> Proposal:
        """As the action takes it."""
        wanted = (
            Wanted(key=each.key, value=each.value, event_id=None if each.event_id is None else EventId(each.event_id))
            for each in self.changes
        )
        return Proposal(
            kind=self.kind,
            reason_code=self.reason_code,
            reason=self.reason,
            wanted=tuple(wanted),
            moves_others=self.moves_others,
            accept_far=self.accept_far,
        )


class NoteBody(Body, frozen=True, kw_only=True):
    """A word to it, if you like."""

    note: str = ""


@get("/api/v1/weddings/{wedding_id:uuid}/amendments", tags=["amendments"], summary="A wedding's amendments", opt=READS)
async def list_amendments(
    wedding_id: UUID,
    reader: Reader,
    before: UUID | None = None,
    limit: Annotated[int, Parameter(ge=1, le=100)] = 50,
) -> Response[list[Amendment]]:
    """Newest first; the next part begins `before` the last one's id."""
    page = q.Page(wedding_id=WeddingId(wedding_id), before=before or LAST_ID, limit=limit)
    raw = await reader.json(q.AMENDMENTS, page)
    await refuse_hidden(reader, WEDDING, WeddingId(wedding_id))
    return passed_all(raw, Amendment)


@get(
    "/api/v1/weddings/{wedding_id:uuid}/amendments/{amendment_id:uuid}",
    tags=["amendments"],
    summary="One amendment",
    opt=READS,
)
async def one_amendment(wedding_id: UUID, amendment_id: UUID, reader: Reader) -> Amendment:
    """With the changes of facts that you read, and the answers that concern you."""
    await refuse_hidden(reader, WEDDING, WeddingId(wedding_id))
    return await reader.one(q.AMENDMENT, _one(wedding_id, amendment_id))


@post(
    "/api/v1/weddings/{wedding_id:uuid}/amendment-previews",
    tags=["amendments"],
    summary="What a proposal would do",
    status_code=200,
    opt=PROPOSES,
)
async def preview(wedding_id: UUID, data: ProposalBody, reader: Reader) -> list[Effect]:
    """Every effect; nothing is kept."""
    await refuse_hidden(reader, WEDDING, WeddingId(wedding_id), requires=Permission.AMENDMENTS_PROPOSE)
    sight = sight_of(await reader.one(SEEN, ById(wedding_id)))
    draft = draft_of(sight, data.proposal)
    return list(effects_of(sight, draft, await booked_on(reader, wedding_id, draft)))


@post("/api/v1/weddings/{wedding_id:uuid}/amendments", tags=["amendments"], summary="Propose one", opt=PROPOSES)
async def propose(wedding_id: UUID, data: ProposalBody, tx: Tx) -> Amendment:
    """It takes effect at once where nobody else has to approve it."""
    return await actions.propose(tx, WeddingId(wedding_id), data.proposal)


@put(
    "/api/v1/weddings/{wedding_id:uuid}/amendments/{amendment_id:uuid}/approval",
    tags=["amendments"],
    summary="Approve it",
    opt=APPROVES,
)
async def approve(wedding_id: UUID, amendment_id: UUID, tx: Tx) -> Amendment:
    """Partners; in an emergency the coordinator too. With the last one missing it takes effect, or says when."""
    return await actions.approve(tx, WeddingId(wedding_id), AmendmentId(amendment_id))


@put(
    "/api/v1/weddings/{wedding_id:uuid}/amendments/{amendment_id:uuid}/refusal",
    tags=["amendments"],
    summary="Refuse it",
    opt=APPROVES,
)
async def refuse(wedding_id: UUID, amendment_id: UUID, tx: Tx, data: NoteBody | None = None) -> Amendment:
    """One partner's no ends it."""
    return await actions.refuse(tx, WeddingId(wedding_id), AmendmentId(amendment_id), _note(data))


@put(
    "/api/v1/weddings/{wedding_id:uuid}/amendments/{amendment_id:uuid}/withdrawal",
    tags=["amendments"],
    summary="Take it back",
    opt=PROPOSES,
)
async def withdraw(wedding_id: UUID, amendment_id: UUID, tx: Tx) -> Amendment:
    """What you or your business proposed, before it is decided."""
    return await actions.withdraw(tx, WeddingId(wedding_id), AmendmentId(amendment_id))


@put(
    "/api/v1/weddings/{wedding_id:uuid}/amendments/{amendment_id:uuid}/acceptance",
    tags=["amendments"],
    summary="Accept what it means for your business",
    opt=ANSWERS,
)
async def accept(wedding_id: UUID, amendment_id: UUID, tx: Tx, data: NoteBody | None = None) -> Amendment:
    """After it has taken effect."""
    return await _terms(tx, wedding_id, amendment_id, Answer.ACCEPT, data)


@put(
    "/api/v1/weddings/{wedding_id:uuid}/amendments/{amendment_id:uuid}/declination",
    tags=["amendments"],
    summary="Decline what it means for your business",
    opt=ANSWERS,
)
async def decline(wedding_id: UUID, amendment_id: UUID, tx: Tx, data: NoteBody | None = None) -> Amendment:
    """It stays in effect; the couple is told that your terms differ."""
    return await _terms(tx, wedding_id, amendment_id, Answer.DECLINE, data)


async def _terms(tx: Tx, wedding_id: UUID, amendment_id: UUID, answer: Answer, data: NoteBody | None) -> Amendment:
    reply = Reply(amendment_id=AmendmentId(amendment_id), answer=answer, note=_note(data))
    return await actions.answer_terms(tx, WeddingId(wedding_id), reply)


def _note(data: NoteBody | None) -> str:
    return "" if data is None else data.note


def _one(wedding_id: UUID, amendment_id: UUID) -> q.OneAmendment:
    return q.OneAmendment(wedding_id=WeddingId(wedding_id), amendment_id=AmendmentId(amendment_id))


ROUTES: Final = (
    list_amendments,
    one_amendment,
    preview,
    propose,
    approve,
    refuse,
    withdraw,
    accept,
    decline,
)
