"""How much of a conversation the model is shown, and how long one turn may go on."""

from pydantic import Field

from tools.settings import Section


class ChatSettings(Section):
    """config.yaml: chat. Bounds of one turn and of what is sent to the model."""

    max_steps: int = Field(25, ge=1, description="Model calls in one turn; then the turn ends and says so.")
    max_malformed: int = Field(3, ge=0, description="Unusable tool calls in one turn before the turn ends.")
    prompt_tokens: int = Field(
        24_000, ge=2000, description="Most tokens of a prompt; older turns are summarised to stay under it."
    )
    schema_tokens: int = Field(6000, ge=200, description="Most tokens of table descriptions in a prompt.")
    result_tokens: int = Field(1500, ge=100, description="Most tokens of one tool result; the rest stays on this side.")
