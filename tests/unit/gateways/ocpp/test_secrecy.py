import json

import pytest

from busbar.canon.secrecy import MASK
from busbar.gateways.ocpp.secrecy import mask_frame, mask_incoming

SECRET = "s3cret"


def masked(action, payload):
    text = mask_frame(action, json.dumps([2, "id-1", action, payload]).encode())
    assert SECRET not in text
    frame = json.loads(text)
    assert frame[:3] == [2, "id-1", action]
    return frame[3]


@pytest.mark.parametrize("key", ["AuthorizationKey", "authorizationkey"])
def test_a_new_1_6_password_is_masked(key):
    assert masked("ChangeConfiguration", {"key": key, "value": SECRET}) == {"key": key, "value": MASK}


def test_a_new_2_x_password_is_masked_and_its_neighbours_are_not():
    def variable(name, value):
        return {"component": {"name": "C"}, "variable": {"name": name}, "attributeValue": value}

    payload = {"setVariableData": [variable("BasicAuthPassword", SECRET), variable("Other", "plain")]}
    data = masked("SetVariables", payload)["setVariableData"]
    assert [one["attributeValue"] for one in data] == [MASK, "plain"]


def test_passwords_of_a_network_profile_are_masked_wherever_they_stand():
    payload = {
        "configurationSlot": 1,
        "connectionData": {
            "basicAuthPassword": SECRET,
            "apn": {"apn": "internet", "apnPassword": SECRET},
            "vpn": [{"user": "u", "password": SECRET, "key": SECRET}],
        },
    }
    data = masked("SetNetworkProfile", payload)
    assert data["connectionData"]["apn"] == {"apn": "internet", "apnPassword": MASK}
    assert data["configurationSlot"] == 1


def test_every_other_frame_is_logged_as_it_went_out():
    frame = b'[2, "1", "Reset" ,{"type":"Hard"}]'
    assert mask_frame("Reset", frame) == frame.decode()


def test_what_a_station_tells_of_its_password_is_masked():
    answer = {"configurationKey": [{"key": "AuthorizationKey", "readonly": False, "value": SECRET}]}
    assert SECRET not in mask_incoming(json.dumps([3, "id-1", answer]))
    report = {
        "reportData": [
            {"variable": {"name": "BasicAuthPassword"}, "variableAttribute": [{"value": SECRET}], "component": {}},
        ]
    }
    assert SECRET not in mask_incoming(json.dumps([2, "id-1", "NotifyReport", report]))


def test_other_frames_of_stations_are_logged_as_they_came():
    frame = '[2, "1", "DataTransfer" ,{"data":"password"}]'
    assert mask_incoming(frame) is frame
    broken = '[3, "1", {"password":'
    assert mask_incoming(broken) is broken
