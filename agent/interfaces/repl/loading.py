"""Opens the application while the person already sees the prompt."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.interfaces.completion import Names
from agent.interfaces.options import ChatOptions

if TYPE_CHECKING:  # imported by the loading thread, after the prompt is on the screen
    from agent.app import App
    from agent.conversation import Conversation


@dataclass(frozen=True, kw_only=True)
class Opened:
    """What a chat works with."""

    app: "App"
    conversation: "Conversation"
    model: str  # its label
    database: str  # as people know it


class Loading:
    """The thread that opens it, and what came of it. The names follow when the structure has been read."""

    def __init__(self, options: ChatOptions, names: Names, on_end: Callable[["Loading"], None]) -> None:
        self._options = options
        self._names = names
        self._on_end = on_end
        self._thread = threading.Thread(target=self._run, name="loading", daemon=True)
        self._ready = threading.Event()
        self.opened: Opened | None = None
        self.error: BaseException | None = None

    def start(self) -> None:
        """Begin; once is enough."""
        if self._thread.ident is None:
            self._thread.start()

    def wait(self) -> Opened:
        """What was opened; raises what stood in the way."""
        self.start()
        while not self._ready.wait(0.1):  # in slices, so that Ctrl-C is heard
            pass
        if self.opened is None:
            assert self.error is not None  # one of the two is always set
            raise self.error
        return self.opened

    def close(self) -> None:
        """End the application if it was opened."""
        if self._thread.ident is not None:
            self._thread.join(timeout=5)
        if self.opened is not None:
            self.opened.app.close()

    def _run(self) -> None:
        try:
            self.opened = open_chat(self._options)
        except BaseException as error:  # noqa: BLE001  # carried to the prompt and raised there
            self.error = error
        self._ready.set()
        if self.opened is not None:
            refresh_names(self._names, self.opened)
        self._on_end(self)
        if self.opened is not None:
            self.opened.app.warm_up()


def open_chat(options: ChatOptions) -> Opened:
    """The application and a conversation in it. The database is asked once, so that a wrong address is said now."""
    from agent.interfaces.opening import asked_mode, build_app, resumed_session, shown_database
    from agent.llm.models import Role

    app = build_app(options.opening)
    try:
        model = app.models.label(Role.PRECISE)
        app.gate().schema.get()
        conversation = app.conversation(
            mode=asked_mode(options.opening), session_id=resumed_session(app, options.resume)
        )
    except BaseException:
        app.close()
        raise
    return Opened(app=app, conversation=conversation, model=model, database=shown_database(app))


def refresh_names(names: Names, opened: Opened) -> None:
    """Take over the names that can be completed."""
    schema = opened.conversation.gate.visible_schema()
    names.columns = {
        name: tuple(column.name for column in table.columns) for name, table in sorted(schema.tables.items())
    }
    names.skills = {skill.name: skill.description for skill in opened.app.skills.usable()}
