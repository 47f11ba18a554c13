"""How this process treats its memory and its threads: set once, when everything is built."""

import gc
import sys

YOUNG_OBJECTS = 50_000
"""Objects made since the last look for circles: what a busy second makes is gone by itself long before."""
SWITCH_INTERVAL_S = 0.0005
"""How long a thread that wants the interpreter waits for the event loop: the thread that has just made a batch durable
must not wait ten times as long as the disk took.
"""


def hold_memory() -> None:
    """Look for no circles until `settle_memory`: of what a start loads and builds nothing goes.

    Looking through it again and again costs a start a fifth of its time.
    """
    gc.disable()


def settle_memory() -> None:
    """Leave what was built at the start alone from now on.

    Looking through it again and again costs a busy process a fifth of its time, and none of it ever goes. Nor is it
    looked through once: that costs a start a tenth of its time and finds next to nothing, or the few megabytes that a
    migration left.
    """
    gc.freeze()
    gc.enable()
    gc.set_threshold(YOUNG_OBJECTS, 20, 100)
    sys.setswitchinterval(SWITCH_INTERVAL_S)
