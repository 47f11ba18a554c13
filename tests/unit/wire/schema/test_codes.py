import pytest

from busbar.wire.schema.codes import ErrorCode, read_code, spell_code
from busbar.wire.schema.version import Version

TABLE_16 = {
    "NotImplemented", "NotSupported", "InternalError", "ProtocolError", "SecurityError", "FormationViolation",
    "PropertyConstraintViolation", "OccurenceConstraintViolation", "TypeConstraintViolation", "GenericError",
}  # fmt: skip
TABLE_2 = {
    "FormatViolation", "GenericError", "InternalError", "MessageTypeNotSupported", "NotImplemented", "NotSupported",
    "OccurrenceConstraintViolation", "PropertyConstraintViolation", "ProtocolError", "RpcFrameworkError",
    "SecurityError", "TypeConstraintViolation",
}  # fmt: skip


def test_16_is_spelled_with_its_two_mistakes_and_knows_ten_codes():
    assert {spell_code(code, Version.V16) for code in ErrorCode} == TABLE_16


@pytest.mark.parametrize("version", [Version.V201, Version.V21])
def test_2x_knows_twelve_codes(version):
    assert {spell_code(code, version) for code in ErrorCode} == TABLE_2


@pytest.mark.parametrize("word", sorted(TABLE_16 | TABLE_2))
def test_every_word_of_every_table_is_read(word):
    code = read_code(word)
    assert code is not None
    assert word in {spell_code(code, version) for version in Version}


def test_a_word_of_no_table_is_not_read():
    assert read_code("SomethingWentWrong") is None
