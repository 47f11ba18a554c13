"""Our requests to one station: one at a time, in order, each with its time."""

import asyncio
from collections.abc import Callable

import msgspec

from busbar.canon.control import CommandOutcome, Outcome, StationDelivery
from busbar.gateways.ocpp.secrecy import mask_frame
from busbar.gateways.ocpp.standing import Standing
from busbar.gateways.ocpp.translation import (
    GOOD_WORDS,
    UNSUPPORTED_WORDS,
    Answered,
    Translator,
    UntranslatableError,
    judge_statuses,
    read_word,
)
from busbar.kernel.clock import Clock
from busbar.kernel.errors import BusbarError
from busbar.wire.ocppj import Connection, ErrorReceived, OpenCall, ResultReceived, ResultRefused
from busbar.wire.schema.fields import Payload

Ending = ResultReceived | ErrorReceived | ResultRefused | CommandOutcome
"""How one call ends: by the station's answer, or without one."""
Answer = tuple[Ending, str]
"""The ending and the payload verbatim."""


class StationCalls:
    """Carries station requests out over one connection."""

    def __init__(
        self,
        *,
        link: Connection,
        translator: Translator,
        standing: Standing,
        clock: Clock,
        send: Callable[[bytes, str], None],
        queue_max_commands: int,
    ) -> None:
        self._link = link
        self._translator = translator
        self._standing = standing
        self._clock = clock
        self._send = send
        self._bound = queue_max_commands
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._is_over = False

    async def deliver(self, delivery: StationDelivery) -> tuple[CommandOutcome, list[Answered]]:
        """Carry a request out; never raises. Its time runs from now, so a long queue costs it."""
        if self._waiting >= self._bound:
            text = f"{self._bound} requests wait for this station already"
            return CommandOutcome(outcome=Outcome.UNDELIVERED, status=text), []
        self._waiting += 1
        deadline_s = self._clock.monotonic_s() + delivery.timeout_s
        try:
            calls = self._translator.make_calls(delivery.request, command_id=delivery.command_id)
            async with asyncio.timeout(delivery.timeout_s):
                await self._turn.acquire()
            try:
                return await self._run(delivery, calls, deadline_s)
            finally:
                self._turn.release()
        except TimeoutError:
            text = "earlier requests to this station took all the time"
            return CommandOutcome(outcome=Outcome.UNDELIVERED, status=text), []
        except UntranslatableError as error:
            return CommandOutcome(outcome=error.outcome, status=error.text), []
        except BusbarError as error:
            return CommandOutcome(outcome=Outcome.REJECTED, status=f"{error.code}: {error.text}"), []
        finally:
            self._waiting -= 1

    async def _run(
        self, delivery: StationDelivery, calls: list[Payload], deadline_s: float
    ) -> tuple[CommandOutcome, list[Answered]]:
        answers: list[Answered] = []
        for request in calls:
            left_s = deadline_s - self._clock.monotonic_s()
            if left_s <= 0:
                text = f"no time was left after {len(answers)} of {len(calls)} calls"
                return CommandOutcome(outcome=Outcome.TIMED_OUT, status=text), answers
            ending, payload_json = await self._call(request, left_s)
            if isinstance(ending, ResultReceived):
                answers.append(Answered(request, ending.response, payload_json))
            else:
                return _note_part_done(describe_ending(ending), len(answers), len(calls)), answers
        return self._translator.read_outcome(delivery.request, answers), answers

    async def _call(self, request: Payload, timeout_s: float) -> Answer:
        if self._is_over:
            return CommandOutcome(outcome=Outcome.UNDELIVERED, status="the connection has ended"), ""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Answer] = loop.create_future()
        action = type(request).__name__.removesuffix("Request")
        refusal = self._standing.refuse_outgoing(action)
        if refusal is not None:
            return CommandOutcome(outcome=Outcome.REJECTED, status=refusal), ""
        call = self._link.call(request, now=self._clock.monotonic_s(), timeout_s=timeout_s, context=future)
        self._standing.note_outgoing(action, getattr(request, "requested_message", None))
        self._send(call.frame, mask_frame(action, call.frame))
        timer = loop.call_later(timeout_s, self._expire, call)
        try:
            return await future
        finally:
            timer.cancel()

    def _expire(self, call: OpenCall) -> None:
        if self._link.expire(max(self._clock.monotonic_s(), call.expires_at)) is not None:
            _settle(call, CommandOutcome(outcome=Outcome.TIMED_OUT, status="no answer in time"), "")

    def settle(self, event: ResultReceived | ErrorReceived | ResultRefused, frame: str) -> None:
        """Take the station's answer to the open call; `frame` is the whole text."""
        _settle(event.call, event, cut_result(frame) if isinstance(event, ResultReceived) else "")

    def end(self) -> None:
        """Learn that the connection is gone: who waits for an answer will get none."""
        self._is_over = True
        call = self._link.close()
        if call is not None:
            text = "the connection ended before the answer came"
            _settle(call, CommandOutcome(outcome=Outcome.TIMED_OUT, status=text), "")


def _settle(call: OpenCall, ending: Ending, payload_json: str) -> None:
    future: asyncio.Future[Answer] = call.context
    if not future.done():
        future.set_result((ending, payload_json))


def _note_part_done(outcome: CommandOutcome, done: int, calls: int) -> CommandOutcome:
    """Say that part of it did reach the station: a request that is undelivered may be sent again."""
    if not done or outcome.outcome is not Outcome.UNDELIVERED:
        return outcome
    text = f"the connection ended after {done} of {calls} calls"
    return CommandOutcome(outcome=Outcome.TIMED_OUT, status=text)


def cut_result(frame: str) -> str:
    """Cut the payload out of a CALLRESULT to a call of ours (our message ids have no braces)."""
    start = frame.find("{")
    return frame[start:].rstrip().removesuffix("]").rstrip() if start >= 0 else "{}"


def describe_ending(ending: ErrorReceived | ResultRefused | CommandOutcome) -> CommandOutcome:
    """Say what a call without a valid answer comes to."""
    match ending:
        case CommandOutcome():
            return ending
        case ErrorReceived():
            words = {"code": ending.code, "description": ending.description, "details": ending.details}
            is_unsupported = ending.code in UNSUPPORTED_WORDS
            return CommandOutcome(
                outcome=Outcome.UNSUPPORTED if is_unsupported else Outcome.REJECTED,
                status=ending.code,
                answer_json=msgspec.json.encode(words).decode(),
                is_error=True,
            )
        case ResultRefused():
            # The answer breaks its schema, but the station will act by its own word: that counts.
            text = ending.payload.decode(errors="replace")
            word = read_word(text)
            outcome = Outcome.REJECTED if word is None else judge_statuses([word], good=GOOD_WORDS)
            return CommandOutcome(
                outcome=outcome, status=word or f"invalid answer: {ending.description}", answer_json=text
            )
