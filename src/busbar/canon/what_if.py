"""What past sessions would have cost under a draft tariff."""

from datetime import datetime
from enum import StrEnum

from busbar.canon.message import Command, Noun
from busbar.kernel.ids import OperatorId, SiteId, TariffId, WhatIfId


class WhatIfState(StrEnum):
    """Where a what-if stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"


class WhatIf(Noun, frozen=True, kw_only=True):
    """The question what the sessions of a period would have cost under these terms."""

    what_if_id: WhatIfId
    operator_id: OperatorId
    tariff_id: TariffId
    tariff_name: str
    terms_json: str
    since: datetime
    until: datetime
    site_id: SiteId | None = None
    state: WhatIfState = WhatIfState.WAITING
    done: int = 0
    total: int = 0
    cursor: str = ""
    result_json: str = "{}"
    created_at: datetime
    created_by: str
    finished_at: datetime | None = None


class AskWhatIf(Command[WhatIf], frozen=True, kw_only=True):
    """Price the sessions of a period again under a tariff's draft, as a job; nothing of theirs is changed.

    Errors: `not_found.tariff`, `invalid.what_if` (it ends before it begins), `limit_exceeded.what_ifs` (too many wait).
    """

    operator_id: OperatorId
    actor: str
    tariff_id: TariffId
    since: datetime
    until: datetime
    site_id: SiteId | None = None
