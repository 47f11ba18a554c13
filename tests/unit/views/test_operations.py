from datetime import UTC, datetime, timedelta

from busbar.ports.watching import ActionCount, Condition, Glance, PartState, Point, Storage
from busbar.views.operations import combine

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)


def glance(role, *, points=(), seconds=0, **given):
    return Glance(
        process_id=role,
        role=role,
        host="h",
        version="1",
        started_at=NOW,
        taken_at=NOW + timedelta(seconds=seconds),
        points=points,
        **given,
    )


def point(seconds, **given):
    return Point(at=NOW + timedelta(seconds=seconds), **given)


def test_counts_are_added_up_and_of_waiting_times_the_longest_counts():
    told = combine(
        [
            glance("gateway", connections={"ocpp1.6": 2}, commands={"accepted": 1}, paused_sockets=1),
            glance("core", queue_messages=7, partition_lag_ms=20, partitions=8, seconds=1),
            glance("core", queue_messages=1, partition_lag_ms=90, partitions=8, commands={"accepted": 2}),
            glance("gateway", connections={"ocpp1.6": 1, "ocpp2.1": 4}),
        ],
        now=NOW,
    )
    assert told.connections == {"ocpp1.6": 3, "ocpp2.1": 4}
    assert told.commands == {"accepted": 3}
    assert (told.queue_messages, told.partition_lag_ms, told.partitions, told.paused_sockets) == (8, 90, 16, 1)
    assert [process.role for process in told.processes] == ["core", "core", "gateway", "gateway"]
    assert told.storage is None


def test_messages_are_added_up_by_action_and_the_slowest_partitions_are_named():
    boot, beat = ActionCount(action="BootNotification", done=1, failed=2), ActionCount(action="Heartbeat", done=5)
    told = combine(
        [
            glance("gateway", actions=(boot, beat)),
            glance("gateway", actions=(ActionCount(action="BootNotification", done=3),)),
            glance("core", partition_lags_ms={number: 10 + number for number in range(9)}),
            glance("core", partition_lags_ms={3: 900}),
        ],
        now=NOW,
    )
    assert [(one.action, one.done, one.failed) for one in told.actions] == [
        ("BootNotification", 4, 2),
        ("Heartbeat", 5, 0),
    ]
    assert [one.partition for one in told.slowest_partitions] == [3, 8, 7, 6, 5, 4, 2, 1]
    assert told.slowest_partitions[0].lag_ms == 900


def test_the_newest_look_at_the_stores_counts():
    told = combine(
        [
            glance("core", storage=Storage(database_bytes=1), seconds=1),
            glance("api", storage=Storage(database_bytes=2, is_database_up=True), seconds=2),
        ],
        now=NOW,
    )
    assert told.storage.database_bytes == 2
    assert told.storage.is_database_up


def test_points_of_one_span_lie_side_by_side():
    told = combine(
        [
            glance("a", points=(point(0, messages=1), point(5.1, messages=2, answer_p99_us=10))),
            glance("b", points=(point(4.9, messages=3, answer_p99_us=30, cpu_permille=5), point(10, messages=4))),
        ],
        now=NOW,
    )
    assert [one.messages for one in told.history] == [1, 5, 4]
    assert [one.answer_p99_us for one in told.history] == [None, 30, None]
    assert told.history[1].cpu_permille == 5


def test_parts_are_told_with_their_trouble():
    part = PartState(name="disk", condition=Condition.IMPAIRED, text="full")
    (process,) = combine([glance("up", parts=(part,))], now=NOW).processes
    assert process.parts[0].model_dump() == {"name": "disk", "condition": "impaired", "text": "full"}


def test_nobody_there_is_nothing_to_tell():
    told = combine([], now=NOW)
    assert (told.processes, told.history, told.connections) == ([], [], {})
