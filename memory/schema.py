"""Creates and upgrades the tables of the store, once, however many processes open it at the same moment.

`columnist_schema` holds one row: the version of the tables, 0 while they are being created for the first time.
SQLite and PostgreSQL do it all in one transaction; MySQL commits every DDL statement by itself, so there each
step can be repeated after a crash.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy as sa

from memory.errors import StateUnavailable
from memory.tables import metadata
from memory.upgrades import UPGRADES, Upgrade

_LOCK_KEY = 0x436F6C756D6E  # "Column": any number that nobody else locks
_LOCK_NAME = "columnist_schema"
_LOCK_WAIT_S = 60

_version_table = sa.Table(
    "columnist_schema",
    sa.MetaData(),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    mysql_engine="InnoDB",
    mariadb_engine="InnoDB",
)


def is_current(connection: sa.Connection, upgrades: Sequence[Upgrade] = UPGRADES) -> bool:
    """Whether the tables stand already, at this program's version. The everyday case, without a lock."""
    return _version(connection) == current_version(upgrades)


def current_version(upgrades: Sequence[Upgrade] = UPGRADES) -> int:
    return 1 + len(upgrades)


def write_version(connection: sa.Connection) -> None:
    """Write the version that stands there."""
    connection.execute(_version_table.update().values(version=_version_table.c.version))


def bring_up_to_date(connection: sa.Connection, upgrades: Sequence[Upgrade] = UPGRADES) -> None:
    """Create or upgrade the tables. `connection` is inside a write transaction."""
    with _alone(connection):
        version = _version(connection)
        if version is None:
            version = _begin(connection)
        if version > current_version(upgrades):
            raise StateUnavailable(
                f"The state store was written by a newer Columnist (tables of version {version}).",
                hint="upgrade this Columnist, or name another place with COLUMNIST_STATE_URL",
            )
        if version == 0:
            _create(connection)
        else:
            for upgrade in upgrades[version - 1 :]:
                upgrade(connection)
        connection.execute(_version_table.update().values(version=current_version(upgrades)))


@contextmanager
def _alone(connection: sa.Connection) -> Iterator[None]:
    """No other process is in here. SQLite's write transaction is that lock already."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK_KEY)))
        yield
    elif connection.dialect.name in ("mysql", "mariadb"):
        # A name is locked on the whole server, so it carries the database.
        name = sa.func.concat(_LOCK_NAME, ".", sa.func.left(sa.func.sha2(sa.func.database(), 256), 32))
        if connection.scalar(sa.select(sa.func.get_lock(name, _LOCK_WAIT_S))) != 1:
            raise StateUnavailable("Another process has been creating the state store for a minute.", hint="try again")
        try:
            yield
        finally:
            connection.execute(sa.select(sa.func.release_lock(name)))
    else:
        yield


def _version(connection: sa.Connection) -> int | None:
    if not sa.inspect(connection).has_table(_version_table.name):
        return None
    return connection.scalar(sa.select(_version_table.c.version))


def _begin(connection: sa.Connection) -> int:
    """Claim the place for a store: version 0, creation begun."""
    _refuse_foreign_tables(connection)
    _refuse_narrow_encoding(connection)
    _version_table.create(connection, checkfirst=True)
    connection.execute(_version_table.insert().values(version=0))
    return 0


def _refuse_foreign_tables(connection: sa.Connection) -> None:
    # Someone else's table of the same name would be taken for ours and fail later, at the worst moment.
    foreign = set(sa.inspect(connection).get_table_names()) & set(metadata.tables)
    if foreign:
        raise StateUnavailable(
            f"The place of the state store holds a table {min(foreign)} that is not Columnist's.",
            hint="give the state store a file or database of its own with COLUMNIST_STATE_URL",
        )


def _refuse_narrow_encoding(connection: sa.Connection) -> None:
    # A PostgreSQL database has one encoding for all; MySQL's tables bring their own.
    if connection.dialect.name != "postgresql":
        return
    encoding = connection.scalar(sa.text("SHOW server_encoding"))
    if encoding != "UTF8":
        raise StateUnavailable(
            f"The database of the state store keeps text in {encoding}, which cannot hold every text.",
            hint="create a database with ENCODING 'UTF8' TEMPLATE template0 for it",
        )


def _create(connection: sa.Connection) -> None:
    for table in metadata.sorted_tables:
        table.create(connection, checkfirst=True)
        # Of a table that stood already (MySQL, after a crash) the indexes may still be missing.
        for index in table.indexes:
            index.create(connection, checkfirst=True)
