"""A server that drops our connections costs at most the transaction that was open."""

from contextlib import closing

import pytest
import sqlalchemy as sa

from memory.audit import AuditEntry, AuditEvent, AuditLog
from memory.errors import StateUnavailable
from memory.principal import LOCAL
from memory.sessions import Sessions
from memory.store import StateStore
from memory.tables import audit_log, sessions

ENTRY = AuditEntry(event=AuditEvent.REVIEW, request_id="r", session_id="s", principal=LOCAL, database="d")
DRIVERS = {"postgresql": "postgresql+psycopg", "mysql": "mysql+pymysql"}


def drop_other_connections(url: str) -> None:
    address = sa.make_url(url)
    engine = sa.create_engine(address.set(drivername=DRIVERS[address.drivername]), poolclass=sa.NullPool)
    with engine.connect() as connection:
        if address.drivername == "postgresql":
            connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        else:
            others = connection.exec_driver_sql(
                "SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()"
            )
            for number in others.scalars().all():
                connection.exec_driver_sql(f"KILL {number}")


@pytest.fixture(params=["postgres", "mysql"])
def server_url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(f"{request.param}_url"))


def test_the_next_write_connects_again(server_url: str) -> None:
    with closing(StateStore.open(server_url)) as store:
        log = AuditLog(store)
        first = log.append(ENTRY)
        drop_other_connections(server_url)
        second = log.append(ENTRY)
        assert [row.id for row in log.recent(limit=9)] == [second, first]


def test_the_open_transaction_is_lost_and_said_so(server_url: str) -> None:
    with closing(StateStore.open(server_url)) as store:
        session_id = Sessions(store).create("shop", "ask")

        def write_two_rows() -> None:
            with store.atomic() as connection:
                connection.execute(sessions.update().values(title="changed"))
                drop_other_connections(server_url)
                connection.execute(audit_log.delete())

        with pytest.raises(StateUnavailable, match="cannot be reached"):
            write_two_rows()
        row = Sessions(store).get(session_id)
        assert row is not None
        assert row.title == ""
