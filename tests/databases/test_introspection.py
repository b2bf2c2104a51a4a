"""The structure of real databases, read as it is."""

from datetime import UTC, datetime

import pytest

from tools.db.database import Database
from tools.db.schema import Schema, TableKind
from tools.sql.statement import Dialect

AT = datetime(2026, 1, 1, tzinfo=UTC)

SHOP = {
    Dialect.SQLITE: """
CREATE TABLE "客户" (id INTEGER PRIMARY KEY, "姓名" TEXT NOT NULL, email TEXT UNIQUE, level TEXT DEFAULT 'new'
  CHECK (level IN ('new', 'old')), upper_name TEXT GENERATED ALWAYS AS (upper("姓名")) STORED);
CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES "客户" ON DELETE CASCADE, note TEXT);
CREATE TABLE prices (sku TEXT, day TEXT, price NUMERIC, PRIMARY KEY (sku, day)) WITHOUT ROWID;
CREATE TABLE loose (code TEXT PRIMARY KEY);
CREATE TABLE log (line TEXT);
CREATE INDEX orders_by_customer ON orders (customer_id);
CREATE UNIQUE INDEX orders_note ON orders (note) WHERE note IS NOT NULL;
CREATE VIEW big AS SELECT id FROM orders;
CREATE TRIGGER stamp AFTER INSERT ON orders BEGIN SELECT 1; END;
INSERT INTO log VALUES ('a'), ('b')""",
    Dialect.POSTGRES: """
CREATE TYPE level AS ENUM ('new', 'old');
CREATE TABLE "客户" (id serial PRIMARY KEY, "姓名" text NOT NULL, email text UNIQUE, level level DEFAULT 'new'
  CHECK (level <> 'old'), upper_name text GENERATED ALWAYS AS (upper("姓名")) STORED);
CREATE TABLE orders (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer_id int REFERENCES "客户" ON DELETE CASCADE, note text);
CREATE TABLE prices (sku text, day text, price numeric(10, 2), PRIMARY KEY (sku, day));
CREATE TABLE log (line text);
CREATE INDEX orders_by_customer ON orders (customer_id);
CREATE UNIQUE INDEX orders_note ON orders (note) WHERE note IS NOT NULL;
CREATE VIEW big AS SELECT id FROM orders;
CREATE FUNCTION noop() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER stamp AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION noop();
CREATE SCHEMA extra;
CREATE TABLE extra.orders (id int PRIMARY KEY, parent int REFERENCES public.orders);
CREATE MATERIALIZED VIEW totals AS SELECT count(*) FROM log;
COMMENT ON TABLE orders IS '订单';
COMMENT ON COLUMN orders.note IS 'free text';
INSERT INTO log VALUES ('a'), ('b');
ANALYZE log""",
    Dialect.MYSQL: """
CREATE TABLE `客户` (id INT AUTO_INCREMENT PRIMARY KEY, `姓名` VARCHAR(50) NOT NULL, email VARCHAR(50) UNIQUE,
  level ENUM('new', 'it''s old') DEFAULT 'new', upper_name VARCHAR(50) GENERATED ALWAYS AS (UPPER(`姓名`)) STORED,
  CONSTRAINT short_name CHECK (CHAR_LENGTH(`姓名`) < 40));
CREATE TABLE orders (id INT PRIMARY KEY, customer_id INT, note TEXT COMMENT 'free text',
  CONSTRAINT of_customer FOREIGN KEY (customer_id) REFERENCES `客户` (id) ON DELETE CASCADE) COMMENT '订单';
CREATE TABLE prices (sku VARCHAR(20), day DATE, price DECIMAL(10, 2), PRIMARY KEY (sku, day));
CREATE TABLE log (line TEXT) ENGINE=MyISAM;
CREATE INDEX orders_by_customer ON orders (customer_id);
CREATE UNIQUE INDEX orders_note ON orders (note(10));
CREATE VIEW big AS SELECT id FROM orders;
CREATE TRIGGER stamp BEFORE INSERT ON orders FOR EACH ROW SET NEW.note = NEW.note;
INSERT INTO log VALUES ('a'), ('b')""",
}


def run(database: Database, script: str) -> None:
    with database.connect(readonly=False) as connection:
        for statement in script.split(";\n"):
            connection.write(statement)


@pytest.fixture
def shop(database: Database) -> Schema:
    run(database, SHOP[database.dialect])
    return database.read_schema(AT)


def test_names_keep_their_alphabet(shop: Schema) -> None:
    customers = shop.table("客户")
    assert customers
    assert [column.name for column in customers.columns] == ["id", "姓名", "email", "level", "upper_name"]
    name = customers.column("姓名")
    assert name
    assert not name.nullable


def test_keys_that_identify_every_row(shop: Schema) -> None:
    assert shop.tables["客户"].primary_key == ("id",)
    assert shop.tables["客户"].key == ("id",)
    assert shop.tables["客户"].unique_keys == (("email",),)  # nullable: unique, but no key
    assert shop.tables["prices"].key == ("sku", "day")
    assert shop.tables["log"].key == ()


def test_a_partial_unique_index_is_no_key(shop: Schema) -> None:
    orders = shop.tables["orders"]
    assert orders.unique_keys == ()
    index = next(index for index in orders.indexes if index.name == "orders_note")
    assert (index.unique, index.partial) == (True, True)
    assert any(index.columns == ("customer_id",) for index in orders.indexes)


def test_foreign_keys_and_who_refers_to_a_table(shop: Schema) -> None:
    (key,) = shop.tables["orders"].foreign_keys
    assert (key.columns, key.table, key.referred_columns) == (("customer_id",), "客户", ("id",))
    assert key.on_delete == "CASCADE"
    assert [child.name for child, _ in shop.referencing("客户")] == ["orders"]


def test_generated_and_numbered_columns(shop: Schema) -> None:
    customers = shop.tables["客户"]
    assert [column.name for column in customers.columns if column.generated] == ["upper_name"]
    assert [column.name for column in customers.columns if column.identity] == ["id"]
    expression = customers.column("upper_name")
    assert expression
    if shop.dialect is not Dialect.SQLITE:  # SQLite keeps it in the text of the table only
        assert expression.default
        assert "姓名" in expression.default


def test_views_triggers_and_checks(shop: Schema) -> None:
    view = shop.tables["big"]
    assert view.kind is TableKind.VIEW
    assert view.definition
    assert [column.name for column in view.columns] == ["id"]
    assert shop.tables["orders"].triggers == ("stamp",)
    (check,) = shop.tables["客户"].checks
    assert "level" in check.text or "姓名" in check.text


def test_row_estimates(shop: Schema) -> None:
    assert shop.tables["log"].row_estimate == 2


def test_the_version_is_the_structure_and_nothing_else(database: Database, shop: Schema) -> None:
    run(database, "INSERT INTO log VALUES ('c')")
    assert database.read_schema(AT).version == shop.version
    run(database, "ALTER TABLE log ADD COLUMN level TEXT")
    assert database.read_schema(AT).version != shop.version


@pytest.mark.parametrize(
    "change",
    [
        "CREATE TABLE added (n INTEGER)",
        "ALTER TABLE log ADD COLUMN added TEXT",
        "CREATE INDEX added ON orders (id, customer_id)",
        "DROP VIEW big",
        "CREATE VIEW added AS SELECT 1 AS one",
    ],
)
def test_the_change_mark_moves_with_the_structure(database: Database, shop: Schema, change: str) -> None:
    before = database.change_mark()
    run(database, "INSERT INTO log VALUES ('c')")
    assert database.change_mark() == before
    run(database, change)
    assert database.change_mark() != before


def test_nearest_names(shop: Schema) -> None:
    assert shop.nearest("order")[0] == "orders"
    assert shop.nearest("客戶")[0] == "客户"
    assert shop.column_nearest("custmer_id") == ["orders.customer_id"]
    assert shop.column_nearest("nte", "orders") == ["note"]


def test_names_follow_the_rules_of_the_dialect(shop: Schema) -> None:
    orders = shop.tables["orders"]
    assert shop.table(f"{shop.default_schema}.orders") is orders
    assert shop.table("ORDERS") is (None if shop.dialect is Dialect.MYSQL and not shop.fold_tables else orders)
    assert shop.table("nothing") is None


def test_what_only_postgres_has(postgres_database: Database) -> None:
    run(postgres_database, SHOP[Dialect.POSTGRES])
    schema = postgres_database.read_schema(AT)
    level = schema.tables["客户"].column("level")
    assert level
    assert level.enum == ("new", "old")
    assert schema.tables["orders"].comment == "订单"
    assert schema.tables["orders"].columns[0].identity_always
    assert schema.tables["totals"].kind is TableKind.MATERIALIZED_VIEW
    assert schema.tables["extra.orders"].foreign_keys[0].table == "orders"
    assert {child.name for child, _ in schema.referencing("orders")} == {"extra.orders"}


def test_what_only_mysql_has(mysql_database: Database) -> None:
    run(mysql_database, SHOP[Dialect.MYSQL])
    schema = mysql_database.read_schema(AT)
    level = schema.tables["客户"].column("level")
    assert level
    assert level.enum == ("new", "it's old")
    assert not schema.tables["log"].transactional
    assert schema.tables["log"].engine == "MyISAM"
    assert schema.tables["orders"].transactional
    assert schema.tables["orders"].comment == "订单"


def test_what_only_sqlite_has(sqlite_database: Database) -> None:
    run(sqlite_database, SHOP[Dialect.SQLITE])
    run(
        sqlite_database,
        "CREATE VIEW broken AS SELECT * FROM gone;\nCREATE VIRTUAL TABLE words USING fts5(body);\n"
        "CREATE VIRTUAL TABLE boxes USING rtree(id, low, high)",
    )
    schema = sqlite_database.read_schema(AT)
    assert schema.tables["客户"].rowid_alias == "id"
    assert schema.tables["prices"].without_rowid
    # A TEXT PRIMARY KEY can hold several NULLs: paging by it would skip them.
    assert schema.tables["loose"].primary_key == ("code",)
    assert schema.tables["loose"].key == ()
    assert schema.tables["broken"].columns == ()
    assert [column.name for column in schema.tables["big"].columns] == ["id"]
    assert schema.tables["words"].kind is TableKind.VIRTUAL
    assert "words_data" not in schema.tables


def test_a_thousand_tables_are_read_in_a_constant_number_of_statements(
    sqlite_database: Database, postgres_database: Database
) -> None:
    for database in (sqlite_database, postgres_database):
        with database.connect(readonly=False) as connection, connection.atomic():
            for number in range(1_000):
                connection.write(f"CREATE TABLE t{number} (id INTEGER PRIMARY KEY, note TEXT)")
        schema = database.read_schema(AT)
        assert len(schema.tables) == 1_000
        assert schema.tables["t999"].key == ("id",)
