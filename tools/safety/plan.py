"""A Pending's identity (`plan_hash`) and its JSON, so that it can wait anywhere and run in another process.

The hash covers the id of this very question, the exact texts and parameters, kind, database, schema version,
measured effect, principal, row cap and subject: two people who answer one question approve one plan, and the
same question asked again is another. It is computed again before execution: a Pending changed by one character
is another one.
"""

import hashlib
import json
from functools import cache

from pydantic import TypeAdapter

from tools.safety.pending import Pending, Step

# Where the question came from, and what a person sees beside it.
OUTSIDE_PLAN = {"session_id", "created_at", "plan_hash"}
OUTSIDE_EFFECT = {"samples", "notes", "undoable", "undo_note"}


def plan_hash(pending: Pending) -> str:
    plan = _pendings().dump_python(
        pending, mode="json", exclude=dict.fromkeys(OUTSIDE_PLAN, True) | {"effect": OUTSIDE_EFFECT}
    )
    return text_hash(json.dumps(plan, sort_keys=True))


def text_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def step_key(step: Step) -> str:
    """The same for the same text with the same parameters, and for nothing else."""
    exact = _steps().dump_python(step, mode="json", include={"sql", "params"})
    return text_hash(json.dumps(exact, sort_keys=True))


def dump(pending: Pending) -> str:
    return _pendings().dump_json(pending).decode()


def load(text: str) -> Pending:
    return _pendings().validate_json(text)


@cache
def _pendings() -> TypeAdapter[Pending]:
    return TypeAdapter(Pending)


@cache
def _steps() -> TypeAdapter[Step]:
    return TypeAdapter(Step)
