"""Who may charge, as far as the station itself knows: the local authorization list and the cache."""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime

CACHE_MAX = 1_000
LIST_MAX = 5_000


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known of a token. `status` is OCPP's word, such as Accepted, Blocked or Expired."""

    status: str
    group: str | None = None
    expires_at: datetime | None = None

    def is_good_at(self, now: datetime) -> bool:
        """Whether it allows charging at `now`."""
        return self.status == "Accepted" and (self.expires_at is None or now < self.expires_at)


@dataclass(slots=True)
class TokenBook:
    """List and cache; tokens are compared without case. The list goes before the cache (2.0.1 C13.FR.01)."""

    version: int = 0
    listed: dict[str, Verdict] = field(default_factory=dict[str, Verdict])
    cached: OrderedDict[str, Verdict] = field(default_factory=OrderedDict[str, Verdict])

    def replace(self, version: int, entries: dict[str, Verdict]) -> bool:
        """Put a whole new list in place; False when it is too long."""
        if len(entries) > LIST_MAX:
            return False
        self.listed = {token.lower(): verdict for token, verdict in entries.items()}
        self.version = version
        return True

    def update(self, version: int, entries: dict[str, Verdict | None]) -> bool:
        """Change the list: a verdict is set, None removes; False when it grows too long."""
        merged = dict(self.listed)
        for token, verdict in entries.items():
            if verdict is None:
                merged.pop(token.lower(), None)
            else:
                merged[token.lower()] = verdict
        if len(merged) > LIST_MAX:
            return False
        self.listed = merged
        self.version = version
        return True

    def remember(self, token: str, verdict: Verdict) -> None:
        """Cache what the CSMS said of a token."""
        self.cached[token.lower()] = verdict
        self.cached.move_to_end(token.lower())
        while len(self.cached) > CACHE_MAX:
            self.cached.popitem(last=False)

    def look_up(self, token: str, *, uses_list: bool, uses_cache: bool) -> Verdict | None:
        """Return what is known, None if nothing is."""
        key = token.lower()
        if uses_list and key in self.listed:
            return self.listed[key]
        return self.cached.get(key) if uses_cache else None
