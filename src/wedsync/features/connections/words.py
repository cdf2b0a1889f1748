"""How kinds of suppliers are called in a sentence."""

from __future__ import annotations

from wedsync.kernel.permissions import SupplierType


def a_service(service: SupplierType) -> str:
    """A photographer, an other, a DJ."""
    word = service.label if service.label.isupper() else service.label.lower()
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"
