import msgspec

from busbar.canon.secret import Secret


def test_a_secret_is_shown_as_stars_and_travels_as_it_is():
    secret = Secret(text="correct horse")
    assert "horse" not in repr(secret) + str(secret) + f"{secret}" + repr({"password": secret})
    assert secret == Secret(text="correct horse")
    assert msgspec.json.decode(msgspec.json.encode(secret), type=Secret) == secret
