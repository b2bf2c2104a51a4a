"""A statement that the door has looked at, with its parameters, ready to run."""

from collections.abc import Mapping
from dataclasses import dataclass

from tools.db.values import Value
from tools.safety.pending import Step
from tools.safety.review import Review
from tools.sql.parameters import bind
from tools.sql.statement import Dialect, Statement


@dataclass(frozen=True, kw_only=True)
class Bound:
    """What goes to the driver; `values` None: the text has no parameters at all."""

    text: str
    values: Mapping[str, Value] | None


def bound(text: str, params: Mapping[str, Value] | None, dialect: Dialect) -> Bound:
    """A text without parameters stays as it is, to the letter."""
    if params is None:
        return Bound(text=text, values=None)
    placed = bind(text, params, dialect)
    return Bound(text=placed.text, values=placed.values)


@dataclass(frozen=True, kw_only=True)
class Reviewed:
    """The door said ALLOW or CONFIRM; `review.statement` is there."""

    statement: Statement
    review: Review
    params: Mapping[str, Value] | None

    def bind(self, text: str | None = None) -> Bound:
        """The statement, or a text made of its parts, as the driver takes it."""
        return bound(text or self.statement.text, self.params, self.statement.dialect)

    def step(self, rows: int) -> Step:
        return Step(
            sql=self.statement.text,
            params=self.params,
            kind=self.statement.kind,
            fingerprint=self.statement.fingerprint,
            sha256=self.statement.sha256,
            reasons=self.review.reasons,
            red=self.review.red,
            rows=rows,
        )
