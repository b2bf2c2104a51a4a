"""The tool `skill`: how a model reads the body of a skill, when it needs it and not before.

From then on the turn has only the tools that the skill allows.
"""

from skills.loader import Skills
from tools.context import ToolContext
from tools.toolbox import Instructions, Tool


def skill_tool(skills: Skills) -> Tool:
    """The tool over these skills."""

    def skill(name: str, arguments: str = "", *, ctx: ToolContext) -> Instructions:  # noqa: ARG001 - every tool takes it
        """Read how a skill works, before you use it. `arguments`: what the user wants of it, in their words."""
        return Instructions(text=skills.prompt(name, arguments), tools=skills.get(name).allowed_tools)

    return Tool.of(skill)
