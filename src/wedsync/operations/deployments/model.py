"""What a release is known by. Pure."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}")
NO_DIGEST: Final = "Give the image's digest: sha256: and 64 hexadecimal digits."


class Standing(StrEnum):
    """What became of a release, as the ones after it say. A return rolls back what ran before it."""

    RUNNING = "running"
    REPLACED = "replaced"
    ROLLED_BACK = "rolled_back"
