"""The tool `skill`: how a model reads the body of a skill, when it needs it and not before."""

from skills.loader import Skills
from tools.context import ToolContext
from tools.toolbox import Tool


def skill_tool(skills: Skills) -> Tool:
    """The tool over these skills."""

    def skill(name: str, arguments: str = "", *, ctx: ToolContext) -> str:  # noqa: ARG001 - every tool takes it
        """Read how a skill works, before you use it. `arguments`: what the user wants of it, in their words."""
        return skills.prompt(name, arguments)

    return Tool.of(skill, trusted=True)
