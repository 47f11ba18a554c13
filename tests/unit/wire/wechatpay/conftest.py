import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key


@pytest.fixture(scope="session")
def key():
    return generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="session")
def other_key():
    return generate_private_key(public_exponent=65537, key_size=2048)
