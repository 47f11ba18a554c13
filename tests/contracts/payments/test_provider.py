"""One suite for every provider: what the house may count on, tried on a provider process that speaks as they do."""

from datetime import timedelta

import msgspec
import pytest

from busbar.adapters.system.clock import SystemClock
from busbar.canon.payments import Provider, ProviderNews, ProviderState, RefundState
from busbar.canon.reconciliation import StatementLineKind
from busbar.kernel.errors import BusbarError, ConflictError, DeniedError, InvalidError, NotFoundError, UnavailableError
from busbar.ports.payments import Merchant, Opened
from busbar.simulator.psp.keys import make_keys, write_public

from .conftest import TIMEOUT_S, Call, Shop, impatient


async def test_a_payment_is_opened_paid_and_found(shop: Shop):
    order = shop.order()
    opened = await shop.open(order)
    assert opened.news.state is ProviderState.PENDING
    assert opened.page_url or opened.code_text
    await shop.pay(order)
    news = await shop.adapter.query(shop.merchant, shop.key(order, opened))
    assert (news.state, news.amount, news.currency) == (ProviderState.CAPTURED, order.amount, shop.currency)
    assert news.captured == order.amount
    assert news.provider_ref


async def test_the_same_order_twice_is_one_payment(shop: Shop):
    order = shop.order()
    first, second = await shop.open(order), await shop.open(order)
    assert (first.page_url, first.code_text) == (second.page_url, second.code_text)
    await shop.pay(order)
    listed = (await shop.psp.http.get(f"{shop.psp.address}/control/payments")).json()
    assert [each["amount"] for each in listed if each["order_no"] == order.payment_id] == [order.amount]


async def test_the_same_id_with_another_amount_is_refused(shop: Shop):
    order = shop.order()
    await shop.open(order)
    with pytest.raises(ConflictError):
        await shop.open(msgspec.structs.replace(order, amount=order.amount + 1))


async def test_a_notice_tells_that_it_was_paid(shop: Shop):
    order = shop.order()
    await shop.open(order)
    await shop.pay(order)
    call = (await shop.door.wait_for(1))[0]
    notice = shop.read(call)
    assert notice.payment_id == order.payment_id
    assert notice.news is not None
    assert notice.event_id


async def test_a_forged_truncated_or_altered_notice_is_refused(shop: Shop):
    order = shop.order()
    await shop.open(order)
    await shop.pay(order)
    call = (await shop.door.wait_for(1))[0]
    for body in (b"", call.body[:-2], call.body[: len(call.body) // 2], call.body + b" ", b"\xff\xfe", b"{}", b"a=b"):
        with pytest.raises((DeniedError, InvalidError)):
            shop.read(Call(call.path, call.headers, body))
    changed = call.body.replace(b"2500", b"9900").replace(b"25.00", b"99.00")
    if changed != call.body:
        with pytest.raises(DeniedError):
            shop.read(Call(call.path, call.headers, changed))
    if shop.provider is not Provider.ALIPAY:
        with pytest.raises(DeniedError):
            shop.read(Call(call.path, {}, call.body))


async def test_a_notice_signed_by_somebody_else_is_refused(shop: Shop, psp, http):
    order = shop.order()
    await shop.open(order)
    await shop.pay(order)
    call = (await shop.door.wait_for(1))[0]
    strange = dict(shop.merchant.secrets)
    settings = dict(shop.merchant.settings)
    if shop.provider is Provider.STRIPE:
        strange["webhook_secret"] = "whsec_another"
    elif shop.provider is Provider.ALIPAY:
        keys = make_keys(now=SystemClock().now())
        settings["alipay_public_key"] = write_public(keys.alipay_platform.public_key())
    else:
        strange["api_v3_key"] = "x" * 32
    other = Merchant(account_id="a", provider=shop.provider, settings=settings, secrets=strange)
    with pytest.raises(DeniedError):
        shop.adapter.read_notice(other, headers=call.headers, body=call.body, now=SystemClock().now())


async def test_an_old_notice_is_not_taken_again(shop: Shop):
    order = shop.order()
    await shop.open(order)
    await shop.pay(order)
    call = (await shop.door.wait_for(1))[0]
    later = SystemClock().now() + timedelta(minutes=6)
    if shop.provider is Provider.ALIPAY:  # its notices carry no time limit: they are known by their id
        assert shop.read(call, now=later).event_id == shop.read(call).event_id
    else:
        with pytest.raises(DeniedError):
            shop.read(call, now=later)


async def test_a_success_after_the_answer_was_lost_is_found(shop: Shop, http):
    order = shop.order()
    await shop.psp.mischief(slow_s=TIMEOUT_S + 0.5, slow_count=1)
    with impatient(http), pytest.raises(UnavailableError):
        await shop.open(order)
    opened = await shop.open(order)
    await shop.pay(order)
    news = await shop.adapter.query(shop.merchant, shop.key(order, opened))
    assert news.state is ProviderState.CAPTURED
    listed = (await shop.psp.http.get(f"{shop.psp.address}/control/payments")).json()
    assert len([each for each in listed if each["order_no"] == order.payment_id]) == 1


async def test_a_refund_whose_answer_was_lost_is_made_once(shop: Shop, http):
    order, key = await shop.make_paid()
    refund = shop.refund_order(1000)
    await shop.psp.mischief(slow_s=TIMEOUT_S + 0.5, slow_count=1)
    with impatient(http), pytest.raises(UnavailableError):
        await shop.adapter.refund(shop.merchant, key, refund)
    news = await shop.adapter.refund(shop.merchant, key, refund)
    assert news.state is RefundState.DONE
    rest = shop.refund_order(order.amount - 1000)
    assert (await shop.adapter.refund(shop.merchant, key, rest)).state is RefundState.DONE


async def test_a_provider_that_is_down_is_unavailable(shop: Shop):
    order = shop.order()
    await shop.psp.mischief(is_down=True)
    with pytest.raises(UnavailableError):
        await shop.open(order)
    await shop.psp.mischief()
    assert (await shop.open(order)).news.state is ProviderState.PENDING


async def test_a_payment_is_given_back_in_parts_and_no_more_than_was_paid(shop: Shop):
    order, key = await shop.make_paid(amount=3000)
    for amount in (1000, 1500):
        news = await shop.adapter.refund(shop.merchant, key, shop.refund_order(amount))
        assert news.state is RefundState.DONE
    with pytest.raises(ConflictError):
        await shop.adapter.refund(shop.merchant, key, shop.refund_order(501))
    await shop.adapter.refund(shop.merchant, key, shop.refund_order(500))
    assert order.amount == 3000


async def test_a_refund_on_its_way_is_asked_about(shop: Shop):
    _order, key = await shop.make_paid()
    await shop.psp.mischief(refunds="later")
    refund = shop.refund_order(700)
    news = await shop.adapter.refund(shop.merchant, key, refund)
    assert news.state is RefundState.PENDING
    asked = msgspec.structs.replace(refund, provider_ref=news.provider_ref)
    assert (await shop.adapter.query_refund(shop.merchant, key, asked)).state is RefundState.PENDING
    await shop.psp.tell("refund", provider=shop.provider, refund_no=refund.refund_id)
    assert (await shop.adapter.query_refund(shop.merchant, key, asked)).state is RefundState.DONE


async def test_a_payment_that_is_given_up_cannot_be_paid(shop: Shop):
    order = shop.order()
    opened = await shop.open(order)
    news = await shop.adapter.cancel(shop.merchant, shop.key(order, opened))
    assert news.state is ProviderState.CANCELLED
    answer = await shop.psp.http.post(
        f"{shop.psp.address}/control/pay",
        json={"provider": shop.provider, "order_no": order.payment_id, "number": "4242424242424242"},
    )
    assert answer.status_code == 409


async def test_giving_up_what_was_paid_tells_that_it_was_paid(shop: Shop):
    _order, key = await shop.make_paid()
    assert (await shop.adapter.cancel(shop.merchant, key)).state is ProviderState.CAPTURED


async def test_what_was_never_asked_for_is_not_found(shop: Shop):
    order = shop.order()
    never = Opened(news=ProviderNews(state=ProviderState.PENDING))
    with pytest.raises(NotFoundError):
        await shop.adapter.query(shop.merchant, shop.key(order, never))


async def test_the_statement_of_the_day_names_payments_and_refunds(shop: Shop):
    order, key = await shop.make_paid(amount=4000)
    refund = shop.refund_order(1200)
    await shop.adapter.refund(shop.merchant, key, refund)
    today = SystemClock().now()
    day = today.date() if shop.provider is Provider.STRIPE else (today + timedelta(hours=8)).date()
    lines = await shop.adapter.download_statement(shop.merchant, day)
    paid = [line for line in lines if line.payment_id == order.payment_id and line.kind is StatementLineKind.PAYMENT]
    back = [line for line in lines if line.refund_id == refund.refund_id]
    assert [(line.amount, line.currency) for line in paid] == [(4000, shop.currency)]
    assert paid[0].cost > 0
    assert [(line.kind, line.amount) for line in back] == [(StatementLineKind.REFUND, -1200)]
    assert len({line.line_ref for line in lines}) == len(lines)


async def test_a_statement_that_is_none_is_refused(shop: Shop):
    for body in (b"\xff\xfe\x00", b"a,b,c\n1,2,3\n", b"PK\x03\x04broken", b"{not json"):
        with pytest.raises(InvalidError):
            shop.adapter.read_statement(body)


async def test_wrong_keys_are_told(shop: Shop):
    broken = dict.fromkeys(shop.merchant.secrets, "wrong")
    merchant = Merchant(account_id="a", provider=shop.provider, settings=shop.merchant.settings, secrets=broken)

    async def use() -> None:
        shop.adapter.check(merchant)
        await shop.adapter.open(merchant, shop.order())

    with pytest.raises(BusbarError) as caught:
        await use()
    assert caught.value.code in {"invalid.payment_account", "invalid.payment_key"}


async def test_secrets_are_not_shown(shop: Shop):
    shown = repr(shop.merchant)
    assert all(secret not in shown for secret in shop.merchant.secrets.values())


async def test_another_currency_than_the_provider_has_is_refused(shop: Shop):
    if shop.provider is Provider.STRIPE:
        assert (await shop.open(shop.order(currency="CHF"))).news.state is ProviderState.PENDING
        return
    with pytest.raises(ConflictError):
        await shop.open(shop.order(currency="EUR"))
