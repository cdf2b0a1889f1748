"""Work on lists that takes longer than a page may: reading one, and saving it."""

from __future__ import annotations

from typing import Final

from wedsync.features.client_lists.reading import ForReading, read_import
from wedsync.features.client_lists.saving import ForSaving, save_import
from wedsync.kernel.permissions import WriteClass
from wedsync.platform.jobs import Job

# Plans of a business, not of a wedding: no lock holds them up.
READ: Final = Job(
    "client_lists.read", ForReading, read_import, write_class=WriteClass.PLAN, wedding=lambda _: None, timeout_s=300
)
SAVE: Final = Job(
    "client_lists.save", ForSaving, save_import, write_class=WriteClass.PLAN, wedding=lambda _: None, timeout_s=900
)
JOBS: Final = (READ, SAVE)
