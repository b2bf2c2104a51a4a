"""Column filling wired to an application: the journal, the model, the prices.

The command line, the chat's tool, the tour and background processes all fill through one Filling.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from agent.llm.errors import NoModel
from agent.llm.models import Models, Role
from agent.llm.offline.label import OFFLINE_LABEL
from agent.llm.settings import ModelPrice
from agent.llm.tokens import estimate
from memory.jobs import JobStore
from memory.spend import Spend
from skills.ai_column.library import Library
from skills.ai_column.offer import Price
from skills.ai_column.services import EmbeddingOffer, ModelOffer, Services
from skills.model_caller import Embedder, ModelCaller
from skills.settings import FillSettings, QualitySettings
from tools.safety.caller import Caller
from tools.safety.gate import Gate

NO_MODEL = "no model"
OFFLINE_SECONDS_PER_CALL = 0.01  # the built-in rules compute; nobody waits for a network


@dataclass(frozen=True, kw_only=True)
class Filling:
    """What every fill of one application shares."""

    jobs: JobStore
    library: Library
    spend: Spend
    models: Callable[[], Models]  # raises NoModel
    settings: FillSettings
    prices: Mapping[str, ModelPrice]
    embedding_texts: int  # of one request
    quality: QualitySettings

    def services(
        self, gate: Gate, caller: Caller, *, concurrency: int | None = None, plan_only: bool = False
    ) -> Services:
        """For one fill. Raises NoModel unless only a plan is wanted, which calls none."""
        wanted = concurrency or self.settings.concurrency

        def offer(role: Role | str) -> ModelOffer:
            def make(job_id: str) -> ModelCaller:
                return self.models().caller(
                    role, spend=self.spend, session_id=caller.session_id, job_id=job_id, concurrency=wanted
                )

            label = self._label(lambda models: models.label(role), plan_only=plan_only)
            return ModelOffer(model=label, price=self._price(label), make=make)

        def embedding() -> EmbeddingOffer:
            def make(job_id: str, dimensions: int | None) -> Embedder:
                return self.models().embedder(
                    spend=self.spend,
                    session_id=caller.session_id,
                    job_id=job_id,
                    dimensions=dimensions,
                    concurrency=wanted,
                )

            label = self._label(Models.embedding_label, plan_only=plan_only)
            return EmbeddingOffer(model=label, price=self._price(label), texts_per_call=self.embedding_texts, make=make)

        fast = offer(Role.FAST)
        return Services(
            gate=gate,
            jobs=self.jobs,
            caller=caller,
            settings=self._settings(fast.model),
            estimate=estimate,
            fast=fast,
            precise=lambda: offer(Role.PRECISE),
            embedding=embedding,
            judge=lambda name: offer(Role(name) if name in tuple(Role) else name),
            quality=self.quality,
            library=self.library,
        )

    def _price(self, label: str) -> Price | None:
        price = self.prices.get(label)
        return Price(prompt=price.input, completion=price.output) if price else None

    def _settings(self, label: str) -> FillSettings:
        if label != OFFLINE_LABEL:
            return self.settings
        return self.settings.model_copy(update={"seconds_per_call": OFFLINE_SECONDS_PER_CALL})

    def _label(self, of: Callable[[Models], str], *, plan_only: bool) -> str:
        try:
            return of(self.models())
        except NoModel:
            if plan_only:
                return NO_MODEL
            raise
