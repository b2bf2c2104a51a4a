"""The servers that the tests start themselves."""

import psycopg
import pymysql
import servers
from servers import Server
from sqlalchemy.engine import make_url


def test_each_database_is_fresh_and_empty(postgres_server: Server) -> None:
    first, second = postgres_server.create_database(), postgres_server.create_database()
    with psycopg.connect(first) as connection:
        connection.execute("CREATE TABLE t (n int)")
    with psycopg.connect(second) as connection:
        assert connection.execute("SELECT to_regclass('t')").fetchone() == (None,)
    for url in (first, second):
        postgres_server.drop_database(url)


def test_mariadb_speaks_utf8mb4(mysql_url: str) -> None:
    url = make_url(mysql_url)
    with pymysql.connect(host=url.host, port=url.port or 0, user=url.username, password=str(url.password),
                         database=url.database) as connection, connection.cursor() as cursor:  # fmt: skip
        cursor.execute("CREATE TABLE 表 (名 VARCHAR(9))")
        cursor.execute("INSERT INTO 表 VALUES ('价格😀')")
        cursor.execute("SELECT 名 FROM 表")
        assert cursor.fetchone() == ("价格😀",)


def test_a_stopped_server_leaves_no_folder() -> None:
    server = servers.obtain("postgres")
    assert server.folder
    assert server.folder.exists()
    server.stop()
    assert not server.folder.exists()


def test_any_url_is_a_url(any_url: str) -> None:
    assert make_url(any_url).drivername in ("sqlite", "postgresql", "mysql")
