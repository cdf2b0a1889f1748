"""`wedsync tier`: what a business has a contract for, until billing writes it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from uuid import UUID

import click

from wedsync.entrypoints.commands.surroundings import settings_for
from wedsync.kernel.tiers import SupplierTier
from wedsync.platform.embedded.refusals import CannotStart, ExitCode
from wedsync.platform.operators import CannotAppoint
from wedsync.platform.supplier_tiers import set_tier, tier_of_supplier

HELP = """Say which tier a business has: whether its programs may come, and how much they may ask.

Needs DATABASE_URL of an administrator, or a running `wedsync up`. SUPPLIER is the id in the addresses of its pages.
Every change stands in the audit."""
TIERS: Final = ", ".join(SupplierTier)


def command() -> click.Group:
    """`tier`, with show and set."""
    group = click.Group("tier", help=HELP)
    supplier, tier = click.Argument(["supplier"]), click.Argument(["tier"])
    group.add_command(click.Command("show", callback=show, params=[supplier], help="Show what it has."))
    group.add_command(click.Command("set", callback=put, params=[supplier, tier], help=f"Give it one of {TIERS}."))
    return group


def show(*, supplier: str) -> None:
    """What it has."""
    with _telling():
        found = tier_of_supplier(settings_for("admin").database_url, _read(supplier))
    if found is None:
        raise _unknown(supplier)
    click.echo(found.value)


def put(*, supplier: str, tier: str) -> None:
    """From its next request on."""
    if tier not in set(SupplierTier):
        message = f"{tier!r} is none of {TIERS}."
        raise click.BadParameter(message)
    with _telling():
        is_done = set_tier(settings_for("admin").database_url, _read(supplier), SupplierTier(tier))
    if not is_done:
        raise _unknown(supplier)
    click.echo(f"{supplier} has {tier} now.")


@contextmanager
def _telling() -> Iterator[None]:
    try:
        yield
    except CannotAppoint as error:
        raise CannotStart(ExitCode.FAILED, f"The database was not reached: {error}") from None


def _read(supplier: str) -> UUID:
    try:
        return UUID(supplier)
    except ValueError:
        raise _unknown(supplier) from None


def _unknown(supplier: str) -> click.ClickException:
    return click.ClickException(f"There is no business {supplier}. Its id stands in the addresses of its pages.")
