"""Events of a conversation as JSON objects, for `--output-format json` and `stream-json`."""

from agent.events import Event, Notice, Question, TextDelta, ToolFinished, ToolProgress, ToolStarted, TurnEnded
from tools.db.values import rows_as_json
from tools.safety.pending import Outcome, Pending

JsonObject = dict[str, object]


def event_json(event: Event) -> JsonObject:
    """One event; `type` says which."""
    match event:
        case TextDelta():
            return {"type": "text", "text": event.text}
        case ToolStarted():
            return {"type": "tool_started", "id": event.call_id, "name": event.name, "arguments": event.arguments}
        case ToolProgress():
            return {"type": "tool_progress", "id": event.call_id, "text": event.text}
        case ToolFinished():
            outcome = {"result": result_json(event.outcome)} if event.outcome and event.outcome.columns else {}
            return {"type": "tool_finished", "id": event.call_id, **finished_json(event), **outcome}
        case Question():
            return {"type": "question", "pendings": [pending_json(pending) for pending in event.pendings]}
        case Notice():
            return {"type": "notice", "text": event.text, "warning": event.warning}
        case TurnEnded():
            tokens = {"prompt": event.prompt_tokens, "completion": event.completion_tokens}
            return {"type": "ended", "ending": event.ending.value, "text": event.text, "tokens": tokens}


def finished_json(call: ToolFinished) -> JsonObject:
    """A tool call without its rows."""
    return {
        "name": call.name,
        "sql": call.outcome.sql if call.outcome else None,
        "summary": call.summary,
        "rows": call.rows,
        "duration_ms": round(call.duration_ms, 1),
        "undo_id": call.outcome.undo_id if call.outcome else None,
        "error": call.error,
    }


def result_json(outcome: Outcome) -> JsonObject:
    """Rows as `sql run` prints them."""
    return {
        "columns": list(outcome.columns),
        "rows": rows_as_json(outcome.rows),
        "row_count": outcome.row_count,
        "truncated": outcome.truncated,
    }


def pending_json(pending: Pending) -> JsonObject:
    """What waits for a yes, without the sample rows."""
    return {
        "kind": pending.kind.value,
        "statements": [step.sql for step in pending.steps],
        "measure": pending.effect.measure.value,
        "effect": [
            {"table": each.table, "inserted": each.inserted, "updated": each.updated, "deleted": each.deleted}
            for each in pending.effect.tables
        ],
        "reasons": list(pending.reasons),
        "red": pending.red,
        "undoable": pending.effect.undoable.value,
        "plan_hash": pending.plan_hash,
    }
