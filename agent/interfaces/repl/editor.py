"""The line editor: history, keys, colours, completion and the bottom bar."""

from collections.abc import Callable

from platformdirs import user_state_path
from prompt_toolkit import PromptSession
from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
from prompt_toolkit.enums import EditingMode
from prompt_toolkit.filters import Condition, is_searching
from prompt_toolkit.formatted_text import AnyFormattedText
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.lexers import DynamicLexer, Lexer, PygmentsLexer
from prompt_toolkit.styles import Style

from agent.interfaces.completion import ChatCompleter
from agent.interfaces.sql_line import is_sql

STYLE = Style.from_dict(
    {
        "prompt": "ansicyan bold",
        "prompt.transaction": "ansiyellow bold",
        "bottom-toolbar": "noreverse ansibrightblack",
        "bar.warning": "ansiyellow",
    }
)


class Colours:
    """SQL in colour while it is typed; the library that does it is loaded after the prompt is on the screen."""

    def __init__(self) -> None:
        self._sql: Lexer | None = None

    def load(self) -> None:
        from pygments.lexers.sql import SqlLexer

        self._sql = PygmentsLexer(SqlLexer, sync_from_start=True)

    def lexer(self, session: "PromptSession[str]") -> Lexer | None:
        text = session.default_buffer.text
        return self._sql if is_sql(text) or text.startswith(("/sql ", "/explain ")) else None


def open_history() -> History:
    """The lines typed before, readable by their owner alone; in memory where the folder cannot be written."""
    path = user_state_path("columnist", appauthor=False) / "history"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600, exist_ok=True)
        with path.open("ab"):
            return FileHistory(path)
    except OSError:
        return InMemoryHistory()


def build_session(
    history: History, completer: ChatCompleter, colours: Colours, toolbar: Callable[[], AnyFormattedText]
) -> "PromptSession[str]":
    """A prompt that sends on Enter and goes on after Alt-Enter or a trailing backslash."""
    session: PromptSession[str] = PromptSession(
        history=history,
        completer=completer,
        complete_while_typing=True,
        auto_suggest=AutoSuggestFromHistory(),
        multiline=True,
        key_bindings=_keys(),
        bottom_toolbar=toolbar,
        style=STYLE,
        prompt_continuation=_continuation,
        enable_open_in_editor=True,
        include_default_pygments_style=False,
    )
    session.lexer = DynamicLexer(lambda: colours.lexer(session))
    return session


def _continuation(_width: int, _line: int, wraps: int) -> str:
    """Before the second and later lines; nothing where a long line merely wraps."""
    return "" if wraps else "… "


def use_vi(session: "PromptSession[str]", vi: bool) -> None:
    """Choose the editing keys, also while the prompt is on the screen."""
    session.editing_mode = EditingMode.VI if vi else EditingMode.EMACS
    session.app.editing_mode = session.editing_mode


def _keys() -> KeyBindings:
    keys = KeyBindings()

    @Condition
    def goes_on() -> bool:
        from prompt_toolkit.application import get_app

        return get_app().current_buffer.document.text_before_cursor.endswith("\\")

    @keys.add("enter", filter=~goes_on & ~is_searching)
    def _send(event: KeyPressEvent) -> None:
        event.current_buffer.validate_and_handle()

    @keys.add("enter", filter=goes_on & ~is_searching)
    def _next_line(event: KeyPressEvent) -> None:
        event.current_buffer.delete_before_cursor()
        event.current_buffer.newline()

    @keys.add("escape", "enter")
    def _new_line(event: KeyPressEvent) -> None:
        event.current_buffer.newline(copy_margin=False)

    return keys
