"""What the loopback server remembers of every request, and the numbers made of it.

Times are time.monotonic(), which all processes of one machine share. `sent_at` is when the last byte of the answer
was handed to the system; it stays None when the client was gone by then.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

_KEPT_REASONS = 10


@dataclass(slots=True)
class Record:
    """One chat completion or embedding request."""

    number: int
    at: float
    in_flight: int
    status: int = 0  # 0: not answered yet
    sent_at: float | None = None
    row_count: int = 0
    rows: tuple[str, ...] = ()  # digests of the row texts
    early: bool = False  # before the time that a refusal had named
    corrupted: str | None = None
    prompt_tokens: int = 0
    completion_tokens: int = 0
    prompt_bytes: int = 0


@dataclass(frozen=True, kw_only=True)
class Statistics:
    """The sums over all requests since the start or the last reset."""

    requests: int
    accepted: int
    limited: int  # refused by the limit
    early: int
    invalid: int  # refused because the request was wrong
    poisoned: int
    most_in_flight: int
    rows: int
    distinct_rows: int
    most_asked: int  # how often the text that was asked most was asked
    prompt_tokens: int  # of the accepted ones, as reported to the client
    completion_tokens: int
    prompt_bytes: int
    distinct_systems: int
    shared_prefix_chars: int  # that all prompts (system and user) begin with
    corrupted: dict[str, int]
    formats: dict[str, int]
    reasons: list[str]  # of the first invalid requests
    first_at: float | None
    last_at: float | None
    last_sent_at: float | None


@dataclass
class Records:
    """The log of one run."""

    log: list[Record] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)
    formats: Counter[str] = field(default_factory=Counter)
    reasons: list[str] = field(default_factory=list)
    invalid: int = 0
    poisoned: int = 0
    in_flight: int = 0
    _systems: set[str] = field(default_factory=set)
    _prefix: str | None = None

    def arrived(self, now: float) -> Record:
        self.in_flight += 1
        record = Record(len(self.log) + 1, now, self.in_flight)
        self.log.append(record)
        return record

    def saw_prompt(self, system: str, user: str) -> None:
        self._systems.add(system)
        prompt = system + user
        if self._prefix is None:
            self._prefix = prompt
        elif not prompt.startswith(self._prefix):
            same = (
                number for number, (one, other) in enumerate(zip(self._prefix, prompt, strict=False)) if one != other
            )
            self._prefix = self._prefix[: next(same, len(prompt))]

    def refused(self, reason: str) -> None:
        self.invalid += 1
        if len(self.reasons) < _KEPT_REASONS:
            self.reasons.append(reason)

    def lines(self) -> Iterator[dict[str, object]]:
        return (asdict(record) for record in self.log)

    def statistics(self) -> Statistics:
        accepted = [record for record in self.log if record.status == 200]
        statuses = Counter(record.status for record in self.log)
        return Statistics(
            requests=len(self.log),
            accepted=len(accepted),
            limited=statuses[429],
            early=sum(record.early for record in self.log),
            invalid=self.invalid,
            poisoned=self.poisoned,
            most_in_flight=max((record.in_flight for record in self.log), default=0),
            rows=sum(record.row_count for record in accepted),
            distinct_rows=len(self.asked),
            most_asked=max(self.asked.values(), default=0),
            prompt_tokens=sum(record.prompt_tokens for record in accepted),
            completion_tokens=sum(record.completion_tokens for record in accepted),
            prompt_bytes=sum(record.prompt_bytes for record in self.log),
            distinct_systems=len(self._systems),
            shared_prefix_chars=len(self._prefix or ""),
            corrupted=dict(Counter(record.corrupted for record in self.log if record.corrupted)),
            formats=dict(self.formats),
            reasons=self.reasons,
            first_at=self.log[0].at if self.log else None,
            last_at=self.log[-1].at if self.log else None,
            last_sent_at=max((record.sent_at for record in self.log if record.sent_at), default=None),
        )
