"""The look before anything is written: of a few chosen rows at least one answer must pass the contract.

Under `--yes` nobody looks at a preview, so the run does: nothing is written until one of the chosen inputs
was answered well, and if all of them fail the run has failed.
"""

from collections.abc import Sequence

from skills.ai_column.asking import Settled
from skills.ai_column.rows import SourceRow


class Look:
    """Sees every settled answer. Used by the journal thread alone."""

    def __init__(self, rows: Sequence[SourceRow]) -> None:
        self._left = {row.input_hash for row in rows}
        self._asked = len(self._left)
        self.passed = not self._left
        self.failed: str | None = None  # why the run must not go on

    def saw(self, settled: Settled) -> None:
        if self.passed or settled.input_hash not in self._left:
            return
        self._left.discard(settled.input_hash)
        if settled.failed is None:
            self.passed = True
        elif not self._left:
            self.failed = all_failed(self._asked, settled.failed)


def all_failed(rows: int, reason: str) -> str:
    return f"all {rows} preview rows failed; the last one: {reason}"
