"""The model's side of one fill: its event loop, who answers and what may be spent, from the preview to the end.

Nothing is opened before the first question, so a plan needs no model.
"""

from collections.abc import Sequence

from skills.ai_column.asking import Asker, ModelAsker
from skills.ai_column.budget import Meter
from skills.ai_column.callers import ModelLoop
from skills.ai_column.cascade import Cascade, CascadeTally
from skills.ai_column.cascading import CascadeAsker
from skills.ai_column.embedding import EmbeddingAsker
from skills.ai_column.offer import Offer
from skills.ai_column.plan import Plan
from skills.ai_column.services import ModelChoice, ModelOffer, Services
from skills.ai_column.stop import Stop, StopReason
from skills.ai_column.target import Target
from skills.errors import TaskInvalid
from skills.model_caller import Paced, Pressure, PressureKind

_MOST_CHARS = 16_000_000  # of rows in flight, which bounds the memory of a run


class ModelSide:
    """Close it, where it was used."""

    def __init__(self, services: Services, choice: ModelChoice, meter: Meter, stop: Stop) -> None:
        self._services = services
        self._choice = choice
        self._stop = stop
        self.meter = meter
        self.escalated = CascadeTally()
        self._loop: ModelLoop | None = None
        self._asker: Asker | None = None
        self._judge: ModelAsker | None = None

    @property
    def loop(self) -> ModelLoop:
        self._loop = self._loop or ModelLoop()
        return self._loop

    def offer(self, target: Target) -> Offer:
        """Who would answer for these columns. Raises SkillError where nobody can."""
        if target.vector is not None:
            return self._services.embedding()
        if self._choice is ModelChoice.FAST:
            return self._services.fast
        precise = self._services.precise()
        if self._choice is ModelChoice.PRECISE:
            return precise
        if precise.model == self._services.fast.model:
            raise TaskInvalid(
                f"a cascade needs two models, and {precise.model} is both",
                hint="set models.fast and models.precise in config.yaml",
            )
        return self._services.fast.then(precise)

    def asker(self, plan: Plan, job_id: str) -> Asker:
        if self._asker is None:
            self._asker = self.loop.run(self._made(plan, job_id))
            self._stop.listen(self._stop_sending)
        return self._asker

    def judge(self, plan: Plan, job_id: str, name: str) -> ModelAsker:
        """The model of the second opinions; what it costs counts like all else."""
        if self._judge is None:
            offer = self._services.judge(name)
            self._judge = self.loop.run(self._judge_made(offer, plan, job_id))
            self._stop.listen(self._stop_judging)
        return self._judge

    async def _judge_made(self, offer: ModelOffer, plan: Plan, job_id: str) -> ModelAsker:
        return self._of_model(offer, plan, job_id)

    def workers(self, plan: Plan, job_id: str) -> int:
        """How many calls to offer at once: all that can ever be in flight, unless their rows would fill the memory."""
        chars = plan.weight.row_chars * plan.rows_per_call
        return max(1, min(self.asker(plan, job_id).most_in_flight, _MOST_CHARS // max(1, chars)))

    def _stop_sending(self) -> None:
        # What a cap still covers was promised to its calls: they go out.
        if self._asker is not None and self._stop.reason is not StopReason.BUDGET and self._loop is not None:
            self._loop.start(self._asker.stop_sending)

    def _stop_judging(self) -> None:
        if self._judge is not None and self._loop is not None:
            self._loop.start(self._judge.stop_sending)

    def pressure(self) -> Pressure | None:
        """What calls wait for; None: nothing was asked yet. From any thread."""
        seen = {paced.label: paced.pressure() for paced in self._paced()}
        limited = {label: one for label, one in seen.items() if one.kind is not PressureKind.NONE}
        told = limited or seen
        if len(told) < 2:
            return next(iter(told.values()), None)
        first = next(iter(told.values()))
        return Pressure(kind=first.kind, text="; ".join(f"{label}: {one.text}" for label, one in told.items()))

    def paced(self, *, faster: bool) -> bool:
        """A person's wish, from any thread; False: there is no caller yet that could heed it."""
        callers = self._paced()
        for caller in callers:
            caller.faster() if faster else caller.slower()
        return bool(callers)

    def _paced(self) -> Sequence[Paced]:
        """One for each model: those who call the same one share its pace."""
        askers = (self._asker, self._judge)
        callers = (caller for asker in askers if asker is not None for caller in asker.paced)
        return tuple({caller.label: caller for caller in callers}.values())

    def close(self) -> None:
        if self._loop is None:
            return
        for asker in (self._asker, self._judge):
            if asker is not None:
                self._loop.run(asker.aclose())
        self._loop.close()
        self._loop = self._asker = self._judge = None

    async def _made(self, plan: Plan, job_id: str) -> Asker:
        # On the loop: an HTTP session belongs to the loop it was made on.
        services = self._services
        if plan.target.vector is not None:
            embedding = services.embedding()
            return EmbeddingAsker(
                column=plan.target.vector,
                embedder=embedding.make(job_id, plan.target.vector.dimensions),
                meter=self.meter,
                estimate=services.estimate,
                price=embedding.price,
            )
        if self._choice is ModelChoice.FAST:
            return self._of_model(services.fast, plan, job_id)
        precise = self._of_model(services.precise(), plan, job_id)
        if self._choice is ModelChoice.PRECISE:
            return precise
        return CascadeAsker(
            fast=self._of_model(services.fast, plan, job_id, confidence=True),
            precise=precise,
            policy=Cascade(escalate_below=services.settings.escalate_below),
            tally=self.escalated,
        )

    def _of_model(self, offer: ModelOffer, plan: Plan, job_id: str, *, confidence: bool = False) -> ModelAsker:
        return ModelAsker(
            prompt=plan.prompt if confidence else plan.prompt.without_confidence(),
            caller=offer.make(job_id),
            meter=self.meter,
            estimate=self._services.estimate,
            echo_chars=self._services.settings.echo_chars,
            price=offer.price,
        )
