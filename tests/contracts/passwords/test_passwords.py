import asyncio

import pytest

from busbar.adapters.system.secrets import Argon2Passwords, SystemSecrets
from busbar.kernel.errors import UnavailableError


@pytest.fixture
def passwords():
    adapter = Argon2Passwords(memory_kib=8, passes=1)
    yield adapter
    adapter.close()


async def test_a_password_is_right_against_its_own_hash_only(passwords):
    stored = await passwords.hash("correct horse")
    assert stored.startswith("$argon2id$")
    assert stored != await passwords.hash("correct horse")
    assert (await passwords.check("correct horse", stored=stored)).is_right
    assert not (await passwords.check("Correct horse", stored=stored)).is_right


async def test_without_a_stored_hash_or_with_a_damaged_one_nothing_is_right(passwords):
    for stored in (None, "", "not a hash"):
        found = await passwords.check("", stored=stored)
        assert (found.is_right, found.replacement) == (False, None)


async def test_a_hash_of_older_parameters_is_replaced_when_the_password_is_right(passwords):
    older = Argon2Passwords(memory_kib=16, passes=1)
    stored = await older.hash("correct horse")
    older.close()
    assert (await passwords.check("wrong", stored=stored)).replacement is None
    replacement = (await passwords.check("correct horse", stored=stored)).replacement
    assert replacement is not None
    found = await passwords.check("correct horse", stored=replacement)
    assert (found.is_right, found.replacement) == (True, None)


async def test_a_crowd_is_refused_instead_of_queued_without_end():
    passwords = Argon2Passwords(memory_kib=8, passes=1, waiting_max=3)
    answers = await asyncio.gather(*(passwords.hash("correct horse") for _ in range(10)), return_exceptions=True)
    refused = [answer for answer in answers if isinstance(answer, UnavailableError)]
    assert len(refused) == 7
    assert {error.code for error in refused} == {"unavailable.passwords"}
    assert (await passwords.hash("correct horse")).startswith("$argon2id$")
    passwords.close()


def test_secrets_are_long_and_never_the_same():
    secrets = SystemSecrets()
    bearers = {secrets.new_bearer() for _ in range(100)}
    assert len(bearers) == 100
    assert {len(bearer) for bearer in bearers} == {43}
    code = secrets.new_code(20)
    assert len(code) == 20
    assert set(code) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
