"""What the graph carries from step to step: plain JSON, so that any later process can go on with it.

The history keeps every message of the session in our own form, independent of the model library's classes.
Everything about the turn under way is reset by `prepare`.
"""

import operator
from collections.abc import Mapping, Sequence
from typing import Annotated, Literal, NotRequired, TypeAlias, TypedDict

JsonValue: TypeAlias = "str | int | float | bool | Sequence[JsonValue] | Mapping[str, JsonValue] | None"


class CallState(TypedDict):
    """A tool call as the model wrote it."""

    id: str
    name: str
    arguments: Mapping[str, JsonValue]
    malformed: NotRequired[str]  # why the arguments could not be read


class MessageState(TypedDict):
    """One message of the history."""

    role: Literal["user", "assistant", "tool"]
    text: str
    calls: NotRequired[list[CallState]]  # assistant
    call_id: NotRequired[str]  # tool
    name: NotRequired[str]  # tool


class WaitingState(TypedDict):
    """What a person is being asked: the pending (as `tools.safety.plan` writes it) and the calls it stands for."""

    pending: str
    calls: list[str]


class AnswerState(TypedDict):
    """What a person answered to WaitingState."""

    decision: Literal["yes", "no", "edit"]
    approval: NotRequired[str]  # JSON of the Approval; yes
    sql: NotRequired[str]  # edit
    step: NotRequired[int]  # edit
    reason: NotRequired[str]  # no


class TurnState(TypedDict):
    """The turn under way."""

    request_id: str
    question: str
    typed: str  # what the person wrote of it: the words of a skill and piped input are not in the records
    steps: int
    malformed: int
    declined: int  # questions of this turn that the person answered with no
    prompt_tokens: int
    completion_tokens: int
    model: str
    tools: list[str] | None  # those that the skill in use allows; None: all
    ending: str  # an `Ending`, "" while the turn goes on
    refused: bool


class LoopState(TypedDict):
    """The whole state of one session."""

    messages: Annotated[list[MessageState], operator.add]
    turn: TurnState
    waiting: WaitingState | None
    answer: AnswerState | None


class QuestionState(TypedDict):
    """What a new turn begins with."""

    turn: TurnState


class LoopUpdate(TypedDict, total=False):
    """What a node changes."""

    messages: list[MessageState]
    turn: TurnState
    waiting: WaitingState | None
    answer: AnswerState | None


def open_calls(messages: Sequence[MessageState]) -> list[CallState]:
    """The calls of the last model turn that have no result yet, in order."""
    answered: set[str] = set()
    for message in reversed(messages):
        if message["role"] == "tool":
            answered.add(message.get("call_id", ""))
        elif message["role"] == "assistant":
            return [call for call in message.get("calls", []) if call["id"] not in answered]
        else:
            break
    return []


def tool_message(call: CallState, text: str) -> MessageState:
    return {"role": "tool", "text": text, "call_id": call["id"], "name": call["name"]}


def new_turn(request_id: str, question: str, typed: str, tools: Sequence[str] | None) -> TurnState:
    return {
        "request_id": request_id,
        "question": question,
        "typed": typed,
        "steps": 0,
        "malformed": 0,
        "declined": 0,
        "prompt_tokens": 0,
        "completion_tokens": 0,
        "model": "",
        "tools": None if tools is None else list(tools),
        "ending": "",
        "refused": False,
    }
