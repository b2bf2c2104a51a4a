"""From the command line's wishes to settings and an application; every command opens through here."""

from collections.abc import Iterator
from contextlib import contextmanager

from agent.app import App
from agent.database_choice import GIVEN
from agent.demo.build import demo_path
from agent.interfaces.failures import UsageProblem
from agent.interfaces.options import Opening
from agent.settings import Settings
from tools.db.url import parse_url
from tools.settings import Mode
from tools.sql.statement import Dialect


def load_settings(opening: Opening) -> Settings:
    """The settings with the flags on top."""
    if opening.as_user is not None:
        raise UsageProblem("--as is not yet supported: permissions are not enforced in this version")
    overrides = {"model": opening.model} if opening.model else {}
    return Settings.load(opening.config, overrides=overrides)


def asked_mode(opening: Opening) -> Mode | None:
    """The value of --mode."""
    if opening.mode is None:
        return None
    try:
        return Mode(opening.mode)
    except ValueError:
        raise UsageProblem(f"--mode is ask or operate, not {opening.mode!r}") from None


def is_offline(settings: Settings, opening: Opening) -> bool:
    """The demo answers by rules where no model is configured; nothing else does so unasked."""
    unconfigured = settings.models.base_url is None and settings.models.api_key is None and settings.model is None
    return opening.demo and unconfigured


@contextmanager
def opened(opening: Opening) -> Iterator[App]:
    """The application, closed at the end: open transactions are rolled back then."""
    app = build_app(opening)
    try:
        yield app
    finally:
        app.close()


def build_app(opening: Opening) -> App:
    """The application; the one who asks for it closes it."""
    asked_mode(opening)
    settings = load_settings(opening)
    url = str(demo_path()) if opening.demo else opening.url
    app = App.build(settings, url=url, offline=is_offline(settings, opening))
    app.config_file = opening.config
    return app


def shown_database(app: App) -> str:
    """The chosen database for people: its configured name, else its address without a password."""
    if app.target is None:
        return ""
    if app.target.name != GIVEN:
        return app.target.name
    address = parse_url(app.target.url)
    return address.path.name if address.dialect is Dialect.SQLITE else address.display


def resumed_session(app: App, resume: str | None) -> str | None:
    """The session meant by --resume: an id, or the last one with this database."""
    if resume != "last":
        return resume
    latest = app.sessions.latest(app.gate().database)
    if latest is None:
        raise UsageProblem("there is no earlier session with this database")
    return latest.id
