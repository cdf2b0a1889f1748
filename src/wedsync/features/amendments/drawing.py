"""One amendment as a page: what it does, who has said what, what its reader may do about it."""

from __future__ import annotations

from typing import Final

import msgspec

from wedsync.features.amendments.drafting import draft_of
from wedsync.features.amendments.effects import NOTHING, Effect, effects_of, fact_label
from wedsync.features.amendments.model import (
    Amendment,
    Answer,
    Kind,
    Party,
    Proposal,
    Response,
    State,
    Terms,
    Wanted,
)
from wedsync.features.amendments.proposing_page import groups_of
from wedsync.features.amendments.views import (
    AmendmentFragment,
    AmendmentPage,
    AnswerView,
    Deed,
    EffectGroup,
    TermsView,
)
from wedsync.features.amendments.words import (
    ANSWERS,
    STATES,
    TERMS_WORDS,
    TONES,
    reference_of,
    said_by,
    title_of,
    waits_for,
)
from wedsync.features.people.words import moment
from wedsync.features.weddings.sight import Sight
from wedsync.kernel.clock import utc_now
from wedsync.kernel.fields.definitions import field_named
from wedsync.kernel.fields.display import display
from wedsync.kernel.ids import PersonId, SupplierId
from wedsync.kernel.permissions import Permission, WeddingRole, allows
from wedsync.kernel.problems import Problem
from wedsync.platform.formats import initials
from wedsync.platform.pages import Crumb, Shell

_ANSWER_TONES: Final = {
    Answer.APPROVE: "ok",
    Answer.EFFECTIVE: "ok",
    Answer.ACCEPT: "ok",
    Answer.REFUSE: "bad",
    Answer.DECLINE: "bad",
}
_NOT_SHARED: Final = "not shared with you"
_OVERTAKEN: Final = (
    "Something it would change has changed since. It cannot take effect any more: take it back, and propose it anew."
)
_UNTIL_OPEN: Final = (
    "The wedding is read-only, so this takes effect when it is over, if the couple agrees. What has to change today is "
    "proposed as an emergency."
)


class Reader:
    """Who looks, from which address; `supplier_id` None: as themselves."""

    def __init__(self, person_id: PersonId, base: str, supplier_id: SupplierId | None = None) -> None:
        """`base` is the address of the wedding for them."""
        self.person_id: Final = person_id
        self.base: Final = base
        self.supplier_id: Final = supplier_id


def amendment_page(sight: Sight, found: Amendment, shell: Shell, reader: Reader, *, support: str) -> AmendmentPage:
    """The whole page. `support` is the telephone number of duty support, or ""."""
    inside = amendment_fragment(sight, found, shell.csrf, reader)
    return AmendmentPage(
        shell=shell,
        crumbs=(Crumb(label="What is fixed", href=f"{reader.base}/amendments"),),
        wedding_id=str(sight.seen.wedding.id),
        fragment_url=f"{reader.base}/amendments/{found.id}",
        title=title_of(sight, found),
        said_by=said_by(found),
        when=moment(found.proposed_at, sight.zone),
        reason_label=found.reason_code.label,
        reason=found.reason or "",
        reference=reference_of(found.id) if found.kind is Kind.EMERGENCY and found.state is State.PROPOSED else "",
        support=support,
        state=inside.state,
        tone=inside.tone,
        waits_for=inside.waits_for,
        notice=inside.notice,
        groups=inside.groups,
        answers=inside.answers,
        terms=inside.terms,
        deeds=inside.deeds,
        csrf=inside.csrf,
    )


def amendment_fragment(sight: Sight, found: Amendment, csrf: str, reader: Reader) -> AmendmentFragment:
    """The part that moves when somebody answers."""
    groups, notice = _effects(sight, found)
    return AmendmentFragment(
        state=STATES[found.state],
        tone=TONES[found.state],
        waits_for=waits_for(sight, found),
        notice=notice,
        groups=groups,
        answers=tuple(_answers(sight, found)),
        terms=_terms(sight, found),
        deeds=tuple(_deeds(sight, found, reader, is_overtaken=notice == _OVERTAKEN)),
        csrf=csrf,
    )


def _effects(sight: Sight, found: Amendment) -> tuple[tuple[EffectGroup, ...], str]:
    """All that it would do, while it waits; afterwards what it did. And what stands in its way."""
    recorded = groups_of(tuple(_recorded(sight, found)))
    if found.state is State.EFFECTIVE:
        return tuple(msgspec.structs.replace(each, title="What changed") for each in recorded), ""
    if found.state is not State.PROPOSED:
        return recorded, ""
    if found.kind is not Kind.EMERGENCY and sight.is_locked:
        return recorded, _UNTIL_OPEN
    wanted = tuple(_wanted(sight, found))
    again = Proposal(kind=found.kind, reason_code=found.reason_code, wanted=wanted, moves_others=False)
    try:
        draft = draft_of(sight, again)
    except Problem:
        return recorded, _OVERTAKEN
    bases = {(each.event_id, each.fact_key): each.base_revision for each in found.changes}
    if any(bases[each.event_id, each.field.fact_key] != each.base_revision for each in draft.changes):
        return recorded, _OVERTAKEN
    return groups_of(effects_of(sight, draft)), ""


def _recorded(sight: Sight, found: Amendment) -> list[Effect]:
    shown = []
    for each in found.changes:
        field = field_named(each.key)
        shown.append(
            Effect(
                about="facts",
                what=fact_label(sight, field, each.event_id),
                before=_NOT_SHARED if each.is_previous_hidden else display(field, each.previous) or NOTHING,
                after=display(field, each.value) or NOTHING,
            )
        )
    if found.kind is Kind.CANCELLATION:
        shown.append(Effect(about="wedding", what="The wedding", before="confirmed", after="cancelled"))
    return shown


def _wanted(sight: Sight, found: Amendment) -> list[Wanted]:
    """As a proposal names them: the first event's date by its core field, which is what a postponement asks for."""
    first = sight.seen.wedding.events[0].id if sight.seen.wedding.events else None
    return [
        Wanted(key="wedding_date", value=each.value)
        if (each.event_id, each.fact_key) == (first, "date")
        else Wanted(key=each.fact_key if each.event_id else each.key, event_id=each.event_id, value=each.value)
        for each in found.changes
    ]


def _answers(sight: Sight, found: Amendment) -> list[AnswerView]:
    return [
        AnswerView(
            name=_who(each),
            initials=initials(_who(each)),
            said=ANSWERS[each.answer],
            note=each.note or "",
            when=moment(each.answered_at, sight.zone),
            tone=_ANSWER_TONES.get(each.answer, ""),
        )
        for each in found.responses
    ]


def _who(said: Response) -> str:
    if said.answer is Answer.LAPSE:  # in a partner's name, but nobody's word
        return "WedSync"
    return said.name or ("Support" if said.party is Party.SUPPORT else "Somebody who has left")


def _terms(sight: Sight, found: Amendment) -> tuple[TermsView, ...]:
    """Where each supplier stands, as far as the reader may know: the couple of all, a supplier of itself."""
    if found.state is not State.EFFECTIVE:
        return ()
    now = utc_now()
    shown = []
    for each in sight.seen.wedding.suppliers:
        terms = found.terms_of(each.supplier_id, now)
        if terms is not None:
            words, tone = TERMS_WORDS[terms]
            seen = "has seen it" if each.supplier_id in found.seen_by else "has not seen it yet"
            shown.append(TermsView(name=each.name, initials=initials(each.name), said=words, tone=tone, seen=seen))
    return tuple(shown)


def _deeds(sight: Sight, found: Amendment, reader: Reader, *, is_overtaken: bool) -> list[Deed]:
    standing, here = sight.seen.standing, f"{reader.base}/amendments/{found.id}"
    if found.state is State.EFFECTIVE:
        return _terms_deeds(found, reader, here) if allows(standing, Permission.TERMS_ANSWER) else []
    if found.state is not State.PROPOSED:
        return []
    deeds = []
    role, is_urgent = standing.wedding_role, found.kind is Kind.EMERGENCY
    has_said = any(each.person_id == reader.person_id for each in found.approvals)
    may_approve = role is WeddingRole.PARTNER or (role is WeddingRole.COORDINATOR and is_urgent)
    if may_approve and not has_said and not is_overtaken:
        waits = sight.is_locked and not is_urgent
        sure = "All of it takes effect once the wedding is over." if waits else "All of it takes effect."
        deeds.append(Deed(action=f"{here}/approval", label="Approve it", tone="primary", sure=sure))
    is_own = found.person_id == reader.person_id and found.supplier_id == reader.supplier_id
    is_ours = is_own or (found.supplier_id is not None and found.supplier_id == reader.supplier_id)
    if is_ours and allows(standing, Permission.AMENDMENTS_PROPOSE):
        deeds.append(Deed(action=f"{here}/withdrawal", label="Take it back"))
    elif role is WeddingRole.PARTNER:
        deeds.append(Deed(action=f"{here}/refusal", label="Refuse it", tone="danger", takes_note=True))
    return deeds


def _terms_deeds(found: Amendment, reader: Reader, here: str) -> list[Deed]:
    stands = None if reader.supplier_id is None else found.terms_of(reader.supplier_id, utc_now())
    if stands is None:
        return []
    deeds = []
    if stands is not Terms.ACCEPTED:
        deeds.append(Deed(action=f"{here}/acceptance", label="We accept", tone="primary"))
    if stands is not Terms.DECLINED:
        deeds.append(Deed(action=f"{here}/declination", label="We decline", takes_note=True))
    return deeds
