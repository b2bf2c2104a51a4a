"""One question in, one JSON object out: the model as column filling sees it (skills.model_caller).

Limits, server errors and timeouts are waited out and tried again, so that no row is lost to them; a wrong key or
an unknown model stops the run at once; an answer that is no usable object concerns its row only.
"""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass

from agent.llm.endpoint import Endpoint
from agent.llm.failure import Failure, judge, quote
from agent.llm.formats import AnswerFormat, FormatLadder, NoObject, body, read_object
from agent.llm.limits import Limits, Slot
from agent.llm.meter import SpendMeter
from agent.llm.settings import ModelSettings
from agent.llm.wire import Completion, Refusal, Wire
from skills.model_caller import AnswerRefused, AnswerUnusable, ModelReply, ModelRequest, ModelUnusable

_FIRST_WAIT_S = 0.5
_LONGEST_WAIT_S = 30.0
_OUTAGE = 5  # consecutive failures over all calls: the endpoint is down, not a row at fault
_HEADROOM = (0, 2048, 8192)  # tokens granted on top to models that think before they answer
_NEVER = frozenset({401, 402, 403, 404, 405, 410})  # asking again cannot help
_OVERLOADED = frozenset({429, 503, 529})


class _Again(Exception):
    """Ask once more; `wait_s` from now, alone."""

    def __init__(self, wait_s: float = 0.0, *, counts: bool = True) -> None:
        super().__init__()
        self.wait_s = wait_s
        self.counts = counts  # against max_retries


class WireCaller:
    """A ModelCaller on aiohttp. Made, used and closed on one event loop."""

    def __init__(
        self, model: str, endpoint: Endpoint, settings: ModelSettings, meter: SpendMeter, limits: Limits
    ) -> None:
        self._model, self._endpoint, self._settings = model, endpoint, settings
        self._meter, self.limits = meter, limits
        self._wire = Wire(endpoint, settings.timeout_s)
        self._formats = FormatLadder()
        self._headroom = _HEADROOM[0]
        # Local servers know the old name only; OpenAI's newer models the new one only.
        self._length_key = "max_tokens" if settings.base_url else "max_completion_tokens"
        self._failures = 0  # in a row, over all calls

    @property
    def label(self) -> str:
        return self._model

    @property
    def answer_format(self) -> AnswerFormat:
        """The way of asking that the endpoint takes, as far as is known."""
        return self._formats.current

    @property
    def most_in_flight(self) -> int:
        return self.limits.most

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
                    await self.limits.wait(again.wait_s)

    async def stop_sending(self) -> None:
        await self.limits.close()

    async def aclose(self) -> None:
        await self._wire.aclose()
        await self._meter.flush()

    async def _ask(self, request: ModelRequest, answer_format: AnswerFormat, headroom: int, tries: int) -> Completion:
        payload = {"model": self._model, **body(request, answer_format)}
        payload[self._length_key] = request.max_output_tokens + headroom
        if self._settings.temperature is not None:
            payload["temperature"] = self._settings.temperature
        async with self.limits.slot() as slot:
            answer = await self._wire.post(payload)
        if isinstance(answer, Completion):
            self._failures = 0
            self.limits.succeeded(slot)
            self._meter.add(answer.prompt_tokens, answer.completion_tokens)
            return answer
        raise await self._after(answer, slot, answer_format, tries)

    async def _after(self, refusal: Refusal, slot: Slot, tried: AnswerFormat, tries: int) -> Exception:
        """What a failed request leads to."""
        failure = refusal.failure
        if failure.no_credit or failure.status in _NEVER:
            return await self._unusable(failure)
        if failure.too_long:
            return AnswerUnusable(f"the prompt is too long for {self._model}")
        if failure.status in _OVERLOADED:
            self.limits.limited(slot, refusal.wait_s)
            return await self._unusable(failure) if self.limits.given_up else _Again(counts=False)
        if failure.status is not None and 400 <= failure.status < 500 and failure.status not in (408, 409, 425):
            return await self._after_bad_request(failure, tried)
        return await self._after_trouble(refusal, slot, tried, tries)

    async def _after_bad_request(self, failure: Failure, tried: AnswerFormat) -> Exception:
        if self._length_key in failure.text and "max_completion_tokens" in failure.text:
            self._length_key = "max_completion_tokens"
            return _Again(counts=False)
        if self._formats.step_down(tried):
            return _Again(counts=False)
        return AnswerUnusable(f"the endpoint refused the request: {quote(failure.text, self._endpoint)}")

    async def _after_trouble(self, refusal: Refusal, slot: Slot, tried: AnswerFormat, tries: int) -> Exception:
        """A timeout, a broken connection, a server error: try again, then decide whose fault it is."""
        failure = refusal.failure
        if failure.no_tools and self._formats.step_down(tried):
            return _Again(counts=False)
        self._failures += 1
        if failure.timed_out or refusal.wait_s is not None:
            self.limits.limited(slot, refusal.wait_s or 0.0)
        if tries < self._settings.max_retries:
            return _Again(self._backoff(tries))
        if failure.refused or self._failures >= _OUTAGE:
            return await self._unusable(failure)
        return AnswerUnusable(f"no answer after {tries + 1} tries: {quote(failure.text or 'timeout', self._endpoint)}")

    async def _unusable(self, failure: Failure) -> ModelUnusable:
        # May ask the endpoint for its models, so not on the loop.
        error = await asyncio.to_thread(judge, failure, self._endpoint, self._model, self._settings.timeout_s)
        return ModelUnusable(f"{error.message} ({error.hint})" if error.hint else error.message)

    def _backoff(self, tries: int) -> float:
        wait_s: float = min(_LONGEST_WAIT_S, _FIRST_WAIT_S * 2**tries)
        return wait_s * random.uniform(0.75, 1.0)  # noqa: S311  spreads calls in time, keeps no secret

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
