"""What a session may do: the mode, the dialect and the lists of config.yaml, in the form that `review` asks for."""

from dataclasses import dataclass

from tools.settings import Mode, SafetySettings, WholeTableWrites
from tools.sql.functions import ALLOWED
from tools.sql.names import DEFAULT_SCHEMA
from tools.sql.statement import Dialect


@dataclass(frozen=True)
class Policy:
    """Frozen, so that a review depends on nothing else. All names in lower case."""

    mode: Mode
    dialect: Dialect
    blocked_tables: frozenset[str] = frozenset()
    blocked_columns: frozenset[str] = frozenset()
    blocked_functions: frozenset[str] = frozenset()
    allowed_functions: frozenset[str] = frozenset()
    allow_explain: bool = True
    whole_table_writes: WholeTableWrites = WholeTableWrites.CONFIRM

    @classmethod
    def build(cls, settings: SafetySettings, mode: Mode, dialect: Dialect) -> "Policy":
        """`settings.mode` is a ceiling: `ask` there means `ask`, whatever the surface wants."""
        return cls(
            mode=Mode.ASK if settings.mode is Mode.ASK else mode,
            dialect=dialect,
            blocked_tables=_lower(settings.blocked_tables),
            blocked_columns=_lower(settings.blocked_columns),
            blocked_functions=_lower(settings.blocked_functions),
            allowed_functions=_lower(settings.allowed_functions),
            allow_explain=settings.allow_explain,
            whole_table_writes=settings.whole_table_writes,
        )

    def knows_function(self, name: str) -> bool:
        """Whether the function (as in `Statement.calls`) is on the built-in list or on the one of the configuration."""
        return name in ALLOWED[self.dialect] or name.lower() in self.allowed_functions

    def blocks_table(self, name: str) -> bool:
        """`name` as in `Statement.reads`; an entry without a schema means the table in every schema."""
        folded = name.lower()
        default = DEFAULT_SCHEMA[self.dialect]
        names = {folded, folded.rsplit(".", 1)[-1]}
        return not names.isdisjoint(self.blocked_tables) or f"{default}.{folded}" in self.blocked_tables


def _lower(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(name.strip().lower() for name in names)
