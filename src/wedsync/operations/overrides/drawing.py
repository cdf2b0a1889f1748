"""An override in words: how far it has come, and what its reader may do now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import msgspec

from wedsync.features.people.shell import OPERATIONS
from wedsync.features.people.words import moment
from wedsync.kernel.clock import utc_now
from wedsync.kernel.ids import PersonId
from wedsync.kernel.permissions import OperatorRole, Permission, Standing, allows
from wedsync.kernel.zones import today_in
from wedsync.operations.operators.queries import Operator
from wedsync.operations.overrides.model import LONGEST_WINDOW_HOURS, Kind, Override, State, Told
from wedsync.operations.overrides.views import BetweenBoxes, OverridePage, OverrideRow, RequestBoxes, Step
from wedsync.operations.shield.verdict import Change
from wedsync.operations.summons.jobs import EVERY, MOST
from wedsync.platform import formats
from wedsync.platform.forms import chosen, filled
from wedsync.platform.pages import Crumb, Filled, Shell

LIST: Final = f"{OPERATIONS}/overrides"
CRUMBS: Final = (Crumb(label="Overrides", href=LIST),)
BETWEEN: Final = f"{LIST}/between-events"
BREAKS_GLASS: Final = {
    Kind.SEV1: "SEV1: the product is down",
    Kind.EXPLOITED: "A vulnerability that is used",
    Kind.DATA_LOSS: "Data is being lost",
    Kind.ROLLBACK: "Return to the image before",
}
CHANGES: Final = {
    Change.CONTRACTING_MIGRATION: "A migration that takes something away",
    Change.CONFIGURATION: "Configuration",
    Change.FLAG: "Enabling a flag",
    Change.INFRASTRUCTURE: "Infrastructure",
    Change.UPGRADE: "An upgrade of nodes or the database",
}
_STATES: Final = {
    State.REQUESTED: ("waits for approval", "fixed"),
    State.APPROVED: ("approved", "ok"),
    State.USED: ("used, review due", "fixed"),
    State.REVIEWED: ("reviewed", "ok"),
    State.EXPIRED: ("expired unused", ""),
    State.REFUSED: ("refused", "bad"),
    State.WITHDRAWN: ("taken back", ""),
    State.DONE: ("done", "ok"),
}
_HOURS: Final = tuple(
    (str(hours), formats.plural(hours, "hour", "hours")) for hours in (1, 2, 4, 8, LONGEST_WINDOW_HOURS)
)


class ReadBy(msgspec.Struct, frozen=True, kw_only=True):
    """Who looks, in which role, on which clock."""

    person_id: PersonId
    role: OperatorRole
    zone: str

    def may(self, permission: Permission) -> bool:
        """Whether their role is enough."""
        return allows(Standing(operator_role=self.role), permission)


def row(found: Override, zone: str) -> OverrideRow:
    """One line."""
    label, tone = _state(found, zone)
    return OverrideRow(
        href=f"{LIST}/{found.id}",
        incident=found.incident,
        kind_label=_why(found),
        author=found.author,
        asked=moment(found.created_at, zone),
        state_label=label,
        tone=tone,
    )


def boxes(operators: list[Operator], me: PersonId, sent: Mapping[str, str], wrong: Mapping[str, str]) -> RequestBoxes:
    """The form, with what was sent and what was wrong with it."""
    leads = tuple((str(each.person_id), each.display_name) for each in operators if _may_lead(each, me))
    return RequestBoxes(
        kinds=chosen(tuple((kind.value, label) for kind, label in BREAKS_GLASS.items()), sent.get("kind", "")),
        commanders=chosen((("", "Nobody: a return to the image before"), *leads), sent.get("commander_id", "")),
        hours=chosen(_HOURS, sent.get("window_hours", "4")),
        reason=filled(sent.get("reason", ""), wrong, "reason"),
        rollback_plan=filled(sent.get("rollback_plan", ""), wrong, "rollback_plan"),
        incident=filled(sent.get("incident", ""), wrong, "incident"),
        image_digest=filled(sent.get("image_digest", ""), wrong, "image_digest"),
        commander_error=wrong.get("commander_id", ""),
        kind_error=wrong.get("kind", ""),
    )


def between_boxes(sent: Mapping[str, str], wrong: Mapping[str, str]) -> BetweenBoxes:
    """The form for a change between events."""
    return BetweenBoxes(
        changes=chosen(tuple((each.value, label) for each, label in CHANGES.items()), sent.get("change", "")),
        hours=chosen(_HOURS, sent.get("window_hours", "4")),
        reason=filled(sent.get("reason", ""), wrong, "reason"),
        rollback_plan=filled(sent.get("rollback_plan", ""), wrong, "rollback_plan"),
        incident=filled(sent.get("incident", ""), wrong, "incident"),
        image_digest=filled(sent.get("image_digest", ""), wrong, "image_digest"),
        change_error=wrong.get("change", ""),
    )


def override_page(found: Override, shell: Shell, me: ReadBy, review: Filled) -> OverridePage:
    """The whole page; `review` is one that was refused."""
    label, tone = _state(found, me.zone)
    here = f"{LIST}/{found.id}"
    return OverridePage(
        shell=shell,
        crumbs=CRUMBS,
        incident=found.incident,
        kind_label=_why(found),
        state_label=label,
        tone=tone,
        reason=found.reason,
        rollback_plan=found.rollback_plan,
        image_digest=found.image_digest,
        steps=_steps(found, me.zone),
        findings=found.findings or "",
        approve_url=f"{here}/approve" if _may_approve(found, me) else "",
        refuse_url=f"{here}/refuse" if _is_open(found) and me.may(Permission.OVERRIDES_APPROVE) else "",
        is_own=found.author_id == me.person_id,
        token_url=f"{here}/token" if found.state is State.APPROVED and me.may(Permission.OVERRIDES_REQUEST) else "",
        review_url=f"{here}/review" if _may_review(found, me) else "",
        review=review,
    )


def _why(found: Override) -> str:
    if found.change is not None:
        return f"{CHANGES[found.change]}, between events"
    return BREAKS_GLASS[found.kind]


def _state(found: Override, zone: str) -> tuple[str, str]:
    due_on = found.review_due_on if found.state is State.USED else None
    if due_on is not None and due_on < today_in(zone, utc_now()):
        return "review overdue", "bad"
    return _STATES[found.state]


def _may_approve(found: Override, me: ReadBy) -> bool:
    has_approved = any(each.person_id == me.person_id for each in found.approvals)
    is_other = found.author_id != me.person_id
    return _is_open(found) and is_other and not has_approved and me.may(Permission.OVERRIDES_APPROVE)


def _is_open(found: Override) -> bool:
    return found.state in {State.REQUESTED, State.APPROVED}


def _may_review(found: Override, me: ReadBy) -> bool:
    is_other = found.author_id != me.person_id
    return found.state is State.USED and is_other and me.may(Permission.OVERRIDES_REVIEW)


def _may_lead(operator: Operator, me: PersonId) -> bool:
    return operator.person_id != me and allows(Standing(operator_role=operator.role), Permission.OVERRIDES_APPROVE)


def _steps(found: Override, zone: str) -> tuple[Step, ...]:
    at, until = formats.moment(found.created_at, zone), formats.moment(found.window_ends_at, zone)
    asked = Step(title=f"Asked for by {found.author}", sentence=f"{at}. It may be used until {until}.", is_done=True)
    approvals = tuple(
        Step(title=f"Approved by {each.name}", sentence=f"{formats.moment(each.at, zone)}.", is_done=True)
        for each in found.approvals
    )
    if found.ended_by is not None and found.ended_at is not None:
        word = "Taken back" if found.state is State.WITHDRAWN else "Refused"
        when = f"{formats.moment(found.ended_at, zone)}. It lets nothing pass."
        return (asked, *approvals, Step(title=f"{word} by {found.ended_by}", sentence=when, is_done=True))
    reviewed = () if found.kind is Kind.GAP else (_reviewed(found),)
    return (asked, *approvals, *_told(found, zone), *_missing(found), _used(found, zone), *reviewed)


def _told(found: Override, zone: str) -> tuple[Step, ...]:
    """Who knows that it waits for them, while it does."""
    if found.state is not State.REQUESTED:
        return ()
    if not found.told:
        sentence = "Letters leave within a minute. If this stays, nobody else may approve: appoint somebody."
        return (Step(title="Nobody was told yet", sentence=sentence, is_done=False),)
    return tuple(
        Step(title=f"{each.name} was told at {formats.clock(each.at, zone)}", sentence=_how_often(each), is_done=True)
        for each in found.told
    )


def _how_often(told: Told) -> str:
    if told.times == MOST:
        return f"{MOST} times, and no more: telephone them."
    again = int(EVERY / timedelta(minutes=1))
    return f"{formats.plural(told.times, 'letter', 'letters')} so far; the next after {again} minutes, {MOST} at most."


def _missing(found: Override) -> tuple[Step, ...]:
    if found.state is not State.REQUESTED:
        return ()
    lead = f"By {found.commander}, who leads the incident"
    if found.kind is Kind.GAP:
        count = "One approval is" if found.approvals else "Two approvals are"
        title, who = f"{count} missing", "By others than who asked."
    elif found.kind is Kind.ROLLBACK or any(each.person_id == found.commander_id for each in found.approvals):
        title, who = "One approval is missing", "By anybody but who asked."
    elif found.approvals:
        title, who = "One approval is missing", f"{lead}."
    else:
        title, who = "Two approvals are missing", f"{lead}, and by one other."
    return (Step(title=title, sentence=who, is_done=False),)


def _used(found: Override, zone: str) -> Step:
    if found.used_at is None:
        is_over = found.state is State.EXPIRED
        when = "Once, while no event is on." if found.kind is Kind.GAP else "Once."
        sentence = "Its window ended before anybody used it." if is_over else f"{when} Its token is good for two hours."
        return Step(title="Not used", sentence=sentence, is_done=False)
    return Step(title=f"Used by {found.used_by}", sentence=f"{formats.moment(found.used_at, zone)}.", is_done=True)


def _reviewed(found: Override) -> Step:
    if found.reviewed_by is not None:
        verdict = "It would be done again." if found.is_justified else "It would not be done again."
        return Step(title=f"Reviewed by {found.reviewed_by}", sentence=verdict, is_done=True)
    if found.review_due_on is not None:
        due = f"Due on {formats.long_date(found.review_due_on)}, by somebody else than who asked."
        return Step(title="Review is due", sentence=due, is_done=False)
    return Step(title="Reviewed", sentence="Within two working days of its use.", is_done=False)
