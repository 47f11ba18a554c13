import socket

from busbar.app.config import load_settings
from busbar.app.doctor.network import check_network


def find_silent_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_one_process_needs_no_network(tmp_path):
    assert check_network(load_settings({}, working_dir=tmp_path)) == []


def test_a_service_that_does_not_answer_is_told_without_its_password(tmp_path):
    port = find_silent_port()
    settings = load_settings(
        {
            "BUSBAR_BROKER_URL": f"amqp://busbar:secret@127.0.0.1:{port}/",
            "BUSBAR_REDIS_URL": f"redis://:secret@127.0.0.1:{port}/0",
        },
        working_dir=tmp_path,
    )
    broker, redis = check_network(settings)
    assert (broker.level, broker.check) == ("bad", "broker")
    assert (redis.level, redis.check) == ("bad", "redis")
    assert "secret" not in broker.what + redis.what
    assert "BUSBAR_BROKER_URL" in broker.remedy
    assert "BUSBAR_REDIS_URL" in redis.remedy
