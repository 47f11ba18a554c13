"""What past sessions would have cost: asked here, computed by a job, summed up purely."""

from datetime import datetime

import msgspec

from busbar.canon.tariffs import FindTariff
from busbar.canon.what_if import AskWhatIf, WhatIf
from busbar.domain.billing.store import WhatIfStore
from busbar.kernel.errors import InvalidError, LimitExceededError
from busbar.kernel.ids import IdSource, WhatIfId
from busbar.ports.jobs import JobQueue, NewJob
from busbar.ports.work import UnitOfWork

WHAT_IF_JOB = "prices.what_if"
WAITING_MAX = 5
"""Of one operator, at a time."""
GROUPS_MAX = 500
"""Sites, hours and groups that are told apart; the rest is one."""
OTHERS = "…"


class WhatIfError(InvalidError):
    """The period ends before it begins."""

    code = "invalid.what_if"


class TooManyWhatIfsError(LimitExceededError):
    """As many questions wait as an operator may ask at a time."""

    code = "limit_exceeded.what_ifs"


class WhatIfService:
    """Takes questions."""

    def __init__(self, *, store: WhatIfStore, ids: IdSource, jobs: JobQueue) -> None:
        self._store = store
        self._ids = ids
        self._jobs = jobs

    async def ask(self, message: AskWhatIf, work: UnitOfWork) -> WhatIf:
        """Write the question down, and the job that answers it."""
        tariff = await work.ask(FindTariff(operator_id=message.operator_id, tariff_id=message.tariff_id))
        if message.until <= message.since:
            raise WhatIfError("the period ends before it begins")
        if await self._store.count_waiting(work, message.operator_id) >= WAITING_MAX:
            raise TooManyWhatIfsError(f"at most {WAITING_MAX} questions wait at a time")
        question = WhatIf(
            what_if_id=WhatIfId(self._ids.new()),
            operator_id=message.operator_id,
            tariff_id=tariff.tariff_id,
            tariff_name=tariff.name,
            terms_json=tariff.draft_json,
            since=message.since,
            until=message.until,
            site_id=message.site_id,
            created_at=work.now,
            created_by=message.actor,
        )
        await self._store.insert_what_if(work, question)
        payload = msgspec.json.encode({"what_if_id": question.what_if_id}).decode()
        await self._jobs.enqueue(NewJob(kind=WHAT_IF_JOB, payload_json=payload), work)
        return question


class Sum(msgspec.Struct, kw_only=True):
    """Sessions together: what they cost, and would have cost, in whole minor units."""

    sessions: int = 0
    energy_wh: int = 0
    before: int = 0
    after: int = 0

    def add(self, *, energy_wh: int, before: int, after: int) -> None:
        """Count one session in."""
        self.sessions += 1
        self.energy_wh += energy_wh
        self.before += before
        self.after += after


class Answer(msgspec.Struct, kw_only=True):
    """What was found so far."""

    total: Sum = msgspec.field(default_factory=Sum)
    by_site: dict[str, Sum] = msgspec.field(default_factory=dict)
    by_hour: dict[str, Sum] = msgspec.field(default_factory=dict)
    """By the local hour of the begin: `08`."""
    by_group: dict[str, Sum] = msgspec.field(default_factory=dict)
    """By the token's group; empty: none."""
    other_currency: int = 0
    """Sessions in another currency, which were left out."""

    def add(self, *, site_id: str, at: datetime, group: str, energy_wh: int, before: int, after: int) -> None:
        """Count one session in everywhere; `at`: local."""
        figures = {"energy_wh": energy_wh, "before": before, "after": after}
        self.total.add(**figures)
        _find(self.by_site, site_id).add(**figures)
        _find(self.by_hour, f"{at.hour:02}").add(**figures)
        _find(self.by_group, group).add(**figures)


def _find(sums: dict[str, Sum], key: str) -> Sum:
    name = key if key in sums or len(sums) < GROUPS_MAX else OTHERS
    return sums.setdefault(name, Sum())
