"""Model calls against their limits: a bare loop around the caller, and a loopback server in a process of its own.

python bench/limits.py                 everything (about six minutes)
python bench/limits.py quick           the wall ratio, the CPU and one limit
"""

import asyncio
import contextlib
import json
import math
import multiprocessing
import random
import resource
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import aiohttp
from aiohttp import web

from agent.llm.caller import WireCaller
from agent.llm.endpoint import Endpoint
from agent.llm.limits import Limits
from agent.llm.meter import SpendMeter
from agent.llm.settings import ModelSettings
from skills.model_caller import ModelRequest

LEARNING_S = 10.0
GRACE_S = 0.003  # a request that crosses the refusal on the wire is not early
ANSWER = json.dumps(
    {
        "choices": [{"message": {"role": "assistant", "content": '{"label": "good"}'}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 60, "completion_tokens": 6},
    }
).encode()
REFUSAL = json.dumps({"error": {"message": "Rate limit reached", "code": "rate_limit_exceeded"}}).encode()
REQUEST = ModelRequest(
    system="Fill in the label of the row." * 10,
    user='{"text": "It works as it should, and arrived in time."}',
    json_schema={"type": "object", "properties": {"label": {"type": "string"}}, "required": ["label"]},
    max_output_tokens=50,
)


@dataclass(frozen=True, kw_only=True)
class Server:
    """What the endpoint is like."""

    latency_s: tuple[float, float] = (0.05, 0.2)
    limit: str | None = None  # bucket, sliding, fixed
    rate: float = 20.0
    then_rate: float | None = None  # from `changes_s` on
    changes_s: float = 40.0
    retry_after_s: float | None = None
    at_once: int | None = None  # the others wait


class Door:
    """Takes so many requests per second."""

    def __init__(self, server: Server) -> None:
        self.kind, self.rate = server.limit, server.rate
        self.tokens, self.at = 5.0, 0.0
        self.taken: deque[float] = deque()
        self.window = (-1, 0)

    def takes(self, now: float) -> bool:
        if self.kind is None:
            return True
        if self.kind == "bucket":
            self.tokens = min(5.0, self.tokens + (now - self.at) * self.rate)
            self.at = now
            self.tokens -= (taken := self.tokens >= 1)
            return taken
        if self.kind == "fixed":
            window, count = self.window
            self.window = (int(now), count + 1 if window == int(now) else 1)
            return self.window[1] <= self.rate
        while self.taken and self.taken[0] <= now - 1:
            self.taken.popleft()
        if len(self.taken) >= self.rate:
            return False
        self.taken.append(now)
        return True


def serve(server: Server, pipe: Connection) -> None:
    """In a process of its own; sends its port, and at the end what it saw."""
    asyncio.run(_serve(server, pipe))


async def _serve(server: Server, pipe: Connection) -> None:
    door, chance = Door(server), random.Random(1)
    seen: list[tuple[float, bool]] = []
    closed_until, early, first = 0.0, 0, 0.0
    places = asyncio.Semaphore(server.at_once or 10**9)

    async def complete(request: web.Request) -> web.Response:
        nonlocal closed_until, early, first
        now = time.monotonic()
        first = first or now
        if server.then_rate is not None and now - first > server.changes_s:
            door.rate = server.then_rate
        early += now < closed_until and now > answered_at[0] + GRACE_S
        taken = door.takes(now)
        seen.append((now, taken))
        await request.read()
        async with places:
            await asyncio.sleep(chance.uniform(*server.latency_s))
        if taken:
            return web.Response(body=ANSWER, content_type="application/json")
        headers = {}
        if server.retry_after_s is not None:
            headers["retry-after-ms"] = str(int(server.retry_after_s * 1000))
            if time.monotonic() > closed_until:
                answered_at[0] = time.monotonic()
            closed_until = max(closed_until, time.monotonic() + server.retry_after_s)
        return web.Response(status=429, body=REFUSAL, content_type="application/json", headers=headers)

    answered_at = [0.0]
    app = web.Application()
    app.router.add_post("/v1/chat/completions", complete)
    app.router.add_get("/v1/models", lambda _: _models())
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, backlog=1024)
    await site.start()
    pipe.send(runner.addresses[0][1])
    while not pipe.poll():
        await asyncio.sleep(0.1)
    pipe.send((seen, early))
    await runner.cleanup()


async def _models() -> web.Response:
    return web.json_response({"object": "list", "data": [{"id": "small"}]})


@contextlib.contextmanager
def running(server: Server) -> Iterator[tuple[str, Callable[[], Any]]]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(server, theirs))
    process.start()
    port = ours.recv()

    def end() -> Any:
        ours.send("end")
        return ours.recv()

    yield f"http://127.0.0.1:{port}/v1", end
    process.join()


class NoLedger:
    def record(self, **_: Any) -> None:
        """Nobody pays here."""


@dataclass
class Made:
    answered: int
    wall_s: float
    cpu_s: float
    arrivals: list[tuple[float, bool]]
    early: int
    text: str
    limit: int

    def between(self, first: float, last: float) -> tuple[float, float]:
        """(taken per second, share refused)."""
        began, ended = self.arrivals[0][0] + first, min(self.arrivals[-1][0], self.arrivals[0][0] + last)
        taken = [each[1] for each in self.arrivals if began <= each[0] < ended]
        return sum(taken) / (ended - began), 1 - sum(taken) / len(taken)


def make(server: Server, calls: int, *, concurrency: int | None = None, callers: int = 64) -> Made:
    with running(server) as (base_url, end):
        answered, wall_s, cpu_s, text, limit = asyncio.run(_make(base_url, calls, concurrency, callers))
        arrivals, early = end()
    return Made(answered, wall_s, cpu_s, arrivals, early, text, limit)


async def _make(base_url: str, calls: int, concurrency: int | None, callers: int) -> Any:
    settings = ModelSettings(base_url=base_url, fast="small")
    meter = SpendMeter(NoLedger(), "small", session_id="s", job_id=None, settings=settings)
    limits = Limits(start=concurrency)
    caller = WireCaller("small", Endpoint(base_url, None), settings, meter, limits)
    await caller.connect()
    left, answered, text = calls, 0, ""

    async def work() -> None:
        nonlocal left, answered, text
        while left > 0:
            left -= 1
            await caller.call(REQUEST, lambda: None)
            answered += 1
            if answered == calls * 3 // 4:
                text = caller.pressure().text

    used, began = resource.getrusage(resource.RUSAGE_SELF), time.monotonic()
    await asyncio.gather(*(work() for _ in range(callers)))
    wall_s, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_SELF)
    await caller.aclose()
    cpu_s = after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime
    return answered, wall_s, cpu_s, text, limits.limit


def wall() -> None:
    """Beside the least that aiohttp takes, in turns: on a busy machine both are slow."""
    ratios, bare = [], []
    ideal_s = math.ceil(1000 / 32) * 0.2
    for _ in range(3):
        ratios.append(make(Server(latency_s=(0.2, 0.2)), 1000, concurrency=32, callers=32).wall_s / ideal_s)
        with running(Server(latency_s=(0.2, 0.2))) as (base_url, end):
            bare.append(asyncio.run(_bare(base_url, 1000, 32)) / ideal_s)
            end()
    print(f"1,000 calls of 200 ms, 32 at once, against the ideal wall time (promised <= 1.05x): {_shown(ratios)}")
    print(f"    the same as bare aiohttp requests: {_shown(bare)}")


def _shown(ratios: list[float]) -> str:
    return ", ".join(f"{ratio:.3f}x" for ratio in ratios)


async def _bare(base_url: str, calls: int, callers: int) -> float:
    body = json.dumps({"model": "small", "messages": [{"role": "user", "content": REQUEST.user}]}).encode()
    left = calls

    async def work(session: aiohttp.ClientSession) -> None:
        nonlocal left
        while left > 0:
            left -= 1
            async with session.post(f"{base_url}/chat/completions", data=body) as response:
                await response.read()

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        began = time.monotonic()
        await asyncio.gather(*(work(session) for _ in range(callers)))
        return time.monotonic() - began


def cpu() -> None:
    made = make(Server(latency_s=(0.1, 0.3)), 6000, concurrency=256, callers=256)
    print(f"6,000 calls, 256 at once: {made.cpu_s / 6000 * 1000:.2f} ms of CPU per call (promised <= 1 ms)")
    cost_us = asyncio.run(_turns(512, 100_000))
    print(f"waiting for one's turn, 512 in flight and as many in line: {cost_us:.1f} us of CPU per call")


async def _turns(width: int, calls: int) -> float:
    from agent.llm.entrance import Entrance

    limits = Limits(start=width)
    entrance = Entrance(limits)

    async def work() -> None:
        for _ in range(calls // (2 * width)):
            async with entrance.slot() as slot:
                await asyncio.sleep(0)
                limits.succeeded(slot)

    async def bare() -> None:
        for _ in range(calls // (2 * width)):
            await asyncio.sleep(0)

    costs = []
    for each in (bare, work):
        began = time.process_time()
        await asyncio.gather(*(each() for _ in range(2 * width)))
        costs.append(time.process_time() - began)
    return (costs[1] - costs[0]) / calls * 1e6


def rate(kind: str, per_s: float, calls: int) -> None:
    made = make(Server(limit=kind, rate=per_s), calls)
    taken, refused = made.between(LEARNING_S, math.inf)
    print(
        f"{kind:8} {per_s:5g}/s, bare 429s: after {LEARNING_S:g} s {taken / per_s:6.1%} of the limit used, "
        f"{refused:.1%} refused, {calls - made.answered} lost ({made.text})"
    )


def changing(per_s: float, then: float) -> None:
    made = make(Server(limit="sliding", rate=per_s, then_rate=then), int(40 * per_s + 50 * then))
    before, after = made.between(LEARNING_S, 40), made.between(60, math.inf)
    print(
        f"sliding  {per_s:g}/s that becomes {then:g}/s: before {before[0] / per_s:.1%} used, {before[1]:.1%} refused; "
        f"20 s after {after[0] / then:.1%} used, {after[1]:.1%} refused"
    )


def retry_after() -> None:
    made = make(Server(limit="fixed", rate=20, retry_after_s=0.7), 400)
    print(f"Retry-After: {made.early} calls sent early, {400 - made.answered} lost")


def queue() -> None:
    for at_once, start in ((4, None), (4, 32), (1, None)):
        made = make(Server(latency_s=(0.05, 0.05), at_once=at_once), 600 * at_once, concurrency=start)
        ideal_s = 600 * 0.05
        print(
            f"a server that queues, {at_once} at a time, start {start}: {made.limit} in flight at the end, "
            f"{ideal_s / made.wall_s:.1%} of its throughput ({made.text})"
        )


def main() -> None:
    quick = "quick" in sys.argv[1:]
    wall()
    cpu()
    rate("sliding", 20, 1750)
    if quick:
        return
    rate("bucket", 20, 1750)
    rate("fixed", 20, 1750)
    rate("sliding", 200, 4000)
    rate("fixed", 200, 4000)
    rate("sliding", 3, 150)
    changing(20, 40)
    changing(20, 10)
    retry_after()
    queue()


if __name__ == "__main__":
    main()
