from busbar.canon.ledger import AccountKind, AccountRef, name_driver


def test_a_driver_is_named_as_an_owner_by_kind_and_id():
    assert name_driver("d1") == "driver:d1"
    assert AccountRef(kind=AccountKind.WALLET, owner=name_driver("d1")) == AccountRef(
        kind=AccountKind.WALLET, owner="driver:d1"
    )
