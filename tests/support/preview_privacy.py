"""One's own data: nothing asked for yet, and everything that may become of it."""

from collections.abc import Callable

from tests.support.preview_weddings import couple_shell

from wedsync.features.privacy.model import STAYS
from wedsync.features.privacy.pages import VENUE_HELP, WEDDING_HELP
from wedsync.features.privacy.views import DataPage, OwnPlace, PartView, RequestView
from wedsync.platform.pages import Filled, Moment, View

YESTERDAY = Moment(iso="2026-11-25T09:12:00Z", text="yesterday")
REQUESTS = (
    RequestView(
        title="Everything of Clara & Dan",
        when=YESTERDAY,
        status="ready",
        tone="ok",
        note="There until Thursday 3 December 2026, 09:30 (Europe/London).",
        file_url="/you/data/exports/5",
        file_text="Fetch it (48 KB)",
    ),
    RequestView(
        title="Everything about you",
        when=YESTERDAY,
        status="on its way",
        tone="day",
        note="7 of 12 parts are written.",
        withdraw_url="/you/data/requests/6/withdrawal",
    ),
    RequestView(
        title="Be forgotten everywhere",
        when=YESTERDAY,
        status="waits",
        tone="day",
        note="It waits until Sunday 13 June 2027, 06:00 (Europe/London): the wedding is on. Done by Sunday 20 June 2027, "
        "06:00 (Europe/London) at the latest.",
        withdraw_url="/you/data/requests/4/withdrawal",
    ),
    RequestView(
        title="Be forgotten in Priya & Sam",
        when=YESTERDAY,
        status="done",
        tone="ok",
        note="",
    ),
    RequestView(title="Be forgotten everywhere", when=YESTERDAY, status="taken back", tone="", note=""),
    RequestView(
        title="Put something right",
        when=YESTERDAY,
        status="put right",
        tone="ok",
        note="",
        said="On the day sheet my mother is called Marie.\nShe is Mary.",
        answer="She is Mary there now. The sheet of 2 May is signed and stays as it was.",
    ),
)
OWN_PLACES = (
    OwnPlace(label="Clara & Dan", href="/w/9/details", what=WEDDING_HELP),
    OwnPlace(label="Alder & Lane", href="/s/3/venues", what=VENUE_HELP),
)
PARTS = (
    PartView(
        title="Clara & Dan",
        wedding_id="9",
        role_label="Your own wedding",
        action="/you/data/erasure",
        export_action="/you/data/exports",
    ),
    PartView(title="Amara & Tom", wedding_id="8", role_label="You keep them company", action=""),
)


def _page(*requests: RequestView, forget_url: str, export_url: str, businesses: str = "") -> DataPage:
    return DataPage(
        shell=couple_shell("", None),
        requests=requests,
        parts=PARTS,
        forget_url=forget_url,
        export_url=export_url,
        own_places=OWN_PLACES,
        correct_url="" if requests else "/you/data/corrections",
        wrong=Filled(),
        stays=STAYS,
        businesses=businesses,
    )


PREVIEWS: dict[str, Callable[[], View]] = {
    "your_data": lambda: _page(
        forget_url="/you/data/erasure", export_url="/you/data/exports", businesses="Alder & Lane"
    ),
    "your_data_asked": lambda: _page(*REQUESTS, forget_url="", export_url=""),
}
