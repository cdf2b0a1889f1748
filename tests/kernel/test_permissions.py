"""The table of roles, written out once more and compared cell by cell."""

from itertools import pairwise

import msgspec
import pytest

from wedsync.kernel.permission_words import MAY, of_business
from wedsync.kernel.permissions import (
    GRANTABLE_AREAS,
    Area,
    KeyScope,
    OperatorRole,
    Permission,
    Standing,
    SupplierRole,
    SupplierType,
    WeddingRole,
    WriteClass,
    allows,
    may_read,
    may_write,
)

ALL_AREAS = frozenset(GRANTABLE_AREAS)


def business(role: SupplierRole) -> Standing:
    """A member whose supplier is connected and was granted every area, to read and to write."""
    return Standing(supplier_role=role, is_connected=True, readable=ALL_AREAS, writable=ALL_AREAS)


def family(role: WeddingRole) -> Standing:
    return Standing(wedding_role=role, readable=ALL_AREAS, writable=ALL_AREAS)


COLUMNS = (
    business(SupplierRole.OWNER),
    business(SupplierRole.ADMIN),
    business(SupplierRole.MANAGER),
    business(SupplierRole.MEMBER),
    business(SupplierRole.VIEWER),
    family(WeddingRole.PARTNER),
    family(WeddingRole.COMPANION),
    family(WeddingRole.COORDINATOR),
    Standing(supplier_role=SupplierRole.OWNER),
    *(Standing(operator_role=role) for role in OperatorRole),
    Standing(),
)
# Columns: owner admin manager member viewer | partner companion coordinator |
# owner of a supplier that is not connected | super admin, support, developer, ops, finance | stranger.
TABLE = """
self                    y y y y y | y y y | y | y y y y y | y
wedding:read            y y y y y | y y y | - | - - - - - | -
facts:write             y y y y - | y - y | - | - - - - - | -
events:write            y y y y - | y - y | - | - - - - - | -
facts:acknowledge       y y y y y | - - - | - | - - - - - | -
date:confirm            - - - - - | y - - | - | - - - - - | -
lead:write              - - - - - | y - - | - | - - - - - | -
sharing:write           - - - - - | y - - | - | - - - - - | -
wedding_members:write   - - - - - | y - - | - | - - - - - | -
amendments:propose      y y y - - | y - y | - | - - - - - | -
amendments:approve      - - - - - | y - y | - | - - - - - | -
terms:answer            y y y - - | - - - | - | - - - - - | -
grants:ask              y y y y - | - - - | - | - - - - - | -
budget:read             - - - - - | y - - | - | - - - - - | -
budget:write            - - - - - | y - - | - | - - - - - | -
day_log:write           y y y y - | y - y | - | - - - - - | -
day:close               - - - - - | - - y | - | - - - - - | -
supplier:read           y y y y y | - - - | y | - - - - - | -
clients:read            y y y y y | - - - | y | - - - - - | -
clients:write           y y y y - | - - - | y | - - - - - | -
invitations:write       y y y y - | - - - | y | - - - - - | -
connections:write       y y y - - | - - - | y | - - - - - | -
team:read               y y y y y | - - - | y | - - - - - | -
venues:write            y y y - - | - - - | y | - - - - - | -
team:write              y y - - - | - - - | y | - - - - - | -
api_keys:write          y y - - - | - - - | y | - - - - - | -
supplier:write          y y - - - | - - - | y | - - - - - | -
supplier:transfer       y - - - - | - - - | y | - - - - - | -
supplier:close          y - - - - | - - - | y | - - - - - | -
operate                 - - - - - | - - - | - | y y y y y | -
overrides:request       - - - - - | - - - | - | y - y y - | -
overrides:approve       - - - - - | - - - | - | y - y y - | -
overrides:review        - - - - - | - - - | - | y - y y - | -
holds:write             - - - - - | - - - | - | y y - - - | -
support                 - - - - - | - - - | - | y y - - - | -
impersonate             - - - - - | - - - | - | y y - - - | -
"""
ROWS = {
    Permission(line.split()[0]): [cell for cell in line.split()[1:] if cell != "|"]
    for line in TABLE.strip().splitlines()
}
CELLS = [
    (permission, column, cell == "y")
    for permission, cells in ROWS.items()
    for column, cell in zip(COLUMNS, cells, strict=True)
]


def test_the_table_has_every_permission() -> None:
    assert set(ROWS) == set(Permission)


def test_every_permission_is_said_in_words() -> None:
    assert set(MAY) == set(Permission)
    assert len(set(MAY.values())) == len(MAY)


def test_each_role_of_a_business_may_all_that_the_next_lower_one_may() -> None:
    """So a page may say of each only what is its own."""
    for high, low in pairwise(SupplierRole):
        assert of_business(high) > of_business(low)


# What each scope opens for an owner who is connected and let to write everywhere: everything else stays shut.
SCOPES = {
    KeyScope.CLIENTS_READ: "supplier:read clients:read",
    KeyScope.CLIENTS_WRITE: "supplier:read clients:read clients:write",
    KeyScope.WEDDINGS_READ: "supplier:read wedding:read",
    KeyScope.WEDDINGS_WRITE: "supplier:read wedding:read facts:write events:write",
    KeyScope.DAY_WRITE: "supplier:read wedding:read day_log:write",
}


@pytest.mark.parametrize("scope", KeyScope)
def test_a_key_opens_what_its_scope_says_and_only_for_whoever_may_do_it(scope: KeyScope) -> None:
    opened = SCOPES[scope].split()
    may = msgspec.structs.replace(business(SupplierRole.OWNER), scopes=frozenset({scope}))
    may_not = msgspec.structs.replace(Standing(), scopes=frozenset({scope}))
    assert sorted(each for each in Permission if allows(may, each)) == sorted(opened)
    assert [each for each in Permission if allows(may_not, each)] == []


@pytest.mark.parametrize(("permission", "standing", "expected"), CELLS)
def test_each_role_may_do_what_the_table_says(
    permission: Permission,
    standing: Standing,
    expected: bool,  # noqa: FBT001
) -> None:
    assert allows(standing, permission) is expected


@pytest.mark.parametrize("role", [SupplierRole.OWNER, SupplierRole.MEMBER])
def test_a_supplier_writes_only_the_areas_the_couple_granted(role: SupplierRole) -> None:
    granted = Standing(
        supplier_role=role,
        is_connected=True,
        readable=frozenset({Area.EVENT, Area.COUPLE}),
        writable=frozenset({Area.EVENT}),
    )
    assert may_write(granted, Area.EVENT)
    assert not may_write(granted, Area.COUPLE)
    assert may_read(granted, Area.COUPLE)
    assert not may_read(granted, Area.CONTACTS)


def test_what_was_granted_counts_for_nothing_once_disconnected() -> None:
    standing = Standing(supplier_role=SupplierRole.OWNER, readable=ALL_AREAS, writable=ALL_AREAS)
    assert not any(may_read(standing, area) or may_write(standing, area) for area in Area)
    assert not allows(standing, Permission.FACTS_WRITE)


@pytest.mark.parametrize("standing", [column for column in COLUMNS if column.wedding_role is None])
def test_the_budget_is_never_read_by_a_supplier_even_if_someone_granted_it(
    standing: Standing,
) -> None:
    everything = Standing(
        supplier_role=standing.supplier_role,
        is_connected=True,
        readable=frozenset(Area),
        writable=frozenset(Area),
    )
    assert not may_read(everything, Area.BUDGET)
    assert not may_write(everything, Area.BUDGET)


def test_a_companion_reads_all_but_the_budget_and_writes_nothing() -> None:
    companion = family(WeddingRole.COMPANION)
    assert {area for area in Area if not may_read(companion, area)} == {Area.BUDGET}
    assert not any(may_write(companion, area) for area in Area)


def test_a_partner_needs_no_grant() -> None:
    partner = Standing(wedding_role=WeddingRole.PARTNER)
    assert all(may_read(partner, area) and may_write(partner, area) for area in Area)


def test_what_belongs_to_the_couple_cannot_be_granted() -> None:
    assert not {Area.BASICS, Area.AMENDMENTS, Area.BUDGET, Area.SHARING} & ALL_AREAS
    assert len(ALL_AREAS) == 16


def test_a_lock_refuses_core_and_plan_and_nothing_else() -> None:
    assert {kind for kind in WriteClass if kind.is_structural} == {
        WriteClass.CORE,
        WriteClass.PLAN,
    }


def test_every_supplier_type_has_its_letter() -> None:
    assert "".join(kind.code for kind in SupplierType) == "PVNCFDBLOHKSTX"
    labels = [SupplierType(value).label for value in ("dj", "hair_makeup", "venue")]
    assert labels == ["DJ", "Hair & makeup", "Venue"]
