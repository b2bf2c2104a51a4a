"""Private PostgreSQL and MariaDB servers for tests: own folder, free port, gone when the tests are.

`Server.create_database()` gives the URL of a fresh empty database. Durability is off unless asked for, so a
server starts in seconds. As root the server runs as an unprivileged user, as it insists on.
"""

import json
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pymysql
import server_programs
from server_programs import ProgramsMissing
from sqlalchemy.engine import URL, make_url

SUPERVISE = Path(__file__).with_name("supervise.py")
START_SECONDS = 60
USER = "columnist"
ENVIRONMENT = {"postgres": "COLUMNIST_TEST_POSTGRES_URL", "mariadb": "COLUMNIST_TEST_MYSQL_URL"}


@dataclass
class Server:
    """A server whose user may create databases. `supervisor` is None for one that was running before."""

    engine: str  # "postgres" or "mariadb"
    admin: URL
    folder: Path | None = None
    supervisor: subprocess.Popen[bytes] | None = None

    def create_database(self) -> str:
        name = f"t_{secrets.token_hex(6)}"
        charset = " CHARACTER SET utf8mb4" if self.engine == "mariadb" else ""
        self.execute(f"CREATE DATABASE {name}{charset}")
        return self.admin.set(database=name).render_as_string(hide_password=False)

    def drop_database(self, url: str) -> None:
        force = " WITH (FORCE)" if self.engine == "postgres" else ""
        self.execute(f"DROP DATABASE IF EXISTS {make_url(url).database}{force}")

    def execute(self, *statements: str) -> None:
        """As the administrator, each statement committed by itself."""
        if self.engine == "postgres":
            with psycopg.connect(autocommit=True, connect_timeout=3, **self._address("dbname")) as connection:
                for statement in statements:
                    connection.execute(statement.encode())
            return
        mysql = pymysql.connect(autocommit=True, connect_timeout=3, **self._address("database"))
        with mysql, mysql.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def stop(self) -> None:
        if self.supervisor is None:
            return
        if self.supervisor.stdin and not self.supervisor.stdin.closed:
            self.supervisor.stdin.close()
        self.supervisor.wait(20)

    def _address(self, database_key: str) -> dict[str, str | int]:
        address = {
            "host": self.admin.host, "port": self.admin.port, "user": self.admin.username,
            "password": self.admin.password, database_key: self.admin.database,
        }  # fmt: skip
        return {key: value for key, value in address.items() if value is not None}


def obtain(engine: str, *, durable: bool = False) -> Server:
    """A server of this engine: our own if the programs can be had, else the one named in the environment."""
    try:
        programs = server_programs.find(engine)
    except ProgramsMissing as missing:
        url = os.environ.get(ENVIRONMENT[engine])
        if not url:
            raise ProgramsMissing(f"{missing}; {ENVIRONMENT[engine]} is not set") from None
        name = "postgresql" if engine == "postgres" else "mysql"
        return Server(engine, make_url(url).set(drivername=name))
    start = start_postgres if engine == "postgres" else start_mariadb
    for _ in range(2):  # a free port may be taken between looking and listening
        try:
            return start(programs, durable=durable)
        except ServerDied as died:
            last = died
    raise last


class ServerDied(Exception):
    """The server ended before it answered; carries the end of its log."""


def start_postgres(programs: dict[str, str], *, durable: bool = False) -> Server:
    folder, port, password = _folder(), _free_port(), secrets.token_hex(8)
    secret = folder / "password"
    secret.write_text(password)
    _give(folder)
    data = str(folder / "data")
    _run([programs["initdb"], "-D", data, "-U", USER, "--pwfile", str(secret), "--auth=scram-sha-256",
          "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"], folder)  # fmt: skip
    options = {
        "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "shared_buffers": "32MB",
        "max_connections": "100", "autovacuum": "off", "max_wal_size": "256MB", "dynamic_shared_memory_type": "mmap",
    }  # fmt: skip
    if not durable:
        options |= {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
    argv = [programs["postgres"], "-D", data, "-p", str(port)]
    argv += [part for key, value in options.items() for part in ("-c", f"{key}={value}")]
    admin = URL.create("postgresql", USER, password, "127.0.0.1", port, "postgres")
    return _supervised(Server("postgres", admin, folder), argv, "SIGQUIT")


def start_mariadb(programs: dict[str, str], *, durable: bool = False) -> Server:
    folder, port, password = _folder(), _free_port(), secrets.token_hex(8)
    setup = folder / "setup.sql"
    setup.write_text(
        f"CREATE USER '{USER}'@'%' IDENTIFIED BY '{password}';\n"
        f"GRANT ALL ON *.* TO '{USER}'@'%' WITH GRANT OPTION;\nDROP DATABASE IF EXISTS test;\n"
    )
    _give(folder)
    data = str(folder / "data")
    basedir = str(Path(programs["mariadbd"]).resolve().parent.parent)
    _run([programs["mariadb-install-db"], "--no-defaults", f"--datadir={data}", f"--basedir={basedir}",
          "--auth-root-authentication-method=normal", "--skip-test-db",
          "--innodb-log-file-size=8M", "--innodb-flush-method=nosync"], folder)  # fmt: skip
    argv = [programs["mariadbd"], "--no-defaults", f"--datadir={data}", f"--basedir={basedir}", f"--port={port}",
            "--bind-address=127.0.0.1", "--socket=server.sock", f"--pid-file={folder}/pid", "--skip-name-resolve",
            f"--init-file={setup}", "--skip-log-bin", "--innodb-buffer-pool-size=32M", "--innodb-log-file-size=8M",
            "--key-buffer-size=1M", "--max-connections=100", "--skip-slave-start"]  # fmt: skip
    if not durable:
        argv += ["--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=0", "--innodb-flush-method=nosync"]
    admin = URL.create("mysql", USER, password, "127.0.0.1", port)
    return _supervised(Server("mariadb", admin, folder), argv, "SIGKILL")


def _supervised(server: Server, argv: list[str], stop_signal: str) -> Server:
    account = _account()
    order = {
        "argv": argv, "user": account.pw_uid if account else None, "group": account.pw_gid if account else None,
        "folder": str(server.folder), "log": f"{server.folder}/log", "stop_signal": stop_signal,
    }  # fmt: skip
    server.supervisor = subprocess.Popen(
        [sys.executable, str(SUPERVISE), json.dumps(order)], stdin=subprocess.PIPE, start_new_session=True,
        env=_environment(server.folder),
    )  # fmt: skip
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            server.execute("SELECT 1")
            return server
        except (psycopg.OperationalError, pymysql.err.OperationalError):
            log = Path(order["log"])
            tail = log.read_text(errors="replace")[-2000:] if log.exists() else ""
            if time.monotonic() > deadline or "Aborting" in tail or "could not bind" in tail:
                server.stop()
                raise ServerDied(tail) from None
            time.sleep(0.05)


def _run(argv: list[str], folder: Path) -> None:
    account = _account()
    who = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
    done = subprocess.run(
        argv, cwd=folder, env=_environment(folder), capture_output=True, text=True, check=False, **who
    )
    if done.returncode != 0:
        shutil.rmtree(folder, ignore_errors=True)
        raise ServerDied(done.stdout[-1000:] + done.stderr[-1000:])


def _folder() -> Path:
    """A fresh folder that the server's user can reach, whatever TMPDIR is."""
    base = Path(tempfile.gettempdir()).resolve()
    if os.geteuid() == 0 and not all(parent.stat().st_mode & 0o001 for parent in (base, *base.parents)):
        base = Path("/tmp")
    return Path(tempfile.mkdtemp(prefix="columnist-test-", dir=base))


def _environment(folder: Path | None) -> dict[str, str]:
    """Temporary files in the server's own folder: its user may not write in our TMPDIR."""
    return os.environ | {"TMPDIR": str(folder), "LC_ALL": "C"}


def _give(folder: Path) -> None:
    account = _account()
    if account:
        for path in (folder, *folder.iterdir()):
            os.chown(path, account.pw_uid, account.pw_gid)


def _account() -> pwd.struct_passwd | None:
    """The unprivileged user that runs the server when we are root; None: we are not."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return names.get("postgres") or names.get("nobody") or next(iter(names.values()))


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
