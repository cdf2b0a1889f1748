"""The pages about the database say what the database is."""

from pathlib import Path
from typing import Final

from tests.database.roles import Role, outside

PAGES: Final = Path(__file__).resolve().parents[2] / "docs" / "subsystems"


async def test_the_page_lists_every_table_with_its_scope_and_class(from_zero: Role) -> None:
    rows = await outside(
        from_zero,
        "select c.relname, p.scope, coalesce(p.area, '–'), p.class from guard.protected_tables p "
        "join pg_class c on c.oid = p.table_name order by c.relname",
    )
    listed = (PAGES / "protection.md").read_text("utf-8").partition("## Tables")[2].partition("\n\n")[0]
    assert listed.splitlines()[3:] == ["| " + " | ".join(row) + " |" for row in rows]


async def test_the_page_names_every_role(from_zero: Role) -> None:
    page = (PAGES / "database.md").read_text("utf-8")
    roles = await outside(
        from_zero, "select rolname from pg_roles where rolname like 'wedsync\\_%%' and not rolsuper order by 1"
    )
    assert len(roles) >= 5
    assert [name for (name,) in roles if f"`{name}`" not in page] == []
