"""How many tokens the next call will use, from what the last ones used: good enough to stay under a limit of tokens.

The estimate of agent.llm.tokens would cost more than the rest of a call; this learns tokens per character instead.
"""

_FIRST_PER_CHARACTER = 0.4
_FIRST_ANSWER = 100.0
_NEWS = 0.1  # the weight of the latest call


class Appetite:
    """Of the calls to one model."""

    def __init__(self) -> None:
        self._per_character, self._answer = _FIRST_PER_CHARACTER, _FIRST_ANSWER
        self._learned = False

    def expected(self, characters: int, most_in_answer: int) -> float:
        return characters * self._per_character + min(self._answer, most_in_answer)

    def learn(self, characters: int, prompt_tokens: int, completion_tokens: int) -> None:
        if not characters or not prompt_tokens:
            return  # the endpoint does not count
        news = _NEWS if self._learned else 1.0
        self._learned = True
        self._per_character += news * (prompt_tokens / characters - self._per_character)
        self._answer += news * (completion_tokens - self._answer)
