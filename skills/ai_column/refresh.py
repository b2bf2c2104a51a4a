"""Which filled rows are computed again, as a person chooses it, and how many of each kind a look has found."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from skills.ai_column.rows import SourceRow


class Refresh(StrEnum):
    """The rows of a refresh. A row that no job has filled is never among them."""

    STALE = "stale"  # its source or the wording has changed since it was answered
    FAILED = "failed"  # it was set aside without a usable answer
    ALL = "all"  # every row that a job wrote


@dataclass(frozen=True, kw_only=True)
class Refreshed:
    """What the rows of a refresh are, by the reason for which they are chosen or left alone."""

    refresh: Refresh
    source_changed: int = 0
    reworded: int = 0  # the same source, asked in other words
    failed: int = 0
    again: int = 0  # neither of these: asked again because all rows are
    edited: int = 0  # a person has changed the cells since
    overwrites_edits: bool = False  # else the edited rows are left alone
    emptied: int = 0  # nothing is left to judge: left alone

    @property
    def notes(self) -> tuple[str, ...]:
        """For the plan."""
        counts = (
            (self.source_changed, "rows whose source has changed since"),
            (self.reworded, "rows that were answered in other words"),
            (self.failed, "rows that had failed"),
            (self.again, "rows that are up to date"),
        )
        chosen = [f"{count:,} {what}" for count, what in counts if count]
        notes = [f"refresh: {', '.join(chosen)}" if chosen else f"refresh: no row is {self.refresh.value}"]
        if self.edited:
            fate = "are overwritten" if self.overwrites_edits else "keep what the person wrote (--overwrite-edits)"
            notes.append(f"{self.edited:,} rows were edited by a person since: they {fate}")
        if self.emptied:
            notes.append(f"{self.emptied:,} rows have an empty source now: they keep their value")
        return tuple(notes)

    def as_json(self) -> dict[str, object]:
        return {
            "rows": self.refresh.value,
            "source_changed": self.source_changed,
            "reworded": self.reworded,
            "failed": self.failed,
            "again": self.again,
            "edited": self.edited,
            "overwrite_edits": self.overwrites_edits,
            "emptied": self.emptied,
        }


class RowSelector(Protocol):
    """Chooses the rows of a refresh, page by page."""

    @property
    def refreshed(self) -> Refreshed:
        """What all rows so far were."""

    def select(self, rows: Sequence[SourceRow]) -> Sequence[SourceRow]:
        """Those of one page that are to be computed again."""
