"""The Batch API as a lane: nothing handed over twice, every answer told apart by its id, nothing lost."""

import asyncio
import json
import stat
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from fakes import LoopbackOpenAI, Reply, WireRequest
from openai_lanes import Trouble
from pydantic import SecretStr

from agent.llm.batch.api import BatchApi
from agent.llm.batch.files import FileLimits
from agent.llm.caller import WireCaller
from agent.llm.endpoint import Endpoint
from agent.llm.errors import NoModel
from agent.llm.limits import Limits
from agent.llm.meter import SpendMeter
from agent.llm.models import Models, Role
from agent.llm.payload import Shape
from agent.llm.rest import Rest
from agent.llm.sending import Sender
from agent.llm.settings import ModelPrice, ModelSettings
from skills.batch_lane import Batch, BatchAnswer, BatchConflict, BatchFile, BatchQuestion, BatchState, NotAnswered
from skills.model_caller import (
    AnswerRefused,
    AnswerUnusable,
    CallNotSent,
    ModelCaller,
    ModelReply,
    ModelRequest,
    ModelUnusable,
)

KEY = "sk-secret-0123456789abcdef"
SCHEMA = {"type": "object", "properties": {"n": {"type": "string"}}, "required": ["n"], "additionalProperties": False}


@dataclass
class Ledger:
    """Stands for memory.spend.Spend."""

    records: list[dict[str, Any]] = field(default_factory=list)

    def record(self, **values: Any) -> None:
        self.records.append(values)


def questions(count: int, start: int = 0) -> list[BatchQuestion]:
    return [
        BatchQuestion(
            custom_id=f"pack-{number}",
            request=ModelRequest(system="Fill it.", user=f"row {number} 行", json_schema=SCHEMA, max_output_tokens=50),
        )
        for number in range(start, start + count)
    ]


def echo(request: WireRequest) -> Reply:
    return Reply.of({"n": request.user}, prompt_tokens=30, completion_tokens=5)


def run(
    server: LoopbackOpenAI,
    work: Callable[[BatchApi], Awaitable[Any]],
    *,
    ledger: Ledger | None = None,
    file_limits: FileLimits | None = None,
    job: str = "job-1",
    since: datetime | None = None,
    key: str = KEY,
    prefix: str = "",
) -> Any:
    """Work with a lane of a fresh process whose waits are remembered instead of waited for."""

    async def main() -> Any:
        settings = ModelSettings(
            base_url=server.base_url + prefix,
            api_key=SecretStr(key),
            timeout_s=5.0,
            prices={"small": ModelPrice(input=Decimal(100), output=Decimal(1000))},
        )
        endpoint = Endpoint(server.base_url + prefix, key)
        lane = BatchApi(
            job,
            since or datetime.now(UTC),
            model="small",
            endpoint=endpoint,
            sender=Sender("small", endpoint, settings, Limits(sleep=_at_once)),
            rest=Rest(endpoint, settings.timeout_s),
            meter=SpendMeter(
                ledger or Ledger(), "small", session_id="s", job_id=job, settings=settings.at_batch_price()
            ),
            shape=lambda: Shape(length_key="max_tokens"),
            file_limits=file_limits,
        )
        try:
            return await work(lane)
        finally:
            await lane.aclose()

    return asyncio.run(main())


async def _at_once(_: float) -> None:
    await asyncio.sleep(0)


def retry() -> None:
    """Every further attempt is fine."""


async def ended(lane: BatchApi, batch: Batch) -> Batch:
    for _ in range(10):
        batch = await lane.look(batch.id)
        if batch.state.ended:
            return batch
    raise AssertionError(f"still {batch.state}")


async def gathered(lane: BatchApi, batch: Batch, known: tuple[str, ...] = ()) -> dict[str, Any]:
    answers: list[BatchAnswer] = [answer async for answer in lane.results(batch, known)]
    assert len({answer.custom_id for answer in answers}) == len(answers)
    return {answer.custom_id: answer.outcome for answer in answers}


def one_file(lane: BatchApi, folder: Path, count: int = 5) -> BatchFile:
    (file,) = lane.write(questions(count), folder)
    return file


def sent_bodies(file: BatchFile) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.path.read_bytes().splitlines()]


def test_questions_are_handed_over_and_come_back_by_their_ids(openai_server: LoopbackOpenAI, tmp_path: Path) -> None:
    openai_server.handler = echo
    ledger = Ledger()

    async def whole(lane: BatchApi) -> tuple[Batch, Batch, dict[str, Any]]:
        first = await lane.submit(one_file(lane, tmp_path), retry)
        done = await ended(lane, first)
        return first, done, await gathered(lane, done)

    first, done, answers = run(openai_server, whole, ledger=ledger)
    assert (first.state, first.part) == (BatchState.VALIDATING, 1)
    assert (done.state, done.total, done.completed, done.failed) == (BatchState.COMPLETED, 5, 5, 0)
    assert answers == {
        f"pack-{number}": ModelReply(answer={"n": f"row {number} 行"}, prompt_tokens=30, completion_tokens=5, retries=0)
        for number in range(5)
    }
    (made,) = openai_server.lanes.batches.values()
    assert (made["metadata"]["job"], made["metadata"]["part"]) == ("job-1", "1")
    # Half of 150 tokens at 100 and 25 at 1,000 a million.
    spent = {name: sum(record[name] for record in ledger.records) for name in ("calls", "prompt_tokens", "cost")}
    assert spent == {"calls": 5, "prompt_tokens": 150, "cost": Decimal("0.02")}


def test_a_line_asks_exactly_as_a_call_online_does(openai_server: LoopbackOpenAI, tmp_path: Path) -> None:
    openai_server.handler = echo
    settings = ModelSettings(base_url=openai_server.base_url, api_key=SecretStr(KEY), fast="small", temperature=0.2)
    models = Models.build(settings)
    common: dict[str, Any] = {"spend": Ledger(), "session_id": "s", "job_id": "j"}

    async def both() -> dict[str, Any]:
        caller = models.caller(Role.FAST, **common)
        openai_server.refuses = {"json_schema"}  # so that the shape is one that had to be found
        await caller.call(questions(1)[0].request, retry)
        lane = models.batch_lane(Role.FAST, caller, since=datetime.now(UTC), **common)
        (file,) = lane.write(questions(1), tmp_path)
        await lane.aclose()
        await caller.aclose()
        return sent_bodies(file)[0]

    line = asyncio.run(both())
    assert line["body"] == openai_server.requests[-1].body
    assert (line["method"], line["url"]) == ("POST", "/v1/chat/completions")


@pytest.mark.parametrize("limits", [FileLimits(requests=2), FileLimits(size_bytes=900)])
def test_questions_beyond_a_files_limits_go_into_the_next(
    openai_server: LoopbackOpenAI, tmp_path: Path, limits: FileLimits
) -> None:
    async def write(lane: BatchApi) -> list[BatchFile]:
        return list(lane.write(questions(5), tmp_path, first_part=3))

    files = run(openai_server, write, file_limits=limits)
    assert [file.part for file in files] == [3, 4, 5]
    assert [file.requests for file in files] == [2, 2, 1]
    assert [entry["custom_id"] for file in files for entry in sent_bodies(file)] == [f"pack-{n}" for n in range(5)]
    for file in files:
        assert file.size_bytes == file.path.stat().st_size <= limits.size_bytes
        assert stat.S_IMODE(file.path.stat().st_mode) == 0o600


def test_no_questions_make_no_file(openai_server: LoopbackOpenAI, tmp_path: Path) -> None:
    async def write(lane: BatchApi) -> list[BatchFile]:
        return list(lane.write([], tmp_path))

    assert run(openai_server, write) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("names", [["a", "a"], [""], ["x" * 65]])
def test_a_custom_id_that_cannot_be_told_apart_is_an_error(
    openai_server: LoopbackOpenAI, tmp_path: Path, names: list[str]
) -> None:
    asked = [BatchQuestion(custom_id=name, request=questions(1)[0].request) for name in names]

    async def write(lane: BatchApi) -> None:
        list(lane.write(asked, tmp_path))

    with pytest.raises(ValueError, match="custom_id"):
        run(openai_server, write)


def test_a_batch_that_was_made_but_not_recorded_is_found_again(openai_server: LoopbackOpenAI, tmp_path: Path) -> None:
    async def submit(lane: BatchApi) -> Batch:
        return await lane.submit(one_file(lane, tmp_path), retry)

    first = run(openai_server, submit)
    again = run(openai_server, submit)
    assert again.id == first.id
    assert len(openai_server.lanes.batches) == 1


@pytest.mark.parametrize("done", [True, False])
@pytest.mark.parametrize("reply", [Reply.hang_up(), Reply.server_error(), Reply.malformed()])
def test_a_batch_whose_answer_was_lost_is_made_once(
    openai_server: LoopbackOpenAI, tmp_path: Path, done: bool, reply: Reply
) -> None:
    openai_server.lanes.trouble = [Trouble("POST", "^/batches$", reply, done)]

    async def submit(lane: BatchApi) -> Batch:
        return await lane.submit(one_file(lane, tmp_path), retry)

    batch = run(openai_server, submit)
    assert list(openai_server.lanes.batches) == [batch.id]


def test_a_part_that_was_submitted_with_other_questions_is_a_conflict(
    openai_server: LoopbackOpenAI, tmp_path: Path
) -> None:
    async def submit(lane: BatchApi, count: int) -> Batch:
        return await lane.submit(one_file(lane, tmp_path, count), retry)

    run(openai_server, lambda lane: submit(lane, 5))
    with pytest.raises(BatchConflict, match="part 1"):
        run(openai_server, lambda lane: submit(lane, 4))
    assert len(openai_server.lanes.batches) == 1


def test_the_batches_of_a_job_are_found_among_many(openai_server: LoopbackOpenAI, tmp_path: Path) -> None:
    async def submit(lane: BatchApi) -> list[str]:
        return [(await lane.submit(file, retry)).id for file in lane.write(questions(2), tmp_path)]

    mine = run(openai_server, submit, file_limits=FileLimits(requests=1))
    for number in range(230):
        body = {"input_file_id": "file-1", "endpoint": "/v1/chat/completions", "completion_window": "24h"}
        openai_server.lanes._create({**body, "metadata": {"job": f"other-{number}", "part": "1"}})

    async def find(lane: BatchApi) -> tuple[Batch, ...]:
        return await lane.find()

    assert [batch.id for batch in run(openai_server, find)] == mine
    assert [batch.part for batch in run(openai_server, find)] == [1, 2]


def test_batches_of_before_the_job_are_not_looked_through(openai_server: LoopbackOpenAI) -> None:
    openai_server.lanes.files["file-1"] = b""
    for _ in range(230):
        made = openai_server.lanes._create(
            {"input_file_id": "file-1", "endpoint": "/v1/chat/completions", "completion_window": "24h"}
        )
        made["created_at"] -= 86_400

    async def find(lane: BatchApi) -> tuple[Batch, ...]:
        return await lane.find()

    assert run(openai_server, find, since=datetime.now(UTC)) == ()
    assert len(openai_server.lanes.asked) == 1
    assert run(openai_server, find, since=datetime.now(UTC) - timedelta(days=2)) == ()
    assert len(openai_server.lanes.asked) == 1 + 3


def test_a_file_that_is_refused_as_a_whole_says_why_and_can_be_submitted_again(
    openai_server: LoopbackOpenAI, tmp_path: Path
) -> None:
    said = f"Enqueued token limit reached for small with {KEY}"
    openai_server.lanes.validation_errors = [{"code": "token_limit_exceeded", "message": said, "line": None}]

    async def twice(lane: BatchApi) -> tuple[Batch, Batch]:
        file = one_file(lane, tmp_path)
        failed = await ended(lane, await lane.submit(file, retry))
        openai_server.lanes.validation_errors = []
        return failed, await ended(lane, await lane.submit(file, retry))

    failed, done = run(openai_server, twice)
    assert failed.state is BatchState.FAILED
    assert failed.crowded
    assert failed.reason == "Enqueued token limit reached for small with ***"
    assert done.state is BatchState.COMPLETED
    assert done.id != failed.id


def test_a_wrong_file_is_not_taken_for_a_crowded_endpoint(openai_server: LoopbackOpenAI, tmp_path: Path) -> None:
    openai_server.models = ["large"]

    async def submit(lane: BatchApi) -> Batch:
        return await ended(lane, await lane.submit(one_file(lane, tmp_path), retry))

    failed = run(openai_server, submit)
    assert (failed.state, failed.crowded) == (BatchState.FAILED, False)
    assert failed.reason == "The provided model is not supported."


def _by_row(request: WireRequest) -> Reply:
    replies = {
        "row 0 行": Reply.say("", refusal="I will not", prompt_tokens=9, completion_tokens=1),
        "row 1 行": Reply.too_long(),
        "row 2 行": Reply.server_error(),
        "row 3 行": Reply.limited(),
        "row 4 行": Reply.say('{"n": "cut', finish_reason="length", prompt_tokens=9, completion_tokens=50),
        "row 5 行": Reply.say("no idea", prompt_tokens=9, completion_tokens=2),
        "row 6 行": Reply.unauthorized(KEY),
    }
    return replies.get(request.user) or echo(request)


def test_what_fails_in_a_batch_is_told_apart_row_by_row(openai_server: LoopbackOpenAI, tmp_path: Path) -> None:
    openai_server.handler = _by_row
    ledger = Ledger()

    async def whole(lane: BatchApi) -> tuple[Batch, dict[str, Any]]:
        done = await ended(lane, await lane.submit(one_file(lane, tmp_path, 8), retry))
        return done, await gathered(lane, done)

    done, answers = run(openai_server, whole, ledger=ledger)
    assert (done.completed, done.failed) == (4, 4)
    kinds = [type(answers[f"pack-{number}"]) for number in range(8)]
    assert kinds == [
        AnswerRefused,
        AnswerUnusable,
        NotAnswered,
        NotAnswered,
        AnswerUnusable,
        AnswerUnusable,
        NotAnswered,
        ModelReply,
    ]
    assert "cut off after 50 tokens" in str(answers["pack-4"])
    assert answers["pack-4"].completion_tokens == 50
    assert KEY not in "".join(str(answer) for answer in answers.values())
    # What was answered counts as spent, usable or not.
    assert sum(record["prompt_tokens"] for record in ledger.records) == 9 * 3 + 30


def test_what_was_answered_before_the_time_was_up_is_kept(openai_server: LoopbackOpenAI, tmp_path: Path) -> None:
    openai_server.handler = echo
    openai_server.lanes.expire_after = 3

    async def whole(lane: BatchApi) -> tuple[Batch, dict[str, Any]]:
        done = await ended(lane, await lane.submit(one_file(lane, tmp_path), retry))
        return done, await gathered(lane, done)

    done, answers = run(openai_server, whole)
    assert done.state is BatchState.EXPIRED
    assert len(answers) == 5
    assert sum(isinstance(answer, ModelReply) for answer in answers.values()) == 3
    assert sum(isinstance(answer, NotAnswered) for answer in answers.values()) == 2


def test_what_was_answered_before_a_cancel_is_kept(openai_server: LoopbackOpenAI, tmp_path: Path) -> None:
    openai_server.handler = echo
    openai_server.lanes.hold = True

    async def whole(lane: BatchApi) -> tuple[Batch, Batch, dict[str, Any]]:
        running = await lane.look((await lane.submit(one_file(lane, tmp_path), retry)).id)
        cancelling = await lane.cancel(running.id)
        done = await ended(lane, cancelling)
        return cancelling, done, await gathered(lane, done)

    cancelling, done, answers = run(openai_server, whole)
    assert (cancelling.state, done.state) == (BatchState.CANCELLING, BatchState.CANCELLED)
    assert sum(isinstance(answer, ModelReply) for answer in answers.values()) == 1


def test_answers_that_are_known_are_passed_over_and_not_counted_again(
    openai_server: LoopbackOpenAI, tmp_path: Path
) -> None:
    openai_server.handler = echo
    ledger = Ledger()

    async def first(lane: BatchApi) -> Batch:
        return await ended(lane, await lane.submit(one_file(lane, tmp_path), retry))

    batch = run(openai_server, first)
    answers = run(openai_server, lambda lane: gathered(lane, batch, ("pack-0", "pack-1")), ledger=ledger)
    assert sorted(answers) == ["pack-2", "pack-3", "pack-4"]
    assert sum(record["calls"] for record in ledger.records) == 3


def test_a_download_that_breaks_is_begun_again(openai_server: LoopbackOpenAI, tmp_path: Path) -> None:
    openai_server.handler = echo
    openai_server.lanes.trouble = [
        Trouble("GET", "/content$", Reply.hang_up()),
        Trouble("GET", "/content$", Reply(cut_after_bytes=700), done=True),
    ]

    async def whole(lane: BatchApi) -> dict[str, Any]:
        return await gathered(lane, await ended(lane, await lane.submit(one_file(lane, tmp_path), retry)))

    assert len(run(openai_server, whole)) == 5
    assert openai_server.lanes.trouble == []


def test_a_line_that_cannot_be_read_leaves_its_question_open(
    openai_server: LoopbackOpenAI, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    openai_server.handler = echo

    async def whole(lane: BatchApi) -> dict[str, Any]:
        done = await ended(lane, await lane.submit(one_file(lane, tmp_path), retry))
        assert done.output_file is not None
        files = openai_server.lanes.files
        files[done.output_file] = b'{"custom_id": "pa\n[1]\n' + files[done.output_file][:-40]
        return await gathered(lane, done)

    assert len(run(openai_server, whole)) == 4
    assert "cannot be read" in caplog.text
    assert "row" not in caplog.text


def test_limits_are_waited_out_as_the_endpoint_says(openai_server: LoopbackOpenAI, tmp_path: Path) -> None:
    openai_server.lanes.trouble = [
        Trouble("GET", "^/batches", Reply.limited(retry_after_ms="1")),
        Trouble("POST", "^/files", Reply.limited(retry_after_ms="1")),
        Trouble("POST", "^/batches", Reply.limited(retry_after_ms="1")),
    ]
    told: list[int] = []

    async def submit(lane: BatchApi) -> Batch:
        return await lane.submit(one_file(lane, tmp_path), lambda: told.append(1))

    assert run(openai_server, submit).state is BatchState.VALIDATING
    assert len(told) == 2  # the file and the batch; listing costs nothing
    assert len(openai_server.lanes.batches) == 1


def test_a_wrong_key_stops_at_once_and_is_not_repeated(
    openai_server: LoopbackOpenAI, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    openai_server.api_key = "another"

    async def submit(lane: BatchApi) -> Batch:
        return await lane.submit(one_file(lane, tmp_path), retry)

    with pytest.raises(ModelUnusable, match="refused the API key") as stopped:
        run(openai_server, submit)
    assert KEY not in str(stopped.value) + caplog.text


def test_an_endpoint_without_batches_says_so(openai_server: LoopbackOpenAI, tmp_path: Path) -> None:
    openai_server.lanes.trouble = [Trouble("GET", "^/batches", Reply.failed(404, "Not Found"))]

    async def submit(lane: BatchApi) -> Batch:
        return await lane.submit(one_file(lane, tmp_path), retry)

    with pytest.raises(ModelUnusable, match="--lane online"):
        run(openai_server, submit)


def test_nothing_is_sent_after_a_stop(openai_server: LoopbackOpenAI, tmp_path: Path) -> None:
    async def submit(lane: BatchApi) -> None:
        file = one_file(lane, tmp_path)
        await lane.stop_sending()
        with pytest.raises(CallNotSent):
            await lane.pause(60)
        await lane.submit(file, retry)

    with pytest.raises(CallNotSent):
        run(openai_server, submit)
    assert openai_server.lanes.asked == []


def test_the_files_of_a_batch_can_be_deleted_more_than_once(openai_server: LoopbackOpenAI, tmp_path: Path) -> None:
    async def whole(lane: BatchApi) -> None:
        done = await ended(lane, await lane.submit(one_file(lane, tmp_path), retry))
        assert openai_server.lanes.files
        await lane.forget(done)
        await lane.forget(done)

    run(openai_server, whole)
    assert openai_server.lanes.files == {}


def test_a_download_leaves_nothing_of_what_was_there_before(openai_server: LoopbackOpenAI, tmp_path: Path) -> None:
    openai_server.lanes.files["file-1"] = b"short"

    async def download() -> bytes:
        rest = Rest(Endpoint(openai_server.base_url, KEY), 5.0)
        with (tmp_path / "kept").open("w+b") as kept:
            kept.write(b"what a broken attempt left behind")
            assert await rest.download("/files/file-1/content", kept) == 5
            kept.seek(0)
            await rest.aclose()
            return kept.read()

    assert asyncio.run(download()) == b"short"


def test_the_discount_is_taken_off_every_price() -> None:
    prices = {"small": ModelPrice(input=Decimal(100), output=Decimal(1000))}
    settings = ModelSettings(batch_discount=0.25, prices=prices).at_batch_price()
    assert settings.cost("small", 1_000_000, 1_000_000) == Decimal(825)
    assert settings.cost("other", 1, 1) is None


def test_the_built_in_rules_have_no_batch_lane() -> None:
    models = Models.build(ModelSettings(), offline=True)
    common: dict[str, Any] = {"spend": Ledger(), "session_id": "s", "job_id": "j"}
    with pytest.raises(NoModel, match="no batch lane"):
        models.batch_lane(Role.FAST, models.caller(Role.FAST, **common), since=datetime.now(UTC), **common)


def test_a_caller_of_the_wire_knows_its_shape(openai_server: LoopbackOpenAI) -> None:
    settings = ModelSettings(base_url=openai_server.base_url, api_key=SecretStr(KEY), fast="small")

    async def made() -> ModelCaller:
        return Models.build(settings).caller(Role.FAST, spend=Ledger(), session_id="s", job_id="j")

    caller = asyncio.run(made())
    assert isinstance(caller, WireCaller)
    assert caller.shape == Shape(length_key="max_tokens")
