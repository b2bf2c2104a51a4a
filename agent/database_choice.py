"""Which database is meant: by URL, by name, or by the settings."""

from agent.settings import ConfigError, Settings
from tools.settings import DatabaseSettings

GIVEN = "given"  # the name of a database that came as a URL


def choose_database(settings: Settings, url: str | None) -> DatabaseSettings | None:
    """What is given (a URL or a configured name), then DATABASE_URL, then the default database, then the only one."""
    if url is None and settings.database_url is not None:
        url = settings.database_url.get_secret_value()
    if url is not None:
        return settings.database(url) or _configured(settings, url) or DatabaseSettings(name=GIVEN, url=url)
    if settings.default_database is not None:
        return settings.database(settings.default_database)
    return settings.databases[0] if len(settings.databases) == 1 else None


def _configured(settings: Settings, url: str) -> DatabaseSettings | None:
    """A configured database under its address: production stays production, however it is opened."""
    from tools.db.url import parse_url

    if not settings.databases:
        return None
    identity = parse_url(url).identity
    same = (known for known in settings.databases if parse_url(known.url).identity == identity)
    known = next(same, None)
    return DatabaseSettings(name=known.name, url=url, environment=known.environment) if known else None


def database_named(settings: Settings, target: DatabaseSettings | None, name: str | None) -> DatabaseSettings:
    """The chosen one (None), or a configured one."""
    if target is not None and name in (None, target.name):
        return target
    if name is None:
        raise ConfigError("no database was given: pass a URL, or set DATABASE_URL or default_database")
    found = settings.database(name)
    if found is None:
        names = ", ".join(database.name for database in settings.databases) or "none"
        raise ConfigError(f"no database is named {name!r}; configured: {names}", key="databases")
    return found
