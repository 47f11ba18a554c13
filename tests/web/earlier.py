"""Busbar as it was some days ago: what people do there is past when it is started anew on the same data.

`earlier.py DAYS up --demo`. Nothing reads the time of day but the one clock, so that moving it moves all.
"""

import sys
from datetime import datetime, timedelta

from busbar.adapters.system.clock import SystemClock
from busbar.cli import main

BEHIND = timedelta(days=int(sys.argv.pop(1)))
read_now = SystemClock.now


def read_earlier(clock: SystemClock) -> datetime:
    """Return the present instant, as it was."""
    return read_now(clock) - BEHIND


SystemClock.now = read_earlier
main()
