"""What this floor raises.

SkillError             a fact and, in `hint`, the way out
├── SkillInvalid       a SKILL.md that cannot be used as written
├── SkillUnknown       no skill of that name is on offer
├── TaskInvalid        the column task cannot be done as described
│   └── TaskRefused    it is understood, and this table or column does not allow it
└── ConsentExceeded    the run would go beyond what was approved
"""

from memory.errors import Failure


class SkillError(Failure):
    """A skill cannot do what it was asked to do."""


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
