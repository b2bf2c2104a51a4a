"""What this floor raises.

SkillError             a fact and, in `hint`, the way out
├── SkillInvalid       a SKILL.md that cannot be used as written
├── SkillUnknown       no skill of that name is on offer
├── TaskInvalid        the column task cannot be done as described
│   └── TaskRefused    it is understood, and this table or column does not allow it
└── ConsentExceeded    the run would go beyond what was approved
"""


class SkillError(Exception):
    """A skill cannot do what it was asked to do."""

    def __init__(self, message: str | None = None, *, hint: str | None = None) -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())
        self.hint = hint

    @property
    def message(self) -> str:
        return str(self.args[0])


class SkillInvalid(SkillError):
    """The SKILL.md cannot be used as written."""


class SkillUnknown(SkillError):
    """There is no such skill."""


class TaskInvalid(SkillError):
    """The column task cannot be done as described."""


class TaskRefused(TaskInvalid):
    """The table or column does not allow it."""


class ConsentExceeded(SkillError):
    """The run would go beyond what was approved."""
