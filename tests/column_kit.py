"""Column filling on a real database with a scripted model: what the tests of `skills/ai_column` share."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Any

import doors
from doors import Door

from memory.jobs import JobStore
from memory.prompts import PromptLibrary
from skills.ai_column.engine import ColumnFill
from skills.ai_column.library import Library
from skills.ai_column.offer import Price
from skills.ai_column.plan import Plan
from skills.ai_column.report import Report
from skills.ai_column.services import Choices, EmbeddingOffer, ModelOffer, Services
from skills.ai_column.tally import Progress
from skills.ai_column.task import ColumnTask, build_task
from skills.model_caller import (
    AnswerRefused,
    CallNotSent,
    EmbeddingReply,
    ModelReply,
    ModelRequest,
    Pressure,
    PressureKind,
)
from skills.settings import FillSettings, QualitySettings
from tools.safety.pending import ApprovedBy

LABELS = ("positive", "negative")
Judge = Callable[[dict[str, Any]], object]


def sentiment(row: dict[str, Any]) -> object:
    return "negative" if "bad" in str(row["content"]) else "positive"


class Several(dict[str, object]):
    """Values of several columns, of which perhaps not all are asked for."""


@dataclass
class ScriptedCaller:
    """A ModelCaller: `judge` turns a row into a value; an exception it returns is raised. Keeps what it was asked."""

    judge: Judge = sentiment
    on_call: Callable[[int], None] = lambda _: None  # before each answer, with the number of the call
    requests: list[ModelRequest] = field(default_factory=list)
    label: str = "scripted"
    closed: bool = False
    most_sent: int | None = None  # calls beyond wait for their turn until the run stops
    stopped: bool = False
    on_pressure: Callable[[], Pressure] = lambda: Pressure(kind=PressureKind.NONE, text="nothing waits")
    paces: SimpleQueue[str] = field(default_factory=SimpleQueue)  # the wishes that were heard
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def asked(self) -> list[dict[str, Any]]:
        """Every row that was asked about, in order, repeats included."""
        return [
            row["row"] if "row" in row and "id" in row else row for request in self.requests for row in rows_of(request)
        ]

    @property
    def most_in_flight(self) -> int:
        return 32

    async def stop_sending(self) -> None:
        self.stopped = True

    async def call(self, request: ModelRequest, on_retry: Callable[[], None]) -> ModelReply:
        while self.most_sent is not None and len(self.requests) >= self.most_sent:
            if self.stopped:
                raise CallNotSent
            await asyncio.sleep(0.001)
        with self._lock:
            self.requests.append(request)
            number = len(self.requests)
        self.on_call(number)
        return ModelReply(answer=self._answer(request), prompt_tokens=10, completion_tokens=2, retries=0)

    async def aclose(self) -> None:
        self.closed = True

    def pressure(self) -> Pressure:
        return self.on_pressure()

    def slower(self) -> None:
        self.paces.put("slower")

    def faster(self) -> None:
        self.paces.put("faster")

    def _answer(self, request: ModelRequest) -> dict[str, object]:
        rows = rows_of(request)
        properties = request.json_schema["properties"]
        assert isinstance(properties, dict)
        if "answers" not in properties:
            return self._values(rows[0], list(properties))
        columns = list(properties["answers"]["items"]["properties"]["values"]["properties"])
        return {
            "answers": [
                {"id": row["id"], "echo": row["echo"], "values": self._values(row["row"], columns)} for row in rows
            ]
        }

    def _values(self, row: dict[str, Any], columns: list[str]) -> dict[str, object]:
        """`judge` gives one value for every column, or Several."""
        value = self.judge(row)
        if isinstance(value, Exception):
            raise value
        if isinstance(value, Several):
            return {column: value[column] for column in columns if column in value}
        return dict.fromkeys(columns, value)


@dataclass
class ScriptedEmbedder:
    """An Embedder: a vector is made of the text's length; an exception that `vector` returns is raised."""

    vector: Callable[[str], list[float] | Exception] = lambda text: [float(len(text)), 0.5, -1.0]
    texts_per_request: int = 10
    requests: list[list[str]] = field(default_factory=list)
    label: str = "embedder"
    paces: SimpleQueue[str] = field(default_factory=SimpleQueue)

    @property
    def most_in_flight(self) -> int:
        return 4

    async def embed(self, texts: Sequence[str], on_retry: Callable[[], None]) -> EmbeddingReply:
        self.requests.append(list(texts))
        vectors: list[list[float]] = []
        for text in texts:
            vector = self.vector(text)
            if isinstance(vector, Exception):
                raise vector
            vectors.append(vector)
        return EmbeddingReply(vectors=vectors, prompt_tokens=len(texts), retries=0)

    async def stop_sending(self) -> None: ...

    async def aclose(self) -> None: ...

    def pressure(self) -> Pressure:
        return Pressure(kind=PressureKind.NONE, text="nothing waits")

    def slower(self) -> None:
        self.paces.put("slower")

    def faster(self) -> None:
        self.paces.put("faster")


def rows_of(request: ModelRequest) -> list[dict[str, Any]]:
    return [json.loads(line) for line in request.user.splitlines() if line.startswith("{")]


def refuses(message: str = "the model refused") -> AnswerRefused:
    return AnswerRefused(message, prompt_tokens=10, completion_tokens=1)


@dataclass
class Kit:
    """One database, one state store, one scripted model."""

    door: Door
    model: ScriptedCaller = field(default_factory=ScriptedCaller)
    settings: FillSettings = field(default_factory=lambda: FillSettings(rows_per_call=1))
    price: Price | None = None
    precise: ScriptedCaller = field(default_factory=lambda: ScriptedCaller(label="precise"))
    precise_price: Price | None = None
    judge: ScriptedCaller = field(default_factory=lambda: ScriptedCaller(label="judge"))
    quality: QualitySettings = field(default_factory=QualitySettings)
    embedder: ScriptedEmbedder = field(default_factory=lambda: ScriptedEmbedder())

    @property
    def library(self) -> Library:
        return Library(PromptLibrary(self.door.store))

    @property
    def jobs(self) -> JobStore:
        return JobStore(self.door.store)

    def services(self) -> Services:
        return Services(
            gate=self.door.gate,
            jobs=self.jobs,
            caller=self.door.caller,
            settings=self.settings,
            estimate=lambda text: len(text) // 4 + 1,
            fast=ModelOffer(model=self.model.label, price=self.price, make=lambda _: self.model),
            precise=lambda: ModelOffer(model=self.precise.label, price=self.precise_price, make=lambda _: self.precise),
            judge=lambda _: ModelOffer(model=self.judge.label, price=self.precise_price, make=lambda _: self.judge),
            quality=self.quality,
            embedding=lambda: EmbeddingOffer(
                model=self.embedder.label,
                price=self.price,
                texts_per_call=self.embedder.texts_per_request,
                make=lambda _, dimensions: self.embedder,
            ),
            library=self.library,
        )

    def fill(self, **choices: Any) -> ColumnFill:
        return ColumnFill(self.services(), Choices(**choices))

    def plan(self, task: ColumnTask, **choices: Any) -> Plan:
        with self.fill(**choices) as fill:
            return fill.plan(task)

    def run(
        self, task: ColumnTask, *, on_progress: Callable[[Progress], None] = lambda _: None, **choices: Any
    ) -> Report:
        """As `columnist fill --yes` does."""
        with self.fill(**choices) as fill:
            plan = fill.plan(task)
            fill.begin(plan)
            return fill.run(plan, fill.approve(plan, ApprovedBy.YES_FLAG), on_progress)

    def reviews(self, count: int, *, column: str = "sentiment VARCHAR(20)") -> None:
        """A table of reviews; every tenth is bad, and every text is different."""
        doors.create(self.door, f"CREATE TABLE reviews (id INTEGER PRIMARY KEY, content VARCHAR(200), {column})")
        self.insert(1, count)

    def insert(self, first: int, count: int) -> None:
        rows = ", ".join(f"({number}, '{text_of(number)}')" for number in range(first, first + count))
        self.door.sql(f"INSERT INTO reviews (id, content) VALUES {rows}")

    def sentiments(self) -> dict[int, str | None]:
        return {
            int(str(key)): None if value is None else str(value)
            for key, value in self.door.rows("SELECT id, sentiment FROM reviews ORDER BY id")
        }


def text_of(number: int) -> str:
    return f"review {number} is {'bad' if number % 10 == 0 else 'good'}"


def expected(count: int) -> dict[int, str | None]:
    return {number: "negative" if number % 10 == 0 else "positive" for number in range(1, count + 1)}


def task(**changes: Any) -> ColumnTask:
    """The sentiment of the reviews."""
    spec = {"as": "the sentiment of the review", "labels": LABELS, **changes.pop("spec", {})}
    values = {"table": "reviews", "from": "content", "columns": {changes.pop("column", "sentiment"): spec}}
    return build_task({**values, **changes})


@contextmanager
def kit(url: str, state_url: str) -> Iterator[Kit]:
    with doors.door(url, state_url) as door:
        yield Kit(door=door)
