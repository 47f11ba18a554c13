import pkgutil
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import inspect

import busbar.canon
from busbar.canon import codec
from busbar.canon.access import Authorize, IdToken
from busbar.canon.drivers import SignInDriver
from busbar.canon.message import DONE, Command, Fact, Message, Report, Signal
from busbar.canon.once import PerformOnce
from busbar.canon.secret import Secret
from busbar.canon.sessions import SamplesReported, StartSession
from busbar.canon.stations import HeartbeatReceived, HeartbeatReply, StationBooted, StationNotified
from busbar.kernel.errors import BusbarError, ConflictError, InvalidError, NotFoundError, UnavailableError

STEP_MODULES = ("access.steps", "payments.steps", "tenants.identity_steps", "tenants.steps")
TOPICS = [import_module(f"busbar.canon.{name}") for _, name, _ in pkgutil.iter_modules(busbar.canon.__path__)]
STEPS = [import_module(f"busbar.domain.{name}") for name in STEP_MODULES]
"""Commands of a room to itself that travel all the same: an errand and its room may be two processes."""
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
EXAMPLES = 20
"""Of each of some hundred types."""
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
INSTANTS = st.datetimes(timezones=st.just(UTC)).filter(lambda at: at.year > 1)


class TakenError(ConflictError):
    code = "conflict.taken_by_codec_test"


@cache
def strategy_of(kind: Any) -> st.SearchStrategy[Any]:
    """Return what makes values of a type, from the type alone."""
    return _strategy(inspect.type_info(kind))


def _strategy(info: inspect.Type) -> st.SearchStrategy[Any]:  # noqa: PLR0911 - one for each kind of type
    match info:
        case inspect.StructType():
            fields = {
                field.encode_name: _strategy(field.type)
                if field.required
                else st.just(field.default) | _strategy(field.type)
                for field in info.fields
                if field.default_factory is msgspec.NODEFAULT
            }
            return st.builds(info.cls, **fields)
        case inspect.EnumType():
            return st.sampled_from(list(info.cls))
        case inspect.UnionType():
            return st.one_of([_strategy(part) for part in info.types])
        case inspect.VarTupleType():
            return st.lists(_strategy(info.item_type), max_size=3).map(tuple)
        case inspect.DictType():
            return st.dictionaries(_strategy(info.key_type), _strategy(info.value_type), max_size=3)
        case inspect.AnyType():
            return strategy_of(Authorize)
        case _:
            return PLAIN[type(info)]


PLAIN: dict[type, st.SearchStrategy[Any]] = {
    inspect.StrType: TEXTS,
    inspect.IntType: st.integers(-(2**63), 2**64 - 1),
    inspect.BoolType: st.booleans(),
    inspect.BytesType: st.binary(max_size=12),
    inspect.NoneType: st.none(),
    inspect.DateTimeType: INSTANTS,
    inspect.DateType: st.dates(),
    inspect.FloatType: st.floats(allow_nan=False),
    inspect.DecimalType: st.decimals(allow_nan=False, allow_infinity=False),
}


ANSWERED = [kind for kind in codec.list_messages() if issubclass(kind, Report | Command)]


@pytest.mark.parametrize("kind", codec.list_messages(), ids=lambda kind: kind.__name__)
def test_every_message_comes_back_as_it_was(kind):
    @settings(max_examples=EXAMPLES)
    @given(strategy_of(kind))
    def travel(message: Message) -> None:
        assert codec.decode_message(codec.encode_message(message)) == message

    travel()


@pytest.mark.parametrize("kind", ANSWERED, ids=lambda kind: kind.__name__)
def test_every_reply_comes_back_as_it_was(kind):
    @settings(max_examples=EXAMPLES)
    @given(strategy_of(codec.find_reply_type(kind)))
    def travel(reply: object) -> None:
        assert codec.decode_answers(codec.encode_answers([(reply, None)]), [kind]) == [(reply, None)]

    travel()


def test_no_topic_is_forgotten():
    named = {
        thing
        for topic in (*TOPICS, *STEPS)
        for thing in vars(topic).values()
        if isinstance(thing, type) and issubclass(thing, Message) and not thing.__subclasses__()
    }
    assert named == set(codec.list_messages())
    assert {len({kind for kind in named if issubclass(kind, root)}) > 1 for root in (Report, Command, Fact, Signal)}


def test_a_command_within_a_command_stays_what_it_is():
    start = StartSession(
        command_id="c", operator_id="o", station_id="s", id_token=IdToken(value="AB"), requested_by="driver:1"
    )
    wish = PerformOnce(operator_id="o", scope="s", key="k", fingerprint="f", command=start)
    assert codec.decode_message(codec.encode_message(wish)).command == start


def test_a_secret_travels_and_is_not_shown():
    wish = SignInDriver(operator_id="o", email="a@b", password=Secret(text="open sesame"), address="::1")
    arrived = codec.decode_message(codec.encode_message(wish))
    assert arrived.password.text == "open sesame"
    assert "sesame" not in repr(arrived)


@pytest.mark.parametrize("text", ["\ud800", "x\udfff"])
def test_what_cannot_travel_is_refused(text):
    with pytest.raises(InvalidError) as caught:
        codec.encode_message(HeartbeatReceived(report_id="r", station_id=text, received_at=NOW))
    assert caught.value.code == "invalid.message"
    with pytest.raises(InvalidError):
        codec.encode_message(SamplesReported(report_id="r", station_id="s", received_at=NOW, evse_id=2**70))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xc1",
        b"garbage",
        msgspec.msgpack.encode({"message": "NeverHeardOf/1"}),
        msgspec.msgpack.encode({"message": "HeartbeatReceived/1"}),
        msgspec.msgpack.encode({"message": "HeartbeatReceived/1", "report_id": 3}),
        b"\x81\xa7message\xa2\xff\xff",
    ],
)
def test_what_is_no_message_is_an_error_that_may_pass(body):
    with pytest.raises(UnavailableError) as caught:
        codec.decode_message(body)
    assert caught.value.code == "unavailable.message_unknown"


def test_a_nested_message_that_nobody_knows_is_refused():
    wish = PerformOnce(operator_id="o", scope="s", key="k", fingerprint="f", command={"message": "NeverHeardOf/1"})
    with pytest.raises(UnavailableError):
        codec.decode_message(codec.encode_message(wish))


def test_fields_of_a_newer_version_are_passed_over():
    report = HeartbeatReceived(report_id="r", station_id="s", received_at=NOW)
    newer = {**msgspec.to_builtins(report), "mood": "good"}
    assert codec.decode_message(msgspec.msgpack.encode(newer)) == report


# ---- answers ---------------------------------------------------------------------------------------------------------

PAIR = [HeartbeatReceived, StationNotified]


def test_answers_keep_their_order_and_their_errors():
    reply = HeartbeatReply(now=NOW)
    settled = [(reply, None), (None, NotFoundError("no such station", station_id="s", tries=3, is_new=None))]
    (first, none), (empty, error) = codec.decode_answers(codec.encode_answers(settled), PAIR)
    assert (first, none, empty) == (reply, None, None)
    assert (type(error), error.code, error.text) == (NotFoundError, "not_found", "no such station")
    assert error.facts == {"station_id": "s", "tries": 3, "is_new": None}


def test_a_reply_that_cannot_travel_is_an_error_of_its_own():
    settled = codec.decode_answers(codec.encode_answers([(HeartbeatReply(now="\ud800"), None), (DONE, None)]), PAIR)
    assert settled[0][1].code == "invalid.message"
    assert settled[1] == (DONE, None)


@pytest.mark.parametrize("body", [b"", b"\x91", codec.encode_answers([(DONE, None)])])
def test_answers_of_other_messages_are_refused(body):
    with pytest.raises(UnavailableError):
        codec.decode_answers(body, PAIR)


def test_one_answer_that_cannot_be_read_spoils_no_other():
    body = codec.encode_answers([(7, None), (DONE, None)])
    (_, error), (done, _) = codec.decode_answers(body, PAIR)
    assert error.code == "unavailable.message_unknown"
    assert done == DONE


def test_facts_are_not_answered():
    with pytest.raises(TypeError):
        codec.find_reply_type(Fact)
    assert codec.find_reply_type(StationBooted).__name__ == "BootReply"


# ---- errors ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", codec.KINDS.values(), ids=lambda kind: kind.__name__)
def test_every_kind_of_error_is_rebuilt(kind):
    error = codec.decode_error(codec.encode_error(kind("text", left=3)))
    assert (type(error), error.text, error.facts) == (kind, "text", {"left": 3})


def test_an_error_that_this_process_knows_is_that_error():
    error = codec.decode_error(codec.encode_error(TakenError("taken")))
    assert type(error) is TakenError


def test_an_error_that_this_process_does_not_know_is_one_of_its_kind():
    body = msgspec.msgpack.encode(["conflict", "conflict.never_seen", "no", {}])
    error = codec.decode_error(body)
    assert isinstance(error, ConflictError)
    assert error.code == "conflict.never_seen"
    assert type(error) is type(codec.decode_error(body))


def test_a_kind_that_this_version_does_not_know_is_still_an_error():
    error = codec.decode_error(msgspec.msgpack.encode(["payment_due", "payment_due.late", "pay", {}]))
    assert isinstance(error, BusbarError)
    assert error.code == "payment_due.late"


def test_what_is_no_error_is_refused():
    with pytest.raises(UnavailableError):
        codec.decode_error(b"\xc1")
