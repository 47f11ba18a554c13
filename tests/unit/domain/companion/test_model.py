"""Plates, VINs and devices: what is one and what is none."""

import base64

import pytest

from busbar.canon.companion import NoticeTopic
from busbar.domain.companion import model
from busbar.kernel.errors import BusbarError


@pytest.mark.parametrize("text", ["", "  ", None])
def test_nothing_is_no_vin_and_no_plate(text):
    assert model.read_vin(text) is None
    assert model.read_plate(text) is None


def test_a_vin_and_a_plate_are_written_as_they_are_on_the_car():
    assert model.read_vin(" wvwzzz1kzaw000001 ") == "WVWZZZ1KZAW000001"
    assert model.read_plate("ab  123 cd") == "AB 123 CD"
    assert model.read_plate("沪A·12345") == "沪A·12345"


@pytest.mark.parametrize("text", ["WVWZZZ1KZAW00000", "WVWZZZ1KZAW00000O", "x" * 40])
def test_what_is_no_vin(text):
    with pytest.raises(BusbarError) as caught:
        model.read_vin(text)
    assert caught.value.code == "invalid.vin"


@pytest.mark.parametrize("text", ["A", "-A1", "A--1", "A1_2", "A" * 16])
def test_what_is_no_plate(text):
    with pytest.raises(BusbarError) as caught:
        model.read_plate(text)
    assert caught.value.code == "invalid.plate"


@pytest.mark.parametrize("address", ["ftp://push.example/1", "push.example", "https://", "https://me@push.example/1"])
def test_what_is_no_push_service(address):
    with pytest.raises(BusbarError) as caught:
        model.check_endpoint(address)
    assert caught.value.code == "invalid.push_endpoint"


def test_keys_of_a_device_have_their_length_and_form():
    point = base64.urlsafe_b64encode(b"\x04" + b"p" * 64).decode().rstrip("=")
    auth = base64.urlsafe_b64encode(b"a" * 16).decode().rstrip("=")
    model.check_keys(point, auth)
    for wrong in ((auth, auth), (point, point), ("Ä", auth), (point.replace("B", "C", 1), auth)):
        with pytest.raises(BusbarError) as caught:
            model.check_keys(*wrong)
        assert caught.value.code == "invalid.push_key"


def test_a_fault_is_told_as_one():
    assert model.name_end("GroundFault") is NoticeTopic.FAULT
    assert model.name_end("EVDisconnected") is NoticeTopic.ENDED
    assert model.name_end(None) is NoticeTopic.ENDED
