"""Run a command in the terminal's foreground so that Ctrl-C reaches it alone: `launch.py COMMAND ARGUMENT…`.

Make would answer Ctrl-C with an error of its own while the server still closes its doors. With a terminal the command
gets its own process group, which becomes the foreground; without one the command simply replaces this process.
"""

import os
import signal
import subprocess
import sys
from types import FrameType


def launch(command: list[str]) -> int:
    """Run the command to its end and return its exit code, 0 for one that a person stopped."""
    try:
        terminal = os.open("/dev/tty", os.O_RDWR)
        is_foreground = os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        is_foreground, terminal = False, -1
    if not is_foreground:
        os.execvp(command[0], command)  # noqa: S606 - the command is the Makefile's own
    process = subprocess.Popen(command, process_group=0)
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)  # taking the terminal back from a background group stops us otherwise

    def forward(number: int, _frame: FrameType | None) -> None:
        process.send_signal(number)

    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, forward)
    os.tcsetpgrp(terminal, process.pid)
    try:
        code = wait_for(process)
    finally:
        os.tcsetpgrp(terminal, os.getpgrp())
    return 0 if code in {-signal.SIGINT, 128 + signal.SIGINT} else code


def wait_for(process: subprocess.Popen[bytes]) -> int:
    """Wait for the end; a stop by Ctrl-Z is undone, since no shell could ever continue this group."""
    while True:
        _, status = os.waitpid(process.pid, os.WUNTRACED)
        if not os.WIFSTOPPED(status):
            return os.waitstatus_to_exitcode(status)
        process.send_signal(signal.SIGCONT)


if __name__ == "__main__":
    sys.exit(launch(sys.argv[1:]))
