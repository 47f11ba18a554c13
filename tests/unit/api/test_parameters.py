from busbar.api.parameters import make_command_id


class OneId:
    def new(self):
        return "f" * 32


def test_a_key_makes_the_same_id_for_the_same_caller_alone():
    def make(actor, key):
        return make_command_id(actor=actor, key=key, ids=OneId())

    assert make("staff:1", "tap") == make("staff:1", "tap")
    assert len({make("staff:1", "tap"), make("staff:2", "tap"), make("staff:1", "tap2"), make("staff:1", None)}) == 4
    assert make("staff:1", "tap")[:4].isalnum()
    assert make("staff:1", None) == "f" * 32
