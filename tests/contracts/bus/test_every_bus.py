"""What every bus promises to gateways and to the core."""

import asyncio
from datetime import UTC, datetime

import pytest

from busbar.canon.control import CommandOutcome, Outcome, StationDelivery, Trigger, TriggerTopic
from busbar.canon.stations import HeartbeatReceived, HeartbeatReply, StationNotified
from busbar.kernel.errors import ConflictError
from tests.patience import HANG_LIMIT_S

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ACCEPTED = CommandOutcome(outcome=Outcome.ACCEPTED, status="Accepted")


class BusyError(ConflictError):
    code = "conflict.busy_in_bus_test"


def make_report(station_id="station-1", number=0):
    return StationNotified(
        report_id=f"{number:032}", station_id=station_id, received_at=NOW, topic="Test", payload_json=str(number)
    )


def make_delivery(station_id="station-1", timeout_s=5):
    return StationDelivery(
        command_id="c" * 32, station_id=station_id, request=Trigger(topic=TriggerTopic.BOOT), timeout_s=timeout_s
    )


def make_handler(outcome=ACCEPTED):
    taken = []

    async def handle(delivery):
        taken.append(delivery)
        return outcome

    return handle, taken


async def test_a_report_brings_back_its_reply(line):
    line.worker.answer = lambda _: HeartbeatReply(now=NOW)
    report = HeartbeatReceived(report_id="r", station_id="s", received_at=NOW)
    assert await line.bus.report(report) == HeartbeatReply(now=NOW)
    assert line.worker.ledger.messages == [report]


async def test_a_refusal_comes_back_as_the_error_it_was(line):
    def refuse(_):
        raise BusyError("busy", tries=3)

    line.worker.answer = refuse
    with pytest.raises(BusyError) as caught:
        await line.bus.report(make_report())
    assert (caught.value.text, caught.value.facts) == ("busy", {"tries": 3})


async def test_reports_of_a_station_stay_in_order(line):
    stations = [f"station-{number}" for number in range(12)]
    reports = [make_report(station, number) for number in range(40) for station in stations]
    await asyncio.gather(*(line.bus.report(report) for report in reports))
    messages = line.worker.ledger.messages
    assert len(messages) == len(reports)
    for station in stations:
        numbers = [int(message.payload_json) for message in messages if message.station_id == station]
        assert numbers == list(range(40))


async def test_every_report_is_answered_once_and_with_its_own_answer(line):
    line.worker.answer = lambda report: HeartbeatReply(
        now=report.received_at.replace(microsecond=int(report.report_id))
    )
    reports = [
        HeartbeatReceived(report_id=str(number), station_id=f"s{number % 7}", received_at=NOW) for number in range(200)
    ]
    replies = await asyncio.gather(*(line.bus.report(report) for report in reports))
    assert [reply.now.microsecond for reply in replies] == list(range(200))
    assert len(line.worker.ledger.messages) == 200


async def test_posted_reports_are_answered_in_order_and_never_within_the_call(line):
    done = asyncio.Event()
    answers = []

    def make_on_answer(number):
        def on_answer(reply, error):
            answers.append((number, error))
            if len(answers) == 50:
                done.set()

        return on_answer

    for number in range(50):
        assert line.bus.post(make_report(number=number), make_on_answer(number))
    assert answers == []
    async with asyncio.timeout(HANG_LIMIT_S):
        await done.wait()
    assert answers == [(number, None) for number in range(50)]


async def test_a_delivery_reaches_the_station_and_brings_the_outcome(line):
    handle, taken = make_handler()
    line.bus.attach("station-1", "1", handle)
    line.hold("station-1", "1")
    delivery = make_delivery()
    assert await line.far.deliver(delivery) == ACCEPTED
    assert taken == [delivery]


async def test_a_delivery_to_nobody_is_undelivered(line):
    assert (await line.far.deliver(make_delivery())).outcome is Outcome.UNDELIVERED


async def test_a_delivery_to_a_connection_that_ended_is_undelivered(line):
    handle, taken = make_handler()
    line.bus.attach("station-1", "1", handle)
    line.hold("station-1", "1")
    line.bus.detach("station-1", "1")
    assert (await line.far.deliver(make_delivery())).outcome is Outcome.UNDELIVERED
    assert taken == []


async def test_the_newest_connection_takes_deliveries(line):
    (old, taken_by_old), (new, taken_by_new) = make_handler(), make_handler()
    line.bus.attach("station-1", "2", new)
    line.bus.attach("station-1", "1", old)
    line.bus.detach("station-1", "1")
    line.hold("station-1", "2")
    assert await line.far.deliver(make_delivery()) == ACCEPTED
    assert (len(taken_by_old), len(taken_by_new)) == (0, 1)
