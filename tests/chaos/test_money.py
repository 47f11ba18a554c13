"""Money under kills, in short: `python -m chaos money` is the whole of it."""

import pytest

from chaos.money import make_plan, run

pytestmark = pytest.mark.every_database


async def test_no_cent_is_lost_when_the_process_is_killed(tmp_path, database_url):
    plan = make_plan(tmp_path, seed=20_261, sessions_count=60, database_url=database_url)
    verdict = await run(plan, kills=2, mode="test")
    assert verdict.wrong == []
    assert verdict.kills >= 1
    assert verdict.concurrent == 60
    assert verdict.sums["receipts"] == verdict.sums["settlements"] == verdict.sums["earned"] > 0
    assert verdict.sums["clearing"] == verdict.sums["provider"] > 0
    assert verdict.sums["records"] > 0
    assert verdict.provider["statement_lines"] > verdict.provider["sessions by card"] > 0
    assert verdict.outcomes["refund ok"] > 0
    assert verdict.sums["refunds"] == verdict.provider["refunded"] > 0
    assert verdict.transfers > 60
