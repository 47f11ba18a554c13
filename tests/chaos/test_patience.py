"""How long a trial waits: a limit of a quiet machine, longer where the machine is busy with other things."""

from tests.patience import SHARE_MIN, Patience, read_share


class Machine:
    def __init__(self, share):
        self.now_s, self.share = 100.0, share

    def wait(self, patience, *, limit_s):
        """Return after how many seconds the wait was given up."""
        while not patience.is_over and self.now_s < 100 + limit_s:
            self.now_s += 1
        return self.now_s - 100


def test_on_a_quiet_machine_a_limit_is_what_it_says():
    machine = Machine(share=1.0)
    patience = Patience(60, share=lambda: machine.share, clock_s=lambda: machine.now_s)
    assert machine.wait(patience, limit_s=1000) == 60
    assert patience.waited_s == 60


def test_on_a_busy_machine_a_second_counts_as_the_share_that_we_get():
    machine = Machine(share=0.25)
    patience = Patience(60, share=lambda: machine.share, clock_s=lambda: machine.now_s)
    assert machine.wait(patience, limit_s=1000) == 240


def test_every_wait_ends():
    machine = Machine(share=SHARE_MIN)
    patience = Patience(60, share=lambda: machine.share, clock_s=lambda: machine.now_s)
    assert machine.wait(patience, limit_s=10_000) <= 60 / SHARE_MIN + 1


def test_the_share_of_this_machine_can_be_read():
    assert SHARE_MIN <= read_share() <= 1
