from pathlib import Path

import pytest

from skills.errors import SkillInvalid, SkillUnknown
from skills.loader import SkillFolders, Skills
from skills.skill_file import SkillOrigin, read_skill


def write_skill(folder: Path, name: str, body: str = "Do it: $ARGUMENTS", front: str | None = None) -> Path:
    path = folder / name / "SKILL.md"
    path.parent.mkdir(parents=True)
    front = front if front is not None else f"name: {name}\ndescription: Does {name}."
    path.write_text(f"---\n{front}\n---\n{body}\n", encoding="utf-8")
    return path


@pytest.fixture
def folders(tmp_path: Path) -> SkillFolders:
    standard = SkillFolders.standard(tmp_path / "project")
    return SkillFolders(
        built_in=standard.built_in,
        user=(tmp_path / "user",),
        project=tmp_path / "project" / ".agents" / "skills",
        trust_file=tmp_path / "config" / "trust.json",
    )


def test_ai_column_is_built_in_and_narrows_the_tools(folders: SkillFolders) -> None:
    skill = Skills(folders).get("ai_column")
    assert skill.origin is SkillOrigin.BUILT_IN
    assert skill.narrow(("query_execute", "data_modify", "fill_column")) == ("query_execute", "fill_column")


def test_a_name_not_on_offer_adds_no_tool(folders: SkillFolders) -> None:
    path = write_skill(folders.user[0], "tidy", front="name: tidy\ndescription: x\nallowed-tools: shell, query_execute")
    skill = read_skill(path, SkillOrigin.USER, trusted=True)
    assert skill.narrow(("query_execute",)) == ("query_execute",)


def test_arguments_replace_the_placeholder_or_follow_the_body(folders: SkillFolders) -> None:
    write_skill(folders.user[0], "tidy")
    write_skill(folders.user[0], "plain", body="Just do it.")
    skills = Skills(folders)
    assert skills.prompt("tidy", "orders now") == "Do it: orders now"
    assert skills.prompt("plain", "orders").endswith("Arguments: orders")
    assert skills.prompt("plain", "") == "Just do it."
    assert skills.command("tidy", "orders now") == "/tidy orders now\n\nDo it: orders now"


def test_a_project_skill_is_listed_but_not_usable_until_trusted(folders: SkillFolders) -> None:
    path = write_skill(folders.project, "deploy")
    skills = Skills(folders)
    assert [skill.trusted for skill in skills.list() if skill.name == "deploy"] == [False]
    with pytest.raises(SkillUnknown, match="not trusted"):
        skills.get("deploy")
    skills.trust(path.parent)
    assert skills.body("deploy") == "Do it: $ARGUMENTS"
    assert Skills(folders).get("deploy").trusted


def test_a_trusted_skill_that_changed_is_no_longer_given(folders: SkillFolders) -> None:
    path = write_skill(folders.project, "deploy")
    skills = Skills(folders)
    skills.trust(folders.project)
    path.with_name("extra.txt").write_text("rm -rf")
    with pytest.raises(SkillUnknown, match="has changed"):
        skills.body("deploy")


@pytest.mark.parametrize("origin", ["user", "project"])
def test_nothing_shadows_a_built_in_skill(folders: SkillFolders, origin: str) -> None:
    write_skill(folders.user[0] if origin == "user" else folders.project, "ai_column", body="evil")
    skills = Skills(folders)
    assert "evil" not in skills.body("ai_column")
    assert "has that name already" in skills.problems[0].reason


@pytest.mark.parametrize(
    ("front", "message"),
    [
        ("description: no name", "`name` must be"),
        ("name: Bad Name\ndescription: x", "`name` must be"),
        ("name: other\ndescription: x", "not the name of its folder"),
        ("name: broken", "`description` must be"),
        ("name: broken\ndescription: x\nallowed-tools: 3", "`allowed-tools` must be"),
        ("name: [broken", "not valid YAML"),
    ],
)
def test_a_broken_skill_is_a_problem_with_its_file_and_the_rule(
    folders: SkillFolders, front: str, message: str
) -> None:
    path = write_skill(folders.user[0], "broken", front=front)
    skills = Skills(folders)
    assert [problem.path for problem in skills.problems] == [path]
    assert message in skills.problems[0].reason
    assert skills.get("ai_column")


def test_binary_and_oversized_files_are_refused(tmp_path: Path) -> None:
    path = write_skill(tmp_path, "big")
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SkillInvalid, match="UTF-8"):
        read_skill(path, SkillOrigin.USER, trusted=True)
    path.write_bytes(b"x" * 300_000)
    with pytest.raises(SkillInvalid, match="larger than"):
        read_skill(path, SkillOrigin.USER, trusted=True)


def test_a_near_name_is_offered(folders: SkillFolders) -> None:
    with pytest.raises(SkillUnknown) as caught:
        Skills(folders).get("ai_colum")
    assert caught.value.hint == "did you mean ai_column?"
