"""What is caught and passed about everywhere costs no start-up time."""

import subprocess
import sys


def test_errors_principals_and_workers_come_without_the_database_library() -> None:
    script = "import sys, memory.errors, memory.principal, memory.worker; print('sqlalchemy' in sys.modules)"
    done = subprocess.run([sys.executable, "-P", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
