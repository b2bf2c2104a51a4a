"""System tables that no statement may read (credentials, other people's values) and those that none may change."""

from tools.sql.functions.sqlite import ALLOWED as SQLITE_FUNCTIONS
from tools.sql.functions.sqlite import STRUCTURE_PRAGMAS, VALUE_TABLES
from tools.sql.statement import Dialect

_POSTGRES_SECRETS = frozenset(
    [
        "pg_authid",
        "pg_shadow",
        "pg_user_mapping",
        "pg_user_mappings",
        "pg_hba_file_rules",
        "pg_ident_file_mappings",
        "pg_file_settings",
        "pg_statistic",
        "pg_stats",
        "pg_statistic_ext_data",
        "pg_stats_ext",
        "pg_stats_ext_exprs",
        "pg_largeobject",
        "pg_subscription",
        "pg_replication_origin_status",
        "pg_stat_wal_receiver",
        "pg_backend_memory_contexts",
        "pg_shmem_allocations",
        "_pg_user_mappings",
        "user_mapping_options",
        "user_mappings",
        "pg_config",
        "pg_dist_authinfo",
        "pg_foreign_server",
        "foreign_server_options",
    ]
)
# mysql.* holds accounts, statistics and time zones; only what describes the server's vocabulary is left open.
_MYSQL_OPEN = frozenset({"help_topic", "help_category", "help_keyword", "help_relation", "time_zone_name"})
_MYSQL_SECRETS = frozenset({"column_statistics", "user_attributes"})
_PERFORMANCE_OPEN = frozenset(
    [
        "global_status",
        "session_status",
        "global_variables",
        "session_variables",
        "tables_summary",
        "table_io_waits_summary_by_table",
        "table_io_waits_summary_by_index_usage",
        "table_lock_waits_summary_by_table",
        "memory_summary_global_by_event_name",
        "metadata_locks",
        "data_locks",
        "data_lock_waits",
    ]
)
_SQLITE_SECRETS = frozenset({"fsdir", "fstree", "zipfile"})
# No table of a user's own may be called sqlite_*; what else there is holds pages, statistics or statements.
_SQLITE_OPEN = frozenset(
    {"sqlite_master", "sqlite_schema", "sqlite_temp_master", "sqlite_temp_schema", "sqlite_sequence"}
)
_SYSTEM_SCHEMAS = {
    Dialect.POSTGRES: frozenset({"pg_catalog", "information_schema", "pg_toast"}),
    Dialect.MYSQL: frozenset({"mysql", "information_schema", "performance_schema", "sys"}),
    Dialect.SQLITE: frozenset(),
}

_SYSTEM_PREFIXES: dict[Dialect, tuple[str, ...]] = {
    Dialect.POSTGRES: ("pg_",),
    Dialect.MYSQL: (),
    Dialect.SQLITE: ("sqlite_", "pragma_"),
}


def is_secret(table: str, dialect: Dialect) -> bool:
    """Whether the table (as in `Statement.reads`) tells credentials or value statistics."""
    schema, _, name = table.lower().rpartition(".")
    match dialect:
        case Dialect.POSTGRES:
            return name in _POSTGRES_SECRETS or schema == "pg_toast" or name.startswith("pg_toast_")
        case Dialect.MYSQL:
            return _is_secret_of_mysql(schema, name)
        case Dialect.SQLITE:
            return _is_secret_of_sqlite(name)


def _is_secret_of_sqlite(name: str) -> bool:
    if name.startswith("pragma_"):
        return {name, name.removeprefix("pragma_")}.isdisjoint(STRUCTURE_PRAGMAS | VALUE_TABLES)
    if name.startswith("sqlite_"):
        return not name.startswith("sqlite_autoindex_") and name not in _SQLITE_OPEN | SQLITE_FUNCTIONS
    return name in _SQLITE_SECRETS


def is_system(table: str, dialect: Dialect) -> bool:
    """Whether the table belongs to the engine; such tables are never written."""
    schema, _, name = table.lower().rpartition(".")
    if schema in _SYSTEM_SCHEMAS[dialect] or schema.startswith(("pg_toast", "pg_temp_")):
        return True
    return name.startswith(_SYSTEM_PREFIXES[dialect])


def _is_secret_of_mysql(schema: str, name: str) -> bool:
    if schema == "mysql":
        return name not in _MYSQL_OPEN
    if schema == "performance_schema":
        return name not in _PERFORMANCE_OPEN
    return schema == "information_schema" and name in _MYSQL_SECRETS
