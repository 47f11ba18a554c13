"""One process is installed without the clients of a broker, and starts."""

import subprocess
import sys

WITHOUT_EXTRAS = """
import sys
for name in ("aio_pika", "redis"):
    sys.modules[name] = None
import busbar.app.wiring, busbar.app.start, busbar.app.watch.embedded, busbar.app.demo
"""


def test_one_process_needs_no_client_of_a_broker():
    done = subprocess.run([sys.executable, "-c", WITHOUT_EXTRAS], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
