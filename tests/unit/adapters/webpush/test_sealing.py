"""RFC 8291 section 5 and appendix A: the example there comes out byte by byte."""

from cryptography.hazmat.primitives.asymmetric import ec

from busbar.adapters.webpush.sealing import CONTENT_MAX_BYTES, derive_sender_key, seal, write_key, write_public_key
from busbar.domain.companion.model import decode_key

CONTENT = b"When I grow up, I want to be a watermelon"
DEVICE = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
SEALED = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A"
    "_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def test_the_example_of_the_rfc():
    own_key = ec.derive_private_key(int.from_bytes(decode_key(SENDER), "big"), ec.SECP256R1())
    sealed = seal(CONTENT, public_key=decode_key(DEVICE), auth=decode_key(AUTH), salt=decode_key(SALT), own_key=own_key)
    assert write_key(sealed) == SEALED


def test_no_two_messages_are_sealed_alike_and_the_longest_fits_one_record():
    one, other = (seal(b"x" * CONTENT_MAX_BYTES, public_key=decode_key(DEVICE), auth=decode_key(AUTH)) for _ in "12")
    assert one != other
    assert len(one) <= 4096


def test_each_installation_signs_with_a_key_of_its_own():
    assert write_public_key(derive_sender_key(b"a" * 32)) == write_public_key(derive_sender_key(b"a" * 32))
    assert write_public_key(derive_sender_key(b"a" * 32)) != write_public_key(derive_sender_key(b"b" * 32))
