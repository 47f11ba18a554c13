from busbar.domain.payments.links import make_link, read_link

KEY = b"k" * 32


def test_a_link_names_its_payment_and_cannot_be_made_by_others():
    link = make_link("0190payment", KEY)
    assert read_link(link, KEY) == "0190payment"
    assert read_link(link, b"x" * 32) is None
    for other in (
        "",
        "bbg_",
        link[:-1],
        link + "0",
        link.replace("0190", "0191"),
        "bbg_" + "a" * 80 + ".x",
        "bbg_../x.y",
    ):
        assert read_link(other, KEY) is None
