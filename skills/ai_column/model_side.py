"""The model's side of one fill: its event loop, its caller and what may be spent, from the preview to the end.

Nothing is opened before the first question, so a plan needs no model.
"""

from skills.ai_column.asking import Asker
from skills.ai_column.budget import Meter
from skills.ai_column.callers import ModelLoop
from skills.ai_column.plan import Plan
from skills.ai_column.services import Services
from skills.ai_column.stop import Stop, StopReason
from skills.model_caller import ModelCaller, Pressure

_MOST_CHARS = 16_000_000  # of rows in flight, which bounds the memory of a run


class ModelSide:
    """Close it, where it was used."""

    def __init__(self, services: Services, meter: Meter, stop: Stop) -> None:
        self._services = services
        self._stop = stop
        self.meter = meter
        self._loop: ModelLoop | None = None
        self._caller: ModelCaller | None = None

    @property
    def loop(self) -> ModelLoop:
        self._loop = self._loop or ModelLoop()
        return self._loop

    def asker(self, plan: Plan, job_id: str) -> Asker:
        return Asker(
            prompt=plan.prompt,
            caller=self._connected(job_id),
            meter=self.meter,
            estimate=self._services.estimate,
            echo_chars=self._services.settings.echo_chars,
        )

    def workers(self, plan: Plan, job_id: str) -> int:
        """How many calls to offer at once: all that can ever be in flight, unless their rows would fill the memory."""
        chars = plan.weight.row_chars * plan.rows_per_call
        return max(1, min(self._connected(job_id).most_in_flight, _MOST_CHARS // max(1, chars)))

    def _connected(self, job_id: str) -> ModelCaller:
        if self._caller is None:
            self._caller = self.loop.run(self._made(job_id))
            self._stop.listen(self._stop_sending)
        return self._caller

    def _stop_sending(self) -> None:
        # What a cap still covers was promised to its calls: they go out.
        if self._caller is not None and self._stop.reason is not StopReason.BUDGET and self._loop is not None:
            self._loop.start(self._caller.stop_sending)

    def pressure(self) -> Pressure | None:
        """What calls wait for; None: nothing was asked yet. From any thread."""
        caller = self._caller
        return None if caller is None else caller.pressure()

    def paced(self, *, faster: bool) -> bool:
        """A person's wish, from any thread; False: there is no caller yet that could heed it."""
        caller = self._caller
        if caller is None:
            return False
        caller.faster() if faster else caller.slower()
        return True

    def close(self) -> None:
        if self._loop is None:
            return
        if self._caller is not None:
            self._loop.run(self._caller.aclose())
        self._loop.close()
        self._loop = self._caller = None

    async def _made(self, job_id: str) -> ModelCaller:
        # On the loop: an HTTP session belongs to the loop it was made on.
        return self._services.make_caller(job_id)
