"""The tool `fill_jobs`: what a person says about fills under way ("pause", "slower", "why is it slow?")."""

from typing import Literal

from memory.errors import MemoryFailure
from memory.jobs import JobRequest
from skills.ai_column.job_control import JobControl
from skills.errors import SkillError
from tools.context import ToolContext
from tools.toolbox import Tool

Action = Literal["list", "status", "why_slow", "pause", "resume", "cancel", "slower", "faster"]
_MOST_LISTED = 10


def jobs_tool(control: JobControl) -> Tool:
    """The tool over these jobs."""

    def fill_jobs(action: Action, job: str | None = None, *, ctx: ToolContext) -> str:
        """See and steer the column fills that run in the background of this conversation.

        Use it when the user asks how far a fill is, why it is slow, or wants it paused, resumed, cancelled, slower or
        faster. `job` is the id of a fill; without it the one at work on this database is meant. `status` and
        `why_slow` give progress, time left, spend and what holds it up (limits of the model's endpoint, locks in the
        database, the budget). A fill that would go beyond what was approved is not resumed: call fill_column again.
        """
        try:
            return _done(control, action, job, ctx)
        except MemoryFailure as failure:
            raise SkillError(failure.message, hint=failure.hint) from failure

    return Tool.of(fill_jobs)


def _done(control: JobControl, action: Action, job_id: str | None, ctx: ToolContext) -> str:
    if action == "list":
        lines = [control.told(job) for job in control.here(ctx.gate)[:_MOST_LISTED]]
        return "\n".join(lines) or "No column was filled in this database yet."
    job = control.find(job_id, ctx.gate)
    if action in ("status", "why_slow"):
        return control.told(job)
    if action == "resume":
        return control.resume(job, ctx.gate, ctx.caller.mode)
    return control.ask(job, JobRequest(action))
