"""Models as a plan sees them: their names, what they cost, who goes on and who checks."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class Price:
    """Money per million tokens, in the currency of the price table."""

    prompt: Decimal
    completion: Decimal

    def of(self, prompt_tokens: int, completion_tokens: int) -> Decimal:
        return (self.prompt * prompt_tokens + self.completion * completion_tokens) / 1_000_000


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A model as a plan sees it."""

    model: str  # the label recorded beside every answer
    price: Price | None
    texts_per_call: int | None = None  # that an embedding model takes; None: it is a language model
    escalates_to: "Offer | None" = None  # the precise model of a cascade

    def then(self, precise: "Offer") -> "Offer":
        return Offer(model=self.model, price=self.price, escalates_to=precise)


@dataclass(frozen=True, kw_only=True)
class PlannedCheck:
    """The second opinion on a sample of the rows; numbers are upper ends."""

    judge: str  # a model's name, or a file of labels
    rows: int
    calls: int
    cost: Decimal | None  # None: nobody knows the price of the judge

    def describe(self) -> str:
        cost = "" if not self.cost else f" and a cost of {self.cost:.4f}"
        return f"{self.rows:,} rows are checked against {self.judge}: up to {self.calls:,} more calls{cost}"
