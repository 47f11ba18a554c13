"""A process starts without the packages that it has no use for."""

import subprocess
import sys

import pytest

START = """
import sys
role, *absent = sys.argv[1:]
for name in absent:
    sys.modules[name] = None
if role == "up":
    import busbar.app.wiring, busbar.app.start, busbar.app.watch.embedded, busbar.app.demo
else:
    __import__(f"busbar.app.cluster.{role}")
"""


@pytest.mark.parametrize(
    ("role", "absent"),
    [
        ("up", ["aio_pika", "redis", "alembic", "webauthn", "reportlab", "lxml"]),
        ("gateway", ["sqlalchemy", "fastapi", "alembic", "webauthn", "httpx2", "reportlab", "lxml"]),
        ("core", ["fastapi", "alembic", "webauthn", "reportlab", "lxml"]),
    ],
)
def test_a_process_starts_without_what_it_has_no_use_for(role, absent):
    done = subprocess.run([sys.executable, "-c", START, role, *absent], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
