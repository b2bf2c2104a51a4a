"""One batch of a backfill inside its transaction.

One locking read, in the order of the keys; every comparison in Python, cell by cell; one bulk write. A row that was
deleted meanwhile is never created again: only a row of another table that is missing there is inserted.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import TypeAlias

from tools.db.bulk import BulkTable
from tools.db.schema import Column, Schema, Table
from tools.db.values import Value, canonical_row
from tools.errors import DatabaseError, Refused
from tools.safety.batch import BackfillTemplate, BatchOutcome, CellWrite, Keep
from tools.safety.kept import Kept, same_row
from tools.safety.rows import Key, TableRows
from tools.safety.statements import Row, Statements

Places: TypeAlias = tuple[int, ...]
Pick: TypeAlias = Callable[[Row], Row]
PLAIN = frozenset((int, str))  # never equal to a value of another type among these


@dataclass(slots=True)
class Target:
    """A target row as it stands now, with what this batch has given it."""

    key: Key
    held: list[Value]  # one per target column
    exists: bool
    changed: set[int] = field(default_factory=set)  # places of columns


@dataclass(frozen=True)
class Read:
    """Rows as they stand now."""

    sources: dict[Hashable, Row]
    targets: dict[Hashable, Row]
    held: Pick  # the target columns of a target row


@dataclass
class Sorted:
    """Keys, by what became of their rows."""

    written: list[Key] = field(default_factory=list)
    already: list[Key] = field(default_factory=list)
    source_changed: list[Key] = field(default_factory=list)
    target_changed: list[Key] = field(default_factory=list)
    gone: list[Key] = field(default_factory=list)
    kept: list[tuple[Key, Places]] = field(default_factory=list)

    def outcome(self) -> BatchOutcome:
        return BatchOutcome(
            written=tuple(self.written),
            already=tuple(self.already),
            source_changed=tuple(self.source_changed),
            target_changed=tuple(self.target_changed),
            gone=tuple(self.gone),
            kept=tuple(self.kept),
        )


class Batch:
    """Reads the rows again, sorts them and writes what may be written."""

    def __init__(self, statements: Statements, schema: Schema, template: BackfillTemplate) -> None:
        source, target = schema.table(template.source_table), schema.table(template.target_table)
        if source is None or target is None:
            raise Refused("a table of this job is gone")
        self._statements = statements
        self._bulk = statements.strategy.bulk
        self._template = template
        joined = tuple(name for _, name in template.join) or template.key
        self._names = (*template.key, *template.source_columns, *joined)
        self._match = self._places(self._names, joined)
        self._sent = self._places(self._names, template.source_columns)
        self._source = _bulk_table(source, template.key)
        self._target = _bulk_table(target, template.match)
        self._columns = tuple(_column(target, name) for name in template.target_columns)
        self._kept = [Kept(column, statements.dialect) for column in self._columns]

    def write(self, writes: Sequence[CellWrite]) -> BatchOutcome:
        read = self._read(writes)
        batch = Sorted()
        touched: dict[Hashable, Target] = {}
        for write, identity in zip(writes, _identities([write.key for write in writes]), strict=True):
            source = read.sources.get(identity)
            target = None if source is None else self._found(source, identity, read, touched)
            if source is None or target is None:
                batch.gone.append(write.key)
            else:
                self._sort(write, source, target, batch)
        self._write([target for target in touched.values() if target.changed])
        return batch.outcome()

    def _read(self, writes: Sequence[CellWrite]) -> Read:
        """The source rows by their key, and the target rows by theirs: of the same table in one read."""
        here = not self._template.join
        names = self._names if not here else (*self._names, *self._template.target_columns)
        rows = self._locked(self._source, names, [write.key for write in writes])
        width = len(self._template.key)
        sources = dict(zip(_identities([row[:width] for row in rows]), rows, strict=True))
        if here:
            return Read(sources, sources, self._places(names, self._template.target_columns))
        matches = [match for row in rows if None not in (match := self._match(row))]
        names = (*self._template.match, *self._template.target_columns)
        found = self._locked(self._target, names, matches)
        wide = len(self._template.match)
        targets = dict(zip(_identities([row[:wide] for row in found]), found, strict=True))
        return Read(sources, targets, self._places(names, self._template.target_columns))

    def _locked(self, of: BulkTable, names: Sequence[str], keys: Sequence[Key]) -> list[Row]:
        wanted = {identity: key for identity, key in zip(_identities(keys), keys, strict=True) if None not in key}
        columns = [_column(of.table, name) for name in dict.fromkeys(names)]
        rows: list[Row] = []
        for command in self._bulk.locked(of, columns, list(wanted.values())) if wanted else ():
            rows += self._statements.fetch(command)
        return rows

    def _places(self, names: Sequence[str], wanted: Sequence[str]) -> Pick:
        """Takes the wanted columns out of a row that was read with these names, each of them once."""
        once = list(dict.fromkeys(names))
        places = [once.index(name) for name in wanted]
        first = places[0] if places else 0
        if places == list(range(first, first + len(places))):
            return lambda row: row[first : first + len(places)]
        return lambda row: tuple(row[place] for place in places)

    def _found(self, source: Row, identity: Hashable, read: Read, touched: dict[Hashable, Target]) -> Target | None:
        """The target row of a source row, as this batch leaves it so far; None: it cannot have one."""
        match = self._match(source)
        if self._template.join:
            if None in match:
                return None
            identity = _identity(match)
        target = touched.get(identity)
        if target is None:
            row = read.targets.get(identity)
            held: Row = (None,) * len(self._columns) if row is None else read.held(row)
            target = touched[identity] = Target(match, list(held), row is not None)
        return target

    def _sort(self, write: CellWrite, source: Row, target: Target, batch: Sorted) -> None:
        todo, left = self._cells(write, target)
        if not todo and not left:
            batch.already.append(write.key)
        elif not same_row(self._sent(source), write.source):
            batch.source_changed.append(write.key)
        elif not todo:
            batch.target_changed.append(write.key)
        else:
            batch.written.append(write.key)
            if left:
                batch.kept.append((write.key, left))
            for place, value in todo.items():
                target.held[place] = value
            target.changed.update(todo)

    def _cells(self, write: CellWrite, target: Target) -> tuple[dict[int, Value], Places]:
        """The cells to write, and those that are left alone because someone has changed them."""
        todo: dict[int, Value] = {}
        left: Places = ()
        for place, value in enumerate(write.values):
            if value is Keep.KEEP:
                continue
            now, expected = target.held[place], write.expected[place]
            if now is None and value is not None:  # the usual case, without a call
                expects = expected is None
            elif target.exists and self._kept[place].holds(now, value):
                continue
            else:
                expects = not (now is not None and self._template.only_null) and self._kept[place].holds(now, expected)
            if expects:
                todo[place] = value
            else:
                left += (place,)
        return todo, left

    def _write(self, targets: Sequence[Target]) -> None:
        alike: dict[tuple[bool, Places], list[Target]] = {}
        for target in targets:
            alike.setdefault((target.exists, tuple(sorted(target.changed))), []).append(target)
        for (exists, places), group in alike.items():
            rows = [(*target.key, *(target.held[place] for place in places)) for target in group]
            columns = [self._columns[place] for place in places]
            if exists:
                self._update(columns, rows)
            else:
                self._one_by_one(columns).insert(rows)

    def _update(self, columns: Sequence[Column], rows: Sequence[Row]) -> None:
        commands = self._bulk.updates(self._target, columns, rows)
        if commands is None:
            self._one_by_one(columns).update(rows)
            return
        matched = sum(self._statements.perform(command) for command in commands)
        if matched != len(rows):
            # The rows are locked and were found by these very keys: a trigger has made the engine pass over some.
            raise DatabaseError(f"of {len(rows)} rows the database wrote {matched}: the table's triggers dropped some")

    def _one_by_one(self, columns: Sequence[Column]) -> TableRows:
        names = (*self._template.match, *(column.name for column in columns))
        return TableRows(self._statements, self._target.table, self._template.match, exact=False, columns=names)


def _identities(keys: Sequence[Key]) -> list[Hashable]:
    """Equal exactly for equal values of equal types."""
    if PLAIN.issuperset(map(type, chain.from_iterable(keys))):
        return list(keys)
    return [_identity(key) for key in keys]


def _identity(key: Key) -> Hashable:
    return key if PLAIN.issuperset(map(type, key)) else canonical_row(key)


def _bulk_table(table: Table, key: Sequence[str]) -> BulkTable:
    return BulkTable(table=table, key=tuple(_column(table, name) for name in key))


def _column(table: Table, name: str) -> Column:
    column = table.column(name)
    if column is None:
        raise Refused(f"{table.name} has no column {name}")
    return column
