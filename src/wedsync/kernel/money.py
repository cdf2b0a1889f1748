"""Money is whole pence; only here does it become pounds, for reading and for typing."""

from typing import Final

PENCE_PER_POUND: Final = 100


def pounds(price_pence: int) -> str:
    """An amount as people write it: £6,420, £1,150.50, -£20; pence only where there are some."""
    whole, pence = divmod(abs(price_pence), PENCE_PER_POUND)
    sign = "-" if price_pence < 0 else ""
    return f"{sign}£{whole:,}" + (f".{pence:02}" if pence else "")


def typed_pounds(price_pence: int) -> str:
    """An amount as an input holds it: 6420 or 1150.50."""
    return pounds(price_pence).replace("£", "").replace(",", "")
