"""Who may do what: the table of roles that couples and suppliers agree to.

Permission is always asked about one wedding or one supplier, never "in general". Knowing that
something exists is the database's business (row security); this says what may be done with it.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Final

import msgspec


class SupplierRole(StrEnum):
    """What a person is within a supplier."""

    OWNER = "owner"
    ADMIN = "admin"
    MANAGER = "manager"
    MEMBER = "member"
    VIEWER = "viewer"


class WeddingRole(StrEnum):
    """What a person is within a wedding."""

    PARTNER = "partner"
    COMPANION = "companion"
    COORDINATOR = "coordinator"


class OperatorRole(StrEnum):
    """What a person is in running the installation."""

    SUPER_ADMIN = "super_admin"
    SUPPORT = "support"
    DEVELOPER = "developer"
    OPS = "ops"
    FINANCE = "finance"

    @property
    def label(self) -> str:
        """Its word on a page."""
        return self.value.replace("_", " ").capitalize()


class SupplierType(StrEnum):
    """What a wedding business does; `code` is its letter, `label` its word on a page."""

    PHOTOGRAPHER = "photographer"
    VIDEOGRAPHER = "videographer"
    VENUE = "venue"
    CATERER = "caterer"
    FLORIST = "florist"
    DJ = "dj"
    BAND = "band"
    PLANNER = "planner"
    COORDINATOR = "coordinator"
    HAIR_MAKEUP = "hair_makeup"
    CAKE = "cake"
    STATIONERY = "stationery"
    TRANSPORT = "transport"
    OTHER = "other"

    @property
    def code(self) -> str:
        """Its letter, as audiences of fields are written."""
        return _CODES[self]

    @property
    def label(self) -> str:
        """Its word on a page."""
        words = self.value.replace("_", " & ").capitalize()
        return words.upper() if self is SupplierType.DJ else words


_CODES: Final = dict(zip(SupplierType, "PVNCFDBLOHKSTX", strict=True))


class Area(StrEnum):
    """A part of a wedding: the unit in which a couple shares."""

    BASICS = "basics"
    AMENDMENTS = "amendments"
    BUDGET = "budget"
    SHARING = "sharing"
    TEAM = "team"
    COUPLE = "couple"
    EVENT = "event"
    HEADCOUNTS = "headcounts"
    PEOPLE = "people"
    MOMENTS = "moments"
    WISHES = "wishes"
    CONTACTS = "contacts"
    GUESTS = "guests"
    DIETARY = "dietary"
    SEATING = "seating"
    PHOTO_GROUPS = "photo_groups"
    TIMELINE = "timeline"
    TASKS = "tasks"
    FILES = "files"
    DAY = "day"


NOT_GRANTABLE: Final = frozenset({Area.BASICS, Area.AMENDMENTS, Area.BUDGET, Area.SHARING})
GRANTABLE_AREAS: Final = tuple(area for area in Area if area not in NOT_GRANTABLE)
# What a newly connected supplier reads before the couple has decided anything.
USUAL_AREAS: Final = frozenset(
    {Area.TEAM, Area.COUPLE, Area.EVENT, Area.HEADCOUNTS, Area.PEOPLE, Area.MOMENTS, Area.WISHES}
)
# Planners and coordinators run the wedding with the couple, so they start with every area.
READS_EVERYTHING: Final = frozenset({SupplierType.PLANNER, SupplierType.COORDINATOR})


class WriteClass(StrEnum):
    """What kind of row an action writes; a lock refuses core and plan, nothing else."""

    CORE = "core"
    PLAN = "plan"
    LEDGER = "ledger"
    DAY_OF = "day_of"
    SECURITY = "security"
    EXTERNAL = "external"
    SYSTEM = "system"

    @property
    def is_structural(self) -> bool:
        """Whether a locked wedding refuses it."""
        return self in {WriteClass.CORE, WriteClass.PLAN}


class Permission(StrEnum):
    """Something an actor may be allowed to do, towards one wedding, one supplier or the installation."""

    SELF = "self"
    WEDDING_READ = "wedding:read"
    FACTS_WRITE = "facts:write"
    FACTS_ACKNOWLEDGE = "facts:acknowledge"
    EVENTS_WRITE = "events:write"
    DATE_CONFIRM = "date:confirm"
    LEAD_WRITE = "lead:write"
    SHARING_WRITE = "sharing:write"
    GRANTS_ASK = "grants:ask"
    WEDDING_MEMBERS_WRITE = "wedding_members:write"
    AMENDMENTS_PROPOSE = "amendments:propose"
    AMENDMENTS_APPROVE = "amendments:approve"
    TERMS_ANSWER = "terms:answer"
    BUDGET_READ = "budget:read"
    BUDGET_WRITE = "budget:write"
    DAY_LOG_WRITE = "day_log:write"
    DAY_CLOSE = "day:close"
    SUPPLIER_READ = "supplier:read"
    CLIENTS_READ = "clients:read"
    CLIENTS_WRITE = "clients:write"
    INVITATIONS_WRITE = "invitations:write"
    CONNECTIONS_WRITE = "connections:write"
    TEAM_READ = "team:read"
    TEAM_WRITE = "team:write"
    API_KEYS_WRITE = "api_keys:write"
    VENUES_WRITE = "venues:write"
    SUPPLIER_WRITE = "supplier:write"
    SUPPLIER_TRANSFER = "supplier:transfer"
    SUPPLIER_CLOSE = "supplier:close"
    OPERATE = "operate"
    OVERRIDES_REQUEST = "overrides:request"
    OVERRIDES_APPROVE = "overrides:approve"
    OVERRIDES_REVIEW = "overrides:review"
    HOLDS_WRITE = "holds:write"
    SUPPORT = "support"
    IMPERSONATE = "impersonate"


class KeyScope(StrEnum):
    """What a key of a business's programs opens; `label` says it on a page. Writing opens reading of the same."""

    CLIENTS_READ = "clients:read"
    CLIENTS_WRITE = "clients:write"
    WEDDINGS_READ = "weddings:read"
    WEDDINGS_WRITE = "weddings:write"
    DAY_WRITE = "day:write"

    @property
    def label(self) -> str:
        """Its words on a page."""
        return _SCOPE_WORDS[self]


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What one actor is towards one wedding, supplier or installation; all empty: a stranger, signed in.

    `readable` and `writable` are the areas the couple granted; a partner needs none. `scopes`: what the key opens under
    which a program acts, None for a person.
    """

    wedding_role: WeddingRole | None = None
    supplier_role: SupplierRole | None = None
    is_connected: bool = False
    readable: frozenset[Area] = frozenset()
    writable: frozenset[Area] = frozenset()
    operator_role: OperatorRole | None = None
    scopes: frozenset[KeyScope] | None = None


_OWNER: Final = frozenset({SupplierRole.OWNER})
_LEADS: Final = _OWNER | {SupplierRole.ADMIN}
_MANAGERS: Final = _LEADS | {SupplierRole.MANAGER}
_STAFF: Final = _MANAGERS | {SupplierRole.MEMBER}
_EVERYBODY: Final = frozenset(SupplierRole)

# Within their own business: who may do it whatever any couple says.
_IN_THE_BUSINESS: Final = {
    Permission.SUPPLIER_READ: _EVERYBODY,
    Permission.CLIENTS_READ: _EVERYBODY,
    Permission.TEAM_READ: _EVERYBODY,
    Permission.CLIENTS_WRITE: _STAFF,
    Permission.INVITATIONS_WRITE: _STAFF,
    Permission.CONNECTIONS_WRITE: _MANAGERS,
    Permission.TEAM_WRITE: _LEADS,
    Permission.API_KEYS_WRITE: _LEADS,
    Permission.VENUES_WRITE: _MANAGERS,
    Permission.SUPPLIER_WRITE: _LEADS,
    Permission.SUPPLIER_TRANSFER: _OWNER,
    Permission.SUPPLIER_CLOSE: _OWNER,
}
# Towards a wedding, through a live connection.
_WHEN_CONNECTED: Final = {
    Permission.WEDDING_READ: _EVERYBODY,
    Permission.FACTS_ACKNOWLEDGE: _EVERYBODY,  # a viewer has seen it too
    Permission.AMENDMENTS_PROPOSE: _MANAGERS,
    Permission.TERMS_ANSWER: _MANAGERS,
    Permission.GRANTS_ASK: _STAFF,
    Permission.DAY_LOG_WRITE: _STAFF,
}
_IN_THE_WEDDING: Final[Mapping[WeddingRole | None, Collection[Permission]]] = {
    None: (),
    WeddingRole.PARTNER: {
        Permission.WEDDING_READ,
        Permission.DATE_CONFIRM,
        Permission.LEAD_WRITE,
        Permission.SHARING_WRITE,
        Permission.WEDDING_MEMBERS_WRITE,
        Permission.AMENDMENTS_PROPOSE,
        Permission.AMENDMENTS_APPROVE,
        Permission.BUDGET_READ,
        Permission.BUDGET_WRITE,
        Permission.DAY_LOG_WRITE,
    },
    WeddingRole.COMPANION: {Permission.WEDDING_READ},
    WeddingRole.COORDINATOR: {
        Permission.WEDDING_READ,
        Permission.AMENDMENTS_PROPOSE,
        Permission.AMENDMENTS_APPROVE,  # an emergency, while the wedding is on
        Permission.DAY_LOG_WRITE,
        Permission.DAY_CLOSE,
    },
}
_WHO_RELEASE: Final = frozenset({OperatorRole.SUPER_ADMIN, OperatorRole.DEVELOPER, OperatorRole.OPS})
_WHO_ANSWER_PEOPLE: Final = frozenset({OperatorRole.SUPER_ADMIN, OperatorRole.SUPPORT})
_ON_THE_CELL: Final = {
    Permission.OPERATE: frozenset(OperatorRole),
    Permission.OVERRIDES_REQUEST: _WHO_RELEASE,
    Permission.OVERRIDES_APPROVE: _WHO_RELEASE,
    Permission.OVERRIDES_REVIEW: _WHO_RELEASE,
    Permission.HOLDS_WRITE: _WHO_ANSWER_PEOPLE,
    Permission.SUPPORT: _WHO_ANSWER_PEOPLE,
    Permission.IMPERSONATE: _WHO_ANSWER_PEOPLE,
}
_SCOPE_WORDS: Final = {
    KeyScope.CLIENTS_READ: "Read clients",
    KeyScope.CLIENTS_WRITE: "Read and change clients",
    KeyScope.WEDDINGS_READ: "Read weddings, as far as couples share",
    KeyScope.WEDDINGS_WRITE: "Read weddings and change their details and events, where couples allow it",
    KeyScope.DAY_WRITE: "Read weddings and write into the day log",
}
_OF_CLIENTS: Final = frozenset({Permission.SUPPLIER_READ, Permission.CLIENTS_READ})
_OF_WEDDINGS: Final = frozenset({Permission.SUPPLIER_READ, Permission.WEDDING_READ})
# Nothing else: no key touches the team, what a business pays, other keys, sharing, approvals, or anybody's account, and
# none says that a person has seen something.
_OPENS: Final[Mapping[KeyScope, frozenset[Permission]]] = {
    KeyScope.CLIENTS_READ: _OF_CLIENTS,
    KeyScope.CLIENTS_WRITE: _OF_CLIENTS | {Permission.CLIENTS_WRITE},
    KeyScope.WEDDINGS_READ: _OF_WEDDINGS,
    KeyScope.WEDDINGS_WRITE: _OF_WEDDINGS | {Permission.FACTS_WRITE, Permission.EVENTS_WRITE},
    KeyScope.DAY_WRITE: _OF_WEDDINGS | {Permission.DAY_LOG_WRITE},
}
_OPEN_TO_THE_CONNECTED: Final = frozenset({Area.BASICS, Area.AMENDMENTS})


def allows(standing: Standing, permission: Permission) -> bool:
    """Whether this standing is enough; for `facts:write`, for any area (see `may_write`)."""
    if standing.scopes is not None and not opens(standing.scopes, permission):
        return False
    match permission:
        case Permission.SELF:
            return True
        case Permission.FACTS_WRITE:
            return any(may_write(standing, area) for area in GRANTABLE_AREAS)
        case Permission.EVENTS_WRITE:
            return may_write(standing, Area.EVENT)
        case _:
            return (
                permission in _IN_THE_WEDDING[standing.wedding_role]
                or _as_supplier(standing, permission)
                or standing.operator_role in _ON_THE_CELL.get(permission, ())
            )


def opens(scopes: Collection[KeyScope], permission: Permission) -> bool:
    """Whether a key with these scopes opens it, for whoever has it by their role."""
    return any(permission in _OPENS[scope] for scope in scopes)


def scopes_for(permission: Permission) -> tuple[KeyScope, ...]:
    """The scopes any of which opens it; none for what no key opens."""
    return tuple(scope for scope in KeyScope if permission in _OPENS[scope])


def operators_who(permission: Permission) -> tuple[OperatorRole, ...]:
    """The operator roles that are enough for it."""
    return tuple(role for role in OperatorRole if role in _ON_THE_CELL.get(permission, ()))


def may_read(standing: Standing, area: Area) -> bool:
    """Whether this standing reads the area; the budget is always the partners' alone."""
    if standing.wedding_role is WeddingRole.PARTNER:
        return True
    if area is Area.BUDGET:
        return False
    if standing.wedding_role is WeddingRole.COMPANION:
        return True
    return _is_let_in(standing) and (area in standing.readable or area in _OPEN_TO_THE_CONNECTED)


def may_write(standing: Standing, area: Area) -> bool:
    """Whether this standing writes the area; companions and viewers never do."""
    if standing.wedding_role is WeddingRole.PARTNER:
        return True
    if area in NOT_GRANTABLE or standing.wedding_role is WeddingRole.COMPANION:
        return False
    is_viewer = standing.wedding_role is None and standing.supplier_role is SupplierRole.VIEWER
    return _is_let_in(standing) and not is_viewer and area in standing.writable


def _is_let_in(standing: Standing) -> bool:
    if standing.wedding_role is WeddingRole.COORDINATOR:
        return True
    return standing.supplier_role is not None and standing.is_connected


def _as_supplier(standing: Standing, permission: Permission) -> bool:
    if standing.supplier_role is None:
        return False
    if standing.supplier_role in _IN_THE_BUSINESS.get(permission, ()):
        return True
    return standing.is_connected and standing.supplier_role in _WHEN_CONNECTED.get(permission, ())
