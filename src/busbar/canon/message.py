"""The kinds of message. Everything that crosses between rooms is one of these: frozen, typed, versioned by its tag.

Within one version of a tag, fields are only added, and with a default; a change of meaning gets a new tag (`Name/2`).
"""

from datetime import datetime
from typing import Generic, TypeVar

import msgspec

from busbar.kernel.ids import OperatorId, ReportId, StationId

R = TypeVar("R")


def _tag(name: str) -> str:
    return f"{name}/1"


class Message(msgspec.Struct, frozen=True, kw_only=True, gc=False, tag_field="message", tag=_tag, omit_defaults=True):
    """Anything that crosses between rooms. What never changes is in no circle: the collector need not look at it."""


class Noun(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """A part of a message that is not itself one."""


class Report(Message, Generic[R], frozen=True, kw_only=True):
    """A claim from outside, answered with an `R` once it is durable.

    `received_at` is our time and orders reports; station times inside are data. `report_id` makes a redelivery known.
    """

    report_id: ReportId
    station_id: StationId
    received_at: datetime


class Command(Message, Generic[R], frozen=True, kw_only=True):
    """A wish. Exactly one handler, which answers with an `R` or raises a kernel error."""


class Fact(Message, frozen=True, kw_only=True):
    """A decision of ours, written in the same database transaction as its state change."""

    operator_id: OperatorId
    at: datetime


class Signal(Message, frozen=True, kw_only=True):
    """A lossy live update for screens. Nothing of value rides on one."""

    operator_id: OperatorId
    at: datetime


class Done(Noun, frozen=True, kw_only=True):
    """The reply of a command or report that has nothing to say but that it was carried out."""


DONE = Done()
