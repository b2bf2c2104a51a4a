"""Language-model servers that run on this machine.

They are found and offered, never used unasked. Looking takes 0.3 s at most, all ports at once.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from agent.llm.endpoint import NO_KEY, list_models

_TIMEOUT_S = 0.3


@dataclass(frozen=True, kw_only=True)
class KnownServer:
    """A program and the port on which it listens unless told otherwise."""

    name: str
    port: int


KNOWN_SERVERS = (
    KnownServer(name="Ollama", port=11434),
    KnownServer(name="LM Studio", port=1234),
    KnownServer(name="vLLM", port=8000),
    KnownServer(name="llama.cpp", port=8080),
)


@dataclass(frozen=True, kw_only=True)
class LocalServer:
    """A server that answered with its models."""

    name: str
    base_url: str
    models: tuple[str, ...]

    @property
    def how_to_use(self) -> str:
        model = self.models[0] if self.models else "MODEL"
        return f"{self.name}: OPENAI_BASE_URL={self.base_url} COLUMNIST_MODEL={model}"


def local_servers(known: Sequence[KnownServer] = KNOWN_SERVERS) -> tuple[LocalServer, ...]:
    """The servers of this machine that answer now, in the order of `known`."""
    with ThreadPoolExecutor(max_workers=max(1, len(known))) as pool:
        answers = tuple(pool.map(_look, known))
    return tuple(server for server in answers if server is not None)


def _look(known: KnownServer) -> LocalServer | None:
    base_url = f"http://127.0.0.1:{known.port}/v1"
    listing = list_models(base_url, NO_KEY, _TIMEOUT_S)
    if listing.models is None:
        return None
    return LocalServer(name=known.name, base_url=base_url, models=listing.models)
