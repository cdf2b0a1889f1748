"""A photographer invites many of its clients: whom to tick, whom the letters go to, how far they are."""

from collections.abc import Callable

import msgspec
from tests.support.preview_people import supplier_shell

from wedsync.features.clients.round_drawing import AN_HOUR
from wedsync.features.clients.round_views import CandidateView, ChoosePage, LookPage, RoundFragment, RoundPage
from wedsync.platform.pages import Crumb, Option, View

CRUMBS = (Crumb(label="Clients", href="/s/1/clients"),)


def _candidate(name: str, email: str, why_not: str = "") -> CandidateView:
    return CandidateView(id=name, name=name, href="/s/1/clients/1", email=email, why_not=why_not)


ANN = _candidate("Ann & Bea Lee", "ann@example.org")
EMILE = _candidate("Émile Fox and Kit O’Brien-Featherstonehaugh", "emile.fox.and.kit.obrien@example.org")
OTHERS = (
    _candidate("Zoe Adams", "", "There is no address to write to. Add an email first."),
    _candidate(
        "Una Gray",
        "una@example.org",
        "Invited already, at una@example.org. Send that letter again, or withdraw it first.",
    ),
)
ROUND = RoundPage(
    shell=supplier_shell("Clients", None),
    crumbs=CRUMBS,
    supplier_id="1",
    sentence="30 of 42 letters are on the way.",
    pause=f"It goes on at 15:04: {AN_HOUR}",
    sent=30,
    total=42,
    is_going=True,
    left=(ANN, EMILE),
    left_more="and 10 more clients",
    passed=OTHERS[:1],
    fragment_url="/s/1/clients/invitations/1",
    list_url="/s/1/clients",
)


def _choose(**changes: object) -> ChoosePage:
    page = ChoosePage(
        shell=supplier_shell("Clients", None),
        crumbs=CRUMBS,
        candidates=(ANN, EMILE, *OTHERS),
        services=(
            Option(value="photographer", label="Photographer"),
            Option(value="videographer", label="Videographer"),
        ),
        look_url="/s/1/clients/invitations/preview",
        more_url="/s/1/clients/invitations?after=1",
    )
    return msgspec.structs.replace(page, **changes)


def _look(**changes: object) -> LookPage:
    page = LookPage(
        shell=supplier_shell("Clients", None),
        crumbs=CRUMBS,
        sentence="2 letters would go out. 2 clients get none; why stands below.",
        invited=(ANN, EMILE),
        others=OTHERS,
        note=AN_HOUR,
        press="Send 2 letters",
        ids="",
        service="photographer",
        action="/s/1/clients/invitations",
    )
    return msgspec.structs.replace(page, **changes)


PREVIEWS: dict[str, Callable[[], View]] = {
    "round_choose": _choose,
    "round_choose_nobody": lambda: _choose(candidates=(), more_url=""),
    "round_look": _look,
    "round_look_nobody": lambda: _look(sentence="Nobody of them can be invited now.", invited=(), press="", note=""),
    "round": lambda: ROUND,
    "round_fragment": lambda: RoundFragment(
        sentence="30 of 42 letters are on the way.",
        pause="",
        sent=30,
        total=42,
        is_going=True,
        left=(ANN,),
        left_more="",
        passed=(),
        fragment_url="/s/1/clients/invitations/1",
        list_url="/s/1/clients",
    ),
    "round_done": lambda: msgspec.structs.replace(
        ROUND, sentence="42 of 42 letters are on the way.", pause="", is_going=False, left=(), left_more=""
    ),
}
