"""Which processors the server and the load get."""

import os

import pytest

from bench import processes
from bench.processes import choose_cores, cpu_s, list_siblings, list_tree, resident_kib


@pytest.mark.parametrize(
    ("present", "siblings", "chosen"),
    [
        ({0, 1}, {0}, ([0], [1])),
        ({0, 1, 2, 3}, {0, 1}, ([0], [2])),
        ({0, 1}, {0, 1}, ([0], [1])),
        ({5}, {5}, ([5], [5])),
        ({2, 3, 7}, {2, 6}, ([2], [3])),
    ],
    ids=["two cores", "hyper-threads", "one core of two threads", "one alone", "some of them"],
)
def test_server_and_load_are_apart_where_they_can_be(present, siblings, chosen):
    assert choose_cores(present, siblings) == chosen


@pytest.mark.parametrize(("text", "siblings"), [("0,4", {0, 4}), ("0-1", {0, 1}), ("0", {0})])
def test_siblings_are_read_as_the_kernel_writes_them(text, siblings, tmp_path, monkeypatch):
    topology = tmp_path / "cpu0" / "topology"
    topology.mkdir(parents=True)
    (topology / "thread_siblings_list").write_text(text + "\n", encoding="ascii")
    monkeypatch.setattr(processes, "CORES", tmp_path)
    assert list_siblings(0) == siblings


def test_a_processor_of_which_nothing_is_known_stands_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(processes, "CORES", tmp_path)
    assert list_siblings(3) == {3}


def test_a_process_is_looked_at():
    assert os.getpid() in list_tree(os.getpid())
    assert resident_kib([os.getpid()]) > 1000
    assert cpu_s([os.getpid()]) > 0
