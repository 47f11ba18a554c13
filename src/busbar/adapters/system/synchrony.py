"""Whether the machine's clock is disciplined: what the kernel knows, not what a time server would say."""

import ctypes
import ctypes.util
import struct
import sys
from dataclasses import dataclass

_TIMEX_SIZE = 208  # struct timex on 64-bit Linux (adjtimex(2))
_STATUS_OFFSET = 40
_MAX_ERROR_OFFSET = 24
_STA_UNSYNC = 0x0040


@dataclass(frozen=True, slots=True)
class Synchrony:
    """The kernel's own account of its clock: `max_error_ms` grows while nobody corrects it."""

    is_synchronised: bool
    max_error_ms: int


def read_synchrony() -> Synchrony | None:
    """Ask the kernel by adjtimex, changing nothing; None where it cannot be asked (not 64-bit Linux, or forbidden)."""
    name = ctypes.util.find_library("c")
    if not sys.platform.startswith("linux") or struct.calcsize("P") != 8 or name is None:  # noqa: PLR2004 - 64 bits
        return None
    state = ctypes.create_string_buffer(_TIMEX_SIZE)
    try:
        answer = ctypes.CDLL(name, use_errno=True).adjtimex(state)
    except (OSError, AttributeError):
        return None
    if answer < 0:
        return None
    (max_error_us,) = struct.unpack_from("q", state, _MAX_ERROR_OFFSET)
    (status,) = struct.unpack_from("i", state, _STATUS_OFFSET)
    return Synchrony(is_synchronised=not status & _STA_UNSYNC, max_error_ms=max_error_us // 1000)
