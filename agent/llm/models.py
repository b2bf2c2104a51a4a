"""Role -> chat model: the only place where models are made.

Built without the network and without the model stack; both are touched when a model is first used.
`build` refuses to guess: without a configured model it says how to connect one.
"""

import asyncio
import threading
import weakref
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from agent.llm.detect import LocalServer, local_servers
from agent.llm.endpoint import Endpoint
from agent.llm.errors import ModelError, NoModel
from agent.llm.offline.label import OFFLINE_LABEL, OFFLINE_NAME
from agent.llm.settings import DEFAULT_EMBEDDING, DEFAULT_FAST, DEFAULT_PRECISE, ModelSettings

if TYPE_CHECKING:  # the model stack takes seconds to load
    import httpx2
    from langchain_core.language_models import BaseChatModel

    from agent.llm.limits import Limits
    from agent.llm.meter import SpendLog
    from skills.batch_lane import BatchLane
    from skills.model_caller import Embedder, ModelCaller


class Role(StrEnum):
    FAST = "fast"  # simple questions, column filling
    PRECISE = "precise"  # the conversation, hard questions


class Models:
    """The models of one application. Thread-safe; close it."""

    def __init__(self, names: Mapping[Role, str], endpoint: Endpoint | None, settings: ModelSettings) -> None:
        self._names = names
        self._endpoint = endpoint
        self._settings = settings
        self._chats: dict[str, BaseChatModel] = {}
        self._client: httpx2.Client | None = None
        self._lock = threading.Lock()
        self._limits: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, Limits]] = (
            weakref.WeakKeyDictionary()
        )

    @classmethod
    def build(
        cls,
        settings: ModelSettings,
        *,
        offline: bool = False,
        override: str | None = None,
        detect: Callable[[], tuple[LocalServer, ...]] = local_servers,
    ) -> "Models":
        """`override` is the one model for both roles; `offline` (or the name "offline") the built-in rules."""
        if offline or override == OFFLINE_NAME:
            return cls(dict.fromkeys(Role, OFFLINE_LABEL), None, settings)
        if settings.base_url is None and settings.api_key is None:
            raise _nothing_configured(detect())
        try:
            endpoint = Endpoint(settings.base_url, settings.api_key.get_secret_value() if settings.api_key else None)
        except ValueError as malformed:
            raise NoModel(f"OPENAI_BASE_URL: {malformed}", hint="for example http://localhost:11434/v1") from None
        return cls(_names(settings, override, endpoint), endpoint, settings)

    @property
    def offline(self) -> bool:
        return self._endpoint is None

    @property
    def endpoint(self) -> Endpoint | None:
        """None: the built-in rules."""
        return self._endpoint

    def label(self, role: Role | str) -> str:
        """The name recorded beside what this model did: of a role's, or of one called by its name."""
        return self._names[role] if isinstance(role, Role) else role

    def chat(self, role: Role) -> "BaseChatModel":
        """The chat model of a role; loads the model stack the first time."""
        name = self._names[role]
        with self._lock:
            if name not in self._chats:
                self._chats[name] = self._build_chat(name)
            return self._chats[name]

    def _build_chat(self, name: str) -> "BaseChatModel":
        if self._endpoint is None:
            from agent.llm.offline.model import OfflineRules

            return OfflineRules()
        from agent.llm.openai_chat import build_chat, http_client

        self._client = self._client or http_client(self._endpoint)
        return build_chat(name, self._endpoint, self._settings, self._client)

    def caller(
        self,
        role: Role | str,
        *,
        spend: "SpendLog",
        session_id: str,
        job_id: str | None,
        concurrency: int | None = None,
    ) -> "ModelCaller":
        """The column-filling side of a role; on the event loop that it is used on, closed by who asked for it."""
        if self._endpoint is None:
            from agent.llm.offline.caller import OfflineCaller

            return OfflineCaller()
        from agent.llm.caller import WireCaller
        from agent.llm.meter import SpendMeter

        name = self.label(role)
        meter = SpendMeter(spend, name, session_id=session_id, job_id=job_id, settings=self._settings)
        return WireCaller(name, self._endpoint, self._settings, meter, self.limits(name, concurrency))

    def limits(self, model: str, concurrency: int | None = None) -> "Limits":
        """Shared by all that calls this model on the running event loop; `concurrency` counts for the first of them."""
        from agent.llm.limits import Limits

        with self._lock:
            known = self._limits.setdefault(asyncio.get_running_loop(), {})
            if model not in known:
                known[model] = Limits(
                    start=concurrency,
                    requests_per_minute=self._settings.requests_per_minute,
                    tokens_per_minute=self._settings.tokens_per_minute,
                )
            return known[model]

    def batch_lane(
        self, role: Role, online: "ModelCaller", *, spend: "SpendLog", session_id: str, job_id: str, since: datetime
    ) -> "BatchLane":
        """The batch lane of a job that began at `since`. It asks in the way that `online` has found out."""
        from agent.llm.batch.api import BatchApi
        from agent.llm.caller import WireCaller
        from agent.llm.limits import Limits
        from agent.llm.meter import SpendMeter
        from agent.llm.rest import Rest
        from agent.llm.sending import Sender

        if self._endpoint is None or not isinstance(online, WireCaller):
            raise NoModel("the built-in rules have no batch lane", hint="use --lane online")
        name, settings = self._names[role], self._settings
        return BatchApi(
            job_id,
            since,
            model=name,
            endpoint=self._endpoint,
            sender=Sender(name, self._endpoint, settings, Limits()),
            rest=Rest(self._endpoint, settings.timeout_s),
            meter=SpendMeter(spend, name, session_id=session_id, job_id=job_id, settings=settings.at_batch_price()),
            shape=lambda: online.shape,
        )

    def embedder(
        self,
        *,
        spend: "SpendLog",
        session_id: str,
        job_id: str | None,
        dimensions: int | None = None,
        concurrency: int | None = None,
    ) -> "Embedder":
        """The embedding model; one event loop, closed by the one who asked for it."""
        from agent.llm.embeddings import WireEmbedder
        from agent.llm.limits import Limits
        from agent.llm.meter import SpendMeter
        from agent.llm.rest import Rest
        from agent.llm.sending import Sender

        name, endpoint = self._embedding()
        return WireEmbedder(
            name,
            endpoint=endpoint,
            sender=Sender(name, endpoint, self._settings, Limits(start=concurrency)),
            rest=Rest(endpoint, self._settings.timeout_s),
            meter=SpendMeter(spend, name, session_id=session_id, job_id=job_id, settings=self._settings),
            texts_per_request=self._settings.embedding_texts,
            dimensions=dimensions,
        )

    def embedding_label(self) -> str:
        """The embedding model's name as recorded beside every vector. Raises NoModel."""
        return self._embedding()[0]

    def _embedding(self) -> tuple[str, Endpoint]:
        name = self._settings.embedding or (None if self._settings.base_url else DEFAULT_EMBEDDING)
        if self._endpoint is None:
            raise NoModel("the built-in rules make no embeddings", hint="connect a model endpoint: set OPENAI_API_KEY")
        if name is None:
            raise NoModel(
                f"no embedding model is named for {self._endpoint.given}", hint="set models.embedding in config.yaml"
            )
        return name, self._endpoint

    def explain_error(self, error: BaseException) -> ModelError | None:
        """The ModelError behind an exception of a chat model; None if it is not about the model."""
        seen: BaseException | None = error
        while seen is not None:
            if isinstance(seen, ModelError):
                return seen
            seen = seen.__cause__
        return None

    def close(self) -> None:
        with self._lock:
            if self._client is not None:
                self._client.close()
            self._client = None
            self._chats.clear()


def _names(settings: ModelSettings, override: str | None, endpoint: Endpoint) -> dict[Role, str]:
    fast = override or settings.fast or settings.precise
    precise = override or settings.precise or settings.fast
    if fast and precise:
        return {Role.FAST: fast, Role.PRECISE: precise}
    if settings.base_url is None:
        return {Role.FAST: DEFAULT_FAST, Role.PRECISE: DEFAULT_PRECISE}
    offered = ", ".join(endpoint.models()[:8])
    raise NoModel(
        f"no model is named for {endpoint.given}" + (f"; it has: {offered}" if offered else ""),
        hint="set COLUMNIST_MODEL, pass --model NAME, or set models.fast in config.yaml",
    )


def _nothing_configured(servers: tuple[LocalServer, ...]) -> NoModel:
    found = "; ".join(server.how_to_use for server in servers)
    third = f"use the local server found here: {found}" if found else "start a local server (Ollama, LM Studio, vLLM)"
    return NoModel(
        hint="connect one in one of three ways: (1) set OPENAI_API_KEY; (2) set OPENAI_BASE_URL and COLUMNIST_MODEL "
        f"for any OpenAI-compatible endpoint; (3) {third}. "
        "Without a model, `columnist demo` works with the built-in offline rules."
    )
