"""A process with one conversation, for tests that kill it: `chat_process.py DATABASE STATE SESSION DO...`.

Each DO is one of `ask` (the model proposes an update), `yes`, `no`, `resume`, `hang`, `die-before-closing`,
`die-after-closing`. What happens is printed, one JSON object per line.
"""

import json
import os
import signal
import sys
from collections.abc import Iterable
from pathlib import Path

from fakes import ScriptedModel, call, say
from langchain_core.language_models import BaseChatModel

from agent.app import App
from agent.conversation import Conversation
from agent.events import Decision, DecisionKind, Event, Notice, Question, ToolFinished, TurnEnded
from agent.llm.models import Models, Role
from agent.llm.settings import ModelSettings
from agent.settings import Settings
from memory.approvals import ApprovalState, ApprovalStore

UPDATE = "UPDATE orders SET total = total + 1 WHERE customer_id = 1"


class Scripted(Models):
    def __init__(self, model: BaseChatModel) -> None:
        super().__init__(dict.fromkeys(Role, "scripted"), None, ModelSettings())
        self._model = model

    def chat(self, role: Role) -> BaseChatModel:
        return self._model


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class DiesBeforeClosing(ApprovalStore):
    """The process ends when the change is committed and its approval not yet closed."""

    def close(self, approval_id: str, state: ApprovalState, outcome_json: str) -> None:
        die()


class DiesAfterClosing(ApprovalStore):
    """The process ends when the change is committed and recorded, and the loop does not know it yet."""

    def close(self, approval_id: str, state: ApprovalState, outcome_json: str) -> None:
        super().close(approval_id, state, outcome_json)
        die()


DEATHS = {"die-before-closing": DiesBeforeClosing, "die-after-closing": DiesAfterClosing}


def main(database: str, state: str, session: str, *todo: str) -> None:
    settings = Settings.load(env={"COLUMNIST_STATE_URL": f"sqlite:///{state}"}, folder=Path(state).parent)
    answers = [call("data_modify", sql=UPDATE)] if "ask" in todo else []
    model = ScriptedModel(answers=[*answers, say("reported"), say("reported")])
    app = App.build(settings, url=database, models=Scripted(model), project=Path(state).parent)
    for death in todo:
        if death in DEATHS:
            app.approvals = DEATHS[death](app.store)
    conversation = app.conversation(session_id=None if session == "new" else session)
    tell(session=conversation.session_id)
    for step in todo:
        do(conversation, step)
    app.close()


def do(conversation: Conversation, step: str) -> None:
    if step == "ask":
        show(conversation.ask("raise the orders of Ada"))
    elif step == "resume":
        show(conversation.resume())
    elif step in ("yes", "no"):
        show(conversation.answer(Decision(kind=DecisionKind(step))))
    elif step == "hang":
        signal.pause()


def show(events: Iterable[Event]) -> None:
    for event in events:
        match event:
            case Question(pendings=pendings):
                tell(question=pendings[0].steps[0].sql, rows=pendings[0].effect.rows)
            case Notice(text=text):
                tell(notice=text)
            case ToolFinished(summary=summary, error=error):
                tell(tool=summary, error=error)
            case TurnEnded(text=text):
                tell(ended=text)


def tell(**facts: object) -> None:
    print(json.dumps(facts), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
