"""The settings of this floor. Every key has a default and a sentence; unknown keys are errors."""

from pydantic import Field

from tools.settings import Section


class FillSettings(Section):
    """config.yaml: fill. How a column is filled by a language model."""

    preview_rows: int = Field(5, ge=1, le=10, description="Rows answered and shown before anything is written.")
    sample_rows: int = Field(5, ge=0, le=10, description="Filled rows shown at the end of a run.")
    concurrency: int | None = Field(
        None, ge=1, le=512, description="Model calls in flight at the start; unset: 8, doubling up to the first limit."
    )
    rows_per_call: int | None = Field(
        None,
        ge=1,
        le=100,
        description="Rows answered by one model call; unset: up to 25, fewer where rows or answers are long.",
    )
    echo_chars: int = Field(
        8, ge=1, le=64, description="Characters of its row that each answer of a packed call repeats, as proof."
    )
    max_output_tokens: int = Field(512, ge=16, description="The most tokens a model may answer with, for each row.")
    max_source_chars: int = Field(
        20_000, ge=100, description="Longer source values are cut to this many characters before a model sees them."
    )
    escalate_below: float = Field(
        0.7,
        ge=0,
        le=1,
        description="`--model cascade`: rows that the fast model is less sure of go to the precise one.",
    )
    lease_s: float = Field(30.0, ge=3, description="Seconds after which a silent worker's job may be taken over.")
    background_rows: int = Field(
        500, ge=0, description="A fill of more rows that was started in the chat runs in the background."
    )
    seconds_per_call: float = Field(
        1.5, gt=0, description="Expected seconds of one model call, for the plan's time until one was measured."
    )


class QualitySettings(Section):
    """config.yaml: quality. The second opinion on a random sample of the filled rows."""

    min_agreement: float = Field(
        0.9, ge=0, le=1, description="An agreement below this share of the sample is reported as an alert."
    )
    sample_rows: int = Field(
        50,
        ge=1,
        description="Rows that get a second opinion where one is asked for (`--judge`, `--gold`, `jobs check`).",
    )
    stop: bool = Field(
        False, description="Whether a run stops once the agreement is below `min_agreement` beyond doubt (95 %)."
    )
    number_tolerance: float = Field(
        0.05,
        ge=0,
        description="How far two numbers may differ and still agree: a share of the range, else of the value.",
    )
