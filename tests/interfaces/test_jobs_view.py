"""The list of jobs: one state store serves several databases, and the list says which job belongs elsewhere."""

from pathlib import Path

import column_kit
from column_kit import Kit
from rich.console import Console

from agent.interfaces.jobs_view import jobs_table


def listed(kit: Kit, database: str) -> str:
    console = Console(width=100, force_terminal=False)
    with console.capture() as captured:
        console.print(jobs_table(kit.jobs.list(5), width=100, database=database))
    return " ".join(captured.get().split())


def test_a_job_of_another_database_says_so(sqlite_url: str, tmp_path: Path) -> None:
    with column_kit.kit(sqlite_url, f"sqlite:///{tmp_path / 'state.db'}") as kit:
        kit.reviews(4)
        kit.run(column_kit.task())
        (job,) = kit.jobs.list(5)
        assert job.id in listed(kit, job.database)
        assert "another database" not in listed(kit, job.database)
        assert f"{job.id} fills another database:" in listed(kit, "sqlite:elsewhere.db")
