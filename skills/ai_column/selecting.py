"""The rows of a refresh: of all rows of the table those that the journals say are to be computed again.

A cell is never taken from the person who edited it: a chosen row expects in such a cell what the job had left
there, so that the compare-and-set of the write passes over it. Whatever was journaled by the refresh itself is done.
"""

from collections import Counter
from collections.abc import Sequence
from enum import Enum

from memory.jobs import AnswerStatus
from skills.ai_column.history import History, Made
from skills.ai_column.prompt import Prompt
from skills.ai_column.refresh import Refresh, Refreshed
from skills.ai_column.rows import Page, SourceRow
from skills.ai_column.target import Target
from tools.db.values import Value
from tools.safety.kept import Kept

_SETTLED = (AnswerStatus.WRITTEN, AnswerStatus.FAILED)


class _Why(Enum):
    """As `Refreshed` counts them; of several reasons the first one counts."""

    SOURCE = "source_changed"
    WORDING = "reworded"
    FAILED = "failed"
    AGAIN = "again"


class Selector:
    """Chooses rows, page by page, and counts them."""

    def __init__(
        self,
        history: History,
        target: Target,
        prompt: Prompt,
        refresh: Refresh,
        *,
        overwrite_edits: bool,
        job_id: str | None,
    ) -> None:
        self._history = history
        self._prompt = prompt
        self._refresh = refresh
        self._overwrite_edits = overwrite_edits
        self._job_id = job_id  # of the refresh itself, if it has begun
        columns = [target.table.column(name) for name in target.names]
        self._kept = [Kept(column, target.dialect) for column in columns if column is not None]
        self._counts: Counter[str] = Counter()

    @property
    def refreshed(self) -> Refreshed:
        """What all rows so far were."""
        return Refreshed(refresh=self._refresh, overwrites_edits=self._overwrite_edits, **self._counts)

    def select(self, rows: Sequence[SourceRow]) -> Sequence[SourceRow]:
        """Those of one page that are to be computed again, with what their cells are expected to hold."""
        made = self._history.of([row.key_json for row in rows])
        chosen = [one for row in rows if row.key_json in made and (one := self._chosen(row, made[row.key_json]))]
        if not chosen:
            return ()
        # The page is done with when its chosen rows are.
        read = rows[0].page
        page = None if read is None else Page(read.last, len(chosen))
        return [row._replace(page=page) for row in chosen]

    def _chosen(self, row: SourceRow, cells: Sequence[Made | None]) -> SourceRow | None:
        reasons = {place: why for place, made in enumerate(cells) if made and (why := self._why(row, made))}
        if not reasons:
            return None
        if row.empty:
            self._counts["emptied"] += 1
            return None
        expected = [self._expected(place, made, row.present[place]) for place, made in enumerate(cells)]
        edited = [place for place in reasons if not self._kept[place].holds(row.present[place], expected[place])]
        if edited:
            self._counts["edited"] += 1
            if len(edited) == len(reasons) and not self._overwrite_edits:
                return None
        self._counts[next(why for why in _Why if why in reasons.values()).value] += 1
        return row if self._overwrite_edits else row._replace(present=tuple(expected))

    def _why(self, row: SourceRow, made: Made) -> _Why | None:
        """Why this cell is to be computed again; None: it is not."""
        if made.status not in _SETTLED:
            return None
        stale, mine = self._stale(row, made), made.by.job.id == self._job_id
        if self._refresh is Refresh.STALE:
            return stale
        if (made.status is AnswerStatus.FAILED) != (self._refresh is Refresh.FAILED):
            return None
        again = _Why.FAILED if self._refresh is Refresh.FAILED else _Why.AGAIN
        return stale or (None if mine else again)

    def _stale(self, row: SourceRow, made: Made) -> _Why | None:
        if made.answer.input_hash != row.input_hash:
            return _Why.SOURCE
        return None if self._prompt.is_answered_by(made.answer.prompt_version) else _Why.WORDING

    def _expected(self, place: int, made: Made | None, present: Value) -> Value:
        """What the cell holds if it is the job's; of a cell that no job has settled, nothing."""
        if made is None or made.status not in _SETTLED:
            return None
        candidates = made.may_hold
        return present if any(self._kept[place].holds(present, one) for one in candidates) else candidates[0]
