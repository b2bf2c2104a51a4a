"""A batch as the endpoint describes it, read into a Batch; and which of several is the one of a file."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from agent.llm.endpoint import Endpoint
from agent.llm.failure import quote
from skills.batch_lane import Batch, BatchConflict, BatchFile, BatchState

_MOST_ERRORS = 3  # told; a file of 50,000 lines can have as many
# The account may not have more waiting at once; nothing is wrong with the file.
_CROWDED = frozenset({"token_limit_exceeded", "batch_limit_exceeded"})


def read_batch(entry: Mapping[str, object], endpoint: Endpoint) -> Batch:
    counts = mapping(entry.get("request_counts"))
    noted = metadata(entry)
    errors = [mapping(error) for error in items(mapping(entry.get("errors")).get("data"))]
    words = "; ".join(
        quote(str(error.get("message") or error.get("code")), endpoint) for error in errors[:_MOST_ERRORS]
    )
    return Batch(
        id=str(entry.get("id")),
        part=int(noted.get("part", "0")) if noted.get("part", "0").isdigit() else 0,
        state=_state(entry.get("status")),
        total=_count(counts.get("total")),
        completed=_count(counts.get("completed")),
        failed=_count(counts.get("failed")),
        digest=noted.get("digest", ""),
        created_at=created(entry),
        reason=words or None,
        crowded=bool(errors) and all(error.get("code") in _CROWDED for error in errors),
        input_file=_name(entry.get("input_file_id")),
        output_file=_name(entry.get("output_file_id")),
        error_file=_name(entry.get("error_file_id")),
    )


def same_part(file: BatchFile, batches: Iterable[Batch]) -> Batch | None:
    """The batch that was made of this file. Raises BatchConflict if that part was made of another one."""
    there = [batch for batch in batches if batch.part == file.part and batch.state is not BatchState.FAILED]
    if not there:
        return None
    newest = max(there, key=lambda batch: batch.created_at)
    if newest.digest != file.digest:
        raise BatchConflict(f"part {file.part} was submitted with other questions, as {newest.id}")
    return newest


def created(entry: Mapping[str, object]) -> datetime:
    return datetime.fromtimestamp(_count(entry.get("created_at")), UTC)


def metadata(entry: Mapping[str, object]) -> dict[str, str]:
    return {str(name): str(value) for name, value in mapping(entry.get("metadata")).items()}


def mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def items(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _state(value: object) -> BatchState:
    # A state that other servers have of their own is none of an end.
    return BatchState(str(value)) if value in tuple(BatchState) else BatchState.IN_PROGRESS


def _count(value: object) -> int:
    return value if isinstance(value, int) else 0


def _name(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
