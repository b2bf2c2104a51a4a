"""One answer of the model, streamed, which a person can stop.

The stream is read on a thread of its own: when the person stops it, waiting ends at once, and the stream is
closed as soon as its next piece arrives, which ends the request.
"""

import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from langchain_core.language_models import LanguageModelInput
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.runnables import Runnable

from tools.safety.cancel import CancelToken

ChatRunnable = Runnable[LanguageModelInput, AIMessage]


@dataclass(frozen=True)
class _Stop:
    error: BaseException | None = None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What arrived; `complete` is False if it was stopped."""

    message: AIMessage
    complete: bool


def stream_answer(
    model: ChatRunnable, messages: Sequence[BaseMessage], cancel: CancelToken, on_text: Callable[[str], None]
) -> Answer:
    """Read the whole answer, handing over its text as it comes."""
    pieces: queue.SimpleQueue[AIMessage | _Stop] = queue.SimpleQueue()
    stopped = threading.Event()
    reading = threading.Thread(target=_read, args=(model, list(messages), pieces, stopped), name="model", daemon=True)
    whole: AIMessage | None = None
    with cancel.bind(lambda: pieces.put(_Stop())):
        reading.start()
        while not isinstance(piece := pieces.get(), _Stop):
            whole = whole + piece if isinstance(whole, AIMessageChunk) and isinstance(piece, AIMessageChunk) else piece
            if piece.text:
                on_text(piece.text)
    stopped.set()
    if piece.error is not None:
        raise piece.error
    return Answer(message=whole or AIMessage(content=""), complete=not cancel.cancelled)


def _read(
    model: ChatRunnable,
    messages: list[BaseMessage],
    pieces: "queue.SimpleQueue[AIMessage | _Stop]",
    stopped: threading.Event,
) -> None:
    stream = model.stream(messages)
    try:
        for piece in stream:
            if stopped.is_set():
                return
            pieces.put(piece)
        pieces.put(_Stop())
    except BaseException as error:  # noqa: BLE001 - carried to the waiting thread and raised there
        pieces.put(_Stop(error))
    finally:
        close = getattr(stream, "close", None)
        if close is not None:
            close()
