"""One question in, one JSON object out: the model as column filling sees it (skills.model_caller).

Limits, server errors and timeouts are waited out and tried again, so that no row is lost to them; a wrong key or
an unknown model stops the run at once; an answer that is no usable object concerns its row only.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from agent.llm.appetite import Appetite
from agent.llm.endpoint import Endpoint
from agent.llm.entrance import Entrance
from agent.llm.failure import Failure, quote
from agent.llm.formats import AnswerFormat, FormatLadder, NoObject, read_object
from agent.llm.limits import Limits
from agent.llm.meter import SpendMeter
from agent.llm.payload import Shape, payload
from agent.llm.pressure import pressure
from agent.llm.sending import PASSING, backoff_s, heed, is_overloaded, unusable
from agent.llm.settings import ModelSettings
from agent.llm.slot import Slot
from agent.llm.wire import Completion, Refusal, Wire
from skills.model_caller import AnswerRefused, AnswerUnusable, ModelReply, ModelRequest, ModelUnusable, Pressure

_OUTAGE = 8  # failures in a row, and no answer to any other call: the endpoint is down, not a row at fault
_NEVER_BEGAN = 8  # the same failure so often, and not one answer: the run is at fault, not its rows
_HEADROOM = (0, 2048, 8192)  # tokens granted on top to models that think before they answer
_NEVER = frozenset({401, 402, 403, 404, 405, 410})  # asking again cannot help


class _Again(Exception):
    """Ask once more; `wait_s` from now, alone."""

    def __init__(self, wait_s: float = 0.0, *, counts: bool = True) -> None:
        super().__init__()
        self.wait_s = wait_s
        self.counts = counts  # against max_retries


class WireCaller:
    """A ModelCaller on aiohttp. Made, used and closed on one event loop; `limits` may be shared with others.

    `jitter` spreads calls that wait for the same thing in time.
    """

    def __init__(
        self,
        model: str,
        endpoint: Endpoint,
        settings: ModelSettings,
        meter: SpendMeter,
        limits: Limits,
        jitter: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._model, self._endpoint, self._settings = model, endpoint, settings
        self._meter, self.limits, self._jitter = meter, limits, jitter
        self._entrance = Entrance(limits)
        self._appetite = Appetite()
        self._wire = Wire(endpoint, settings.timeout_s)
        self._formats = FormatLadder()
        self._headroom = _HEADROOM[0]
        # Local servers know the old name only; OpenAI's newer models the new one only.
        self._length_key = "max_tokens" if settings.base_url else "max_completion_tokens"
        self._failures = 0  # in a row, over all calls
        self._answered = False
        self._first_failures: list[str] = []  # before the first answer

    @property
    def label(self) -> str:
        return self._model

    @property
    def answer_format(self) -> AnswerFormat:
        """The way of asking that the endpoint takes, as far as is known."""
        return self._formats.current

    @property
    def shape(self) -> Shape:
        """How the endpoint wants to be asked, as far as is known: the batch lane asks in the same way."""
        return Shape(
            length_key=self._length_key,
            answer_format=self._formats.current,
            headroom=self._headroom,
            temperature=self._settings.temperature,
        )

    @property
    def most_in_flight(self) -> int:
        return self.limits.most

    async def connect(self) -> None:
        await self._wire.connect()

    async def call(self, request: ModelRequest, on_retry: Callable[[], None]) -> ModelReply:
        """Raises ModelUnusable (stop the run), AnswerUnusable (this row only) or CallNotSent."""
        sent = tries = 0
        used = _Used()
        while True:
            answer_format, headroom = self._formats.current, self._headroom
            try:
                completion = await self._ask(request, answer_format, headroom, tries)
                used.add(completion)
                answer = self._read(completion, request, answer_format, headroom, used)
                return ModelReply(
                    answer=answer, prompt_tokens=used.prompt, completion_tokens=used.completion, retries=sent
                )
            except _Again as again:
                sent += 1
                tries += again.counts
                on_retry()
                if again.wait_s:
                    await self._entrance.wait(again.wait_s)

    async def stop_sending(self) -> None:
        self._entrance.close()

    def pressure(self) -> Pressure:
        return pressure(self.limits)

    def slower(self) -> None:
        self.limits.slower()

    def faster(self) -> None:
        self.limits.faster()

    async def aclose(self) -> None:
        await self._wire.aclose()
        await self._meter.flush()

    async def _ask(self, request: ModelRequest, answer_format: AnswerFormat, headroom: int, tries: int) -> Completion:
        body = payload(self._model, request, replace(self.shape, answer_format=answer_format, headroom=headroom))
        characters = len(request.system) + len(request.user)
        async with self._entrance.slot(self._appetite.expected(characters, request.max_output_tokens)) as slot:
            answer = await self._wire.post(body)
            # Before the slot is given back: the next in line must know of a pause.
            if isinstance(answer, Completion):
                self._count(answer, slot, characters)
                return answer
            heed(self.limits, answer, slot)
        raise await self._after(answer, answer_format, tries)

    def _count(self, answer: Completion, slot: Slot, characters: int) -> None:
        self._failures, self._answered = 0, True
        prompt, completion = answer.prompt_tokens, answer.completion_tokens
        self._appetite.learn(characters, prompt, completion)
        self.limits.succeeded(slot, answer.told, answer_tokens=completion, used_tokens=(prompt + completion) or None)
        self._meter.add(prompt, completion)

    async def _after(self, refusal: Refusal, tried: AnswerFormat, tries: int) -> Exception:
        """What a failed request leads to."""
        failure = refusal.failure
        if failure.no_credit or failure.status in _NEVER:
            return await self._unusable(failure)
        if failure.too_long:
            return AnswerUnusable(f"the prompt is too long for {self._model}")
        if is_overloaded(failure):
            return await self._unusable(failure) if self.limits.given_up else _Again(counts=False)
        if failure.status is not None and 400 <= failure.status < 500 and failure.status not in PASSING:
            return await self._after_bad_request(failure, tried)
        return await self._after_trouble(failure, tried, tries)

    async def _after_bad_request(self, failure: Failure, tried: AnswerFormat) -> Exception:
        if self._length_key in failure.text and "max_completion_tokens" in failure.text:
            self._length_key = "max_completion_tokens"
            return _Again(counts=False)
        if self._formats.step_down(tried):
            return _Again(counts=False)
        if self._never_began(f"{failure.status} {failure.text}"):
            return await self._unusable(failure)
        return AnswerUnusable(f"the endpoint refused the request: {quote(failure.text, self._endpoint)}")

    def _never_began(self, what: str) -> bool:
        """Whether nothing but this failure ever came back."""
        if self._answered:
            return False
        self._first_failures.append(what)
        return self._first_failures[-_NEVER_BEGAN:] == [what] * _NEVER_BEGAN

    async def _after_trouble(self, failure: Failure, tried: AnswerFormat, tries: int) -> Exception:
        """A timeout, a broken connection, a server error: try again, then decide whose fault it is."""
        if failure.no_tools and self._formats.step_down(tried):
            return _Again(counts=False)
        # A row can make a server fail, again and again; it hardly ever breaks the connection.
        self._failures += failure.status is None or tries >= self._settings.max_retries
        if tries < self._settings.max_retries:
            return _Again(backoff_s(tries, self._jitter))
        if failure.refused or self._failures >= _OUTAGE:
            return await self._unusable(failure)
        return AnswerUnusable(f"no answer after {tries + 1} tries: {quote(failure.text or 'timeout', self._endpoint)}")

    async def _unusable(self, failure: Failure) -> ModelUnusable:
        return await unusable(failure, self._endpoint, self._model, self._settings.timeout_s)

    def _read(
        self, completion: Completion, request: ModelRequest, tried: AnswerFormat, headroom: int, used: "_Used"
    ) -> dict[str, object]:
        if completion.refusal or completion.finish_reason == "content_filter":
            reason = f"the model refused: {(completion.refusal or 'content filter')[:200]}"
            raise AnswerRefused(reason, prompt_tokens=used.prompt, completion_tokens=used.completion)
        said = completion.text if completion.arguments is None else completion.arguments
        try:
            answer = read_object(said, request.json_schema)
        except NoObject as missing:
            cut_off = completion.finish_reason == "length"
            if self._grow_headroom(said, headroom) if cut_off else self._formats.step_down(tried):
                raise _Again(counts=False) from None
            reason = f"cut off after {completion.completion_tokens} tokens" if cut_off else str(missing)
            raise used.unusable(reason) from None
        self._formats.prove(tried)
        return answer

    def _grow_headroom(self, said: str, headroom: int) -> bool:
        """After an answer that was cut off: whether thinking used up the room, and there is more to grant."""
        if said.strip() and "<think>" not in said:
            return False
        if headroom == self._headroom != _HEADROOM[-1]:
            self._headroom = _HEADROOM[_HEADROOM.index(headroom) + 1]
        return headroom < self._headroom


@dataclass
class _Used:
    """The tokens of all answers to one question, usable or not."""

    prompt: int = 0
    completion: int = 0

    def add(self, completion: Completion) -> None:
        self.prompt += completion.prompt_tokens
        self.completion += completion.completion_tokens

    def unusable(self, reason: str) -> AnswerUnusable:
        return AnswerUnusable(reason, prompt_tokens=self.prompt, completion_tokens=self.completion)
