"""What a person says about a fill under way: "pause", "slower", "why is it slow?", 暂停, 慢一点, 为什么这么慢."""

import re

from agent.llm.offline.intents import Steer

# The whole sentence must say nothing else: these words also occur in questions about data.
_ABOUT = r"(?:\s+(?:it|(?:the|that|this|my)\s+(?:job|fill|filling|column|run)))?"
_POLITE = r"(?:please\s+|can you\s+|could you\s+)?"
_END = r"(?:,?\s+please)?\W*"
_FORMS = (
    ("why_slow", rf"why\s+(?:is|does)\s+(?:it|the\s+(?:job|fill|filling))\s+(?:so\s+)?(?:slow|take so long){_END}"),
    ("why_slow", rf"why\s+(?:so\s+)?slow{_END}"),
    ("why_slow", r"(?:它|填充|任务|作业)?为什么(?:它|填充|任务|作业)?(?:会|跑得|运行得)?(?:这么|那么|如此|很)?慢\W*"),
    ("status", rf"how\s+far\s+is\s+(?:it|the\s+(?:job|fill|filling)){_END}"),
    ("status", r"(?:填充|任务|作业)?(?:的)?(?:进度|进展)(?:如何|怎么样|到哪了|多少)?\W*"),
    ("slower", rf"{_POLITE}(?:(?:go\s+|make{_ABOUT}\s+|run\s+)?slower|slow{_ABOUT}\s+down){_END}"),
    ("slower", r"请?(?:再)?慢(?:一)?(?:点|些)(?:儿)?\W*"),
    ("faster", rf"{_POLITE}(?:(?:go\s+|make{_ABOUT}\s+|run\s+)?faster|speed{_ABOUT}\s+up){_END}"),
    ("faster", r"请?(?:再)?快(?:一)?(?:点|些)(?:儿)?\W*"),
    ("pause", rf"{_POLITE}pause{_ABOUT}{_END}"),
    ("pause", r"请?暂停(?:一下)?(?:填充|任务|作业)?\W*"),
    ("resume", rf"{_POLITE}(?:resume|go on with|continue){_ABOUT}{_END}"),
    ("resume", r"请?(?:继续|恢复)(?:填充|任务|作业)?\W*"),
    ("cancel", rf"{_POLITE}cancel\s+(?:it|(?:the|that|this|my)\s+(?:job|fill|filling|run)){_END}"),
    ("cancel", r"请?取消(?:填充|任务|作业)\W*"),
)
_READ = tuple((action, re.compile(form, re.I)) for action, form in _FORMS)


def read_steering(text: str) -> Steer | None:
    """What is wanted, or None if the sentence is about something else."""
    return next((Steer(action=action) for action, form in _READ if form.fullmatch(text)), None)
