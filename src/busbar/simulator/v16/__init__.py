"""OCPP 1.6 (with the security extension) as a virtual station speaks it."""

from typing import TYPE_CHECKING

from busbar.simulator.v16 import control
from busbar.simulator.v16.care import Caretaker
from busbar.simulator.v16.speaker import Speaker16

if TYPE_CHECKING:
    from busbar.simulator.station import Station


def make_speaker16(station: "Station") -> Speaker16:
    """Give a station its 1.6 tongue."""
    return Speaker16(station, {**control.ANSWERS, **Caretaker().answers()})
