import pytest

from busbar.kernel.address import NO_ADDRESS, split_address


def test_an_address_is_split():
    parts = split_address("https://charge.example:8443/app?x=1#y")
    assert (parts.scheme, parts.hostname, parts.port, parts.path) == ("https", "charge.example", 8443, "/app")


@pytest.mark.parametrize("text", ["https://[", "https://[::1", "https://a]b/", "https://a:port/", "https://a:99999/"])
def test_what_can_be_no_address_has_no_part(text):
    assert split_address(text) == NO_ADDRESS
