"""What answers take, like compared with like: apart by the number of their tokens, to a power of two."""

from collections.abc import Iterator
from dataclasses import dataclass

_DOWN, _UP = 0.25, 0.05  # how much one round moves what is normal: the shortest of noisy measures would be too short
_NEAR = 1.15  # slower than this is not taken for normal, however long it lasts


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    beside: int  # calls in flight when it was asked for, itself included
    seconds: float
    tokens: float


class Answers:
    """Sums over some answers, by kind."""

    def __init__(self) -> None:
        self.count = 0
        self._counts: dict[int, int] = {}
        self._seconds: dict[int, float] = {}

    def add(self, answer: Answer) -> None:
        kind = int(answer.tokens).bit_length()
        self.count += 1
        self._counts[kind] = self._counts.get(kind, 0) + 1
        self._seconds[kind] = self._seconds.get(kind, 0.0) + answer.seconds

    def kinds(self) -> Iterator[tuple[int, int, float]]:
        """(kind, answers, seconds of all of them)."""
        for kind, count in self._counts.items():
            yield kind, count, self._seconds[kind]


class Normal:
    """What an answer of each kind takes when nothing waits inside the endpoint."""

    def __init__(self) -> None:
        self._seconds: dict[int, float] = {}

    def begin(self, answers: Answers, share: float | None) -> None:
        """From the first answers; `share`: of what they took, as far as it is known that they met a queue."""
        self._seconds = {kind: seconds / count * (share or 1.0) for kind, count, seconds in answers.kinds()}

    def compare(self, answers: Answers) -> float:
        """How many times as long these took."""
        known = [each for each in answers.kinds() if each[0] in self._seconds]
        expected = sum(count * self._seconds[kind] for kind, count, _ in known)
        return sum(seconds for _, _, seconds in known) / expected if expected > 0 else 1.0

    def learn(self, answers: Answers, slower: float) -> None:
        for kind, count, seconds in answers.kinds():
            mean = seconds / count
            if kind not in self._seconds:
                self._seconds[kind] = mean / max(1.0, slower)
            elif slower < _NEAR:
                self._seconds[kind] += (_DOWN if mean < self._seconds[kind] else _UP) * (mean - self._seconds[kind])

    def rebase(self, slower: float) -> None:
        """What answers take now is normal, whatever it was."""
        self._seconds = {kind: seconds * slower for kind, seconds in self._seconds.items()}
