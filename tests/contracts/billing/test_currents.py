"""Prices by the current (OCPI `min_current`, `max_current`), as stations tell it phase by phase."""

import json

from busbar.canon.metering import Measurand
from busbar.canon.pricing import PriceSessionNow
from busbar.canon.sessions import TransactionPhase
from busbar.domain.metering.tables import sample_blocks
from tests.contracts.sessions.conftest import OPERATOR, TAG

FAST = {"components": [{"dimension": "energy", "price": "1.00"}], "restrictions": {"min_current_ma": 30_000}}
SLOW = {"components": [{"dimension": "energy", "price": "0.20"}]}
TERMS = json.dumps({"currency": "EUR", "tax_included": "none", "elements": [FAST, SLOW]})


async def tell(billing, number, second, wh, per_phase_ma=None, **more):
    """Let a station tell its register, and the current of three phases beside it."""
    billing.house.clock.instant = billing.at(second)
    phases = () if per_phase_ma is None else ("L1", "L2", "L3")
    samples = (billing.sample(second, wh), *(
        billing.sample(second, per_phase_ma, Measurand.CURRENT_IMPORT, phase=phase) for phase in phases
    ))  # fmt: skip
    await billing.say(
        billing.part(more.pop("phase", TransactionPhase.UPDATED), second, transaction_ref="T1", seq_no=number,
                     samples=samples, **more)
    )  # fmt: skip


async def begin(billing, per_phase_ma):
    await billing.offer("By current", TERMS)
    await tell(billing, 0, 0, 0, per_phase_ma, phase=TransactionPhase.STARTED, evse_id=1, id_token=TAG)
    await billing.rest()
    return (await billing.sessions())[-1]["session_id"]


async def test_each_current_has_its_price(billing):
    session_id = await begin(billing, 6_000)
    await tell(billing, 1, 600, 1_000, 12_000)  # 18 A until here, 36 A from here
    await tell(billing, 2, 1200, 5_000, 12_000)
    so_far = await billing.core.dispatch(PriceSessionNow(operator_id=OPERATOR, session_id=session_id))
    assert so_far.totals.gross == 20 + 400
    await tell(billing, 3, 1800, 9_000, phase=TransactionPhase.ENDED)
    await billing.rest()
    assert billing.priced()[-1].totals.gross == 20 + 800


async def test_a_current_that_nobody_told_is_none(billing):
    await begin(billing, None)
    await tell(billing, 1, 600, 4_000)
    await tell(billing, 2, 1200, 9_000, phase=TransactionPhase.ENDED)
    await billing.rest()
    assert billing.priced()[-1].totals.gross == 180
    assert await billing.read(sample_blocks)
