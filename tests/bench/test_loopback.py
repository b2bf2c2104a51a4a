"""The loopback model server that benches and soak tests rely on: it says what it should, and sees what it should."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from loopback.answers import digest_of, value_of
from loopback.corruption import CUTS, KINDS
from loopback.handle import ModelServer
from loopback.knobs import Knobs, Poison, Signal, Window
from loopback.quota import quota_of

LABELS = {"type": "string", "enum": ["good", "bad", "other"]}
SCORE = {"type": "integer", "description": "a whole number, at least 1, at most 5"}
COLUMNS = {"mood": LABELS, "score": SCORE}
ROWS = [{"content": f"text {number}"} for number in range(6)]


@pytest.fixture(scope="module")
def running() -> Iterator[ModelServer]:
    with ModelServer.started() as server:
        yield server


@pytest.fixture
def server(running: ModelServer) -> ModelServer:
    running.change(**json.loads(Knobs().to_json()))
    running.reset()
    return running


def strict(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object", "properties": properties, "required": list(properties), "additionalProperties": False,
    }  # fmt: skip


def request(user: str, schema: dict[str, Any]) -> dict[str, Any]:
    shape = {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": schema}}
    messages = [{"role": "system", "content": "Fill."}, {"role": "user", "content": user}]
    return {"model": "small", "messages": messages, "response_format": shape}


def pack(rows: list[dict[str, Any]], *, ids: list[str] | None = None) -> dict[str, Any]:
    names = [f"row{number}" for number in range(len(rows))]
    lines = [json.dumps({"id": one, "echo": one[-1], "row": row}) for one, row in zip(names, rows, strict=True)]
    item = strict(
        {"id": {"type": "string", "enum": ids or names}, "echo": {"type": "string"}, "values": strict(COLUMNS)}
    )
    return request("Rows:\n" + "\n".join(lines), strict({"answers": {"type": "array", "items": item}}))


def one(row: dict[str, Any]) -> dict[str, Any]:
    return request(f"Row:\n{json.dumps(row)}", strict(COLUMNS))


def post(server: ModelServer, body: dict[str, Any], path: str = "/chat/completions") -> tuple[int, dict[str, Any]]:
    """The status and the answer; the headers of a refusal are in it as `headers`."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(server.base_url + path, data=json.dumps(body).encode(), timeout=10) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, {**json.loads(error.read()), "headers": dict(error.headers)}


def said(server: ModelServer, body: dict[str, Any]) -> str:
    status, answer = post(server, body)
    assert status == 200, answer
    return str(answer["choices"][0]["message"]["content"])


def test_a_row_has_the_same_values_alone_and_in_any_pack(server: ModelServer) -> None:
    alone = [json.loads(said(server, one(row))) for row in ROWS]
    packed = json.loads(said(server, pack(ROWS[::-1])))["answers"]
    assert [item["values"] for item in packed] == alone[::-1]
    assert [(item["id"], item["echo"]) for item in packed] == [(f"row{n}", str(n)) for n in range(6)]
    assert alone == [{name: value_of(row, name, schema) for name, schema in COLUMNS.items()} for row in ROWS]
    assert all(1 <= values["score"] <= 5 for values in alone)
    assert len({values["mood"] for values in alone}) > 1


@pytest.mark.parametrize(
    "broken",
    [
        {"model": "small"},
        {**one(ROWS[0]), "colour": "red"},
        pack(ROWS, ids=["row0", "someone"]),
        request("Row:\n{}", {"type": "object", "properties": COLUMNS}),
        request("Row:\n{not json", strict(COLUMNS)),
    ],
    ids=["no messages", "unknown field", "foreign ids", "not strict", "row not JSON"],
)
def test_a_wrong_request_is_refused_and_counted(server: ModelServer, broken: dict[str, Any]) -> None:
    assert post(server, broken)[0] == 400
    assert server.statistics().invalid == 1


def test_an_unknown_model_and_a_wrong_key_are_refused(server: ModelServer) -> None:
    assert post(server, {**one(ROWS[0]), "model": "none"})[0] == 404
    server.change(api_key="secret")
    assert post(server, one(ROWS[0]))[0] == 401


def test_every_kind_of_corruption_changes_the_answer(server: ModelServer) -> None:
    right = said(server, pack(ROWS))
    for kind in (*KINDS, *CUTS):
        server.change(corrupt=1.0, corruptions=[kind])
        assert said(server, pack(ROWS)) != right, kind
        assert json.loads(said(server, one(ROWS[0]))), "only packs are spoiled"
    assert server.statistics().corrupted == dict.fromkeys((*KINDS, *CUTS), 1)


@pytest.mark.parametrize(
    ("way", "status"), [(Poison.BAD_REQUEST, 400), (Poison.SERVER_ERROR, 500), (Poison.REFUSAL, 200)]
)
def test_a_poison_text_fails_every_request_that_holds_it(server: ModelServer, way: Poison, status: int) -> None:
    server.change(poison="text 3", poison_as=way)
    code, answer = post(server, pack(ROWS))
    assert code == status
    assert status != 200 or answer["choices"][0]["message"]["refusal"]
    assert post(server, pack(ROWS[:3]))[0] == 200
    assert server.statistics().poisoned == 1


def test_a_refusal_says_when_to_come_back_and_an_impatient_client_is_seen(server: ModelServer) -> None:
    server.change(limit=1, limit_window_s=3600, window=Window.SLIDING, signal=Signal.RETRY_AFTER)
    answers = [post(server, one(row)) for row in ROWS]
    assert [status for status, _ in answers] == [200, *[429] * 5]
    assert 3500 < int(answers[1][1]["headers"]["Retry-After"]) <= 3600
    seen = server.statistics()
    assert (seen.accepted, seen.limited) == (1, 5)
    # Requests that could have been on their way are not early; one that was sent after the wait was known is.
    while not server.log()[-1].early:
        post(server, one(ROWS[0]))
    assert not server.log()[1].early


def test_a_limit_on_tokens_counts_the_size_of_the_requests_and_its_headers_say_what_is_left(
    server: ModelServer,
) -> None:
    size = len(json.dumps(pack(ROWS)).encode()) // 4
    server.change(token_limit=2 * size + 1, limit_window_s=3600, signal=Signal.RATE_HEADERS)
    answers = [post(server, pack(ROWS)) for _ in range(3)]
    assert [status for status, _ in answers] == [200, 200, 429]
    headers = answers[2][1]["headers"]
    assert (headers["x-ratelimit-limit-tokens"], headers["x-ratelimit-remaining-tokens"]) == (str(2 * size + 1), "1")


def test_the_log_says_who_was_asked_about_and_when_the_answer_was_complete(server: ModelServer) -> None:
    said(server, pack(ROWS[:2]))
    said(server, one(ROWS[0]))
    first, second = server.log()
    assert first.rows == tuple(digest_of(row) for row in ROWS[:2])
    assert first.sent_at is not None
    assert first.at <= first.sent_at <= second.at
    seen = server.statistics()
    assert (seen.rows, seen.distinct_rows, seen.most_asked, seen.distinct_systems) == (3, 2, 2, 1)


def test_a_streamed_answer_is_the_same_text(server: ModelServer) -> None:
    body = {**one(ROWS[0]), "stream": True, "stream_options": {"include_usage": True}}
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    url = f"{server.base_url}/chat/completions"
    with opener.open(url, data=json.dumps(body).encode(), timeout=10) as answer:
        events = answer.read().decode().split("\n\n")
    chunks = [json.loads(event.removeprefix("data: ")) for event in events if event and "[DONE]" not in event]
    text = "".join(c["delta"].get("content", "") for chunk in chunks for c in chunk["choices"])
    assert text == said(server, one(ROWS[0]))
    assert chunks[-1]["usage"]["completion_tokens"] > 0


def test_an_embedding_depends_on_its_text_alone(server: ModelServer) -> None:
    def vectors(*texts: str) -> list[list[float]]:
        _, answer = post(server, {"model": "small", "input": texts, "dimensions": 8}, "/embeddings")
        return [item["embedding"] for item in answer["data"]]

    assert vectors("a", "b") == [*vectors("a"), *vectors("b")]
    assert vectors("a") != vectors("b")
    assert len(vectors("a")[0]) == 8


@pytest.mark.parametrize(
    ("window", "moments", "passed"),
    [
        (Window.BUCKET, [0.0, 0.0, 0.0, 0.4, 0.5, 0.9, 1.0], [1, 1, 0, 0, 1, 0, 1]),
        (Window.SLIDING, [0.0, 0.5, 0.9, 1.0, 1.1, 1.5], [1, 1, 0, 1, 0, 1]),
        (Window.FIXED, [0.8, 0.9, 0.95, 1.0, 1.1, 1.2, 2.0], [1, 1, 0, 1, 1, 0, 1]),
    ],
)
def test_a_limit_of_two_in_a_second_lets_pass_what_its_window_says(
    window: Window, moments: list[float], passed: list[int]
) -> None:
    quota = quota_of(Knobs(limit=2, window=window))
    assert quota is not None
    assert [int(quota.take(100 + moment) == 0) for moment in moments] == passed
