"""What a release is known by. Pure."""

from __future__ import annotations

import re
from typing import Final

DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}")
NO_DIGEST: Final = "Give the image's digest: sha256: and 64 hexadecimal digits."
