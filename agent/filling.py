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
from skills.ai_column.plan import Price
from skills.ai_column.services import Services
from skills.model_caller import ModelCaller
from skills.settings import FillSettings
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

    def services(
        self, gate: Gate, caller: Caller, *, concurrency: int | None = None, plan_only: bool = False
    ) -> Services:
        """For one fill. Raises NoModel unless only a plan is wanted, which calls none."""
        label = self._label(plan_only=plan_only)
        price = self.prices.get(label)

        def make_caller(job_id: str) -> ModelCaller:
            return self.models().caller(
                Role.FAST,
                spend=self.spend,
                session_id=caller.session_id,
                job_id=job_id,
                concurrency=concurrency or self.settings.concurrency,
            )

        return Services(
            gate=gate,
            jobs=self.jobs,
            caller=caller,
            settings=self._settings(label),
            estimate=estimate,
            model=label,
            price=Price(prompt=price.input, completion=price.output) if price else None,
            make_caller=make_caller,
            library=self.library,
        )

    def _settings(self, label: str) -> FillSettings:
        if label != OFFLINE_LABEL:
            return self.settings
        return self.settings.model_copy(update={"seconds_per_call": OFFLINE_SECONDS_PER_CALL})

    def _label(self, *, plan_only: bool) -> str:
        try:
            return self.models().label(Role.FAST)
        except NoModel:
            if plan_only:
                return NO_MODEL
            raise
