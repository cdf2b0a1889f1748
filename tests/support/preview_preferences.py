"""Anna's own settings and those of her business: to change, and with something wrong."""

import msgspec
from tests.support.preview_people import supplier_shell

from wedsync.features.preferences.model import LOCALES
from wedsync.features.preferences.views import CardPage, SelfPage
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
    businesses="Alder & Lane",
)
BUSINESS = CardPage(
    shell=supplier_shell("Team"),
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
PREVIEWS = {
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
