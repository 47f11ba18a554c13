from busbar.app.config import Settings
from busbar.app.terms import (
    choose_intake_limits,
    choose_link_terms,
    choose_names,
    choose_redis_terms,
    choose_sender_limits,
    list_missing,
)


def test_what_a_network_needs_and_is_not_given_is_named(tmp_path):
    assert list_missing(Settings(data_dir=tmp_path)) == ["broker_url", "redis_url"]
    assert list_missing(Settings(data_dir=tmp_path, broker_url="amqp://mq/x", redis_url="redis://cache/0")) == []


def test_an_installation_keeps_to_names_of_its_own(tmp_path):
    settings = Settings(data_dir=tmp_path, cluster_name="north", partition_count=4)
    assert choose_names(settings).partition_queue(3) == "north.reports.3"
    assert choose_redis_terms(settings).prefix == "north:"


def test_bounds_are_those_of_the_settings(tmp_path):
    settings = Settings(
        data_dir=tmp_path, parcel_window_ms=5, broker_timeout_s=60, parcel_max_in_hand=2, broker_heartbeat_s=9
    )
    sender = choose_sender_limits(settings)
    assert (sender.window_s, sender.timeout_s, sender.resend_after_s) == (0.005, 60, 20)
    assert choose_intake_limits(settings).prefetch_max_parcels == 2
    assert choose_link_terms(settings).heartbeat_s == 9
