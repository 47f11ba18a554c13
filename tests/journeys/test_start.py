"""Starting and stopping: what goes wrong is said with its remedy, and nothing is left half open."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import Installation, find_free_port

BUSBAR = str(Path(sys.executable).with_name("busbar"))


def run(*words, **settings):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BUSBAR_")} | settings
    done = subprocess.run([BUSBAR, *words], env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert "Traceback" not in done.stderr + done.stdout
    return done


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """One for all who only look at it from outside."""
    running = Installation(tmp_path_factory.mktemp("running") / "data")
    running.start()
    yield running
    assert running.stop() == 0, running.output


def test_what_lies_in_the_data_directory_is_private(running):
    readable = [
        path for path in [running.data_dir, *running.data_dir.rglob("*")] if stat.S_IMODE(path.stat().st_mode) & 0o077
    ]
    assert readable == []


def test_a_second_one_on_the_same_data_is_refused(running):
    done = run(
        "up",
        BUSBAR_DATA_DIR=str(running.data_dir),
        BUSBAR_HTTP_PORT=str(find_free_port()),
        BUSBAR_OCPP_PORT=str(find_free_port()),
    )
    assert done.returncode == 1
    assert "another busbar" in done.stderr


@pytest.mark.parametrize("setting", ["BUSBAR_HTTP_PORT", "BUSBAR_OCPP_PORT"])
def test_a_taken_port_is_named_with_its_setting(running, tmp_path, setting):
    ports = {"BUSBAR_HTTP_PORT": str(find_free_port()), "BUSBAR_OCPP_PORT": str(find_free_port())}
    ports[setting] = str(running.http_port)
    done = run("up", BUSBAR_DATA_DIR=str(tmp_path / "other"), **ports)
    assert done.returncode == 1
    assert setting in done.stderr


def test_a_wrong_setting_is_refused_with_its_name(tmp_path):
    done = run("up", BUSBAR_DATA_DIR=str(tmp_path), BUSBAR_HTTP_PORT="many")
    assert done.returncode == 2
    assert "BUSBAR_HTTP_PORT" in done.stderr
    assert "many" in done.stderr


def test_doctor_and_config_answer(tmp_path):
    assert "BUSBAR_HTTP_PORT" in run("config", BUSBAR_DATA_DIR=str(tmp_path)).stdout
    done = run(
        "doctor",
        "--json",
        BUSBAR_DATA_DIR=str(tmp_path),
        BUSBAR_HTTP_PORT=str(find_free_port()),
        BUSBAR_OCPP_PORT=str(find_free_port()),
    )
    assert done.stdout.strip().startswith(("[", "{"))


def test_the_wire_log_is_read_from_the_command_line(running):
    done = run("wirelog", "NOBODY", BUSBAR_DATA_DIR=str(running.data_dir))
    assert (done.returncode, done.stdout) == (0, "")
