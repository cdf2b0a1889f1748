"""The couple's home: how far away the day is, what to tell next, what changed, and who belongs to it."""

from __future__ import annotations

from typing import Final

import msgspec

from wedsync.features.people.words import answer_so_far, is_waiting, moment
from wedsync.features.weddings.fixed_facts import fixed_facts
from wedsync.features.weddings.model import PARTNERS
from wedsync.features.weddings.page_queries import Invited, SeenAtHome, SeenWithNews
from wedsync.features.weddings.queries import Change
from wedsync.features.weddings.sight import Sight, answers, asked_here, sight_of
from wedsync.features.weddings.views import (
    ChangeView,
    Confirmation,
    Head,
    HomeFragment,
    HomePage,
    MemberView,
    NextQuestion,
)
from wedsync.features.weddings.wording import worded
from wedsync.kernel.clock import utc_now
from wedsync.kernel.fields.completion import BASICS_MONTHS, next_questions
from wedsync.kernel.fields.definitions import FIELD_BY_KEY
from wedsync.kernel.fields.display import display
from wedsync.kernel.fields.model import ALL, Field, FieldClass
from wedsync.kernel.fields.together import text_in
from wedsync.kernel.ids import PersonId
from wedsync.kernel.permissions import Area, Permission, WeddingRole, allows
from wedsync.kernel.shield import WeddingStatus
from wedsync.kernel.zones import today_in
from wedsync.platform.formats import initials, long_date, plural, relative_days
from wedsync.platform.pages import Filled, Option, Shell

MOST_QUESTIONS: Final = 5
ROLE_LABELS: Final = {
    WeddingRole.PARTNER: "Partner",
    WeddingRole.COMPANION: "Companion",
    WeddingRole.COORDINATOR: "Coordinator",
}
INVITED_AS: Final = (
    Option(value="partner", label="My partner"),
    Option(value="companion", label="A companion: looks, changes nothing"),
    Option(value="coordinator", label="Our coordinator: runs the day with us"),
)


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """The form to invite somebody, as it was sent."""

    name: Filled = Filled()
    email: Filled = Filled()
    role: str = ""


NOT_ASKED: Final = Asking()


def home_page(seen: SeenAtHome, shell: Shell, *, me: PersonId, asking: Asking = NOT_ASKED) -> HomePage:
    """The whole page."""
    sight = sight_of(seen)
    wedding, inside = seen.wedding, home_fragment(seen, sight, shell.csrf)
    base = f"/w/{wedding.id}"
    return HomePage(
        shell=shell,
        wedding_id=str(wedding.id),
        fragment_url=f"{base}/home",
        head=head_of(sight),
        next_title=inside.next_title,
        next_line=inside.next_line,
        percent=inside.percent,
        details_url=inside.details_url,
        questions=inside.questions,
        changes=inside.changes,
        confirmation=inside.confirmation,
        members=_members(seen, sight, me),
        invite_url=f"{base}/members",
        roles=_roles(seen, sight, asking.role),
        name=asking.name,
        email=asking.email,
        supplier_count=len(wedding.suppliers),
        suppliers_url=f"{base}/suppliers",
        csrf=shell.csrf,
    )


def home_fragment(seen: SeenWithNews, sight: Sight, csrf: str) -> HomeFragment:
    """The part that moves when somebody saves."""
    wedding = seen.wedding
    due = next_questions(answers(sight), wedding.held_on, today_in(sight.zone, utc_now()))
    may_tell = sight.is_partner and not sight.is_locked and wedding.status is not WeddingStatus.CANCELLED
    title, line = _heading(sight, has_questions=may_tell and bool(due))
    return HomeFragment(
        next_title=title,
        next_line=line,
        percent=sight.percent,
        details_url=f"/w/{wedding.id}/details",
        questions=tuple(_question(sight, field) for field in due[:MOST_QUESTIONS]) if may_tell else (),
        changes=tuple(change_view(change, sight.zone) for change in seen.changes),
        confirmation=_confirmation(sight),
        csrf=csrf,
    )


def _heading(sight: Sight, *, has_questions: bool) -> tuple[str, str]:
    """What stands above the questions; on the day there are none, and nothing is due either."""
    wedding, now = sight.seen.wedding, utc_now()
    if wedding.status is WeddingStatus.CANCELLED:
        return "This wedding is cancelled", "What was agreed stays on record. A new date takes it up again."
    whose = "Your" if sight.is_partner else "The"
    if sight.is_locked:
        is_today = wedding.held_on == today_in(sight.zone, now)
        span = wedding.protection.span
        if span is not None and now < span[0]:
            return (
                f"{whose} wedding is about to begin",
                "Everybody works from what was told. Nothing is left to answer.",
            )
        line = "Everybody works from what was told, and nothing is left to answer. Enjoy it."
        return "Today is the day" if is_today else f"{whose} wedding is on", line
    if has_questions:
        return "What to tell next", "Every answer reaches the suppliers who need it, at once."
    return "All told for now", "We ask again when the next answers are due."


def head_of(sight: Sight) -> Head:
    """The couple's names, the day and the place."""
    wedding = sight.seen.wedding
    place = text_in(sight.values, "ceremony_venue_name") or text_in(sight.values, "reception_venue_name")
    day = long_date(wedding.held_on) if wedding.held_on else "No date yet"
    return Head(title=wedding.title, line=" · ".join(filter(None, (day, place))), tag=countdown(sight))


def countdown(sight: Sight) -> str:
    """How far away the day is, while it is ahead; a cancelled wedding has none, and says so."""
    if sight.seen.wedding.status is WeddingStatus.CANCELLED:
        return "cancelled"
    held_on = sight.seen.wedding.held_on
    if held_on is None:
        return ""
    days = (held_on - today_in(sight.zone, utc_now())).days
    return relative_days(days) if days >= 0 else ""


def change_view(change: Change, zone: str, *, at: str = "", href: str = "") -> ChangeView:
    """One change as both sides read it; in a list of several weddings it says `at` which."""
    field = FIELD_BY_KEY[change.key]
    writer = change.writer or "Somebody who has left"
    after = "does not apply" if change.state == "not_applicable" else display(field, change.value) or "taken back"
    return ChangeView(
        label=label_of(field, change.event_title or ""),
        before=_short(display(field, change.previous)),
        after=_short(after),
        said_by=_said_by(writer, at),
        initials=initials(at or writer),
        when=moment(change.written_at, zone),
        href=href,
    )


def label_of(field: Field, event: str) -> str:
    """Brunch: date; but Reception venue, which says already whose it is. Else the wedding itself seems to move."""
    return field.name if not event or field.name.startswith(event) else f"{event}: {_lower(field.name)}"


def _said_by(writer: str, at: str) -> str:
    """Clara & Dan for what one of them said; Alder & Lane, Clara & Dan for what a supplier wrote for them."""
    return at or writer if writer in at else ", ".join(filter(None, (writer, at)))


def _short(text: str) -> str:
    longest = 60
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def _question(sight: Sight, field: Field) -> NextQuestion:
    if field.area is Area.CONTACTS:
        why = "Read by nobody until you decide who may"
    elif field.is_essential:
        why = "Every supplier plans by it" if field.readers == ALL else "The suppliers who need it plan by it"
    elif field.ask_months >= BASICS_MONTHS:
        why = "Good to know from the start"
    else:
        why = f"Asked {plural(field.ask_months, 'month', 'months')} before the day"
    label, href = worded(sight, field, field.label), f"/w/{sight.seen.wedding.id}/details#f-{field.key}"
    return NextQuestion(label=label, why=why, href=href)


def _confirmation(sight: Sight) -> Confirmation | None:
    wedding = sight.seen.wedding
    is_settled = wedding.date_set_at is not None and wedding.status is not WeddingStatus.POSTPONED
    if is_settled or not allows(sight.seen.standing, Permission.DATE_CONFIRM):
        return None
    missing = [key for key in ("wedding_date", "time_zone") if key not in sight.values]
    if sight.values.get("date_flexible") is True:
        missing.append("date_flexible")
    return Confirmation(
        date_text=long_date(wedding.held_on) if wedding.held_on else "",
        action=f"/w/{wedding.id}/date-confirmation",
        facts=fixed_facts(sight),
        missing=tuple(_question(sight, FIELD_BY_KEY[key]) for key in missing),
        empty=", ".join(_lower(field.name) for field in asked_here(sight) if _is_empty(sight, field)),
    )


def _is_empty(sight: Sight, field: Field) -> bool:
    """Whether it would be fixed too, once it is told."""
    return field.field_class is FieldClass.A and not field.is_derived and field.key not in sight.values


def _lower(name: str) -> str:
    return f"{name[:1].lower()}{name[1:]}"


def _members(seen: SeenAtHome, sight: Sight, me: PersonId) -> tuple[MemberView, ...]:
    standing = sight.seen.standing
    may_remove = allows(standing, Permission.WEDDING_MEMBERS_WRITE)
    here = [
        MemberView(
            name=each.display_name,
            role_label=ROLE_LABELS[each.role],
            initials=initials(each.display_name),
            status="you" if each.person_id == me else "",
            remove_url=f"/w/{seen.wedding.id}/members/{each.person_id}/end"
            if may_remove and each.role is not WeddingRole.PARTNER
            else "",
        )
        for each in seen.wedding.members
    ]
    base = f"/w/{seen.wedding.id}/members/invitations" if allows(standing, Permission.SHARING_WRITE) else ""
    return (*here, *(_invited(each, base) for each in seen.invited))


def _invited(each: Invited, base: str) -> MemberView:
    name = each.name or each.email
    is_open = is_waiting(each)
    return MemberView(
        name=name,
        role_label=each.kind.capitalize(),
        initials=initials(name),
        status=f"invited, {answer_so_far(each)}" if is_open else answer_so_far(each),
        email=each.email if each.name else "",
        again_url=f"{base}/{each.id}/again" if base and is_open else "",
        withdraw_url=f"{base}/{each.id}/withdraw" if base and is_open else "",
    )


def _roles(seen: SeenAtHome, sight: Sight, value: str) -> tuple[Option, ...]:
    if not allows(sight.seen.standing, Permission.SHARING_WRITE):
        return ()
    partners = sum(each.role is WeddingRole.PARTNER for each in seen.wedding.members)
    is_whole = partners >= PARTNERS
    return tuple(
        msgspec.structs.replace(option, is_chosen=option.value == value)
        for option in INVITED_AS
        if not (is_whole and option.value == "partner")
    )
