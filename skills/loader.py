"""Which skills are on offer: found in folders, checked, their bodies read on demand.

Built-in skills win: a user or project skill of the same name is reported and left out, so a folder that
came with a project cannot replace what a person knows. Project skills are listed, but not used, until
trusted; a broken SKILL.md is a problem in the list, never a crash.
"""

from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import platformdirs

from skills.errors import SkillInvalid, SkillUnknown
from skills.skill_file import SKILL_FILE, Skill, SkillOrigin, read_body, read_skill
from skills.trust import TrustRecords

ARGUMENTS = "$ARGUMENTS"


@dataclass(frozen=True, kw_only=True)
class SkillFolders:
    """Where to look, and where trust is recorded."""

    built_in: Path
    user: tuple[Path, ...]
    project: Path
    trust_file: Path

    @classmethod
    def standard(cls, project: Path) -> "SkillFolders":
        config = platformdirs.user_config_path("columnist")
        return cls(
            built_in=Path(__file__).parent,
            user=(Path.home() / ".agents" / "skills", config / "skills"),
            project=project / ".agents" / "skills",
            trust_file=config / "trusted-skills.json",
        )


@dataclass(frozen=True, kw_only=True)
class SkillProblem:
    """A skill that is not on offer, and why."""

    path: Path
    reason: str


class Skills:
    """The skills found in the given folders. `refresh` looks again."""

    def __init__(self, folders: SkillFolders) -> None:
        self._folders = folders
        self._trust = TrustRecords(folders.trust_file)
        self._skills: dict[str, Skill] = {}
        self.problems: tuple[SkillProblem, ...] = ()
        self.refresh()

    def refresh(self) -> None:
        found: dict[str, Skill] = {}
        problems: list[SkillProblem] = []
        for folder, origin in self._places():
            for path in sorted(folder.glob(f"*/{SKILL_FILE}")):
                try:
                    skill = self._read(path, origin)
                except SkillInvalid as error:
                    problems.append(SkillProblem(path=path, reason=error.message))
                    continue
                if skill.name in found:
                    problems.append(SkillProblem(path=path, reason=_shadow(found[skill.name])))
                    continue
                found[skill.name] = skill
        self._skills, self.problems = found, tuple(problems)

    def list(self) -> tuple[Skill, ...]:
        """All skills found, untrusted ones included (`trusted` says which)."""
        return tuple(self._skills.values())

    def usable(self) -> tuple[Skill, ...]:
        return tuple(skill for skill in self._skills.values() if skill.trusted)

    def get(self, name: str) -> Skill:
        """A skill that may be used."""
        skill = self._skills.get(name)
        if skill is None:
            near = get_close_matches(name, [skill.name for skill in self.usable()], n=3)
            raise SkillUnknown(
                f"there is no skill {name!r}", hint=f"did you mean {' or '.join(near)}?" if near else "see /skills"
            )
        if not skill.trusted:
            raise SkillUnknown(
                f"the project skill {name!r} is not trusted, or has changed since it was",
                hint=f"read {skill.path}, then: columnist skills trust {skill.path.parent}",
            )
        return skill

    def body(self, name: str) -> str:
        """The text of a skill, read now. A project skill that changed since it was trusted is not given."""
        skill = self.get(name)
        if skill.origin is SkillOrigin.PROJECT and not self._trust.covers(skill.path.parent):
            self.refresh()
            skill = self.get(name)
        return read_body(skill.path)

    def command(self, name: str, arguments: str) -> str:
        """What a slash command says to the model: the line as it was typed, then how the skill works."""
        return f"/{name} {arguments}".strip() + f"\n\n{self.prompt(name, arguments)}"

    def prompt(self, name: str, arguments: str) -> str:
        """The body with what the person typed after `/name`, in place of $ARGUMENTS or at the end."""
        body = self.body(name)
        if ARGUMENTS in body:
            return body.replace(ARGUMENTS, arguments)
        return f"{body}\n\nArguments: {arguments}" if arguments.strip() else body

    def trust(self, path: Path) -> tuple[Skill, ...]:
        """Record a person's yes for the skill at `path`, or for every skill in that folder."""
        folder = path.parent if path.name == SKILL_FILE else path
        chosen = (
            [folder] if (folder / SKILL_FILE).is_file() else [file.parent for file in folder.glob(f"*/{SKILL_FILE}")]
        )
        if not chosen:
            raise SkillUnknown(f"there is no {SKILL_FILE} in {folder}")
        skills = tuple(read_skill(one / SKILL_FILE, SkillOrigin.PROJECT, trusted=True) for one in sorted(chosen))
        for skill in skills:
            self._trust.add(skill.path.parent)
        self.refresh()
        return skills

    def _places(self) -> tuple[tuple[Path, SkillOrigin], ...]:
        return (
            (self._folders.built_in, SkillOrigin.BUILT_IN),
            *((folder, SkillOrigin.USER) for folder in self._folders.user),
            (self._folders.project, SkillOrigin.PROJECT),
        )

    def _read(self, path: Path, origin: SkillOrigin) -> Skill:
        trusted = origin is not SkillOrigin.PROJECT or self._trust.covers(path.parent)
        return read_skill(path, origin, trusted=trusted)


def _shadow(standing: Skill) -> str:
    return f"{standing.origin} skill {standing.name!r} ({standing.path}) has that name already; this one is left out"
