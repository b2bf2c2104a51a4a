"""How much the database is waiting right now: a signal for those who write in batches to go slower.

None where the engine does not say, or not to this user; never a guess.
"""

from dataclasses import dataclass

from tools.db.database import Database
from tools.errors import DatabaseError
from tools.sql.statement import Dialect

# Waiters for locks in this database, and the lag of the slowest replica (NULL without one, or without pg_monitor).
POSTGRES = """SELECT (SELECT pg_catalog.count(*) FROM pg_catalog.pg_locks l WHERE NOT l.granted
    AND (l.database IS NULL OR l.database = d.oid)),
  (SELECT pg_catalog.max(EXTRACT(EPOCH FROM replay_lag))::float8 FROM pg_catalog.pg_stat_replication)
FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()"""
# What a primary cannot know is how far its replicas are.
MYSQL = "SHOW GLOBAL STATUS LIKE 'Innodb_row_lock_current_waits'"


@dataclass(frozen=True, kw_only=True)
class Pressure:
    """Measured at one moment."""

    lock_waits: int | None = None  # transactions of anyone that wait for a lock
    replica_lag_s: float | None = None  # of the slowest replica; None: there is none, or it cannot be seen


def pressure(database: Database) -> Pressure:
    """Two cheap catalogue reads at most; SQLite, which has one writer at a time, says nothing."""
    if database.dialect is Dialect.SQLITE:
        return Pressure()
    try:
        with database.connect(readonly=True) as connection:
            if database.dialect is Dialect.POSTGRES:
                waits, lag = connection.read(POSTGRES, max_rows=1).rows[0]
                return Pressure(lock_waits=int(str(waits)), replica_lag_s=None if lag is None else float(str(lag)))
            rows = connection.read(MYSQL, max_rows=1).rows
            return Pressure(lock_waits=int(str(rows[0][1])) if rows else None)
    except DatabaseError:
        # Not allowed to look, or not reachable now: the batches themselves will say so.
        return Pressure()
