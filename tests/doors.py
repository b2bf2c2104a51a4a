"""A door on a real database, with a state store and a clock of its own, for tests."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from memory.approvals import ApprovalStore
from memory.audit import AuditLog, AuditRow
from memory.principal import Principal
from memory.store import StateStore
from memory.undo_log import UndoLog
from tools.db.database import Database
from tools.db.limits import SessionLimits
from tools.db.schema import SchemaCache
from tools.db.url import parse_url
from tools.db.values import Value
from tools.safety.caller import Caller
from tools.safety.gate import Gate
from tools.safety.pending import ApprovalRequired, ApprovedBy, Outcome, Pending, Write
from tools.settings import Mode, SafetySettings

# Rows of `child` go with their row of `t`.
CHILD = """CREATE TABLE child (id INTEGER PRIMARY KEY, t_id INTEGER,
    FOREIGN KEY (t_id) REFERENCES t(id) ON DELETE CASCADE)"""


@dataclass
class Clock:
    """Stands still until it is moved."""

    now: datetime = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass
class Door:
    """The gate and what a test looks at behind it."""

    gate: Gate
    database: Database
    store: StateStore
    clock: Callable[[], datetime]
    audit: AuditLog
    caller: Caller = field(default_factory=lambda: caller())

    def sql(self, text: str, params: Mapping[str, Value] | None = None) -> None:
        """Straight to the database, past the door: another program's write."""
        with self.database.connect(readonly=False) as connection:
            connection.write(text, params)

    def rows(self, text: str) -> list[tuple[Value, ...]]:
        """As another program sees it."""
        with self.database.connect(readonly=True) as connection:
            return list(connection.read(text, max_rows=100_000).rows)

    def one(self, text: str) -> Value:
        return self.rows(text)[0][0]

    def run(self, text: str, **options: object) -> Outcome:
        return self.gate.run(text, self.caller, **options)  # type: ignore[arg-type]

    def asked(self, text: str, params: Mapping[str, Value] | None = None) -> Pending:
        """The question that this statement leads to."""
        try:
            self.gate.run(text, self.caller, params=params)
        except ApprovalRequired as required:
            return required.pending
        raise AssertionError(f"ran without a question: {text}")

    def yes(self, pending: Pending, by: ApprovedBy = ApprovedBy.PERSON) -> tuple[Outcome, ...]:
        return self.gate.execute(pending, self.gate.approve(pending, self.caller, by), self.caller)

    def confirm(self, text: str, params: Mapping[str, Value] | None = None) -> Outcome:
        """Asked and answered yes."""
        return self.yes(self.asked(text, params))[0]

    def undo(self, undo_id: str | None = None) -> Outcome:
        return self.yes(self.gate.prepare_undo(self.caller, undo_id))[0]

    def prepare(self, *texts: str) -> Pending:
        return self.gate.prepare([Write(sql=text) for text in texts], self.caller)

    def audited(self) -> list[AuditRow]:
        """Oldest first."""
        return self.audit.recent(limit=1000)[::-1]

    def events(self) -> list[tuple[str, str]]:
        return [(row.event, row.status) for row in self.audited()]


def caller(session_id: str = "session", *, name: str = "local", mode: Mode = Mode.OPERATE) -> Caller:
    return Caller(session_id=session_id, request_id="request", principal=Principal(name=name), mode=mode)


@contextmanager
def door(
    url: str,
    state_url: str,
    settings: SafetySettings | None = None,
    clock: Callable[[], datetime] | None = None,
    *,
    approvals: type[ApprovalStore] = ApprovalStore,
    undo_log: type[UndoLog] = UndoLog,
) -> Iterator[Door]:
    """A gate on `url`; tests create their tables through `Door.sql`."""
    settings = settings or SafetySettings(lock_timeout_ms=1000)
    clock = clock or Clock()
    database = Database(parse_url(url), SessionLimits.build(settings))
    store = StateStore.open(state_url)
    # The clock stands still: only `check`, `refresh` and the door's own DDL look again.
    schema = SchemaCache(database, 3600, clock)
    audit = AuditLog(store)
    gate = Gate(database, schema, settings, audit, approvals(store), undo_log(store), clock)
    try:
        yield Door(gate=gate, database=database, store=store, clock=clock, audit=audit)
    finally:
        gate.close()
        store.close()
        database.close()


def create(door: Door, *statements: str) -> None:
    for statement in statements:
        door.sql(statement)
    door.gate.schema.refresh()


def seed(door: Door, rows: int = 12) -> None:
    """A table `t` of `rows` rows: id, name, amount."""
    create(door, "CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(40), amount INTEGER)")
    insert(door, "t", [(number, f"row {number}", number * 10) for number in range(1, rows + 1)])


def insert(door: Door, table: str, rows: Sequence[tuple[Value, ...]]) -> None:
    slots = ", ".join(door.database.strategy.placeholder(f"v{index}") for index in range(len(rows[0])))
    named = [{f"v{index}": value for index, value in enumerate(row)} for row in rows]
    with door.database.connect(readonly=False) as connection, connection.atomic():
        connection.write_many(f"INSERT INTO {table} VALUES ({slots})", named)
