"""What stations write again and again, learnt by heart: the calls that come by the thousand, as texts with gaps.

A call is learnt when its text came before, in all but its gaps, and only if reading it by its gaps gives exactly the
report that decoding it gave. Each connection tries the few stencils that fitted it lately.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from busbar.canon.message import Report
from busbar.kernel.bounded import BoundedDict
from busbar.kernel.ids import StationId
from busbar.wire.ocppj import TypedCallFrame
from busbar.wire.ocppj.stencil import Match, Stencil, cut
from busbar.wire.schema.version import Version

KNOWN_MAX = 256
"""Stencils that are remembered in all: a few for each make of station and each of its connectors."""
SEEN_MAX = 2048
"""Texts that came once; a station that never writes alike again is one that nothing is learnt of."""
TRIED_MAX = 4
"""Stencils that a connection tries before it decodes: as many as a usual station has connectors."""
LESSONS_MAX = 64
"""Calls of one connection that are looked at closely."""

Scalars = Sequence[str]
"""The message id and what stood in the gaps, as written."""
Read = Callable[[Scalars, StationId, datetime], "Report[Any] | None"]
"""Makes the report of what stands in the gaps; None: something of it cannot be read."""
Prepare = Callable[[Stencil, Any, Any], "Read | None"]
"""Makes that of a stencil, and the request and report of a call that fits; None: the gaps are not where they should be.
"""


class Lesson(NamedTuple):
    """How calls of one action are learnt."""

    forms: Mapping[str, str]
    """The members that are gaps, and how they must be written."""
    prepare: Prepare


class Learnt(NamedTuple):
    """A text with gaps, and what it says."""

    match: Match
    action: str
    read: Read


def find_values(stencil: Stencil, count: int) -> slice | None:
    """Return where the values of the samples stand among the scalars, if they are so many and side by side."""
    places = [place for place, name in enumerate(stencil.names, 1) if name == "value"]
    if len(places) != count or not places or places[-1] - places[0] != count - 1:
        return None
    return slice(places[0], places[-1] + 1)


def read_instant(text: str) -> datetime:
    """Read an instant in UTC. Errors: ValueError for one that there is not."""
    return datetime.fromisoformat(text)


_Key = tuple[Version, str, Stencil]
_KNOWN: BoundedDict[_Key, Learnt | None] = BoundedDict(bound=KNOWN_MAX)
_SEEN: BoundedDict[int, None] = BoundedDict(bound=SEEN_MAX)


def learn(
    frame: str, call: TypedCallFrame[Any], report: Report[Any], *, version: Version, lesson: Lesson
) -> Learnt | None:
    """Learn a call that was decoded, from the second of its kind on. `report` is what became of it."""
    stencil = cut(frame, lesson.forms)
    if stencil is None:
        return None
    key = (version, call.action, stencil)
    if key in _KNOWN:
        return _KNOWN[key]
    mark = hash(key)
    if mark not in _SEEN:
        _SEEN[mark] = None
        return None
    _KNOWN[key] = learnt = _try(frame, call, report, lesson, stencil)
    return learnt


def _try(frame: str, call: TypedCallFrame[Any], report: Report[Any], lesson: Lesson, stencil: Stencil) -> Learnt | None:
    read = lesson.prepare(stencil, call.request, report)
    if read is None:
        return None
    match = stencil.compile(lesson.forms)
    found = match(frame)
    if found is None or read(found.groups(), report.station_id, report.received_at) != report:
        return None
    return Learnt(match, call.action, read)
