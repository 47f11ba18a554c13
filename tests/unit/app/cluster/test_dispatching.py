"""Whom a process trusts without asking, and for how long."""

import pytest

from busbar.app.cluster.dispatching import TRUST_S, TrustingDispatcher
from busbar.canon.secret import Secret
from busbar.canon.tenants import FindDefaultOperator, SignOutStaff
from busbar.domain.tenants.steps import LoadBearer
from busbar.kernel.errors import DeniedError


class Core:
    """Answers each question with the next number, until it refuses."""

    def __init__(self):
        self.asked = []
        self.is_refusing = False

    async def dispatch(self, command):
        self.asked.append(command)
        if self.is_refusing:
            raise DeniedError("revoked")
        return len(self.asked)


class Clock:
    def __init__(self):
        self.elapsed_s = 100.0

    def monotonic_s(self):
        return self.elapsed_s


@pytest.fixture
def core():
    return Core()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def dispatcher(core, clock):
    return TrustingDispatcher(core, clock=clock, key=b"k" * 32)


def load(text):
    return LoadBearer(text=text)


async def test_a_bearer_is_asked_about_once_in_a_while(dispatcher, core, clock):
    assert await dispatcher.dispatch(load("a")) == 1
    assert await dispatcher.dispatch(load("a")) == 1
    clock.elapsed_s += TRUST_S
    assert await dispatcher.dispatch(load("a")) == 2
    assert len(core.asked) == 2


async def test_each_bearer_is_its_own(dispatcher):
    assert await dispatcher.dispatch(load("a")) == 1
    assert await dispatcher.dispatch(load("b")) == 2


async def test_who_is_revoked_is_known_after_that_time_and_asked_about_each_time(dispatcher, core, clock):
    await dispatcher.dispatch(load("a"))
    core.is_refusing = True
    assert await dispatcher.dispatch(load("a")) == 1
    clock.elapsed_s += TRUST_S
    for _ in range(2):
        with pytest.raises(DeniedError):
            await dispatcher.dispatch(load("a"))
    assert len(core.asked) == 3


async def test_everything_else_is_asked_each_time(dispatcher, core):
    for command in (FindDefaultOperator(), FindDefaultOperator(), SignOutStaff(bearer=Secret(text="a"))):
        await dispatcher.dispatch(command)
    assert len(core.asked) == 3


async def test_no_bearer_is_kept_in_plain_text(dispatcher):
    await dispatcher.dispatch(load("a secret bearer"))
    assert "a secret bearer" not in repr(vars(dispatcher)["_trusted"])
