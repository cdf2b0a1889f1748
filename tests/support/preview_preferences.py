"""Anna's own settings and those of her business: to change, and with something wrong."""

import msgspec
from tests.support.preview_people import DOOR, supplier_shell

from wedsync.features.preferences.model import LOCALES
from wedsync.features.preferences.views import AlwaysView, CardPage, KindView, LettersPage, SelfPage, StopPage
from wedsync.kernel.letters import ALWAYS, CHOSEN
from wedsync.kernel.permissions import SupplierType
from wedsync.platform.forms import chosen
from wedsync.platform.pages import Filled
from wedsync.platform.zone_options import zone_options

KINDS = tuple((kind.value, kind.label) for kind in SupplierType)
MORE = (("", "Nothing else"), *KINDS)
YOU = SelfPage(
    shell=supplier_shell("", None, notice="Saved."),
    name=Filled(value="Anna Alder"),
    email="anna@alderandlane.example",
    zones=zone_options("Europe/London"),
    zone_error="",
    locales=chosen(tuple(LOCALES.items()), "en-GB"),
    locale_error="",
    security_url="/you/security",
    data_url="/you/data",
    letters_url="/you/letters",
    businesses="Alder & Lane",
)
BUSINESS = CardPage(
    shell=supplier_shell("Team"),
    team_url="/s/1/team",
    action="/s/1/settings",
    name=Filled(value="Alder & Lane"),
    main_types=chosen(KINDS, "photographer"),
    second_types=chosen(MORE, "videographer"),
    third_types=chosen(MORE, ""),
    types_error="",
    zones=zone_options("Europe/London"),
    zone_error="",
    types_text="Photographer, Videographer",
    zone_text="London (Europe)",
    error="",
)
OFTEN = (("each", "At once"), ("daily", "Once a day, together"), ("none", "Never"))
HOURS = tuple((str(hour), f"{hour:02}:00") for hour in range(24))
LETTERS = LettersPage(
    shell=supplier_shell("", None),
    action="/you/letters",
    kinds=tuple(
        KindView(name=kind.value, label=label, sentence=sentence, options=chosen(OFTEN, "daily"))
        for kind, (label, sentence) in CHOSEN.items()
    ),
    quiet_from=chosen((("", "Never quiet"), *HOURS), "22"),
    quiet_until=chosen(HOURS, "8"),
    quiet_error="",
    always=tuple(AlwaysView(label=label, why=why) for label, why in ALWAYS.values()),
)
STOPPING = StopPage(
    shell=DOOR,
    kinds=tuple(label for label, _ in CHOSEN.values()),
    action="/letters/daily/1/5b1f",
    letters_url="/you/letters",
)
PREVIEWS = {
    "letters": lambda: LETTERS,
    "letters_wrong": lambda: msgspec.structs.replace(
        LETTERS, quiet_error="Choose two different full hours, from 0 to 23, for 12 hours at most."
    ),
    "letters_stop": lambda: STOPPING,
    "letters_stopped": lambda: msgspec.structs.replace(STOPPING, action=""),
    "you": lambda: YOU,
    "you_wrong": lambda: msgspec.structs.replace(
        YOU, name=Filled(value="www.anna.example", error="Give a name, not a web address."), businesses=""
    ),
    "business": lambda: BUSINESS,
    "business_wrong": lambda: msgspec.structs.replace(
        BUSINESS, types_error="Choose one to three kinds of business, the main one first."
    ),
    "business_to_read": lambda: msgspec.structs.replace(BUSINESS, action=""),
}
