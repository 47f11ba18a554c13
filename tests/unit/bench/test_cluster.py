"""What bounds the throughput of a cluster."""

from bench.cluster import describe, find_busiest_us
from tests.unit.bench.test_contest import result


def test_the_busiest_core_bounds_the_throughput():
    one = result(90.0, messages=10_000, process_cpu_s=[0.4, 0.5])
    two = result(90.0, messages=10_000, process_cpu_s=[0.4, 0.2, 0.3])
    assert (find_busiest_us(one, 1), find_busiest_us(two, 1)) == (50.0, 30.0)


def test_each_process_says_what_a_message_cost_it():
    two = result(90.0, messages=10_000, process_cpu_s=[0.4, 0.2, 0.3])
    assert describe(two)["us"] == {"gateway": 40.0, "core": 20.0, "core 2": 30.0}
