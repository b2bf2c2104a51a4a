"""`columnist skills`: what skills there are, and a person's yes to those that came with a project."""

from pathlib import Path
from typing import TextIO

from agent.interfaces.json_lines import write_line
from skills.loader import SkillFolders, Skills


def list_skills(stdout: TextIO, *, as_json: bool) -> int:
    """Print every skill that is found here, with what is wrong with the others."""
    found = Skills(SkillFolders.standard(Path.cwd()))
    if as_json:
        skills = [
            {
                "name": skill.name,
                "description": skill.description,
                "origin": skill.origin.value,
                "trusted": skill.trusted,
                "path": str(skill.path),
            }
            for skill in found.list()
        ]
        problems = [{"path": str(problem.path), "reason": problem.reason} for problem in found.problems]
        write_line(stdout, {"skills": skills, "problems": problems})
        return 0
    from rich.console import Console

    from agent.interfaces.listings import skills as view

    Console(file=stdout, highlight=False).print(view(found))
    return 0


def trust_skills(stdout: TextIO, path: Path) -> int:
    """Record that the skill (or every skill of the folder) at `path` may be used as it is now."""
    trusted = Skills(SkillFolders.standard(Path.cwd())).trust(path)
    stdout.writelines(f"trusted: {skill.name} ({skill.path})\n" for skill in trusted)
    return 0
