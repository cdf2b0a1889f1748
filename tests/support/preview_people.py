"""The door, refusals, the outbox and the API, with people in them."""

from collections.abc import Callable

import msgspec
import segno

from wedsync.features.people.address_actions import WRONG as WRONG_DIGITS
from wedsync.features.people.codes import WRONG_CODE
from wedsync.features.people.second_step import DEMO_KEY, uri_of
from wedsync.features.people.views import (
    AddressCodePage,
    AddressLinkPage,
    AddressPage,
    CodePage,
    DeclinedPage,
    EventView,
    InvitationPage,
    LandingPage,
    LinkPage,
    LinkSentPage,
    Ownership,
    OwnershipPage,
    PasswordPage,
    ProvePage,
    RecoveryCodesPage,
    RoleHelp,
    SecondStepPage,
    SecurityPage,
    SessionsPage,
    SessionView,
    SetUpPage,
    SignInLinkPage,
    SignInPage,
    SignUpPage,
    StartPage,
    TeamInvitation,
    TeamMember,
    TeamPage,
)
from wedsync.kernel.permission_words import team_help
from wedsync.platform.pages import (
    Capacity,
    Crumb,
    Filled,
    Moment,
    NavItem,
    Option,
    Shell,
    ShieldLine,
    View,
    Who,
)
from wedsync.platform.views import (
    ApiPage,
    FieldProblem,
    Letter,
    Operation,
    OperationGroup,
    OutboxPage,
    ProblemFragment,
    ProblemPage,
    Refusal,
)

DOOR = Shell(csrf="5b1f")
SEEN = Moment(iso="2026-11-22T18:04:00Z", text="yesterday, 18:04")
SIGNED_OUT = Shell(csrf="5b1f", is_demo=True)
CAPACITIES = (
    Capacity(
        label="Alder & Lane",
        subtitle="Photographer · owner",
        href="/s/1/today",
        is_current=True,
    ),
    Capacity(label="Anna & Joe", subtitle="Your own wedding", href="/w/9/home"),
)
SHIELD_OPEN = ShieldLine(
    state="open",
    sentence="Everything is open. The next wedding, Clara & Dan, becomes read-only on its day.",
    until_text="from Sat 28 Nov, 00:00 GMT",
)
SHIELD_FIXED = ShieldLine(
    state="fixed",
    sentence="The date, names and venues are fixed since 12 March.",
    way_on="Ask for an amendment",
    way_on_href="/w/9/amendments/new",
    until_text="read-only from Sat 28 Nov, 00:00 GMT",
)
SHIELD_LOCKED = ShieldLine(
    state="locked",
    sentence="The day is on. Details are read-only.",
    until_text="until Sun 29 Nov, 06:00 GMT",
)


def supplier_shell(current: str, shield: ShieldLine | None = SHIELD_OPEN, notice: str = "") -> Shell:
    places = (
        ("Today", "/s/1/today", "today"),
        ("Weddings", "/s/1/weddings", "rings"),
        ("Clients", "/s/1/clients", "book"),
        ("Invitations", "/s/1/invitations", "mail"),
        ("Team", "/s/1/team", "people"),
    )
    return Shell(
        home="/s/1/today",
        nav=tuple(
            NavItem(label=label, href=href, icon=icon, is_current=label == current) for label, href, icon in places
        ),
        who=Who(name="Anna Alder", subtitle="Alder & Lane", initials="AA"),
        capacities=CAPACITIES,
        shield=shield,
        csrf="5b1f",
        live_url="/live",
        is_signed_in=True,
        notice=notice,
    )


def _invitation(**changes: object) -> InvitationPage:
    told = {
        "shell": DOOR,
        "from_name": "Alder & Lane",
        "from_initials": "AL",
        "title": "Tell your wedding once",
        "sentence": "Anna from Alder & Lane invites you to WedMe, where all your suppliers read the same details.",
        "letter": "Dear Clara, so looking forward to June! This saves you everyone's questionnaire.\nAnna",
        "promises": (
            "You enter each detail once; nobody asks again.",
            "You decide what each supplier may see.",
            "It is free for couples, for ever.",
        ),
        "action": "/invitations/x",
        "decline_url": "/invitations/x/refusal",
        "email": "clara@example.com",
        "name": Filled(value="Clara Hughes"),
        "partner_name": Filled(value="Dan Whitfield"),
        "password": Filled(),
        "asks_name": True,
        "asks_partner": True,
        "asks_password": True,
        "supplier_choices": (),
        "wedding_choices": (),
        "as_whom": "",
        "expires_text": "This invitation works once, for 6 more days.",
        "accept_label": "Start our wedding",
        "error": "",
    }
    return InvitationPage(**(told | changes))  # type: ignore[arg-type]


def _problem(status: int, title: str, advice: str, **more: object) -> ProblemPage:
    told = {
        "shell": DOOR,
        "status": status,
        "title": title,
        "advice": advice,
        "ways_on": (Crumb(label="Go to your start page", href="/"),),
        "request_id": "0199a7c2",
    }
    return ProblemPage(**(told | more))  # type: ignore[arg-type]


def _problems() -> dict[str, Callable[[], View]]:
    back = Crumb(label="Back to the wedding", href="/w/9/details")
    return {
        "problem_401": lambda: _problem(
            401,
            "You are signed out",
            "Sign in, and you come back here.",
            ways_on=(Crumb(label="Sign in", href="/sign-in"),),
        ),
        "problem_404": lambda: _problem(
            404,
            "There is nothing here",
            "It may have moved, or it is not shared with you.",
            shell=supplier_shell("Weddings"),
        ),
        "problem_409": lambda: _problem(
            409,
            "This is fixed",
            "Ask for an amendment: every supplier sees it, and your partner agrees to it.",
            detail="The date was confirmed on 12 March 2026.",
            ways_on=(Crumb(label="Ask for an amendment", href="/w/9/amendments/new"), back),
        ),
        "problem_422": lambda: _problem(
            422,
            "Something needs another look",
            "Go back, correct it and send it again.",
            errors=(FieldProblem(field="Adults", detail="Give a number from 2 to 500."),),
            ways_on=(back,),
        ),
        "problem_423": lambda: _problem(
            423,
            "The day is on",
            "Details open again after the wedding. In an emergency, propose an amendment now.",
            detail="The wedding of Clara & Dan is read-only while it takes place.",
            until_text="opens Sun 29 Nov, 06:00 GMT",
            shell=supplier_shell("Weddings", SHIELD_LOCKED),
            ways_on=(back, Crumb(label="Propose an emergency amendment", href="/w/9/amendments/new")),
        ),
    }


def _sessions() -> SessionsPage:
    return SessionsPage(
        shell=supplier_shell("", None),
        sessions=(
            SessionView(
                device="Firefox on Linux",
                opened="by link",
                last_seen=Moment(iso="2026-11-22T09:30:00Z", text="just now"),
                expires_text="stays for 7 days",
                is_this=True,
            ),
            SessionView(
                device="Safari on iPhone",
                opened="with the password",
                last_seen=Moment(iso="2026-11-21T18:02:00Z", text="yesterday"),
                expires_text="stays for 5 days",
                end_url="/sessions/2/end",
            ),
        ),
        most=3,
        end_others_url="/sessions/others/end",
        end_all_url="/sessions/end",
    )


def _sign_up() -> SignUpPage:
    return SignUpPage(
        shell=DOOR,
        business=Filled(value="Alder & Lane"),
        supplier_types=(
            Option(value="photographer", label="Photographer", is_chosen=True),
            Option(value="venue", label="Venue"),
        ),
        type_error="",
        zones=(Option(value="Europe/London", label="London", is_chosen=True),),
        zone_error="",
        name=Filled(value="Anna Alder"),
        email=Filled(value="anna@", error="That is not a whole address: it needs a name, @ and a place."),
        error="",
    )


def _team() -> TeamPage:
    roles = tuple(
        Option(value=word.lower(), label=word, is_chosen=word == "Member")
        for word in ("Admin", "Manager", "Member", "Viewer")
    )
    return TeamPage(
        shell=supplier_shell("Team", notice="The invitation to ravi@example.com is on its way."),
        supplier_name="Alder & Lane",
        members=(
            TeamMember(
                name="Anna Alder",
                email="anna@alderandlane.example",
                initials="AA",
                role_label="Owner",
                last_seen="here now",
                is_you=True,
            ),
            TeamMember(
                name="Ben Okafor",
                email="ben@alderandlane.example",
                initials="BO",
                role_label="Member",
                last_seen="here yesterday",
                roles=roles,
                role_url="/s/1/team/2/role",
                remove_url="/s/1/team/2/end",
            ),
        ),
        invitations=(
            TeamInvitation(
                email="ravi@example.com",
                role_label="Viewer",
                expires_text="7 days left",
                withdraw_url="/s/1/team/invitations/3/end",
            ),
        ),
        settings_url="/s/1/settings",
        invite_url="/s/1/team/invitations",
        invite_roles=roles,
        role_help=tuple(RoleHelp(label=role.value.capitalize(), sentence=sentence) for role, sentence in team_help()),
        email=Filled(),
        ownership=Ownership(
            offer_url="/s/1/ownership",
            members=(Option(value="2", label="Ben Okafor"), Option(value="3", label="Ada Lane")),
        ),
    )


def _team_offered() -> TeamPage:
    waiting = Ownership(
        offer_url="/s/1/ownership",
        members=(Option(value="2", label="Ben Okafor"),),
        offered_to="Ben Okafor",
        expires_text="7 days left",
        withdraw_url="/s/1/ownership/withdraw",
    )
    return msgspec.structs.replace(_team(), ownership=waiting)


def _team_to_prove() -> TeamPage:
    locked = Ownership(
        offer_url="/s/1/ownership", members=(Option(value="2", label="Ben Okafor"),), prove_url="/you/prove"
    )
    return msgspec.structs.replace(_team(), ownership=locked)


def _outbox() -> OutboxPage:
    return OutboxPage(
        shell=SIGNED_OUT,
        letters=(
            Letter(
                to="clara@example.com",
                subject="Alder & Lane invites you",
                body="Dear Clara,\n\nAnna from Alder & Lane invites you to tell your wedding once.",
                sent=Moment(iso="2026-11-22T09:30:00Z", text="just now"),
                link="/invitations/x",
            ),
            Letter(
                to="anna@alderandlane.example",
                subject="Your sign-in link",
                body="It works once, for 15 minutes.",
                sent=Moment(iso="2026-11-22T09:10:00Z", text="20 min ago"),
            ),
        ),
    )


def _api() -> ApiPage:
    return ApiPage(
        shell=DOOR,
        openapi_url="/api/v1/openapi.json",
        groups=(
            OperationGroup(
                name="Weddings",
                operations=(
                    Operation(method="GET", path="/api/v1/weddings/{wedding_id}", summary="Read one wedding"),
                    Operation(
                        method="PATCH",
                        path="/api/v1/weddings/{wedding_id}/facts/{key}",
                        summary="Tell a fact anew",
                    ),
                ),
            ),
        ),
        problems=(Refusal(status=423, slug="locked", advice="Wait until unlocks_at, or propose an amendment."),),
    )


def _link_sent(*, is_sign_up: bool = False) -> LinkSentPage:
    return LinkSentPage(
        shell=SIGNED_OUT,
        email="anna@alderandlane.example",
        lasts="15 minutes",
        is_sign_up=is_sign_up,
        again_url="/sign-in/link/again",
        start_url="/sign-up",
    )


PREVIEWS: dict[str, Callable[[], View]] = _problems() | {
    "landing": lambda: LandingPage(shell=DOOR, questions=51),
    "sign_in": lambda: SignInPage(
        shell=SIGNED_OUT,
        email=Filled(value="anna@alderandlane.example"),
        next_url="/s/1/today",
        error="That email and password do not go together. Try again, or ask for a link.",
    ),
    "prove": lambda: ProvePage(
        shell=supplier_shell(""),
        action="/you/prove",
        link_action="/sign-in/link",
        email="anna@alderandlane.example",
        next_url="/you/password",
        has_password=True,
        has_second_step=True,
        error="This is not your password. Try again, or have a link sent instead.",
    ),
    "code": lambda: CodePage(
        shell=SIGNED_OUT, action="/sign-in/code", start_url="/sign-in", demo_code="287082", error=WRONG_CODE
    ),
    "second_step": lambda: SecondStepPage(
        shell=supplier_shell(""), action="/you/second-step", is_on=True, must=False, codes_left=9
    ),
    "second_step_off": lambda: SecondStepPage(
        shell=supplier_shell(""), action="/you/second-step", is_on=False, must=True, codes_left=0
    ),
    "set_up": lambda: SetUpPage(
        shell=supplier_shell(""),
        action="/you/second-step/app",
        qr=segno.make(uri_of(DEMO_KEY, "anna@alderandlane.example"), micro=False).svg_data_uri(
            scale=5, border=2, light="white"
        ),
        key="WEDS YNCD EMOW EDSY NCDE MOWE DSYN CDEM",
        code=Filled(error="This is not what your app should show now."),
    ),
    "recovery_codes": lambda: RecoveryCodesPage(
        shell=supplier_shell(""), codes=("abcd-efgh-jkmn", "pqrs-tuvw-xyz2"), on_url="/you/security"
    ),
    "security": lambda: SecurityPage(
        shell=supplier_shell(""),
        email="anna@alderandlane.example",
        has_password=True,
        has_second_step=False,
        address_url="/you/address",
        password_url="/you/password",
        second_step_url="/you/second-step",
        devices_url="/sessions",
        events=(
            EventView(title="Signed in on a new device", detail="Firefox on Windows", when=SEEN),
            EventView(title="Your password was set", detail="", when=SEEN),
        ),
        more_url="/you/security?before=x",
    ),
    "address": lambda: AddressPage(
        shell=supplier_shell(""),
        action="/you/address/new",
        email="anna@alderandlane.example",
        new_email=Filled(value="anna", error="That is not an email address. It looks like clara@example.com."),
    ),
    "address_code": lambda: AddressCodePage(
        shell=supplier_shell(""),
        action="/you/address",
        withdraw_url="/you/address/withdraw",
        email="anna@alderandlane.example",
        new_email="anna.alder@studio.example",
        is_code_right=False,
        is_link_confirmed=True,
        until_text="Sat 28 Nov, 18:04 GMT",
        code=Filled(error=WRONG_DIGITS),
    ),
    "address_link": lambda: AddressLinkPage(
        shell=DOOR,
        action="/address/x",
        new_email="anna.alder@studio.example",
        state="open",
        is_asked=True,
        is_refusal=False,
    ),
    "address_refused": lambda: AddressLinkPage(
        shell=DOOR,
        action="/address/x/refusal",
        new_email="anna.alder@studio.example",
        state="refused",
        is_asked=False,
        is_refusal=True,
    ),
    "password": lambda: PasswordPage(
        shell=supplier_shell(""),
        action="/you/password",
        email="anna@alderandlane.example",
        has_password=True,
        password=Filled(error="You had this one before: it is among your last 5. Take another."),
    ),
    "sign_in_link": lambda: SignInLinkPage(
        shell=DOOR, email=Filled(), kind="sign_in", is_reset=False, lasts="15 minutes", next_url=""
    ),
    "forgotten": lambda: SignInLinkPage(
        shell=DOOR, email=Filled(), kind="reset", is_reset=True, lasts="an hour", next_url=""
    ),
    "link_sent": _link_sent,
    "link_sent_to_sign_up": lambda: _link_sent(is_sign_up=True),
    "declined": lambda: DeclinedPage(shell=DOOR, sender="Alder & Lane"),
    "link": lambda: LinkPage(shell=DOOR, action="/sign-in/link/x", password=Filled(), is_reset=False),
    "reset": lambda: LinkPage(shell=DOOR, action="/sign-in/link/x", password=Filled(), is_reset=True),
    "sign_up": _sign_up,
    "start": lambda: StartPage(
        shell=Shell(csrf="5b1f", is_signed_in=True),
        first_name=Filled(value="Oli"),
        last_name=Filled(value="Banks"),
        other_first_name=Filled(),
        wedding_zones=(Option(value="Europe/London", label="London (Europe)", is_chosen=True),),
        business=Filled(),
        supplier_types=(Option(value="venue", label="Venue"),),
        type_error="Choose one to three kinds of business, the main one first.",
        zones=(Option(value="Europe/London", label="London (Europe)", is_chosen=True),),
        zone_error="",
    ),
    "sessions": _sessions,
    "team": _team,
    "team_offered": _team_offered,
    "team_to_prove": _team_to_prove,
    "ownership": lambda: OwnershipPage(
        shell=supplier_shell("", None),
        business="Alder & Lane",
        sender="Anna Alder",
        action="/ownership/x",
        expires_text="This offer works once; 7 days left.",
    ),
    "invitation": _invitation,
    "invitation_as_member": lambda: _invitation(
        shell=supplier_shell("", None),
        title="Join Elmore Court",
        sentence="Rosa invites you to the team as a manager.",
        letter="",
        promises=(),
        asks_name=False,
        asks_partner=False,
        asks_password=False,
        as_whom="This invitation was sent to rosa@example.com. You are signed in as Anna Alder.",
        accept_label="Join the team",
        supplier_choices=(Option(value="1", label="Alder & Lane", is_chosen=True),),
        wedding_choices=(Option(value="9", label="Clara & Dan", is_chosen=True),),
    ),
    "outbox": _outbox,
    "api": _api,
    "problem_fragment": lambda: ProblemFragment(
        title="You are signed out.", advice="Sign in again in another tab, then save.", detail=""
    ),
}
