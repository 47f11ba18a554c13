"""The list of visitors that were turned away at this door, bounded, in memory."""

from datetime import datetime
from typing import TypeAlias

import msgspec

from busbar.gateways.ocpp.socket import Stumble
from busbar.kernel.clock import Clock
from busbar.ports.refusals import RefusalKind, RefusalPage, Refused

NAME_MAX_CHARACTERS = 48
PATH_MAX_CHARACTERS = 120
OFFER_MAX_CHARACTERS = 100
DETAIL_MAX_CHARACTERS = 200

_Key: TypeAlias = tuple[RefusalKind, str, str]


class RefusalList:
    """Counts refusals by kind, name and address. A `busbar.ports.refusals.RefusalBook` of one gateway.

    Anybody can knock under any name, so that no one address may fill more than half of the list: the oldest of its own
    entries goes first.
    """

    def __init__(self, *, clock: Clock, entries_max: int) -> None:
        self._clock = clock
        self._entries_max = entries_max
        self._entries: dict[_Key, Refused] = {}
        """The entry that was added to last stands last."""
        self._by_address: dict[str, int] = {}

    def note(self, stumble: Stumble) -> None:
        """Count a visitor that was turned away."""
        now = self._clock.now()
        found = _describe(stumble, now)
        key = (found.kind, found.name or found.path or "", found.address)
        before = self._take(key)
        if before is not None:
            found = msgspec.structs.replace(found, count=before.count + 1, first_at=before.first_at)
        else:
            self._make_room(found.address)
        self._entries[key] = found
        self._by_address[found.address] = self._by_address.get(found.address, 0) + 1

    async def read_all(self) -> RefusalPage:
        """Return everything that is kept."""
        return RefusalPage(refusals=self.list_newest())

    def list_newest(self) -> tuple[Refused, ...]:
        """Return everything that is kept, the newest first."""
        return tuple(reversed(self._entries.values()))

    def _take(self, key: _Key) -> Refused | None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            left = self._by_address[entry.address] - 1
            if left:
                self._by_address[entry.address] = left
            else:
                del self._by_address[entry.address]
        return entry

    def _make_room(self, address: str) -> None:
        if self._by_address.get(address, 0) >= max(1, self._entries_max // 2):
            self._take(next(key for key in self._entries if key[2] == address))
        elif len(self._entries) >= self._entries_max:
            self._take(next(iter(self._entries)))


def _describe(stumble: Stumble, now: datetime) -> Refused:
    path = stumble.target.partition("?")[0] if stumble.target is not None else None
    return Refused(
        kind=stumble.kind,
        code=stumble.code,
        name=_printable(stumble.name or guess_name(path), NAME_MAX_CHARACTERS) or None,
        address=strip_port(stumble.peer_address),
        path=None if path is None else _printable(path, PATH_MAX_CHARACTERS),
        offered=_printable(", ".join(stumble.protocols), OFFER_MAX_CHARACTERS),
        is_encrypted=stumble.is_encrypted,
        detail=_printable(stumble.detail, DETAIL_MAX_CHARACTERS),
        count=1,
        first_at=now,
        last_at=now,
    )


def guess_name(path: str | None) -> str | None:
    """Return what a station's name may be in a path that is wrong: its last part, as in `/steve/websocket/CP-1`."""
    last = (path or "").rstrip("/").rpartition("/")[2]
    return last if 0 < len(last) <= NAME_MAX_CHARACTERS and last != "ocpp" else None


def strip_port(peer_address: str) -> str:
    """Return the host of `host:port`; every connection has another port."""
    return peer_address.rpartition(":")[0].strip("[]") or peer_address


def _printable(text: str | None, limit: int) -> str:
    """Return a visitor's text as it may be shown: no control characters, not too long."""
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in (text or "")[:limit])
