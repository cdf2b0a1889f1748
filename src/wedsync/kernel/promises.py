"""What we promise (DOMAIN §11): whoever measures, draws or calls somebody compares with these figures alone."""

from datetime import timedelta
from typing import Final

# 95 of 100 requests, and statements, are answered within so many seconds.
PAGES_S: Final = 0.2
DATABASE_S: Final = 0.05
# The share of time in which somebody is there to be asked.
UPTIME: Final = 0.999
# How long the whole house may take to come back, and how much of what was written may be lost.
RTO: Final = timedelta(hours=1)
RPO: Final = timedelta(minutes=15)
