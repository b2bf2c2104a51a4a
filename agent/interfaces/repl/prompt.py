"""The prompt and what it shows about the chat behind it."""

from prompt_toolkit import PromptSession
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.patch_stdout import patch_stdout

from agent.interfaces.completion import ChatCompleter, Names
from agent.interfaces.options import ChatOptions
from agent.interfaces.plain_text import one_line
from agent.interfaces.repl.bar import Status, bar
from agent.interfaces.repl.editor import Colours, build_session, open_history, use_vi
from agent.interfaces.repl.fill_watch import FillWatch
from agent.interfaces.repl.loading import Loading

LONGEST_NAME = 30


def prompt_name(options: ChatOptions) -> str:
    """The database in a word, taken from what was typed: nothing is loaded yet. Never a part of a password."""
    if options.opening.demo:
        return "demo"
    address = (options.opening.url or "columnist").partition("?")[0].rpartition("@")[2].rstrip("/")
    name = address.rpartition("/")[2].partition(":")[0]
    for suffix in (".db", ".sqlite", ".sqlite3"):
        name = name.removesuffix(suffix)
    return one_line(name)[:LONGEST_NAME] or "columnist"


class Prompt:
    """The line editor and what it shows about the chat behind it."""

    def __init__(self, options: ChatOptions) -> None:
        self._message = FormattedText([("class:prompt", f"{prompt_name(options)}> ")])
        self.names = Names()
        self.status = Status()
        self._colours = Colours()
        self.loading = Loading(options, self.names, self._loaded)
        self._session: PromptSession[str] = build_session(
            open_history(), ChatCompleter(self.names), self._colours, self._bar
        )
        self._fills = FillWatch(self.loading, self.status, self.tell)
        self._news: list[str] = []
        self._session.app.after_render += lambda _: self.loading.start()

    def read(self) -> str | None:
        """The next line that is not empty; None when the person leaves. Raises what went wrong while loading."""
        while True:
            self._print_news()
            try:
                with patch_stdout(raw=True):
                    line = self._session.prompt(self._message, refresh_interval=1.0)
            except KeyboardInterrupt:
                continue
            except EOFError:
                return None
            if line.strip():
                return line.strip()

    def tell(self, words: str) -> None:
        """A line of news from any thread: above the prompt, or before the next one while a turn runs."""
        self._news.append(words)
        app = self._session.app
        if app.loop is not None and app.is_running:
            app.loop.call_soon_threadsafe(self._print_news)

    def close(self) -> None:
        self._fills.close()
        self.loading.close()

    def _print_news(self) -> None:
        while self._news:
            print(self._news.pop(0))  # noqa: T201  # above the prompt

    def typed(self) -> list[str]:
        """The lines of this and earlier chats, oldest first."""
        return list(self._session.history.get_strings())

    def use_vi(self, vi: bool) -> None:
        use_vi(self._session, vi)

    def _bar(self) -> FormattedText:
        return FormattedText(bar(self.status))

    def _loaded(self, loading: Loading) -> None:
        """Called by the loading thread when it is through."""
        self._colours.load()
        app, error = self._session.app, loading.error
        if loading.opened is not None:
            opened = loading.opened
            self.status.model = opened.model
            self.status.database = one_line(opened.database)
            self.status.conversation = opened.conversation
            self.use_vi(opened.app.settings.ui.keys == "vi")
            self._fills.start()
            if opened.app.models.offline:
                print(f"Answers come from {opened.model}.")  # noqa: T201  # above the prompt
        if app.loop is None or not app.is_running:
            return
        if error is None:
            app.invalidate()
            return

        def give_up() -> None:
            if app.is_running and not app.is_done:
                app.exit(exception=error)

        app.loop.call_soon_threadsafe(give_up)
