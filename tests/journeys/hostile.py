"""Valid messages of each version, and ways to spoil them."""

import json

AT = "2026-03-01T08:00:00Z"
TOKEN = {"idToken": "T1", "type": "ISO14443"}
SIXTEEN = [
    ("BootNotification", {"chargePointVendor": "V", "chargePointModel": "M"}),
    ("Heartbeat", {}),
    ("StatusNotification", {"connectorId": 1, "errorCode": "NoError", "status": "Charging", "timestamp": AT}),
    ("Authorize", {"idTag": "T1"}),
    ("StartTransaction", {"connectorId": 1, "idTag": "T1", "meterStart": 0, "timestamp": AT}),
    ("StopTransaction", {"transactionId": 1000001, "meterStop": 10, "timestamp": AT, "reason": "Local", "idTag": "T1"}),
    (
        "MeterValues",
        {
            "connectorId": 1,
            "transactionId": 1000001,
            "meterValue": [
                {
                    "timestamp": AT,
                    "sampledValue": [
                        {"value": "1.5", "measurand": "Energy.Active.Import.Register", "unit": "kWh"},
                        {"value": "7200", "measurand": "Power.Active.Import", "unit": "W"},
                    ],
                }
            ],
        },
    ),
    ("DataTransfer", {"vendorId": "X", "data": "y"}),
    ("SecurityEventNotification", {"type": "X", "timestamp": AT}),
]
TWO = [
    ("BootNotification", {"chargingStation": {"vendorName": "V", "model": "M"}, "reason": "PowerUp"}),
    ("StatusNotification", {"timestamp": AT, "connectorStatus": "Occupied", "evseId": 1, "connectorId": 1}),
    ("Authorize", {"idToken": TOKEN}),
    (
        "TransactionEvent",
        {
            "eventType": "Started",
            "timestamp": AT,
            "triggerReason": "Authorized",
            "seqNo": 0,
            "transactionInfo": {"transactionId": "X1", "chargingState": "Charging"},
            "evse": {"id": 1, "connectorId": 1},
            "idToken": TOKEN,
            "meterValue": [
                {
                    "timestamp": AT,
                    "sampledValue": [{"value": 1.5, "unitOfMeasure": {"unit": "kWh", "multiplier": 0}}],
                }
            ],
        },
    ),
    (
        "TransactionEvent",
        {
            "eventType": "Ended",
            "timestamp": AT,
            "triggerReason": "EVDeparted",
            "seqNo": 2,
            "transactionInfo": {"transactionId": "X1", "stoppedReason": "Local"},
        },
    ),
    (
        "NotifyEvent",
        {
            "generatedAt": AT,
            "seqNo": 0,
            "eventData": [
                {
                    "eventId": 1,
                    "timestamp": AT,
                    "trigger": "Alerting",
                    "actualValue": "x",
                    "eventNotificationType": "HardWiredNotification",
                    "component": {"name": "C"},
                    "variable": {"name": "V"},
                }
            ],
        },
    ),
    (
        "NotifyReport",
        {
            "requestId": 1,
            "generatedAt": AT,
            "seqNo": 0,
            "reportData": [
                {"component": {"name": "C"}, "variable": {"name": "V"}, "variableAttribute": [{"value": "1"}]}
            ],
        },
    ),
    ("MeterValues", {"evseId": 1, "meterValue": [{"timestamp": AT, "sampledValue": [{"value": 1.5}]}]}),
    ("DataTransfer", {"vendorId": "X", "data": {"any": ["thing"]}, "customData": {"vendorId": "X"}}),
]
VALID = {"ocpp1.6": SIXTEEN, "ocpp2.0.1": TWO, "ocpp2.1": TWO}

ODD_VALUES = [
    0, -1, 10**9, 2**31, 2**53, 2**63, 2**64, 10**30, -(10**30), 1e308, -1e-300, 1.5, True, None, "", " ", "-1",
    "1e400", "NaN", "\u0000", "\U0001f600", "\u202e", "é" * 20, "A" * 21, "A" * 256, "A" * 3000, "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "2026-02-30T00:00:00Z",
    "2026-03-01T08:00:00", "1969-12-31T23:59:59Z", [], {}, [[]], {"a": 1}, "'; DROP TABLE sessions; --",
    "<script>alert(1)</script>", "%00", "../../etc/passwd",
]  # fmt: skip

NONSENSE = [
    "", " ", "\n", "nul", "{}", "null", "1", '"x"', "[]", "[2]", '[2,"1"]', '[2,1,"Heartbeat",{}]',
    '["2","1","Heartbeat",{}]', '[2,"1","Heartbeat",[]]', '[2,"1","Heartbeat",null]', '[2,"","Heartbeat",{}]',
    '[2,"1","Nope",{}]', '[2,"1","RemoteStartTransaction",{"idTag":"x"}]', '[3,"1",{}]', '[4,"1","X","y",{}]',
    '[5,"1","X","y",{}]', '[6,"1","Heartbeat",{}]', '[7,"1"]', '[1e99,"1","Heartbeat",{}]',
    f'[2,"{"x" * 300}","Heartbeat",{{}}]', '[2,"\\ud800","Heartbeat",{}]', '[2,"a","Heartbeat",{"a":1,"a":2}]',
    "[" * 5000, '{"a":' * 5000, f'[2,"1","Heartbeat",{"[" * 3000}{"]" * 3000}]',
    '[2,"1","DataTransfer",{"vendorId":"x","data":' + '{"a":' * 900 + "1" + "}" * 900 + "}]",
]  # fmt: skip


def list_places(value, place=()):
    """Name every member of a JSON value, however deep."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*place, key)
        yield from list_places(item, (*place, key))


def draw_value(chance):
    return json.loads(json.dumps(chance.choice(ODD_VALUES)))


def spoil(chance, payload):
    """Change, remove, repeat or add a member somewhere."""
    spoilt = json.loads(json.dumps(payload))
    for _ in range(chance.choice([1, 1, 2, 3])):
        places = list(list_places(spoilt))
        if not places:
            break
        *way, last = chance.choice(places)
        part = spoilt
        for key in way:
            part = part[key]
        how = chance.random()
        if how < 0.75:
            part[last] = draw_value(chance)
        elif how < 0.85:
            del part[last]
        elif isinstance(part, list):
            part.extend([part[last]] * chance.choice([2, 50]))
        else:
            part["x" * chance.randint(1, 60)] = draw_value(chance)
    return spoilt


def make_frame(chance, valid, number):
    """Make a frame: a spoilt message, a broken text, or something else altogether."""
    action, payload = chance.choice(valid)
    text = json.dumps([2, str(number), action, payload])
    how = chance.random()
    if how < 0.75:
        return json.dumps([2, str(number), action, spoil(chance, payload)])
    if how < 0.85:
        return text[: chance.randrange(len(text))]
    if how < 0.95:
        place = chance.randrange(len(text))
        return text[:place] + chr(chance.randrange(1, 0x2FFF)) + text[place + 1 :]
    return chance.choice(NONSENSE)
