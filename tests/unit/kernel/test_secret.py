from busbar.kernel.secret import hash_secret, verify_secret

KEY = b"k" * 32


def test_a_secret_is_verified_by_its_hash_and_key():
    hashed = hash_secret("0001020304050607ffffffcccccccccccc", KEY)
    assert verify_secret("0001020304050607ffffffcccccccccccc", hashed, KEY)
    assert not verify_secret("0001020304050607ffffffccccccccccc", hashed, KEY)
    assert not verify_secret("0001020304050607ffffffcccccccccccc", hashed, b"another key " * 2)


def test_text_and_its_utf8_bytes_are_the_same_secret():
    assert hash_secret("clé", KEY) == hash_secret("clé".encode(), KEY)


def test_any_bytes_are_a_secret_and_the_hash_does_not_show_them():
    secret = bytes(range(256))
    assert verify_secret(secret, hash_secret(secret, KEY), KEY)
    assert secret.hex() not in hash_secret(secret, KEY)


def test_a_damaged_hash_verifies_nothing():
    assert not verify_secret("secret", "", KEY)
    assert not verify_secret("secret", "ünreadable", KEY)
