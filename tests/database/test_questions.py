"""The database holds the questions that the kernel lists, the same areas and the same readers."""

import msgspec
from tests.database.roles import Role, outside

from wedsync.kernel.fields.definitions import FIELDS, sql_definitions
from wedsync.kernel.permissions import GRANTABLE_AREAS, READS_EVERYTHING, USUAL_AREAS, Area, SupplierType

STORED = """select d.key, d.fact_key, d.subject, a.area, d.audience, d.field_class, d.is_essential, d.weight, d.is_derived, d.is_core, d.label,
              d.is_acknowledged
            from app.core_field_definitions d join app.audiences a using (audience)"""


async def test_the_database_asks_what_the_kernel_asks(from_zero: Role) -> None:
    stored = set(await outside(from_zero, STORED))
    assert stored == {msgspec.structs.astuple(row) for row in sql_definitions()}
    assert sum(row[9] for row in stored) == 75


async def test_the_database_knows_the_kernel_s_areas(from_zero: Role) -> None:
    stored = set(await outside(from_zero, "select area, is_grantable, is_usual from app.areas"))
    assert stored == {(area.value, area in GRANTABLE_AREAS, area in USUAL_AREAS) for area in Area}


async def test_an_audience_lets_the_same_suppliers_read_as_its_fields_say(from_zero: Role) -> None:
    """Planners and coordinators are let in by their grants, which say everything, and not by type."""
    stored = dict(await outside(from_zero, "select audience, supplier_types from app.audiences"))
    by_type = [kind for kind in SupplierType if kind not in READS_EVERYTHING]
    for field in FIELDS:
        types = stored[f"{field.area.value}:{field.readers.codes}"]
        assert [kind for kind in by_type if {"any", kind.value} & set(types)] == [
            k for k in by_type if field.readers.includes(k)
        ]


async def test_every_supplier_type_of_the_kernel_can_be_a_service_and_no_other(from_zero: Role) -> None:
    rules = await outside(
        from_zero,
        "select pg_get_constraintdef(oid) from pg_constraint where conname in ('connections_service_check', 'suppliers_supplier_types_check')",
    )
    assert len(rules) == 2
    for (rule,) in rules:
        assert all(f"'{kind.value}'" in rule for kind in SupplierType)
        assert rule.count("'::text") == len(SupplierType)
