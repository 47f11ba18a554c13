from datetime import UTC, datetime, timedelta

from busbar.app.watch import catalog
from busbar.app.watch.history import POINTS_MAX, History, Numbers
from busbar.app.watch.readings import Reading
from busbar.kernel.buckets import Buckets

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)


def numbers(*, done=0, failed=0, answers=(), protocol="ocpp1.6", connected=0):
    times = Buckets((0.01, 0.1, 1.0))
    times.add_all(answers)
    return Numbers(
        [
            Reading(catalog.MESSAGES, done, (protocol, "Heartbeat", "done")),
            Reading(catalog.MESSAGES, failed, (protocol, "Heartbeat", "InternalError")),
            Reading(catalog.ANSWER_TIME, times.read(), (protocol,)),
            Reading(catalog.CONNECTIONS, connected, (protocol,)),
        ]
    )


def take(history, *moments, cpu_s=(0.0, 0.5, 1.0, 1.5)):
    for index, moment in enumerate(moments):
        history.take(moment, at=NOW + timedelta(seconds=5 * index), cpu_s=cpu_s[index], lag_s=0.002)
    return history.points


def test_a_point_holds_what_was_added():
    before = numbers(done=10, failed=1, answers=[0.005] * 10, connected=3)
    after = numbers(done=14, failed=2, answers=[0.005] * 10 + [0.05] * 4, connected=5)
    (point,) = take(History(), before, after)
    assert (point.messages, point.failures, point.connections) == (4, 1, 5)
    assert 10_000 < point.answer_p50_us <= 100_000
    assert (point.commit_p50_us, point.batches) == (None, 0)
    assert (point.loop_lag_us, point.cpu_permille) == (2000, 100)


def test_a_metric_that_begins_in_between_counts_from_nothing():
    (point,) = take(History(), Numbers([]), numbers(done=2, answers=[0.005] * 2))
    assert (point.messages, point.answer_p50_us) == (2, 5000)


def test_several_labels_are_one_number():
    both = Numbers(
        [
            Reading(catalog.CONNECTIONS, 2, ("ocpp1.6",)),
            Reading(catalog.CONNECTIONS, 3, ("ocpp2.1",)),
            Reading(catalog.COMMANDS, 4, ("Reset", "accepted")),
            Reading(catalog.COMMANDS, 5, ("Unlock", "accepted")),
        ]
    )
    assert both.sum(catalog.CONNECTIONS) == 5
    assert both.by_label(catalog.CONNECTIONS) == {"ocpp1.6": 2, "ocpp2.1": 3}
    assert both.by_label(catalog.COMMANDS, 1) == {"accepted": 9}


def test_the_history_is_bounded():
    history = History()
    for second in range(POINTS_MAX + 5):
        history.take(numbers(done=second), at=NOW + timedelta(seconds=second), cpu_s=0.0, lag_s=0.0)
    assert len(history.points) == POINTS_MAX
    assert history.points[-1].at == NOW + timedelta(seconds=POINTS_MAX + 4)
