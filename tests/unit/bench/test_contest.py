"""Medians of runs that take turns."""

from pathlib import Path

from bench import generator
from bench.contest import Contest, Pace, take_median
from bench.generator import Result, write_options
from bench.servers import Server

PACE = Pace(1.0, 2.0, {100: 3})


def result(us: float, **fields) -> Result:
    return Result(
        **{
            "version": "1.6", "connections": 100, "ready": 100, "setup_s": 1.0, "setup_server_cpu_s": 0.5,
            "boot_p99_ms": 3.0, "measured_s": 2.0, "messages": 1000, "messages_per_s": 500.0, "meter_share": 0.8,
            "p50_ms": 1.0, "p99_ms": 2.0, "bytes_sent_per_message": 1200.0, "server_us_per_message": us,
            "load_us_per_message": 5.0,
            "process_cpu_s": [0.5], "transactions": 10, "faults": {}, "faults_sum": 0, "first_fault": "", **fields,
        }
    )  # fmt: skip


def test_the_middle_run_counts_and_every_fault():
    median = take_median([result(30.0), result(90.0, faults_sum=2, first_fault="closed"), result(28.0)])
    assert (median.us, median.faults, median.first_fault) == (30.0, 2, "closed")
    assert median.all_us == [30.0, 90.0, 28.0]


def test_servers_take_turns_with_stations_of_their_own(monkeypatch):
    runs: list[dict[str, object]] = []

    def run(options: dict[str, object]) -> Result:
        runs.append(options)
        return result(float(len(runs)))

    monkeypatch.setattr(generator, "run", run)
    contest = Contest(PACE, directory=Path("books"), is_audited=["busbar"])
    servers = [Server("busbar", 1, ()), Server("echo", 2, (), path="/")]
    medians = contest.take_turns(servers, version="1.6", connections=100)
    assert [each["port"] for each in runs] == [1, 2, 1, 2, 1, 2]
    assert [each["first"] for each in runs] == [1, 101, 201, 301, 401, 501]
    assert (medians["busbar"].all_us, medians["echo"].all_us) == ([1, 3, 5], [2, 4, 6])
    assert contest.books == {"busbar": [Path(f"books/books-{number}.tsv") for number in (1, 2, 3)]}
    assert [each.get("drain") for each in runs[:2]] == [None, 0]


def test_options_become_words():
    assert write_options({"port": 9000, "deflate": True, "authority": None, "idle": False, "drain": 0}) == [
        "--port", "9000", "--deflate", "--drain", "0",
    ]  # fmt: skip
