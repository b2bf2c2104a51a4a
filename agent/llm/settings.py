"""config.yaml: models. Which language models are used, where they live and what they cost.

Light to import: nothing of the model stack is loaded here. The API key is a SecretStr, so that it
never shows in a repr, a log line or a validation error.
"""

from decimal import Decimal

from pydantic import Field, SecretStr

from tools.settings import Section

# Used when only OPENAI_API_KEY is given: both answer without spending reasoning tokens by default.
DEFAULT_FAST = "gpt-5.4-mini"
DEFAULT_PRECISE = "gpt-5.4"
DEFAULT_EMBEDDING = "text-embedding-3-small"


class ModelPrice(Section):
    """What a million tokens of one model cost, in one currency of your choice."""

    input: Decimal = Field(ge=0, description="Price of a million prompt tokens.")
    output: Decimal = Field(ge=0, description="Price of a million completion tokens.")


class ModelSettings(Section):
    """config.yaml: models. The endpoint and the models for quick and for careful work."""

    base_url: str | None = Field(
        None, description="Address of an OpenAI-compatible endpoint (`OPENAI_BASE_URL`); unset: OpenAI's own."
    )
    api_key: SecretStr | None = Field(
        None, description="Its key (`OPENAI_API_KEY`); better kept in the environment than in a file."
    )
    fast: str | None = Field(None, description="Model for simple questions and for filling columns.")
    precise: str | None = Field(None, description="Model for the conversation and for hard questions; unset: `fast`.")
    timeout_s: float = Field(60.0, gt=0, description="Seconds to wait for the model (per streamed piece) at most.")
    max_output_tokens: int = Field(4096, ge=1, description="The most tokens of one chat answer.")
    max_retries: int = Field(
        2, ge=0, description="Further tries after a limit or a server error; Retry-After is honoured."
    )
    requests_per_minute: int | None = Field(
        None, ge=1, description="Most requests per minute to one model when filling columns; unset: what it accepts."
    )
    tokens_per_minute: int | None = Field(
        None, ge=1, description="Most tokens per minute to one model when filling columns; unset: what it accepts."
    )
    temperature: float | None = Field(
        None, ge=0, le=2, description="Sampling temperature; unset: the endpoint's own default."
    )
    prices: dict[str, ModelPrice] = Field(
        default_factory=dict, description="Price per model name, for the costs of plans and runs."
    )

    batch_discount: float = Field(
        0.5, ge=0, le=1, description="The part of the price that the Batch API takes off (`--lane batch`)."
    )
    embedding: str | None = Field(
        None, description="Model for embedding columns; unset: `text-embedding-3-small` at OpenAI, else none."
    )
    embedding_texts: int = Field(
        128, ge=1, le=2048, description="The most texts of one embedding request (OpenAI takes 2,048)."
    )

    def at_batch_price(self) -> "ModelSettings":
        """The same with the prices of the batch lane."""
        factor = 1 - Decimal(str(self.batch_discount))
        prices = {
            name: ModelPrice(input=price.input * factor, output=price.output * factor)
            for name, price in self.prices.items()
        }
        return self.model_copy(update={"prices": prices})

    def cost(self, model: str, prompt_tokens: int, completion_tokens: int) -> Decimal | None:
        """What these tokens cost; None when the price of the model is not configured."""
        price = self.prices.get(model)
        if price is None:
            return None
        return (price.input * prompt_tokens + price.output * completion_tokens) / Decimal(1_000_000)
