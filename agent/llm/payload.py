"""The body of a chat completion request, the same whichever lane it takes, and the object in its answer."""

from dataclasses import dataclass

from agent.llm.formats import AnswerFormat, body, read_object
from agent.llm.wire import Completion
from skills.model_caller import AnswerRefused, ModelRequest


@dataclass(frozen=True, kw_only=True)
class Shape:
    """How one endpoint and model want to be asked."""

    length_key: str  # the name under which they take the most tokens of an answer
    answer_format: AnswerFormat = AnswerFormat.STRICT_SCHEMA
    headroom: int = 0  # tokens granted on top to models that think before they answer
    temperature: float | None = None


def payload(model: str, request: ModelRequest, shape: Shape) -> dict[str, object]:
    values: dict[str, object] = {"model": model, **body(request, shape.answer_format)}
    values[shape.length_key] = request.max_output_tokens + shape.headroom
    if shape.temperature is not None:
        values["temperature"] = shape.temperature
    return values


def object_in(completion: Completion) -> dict[str, object]:
    """Raises AnswerRefused or NoObject."""
    if completion.refusal or completion.finish_reason == "content_filter":
        raise AnswerRefused(
            f"the model refused: {(completion.refusal or 'content filter')[:200]}",
            prompt_tokens=completion.prompt_tokens,
            completion_tokens=completion.completion_tokens,
        )
    return read_object(completion.text if completion.arguments is None else completion.arguments, {})
