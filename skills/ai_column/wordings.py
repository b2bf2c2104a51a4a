"""The wordings that ship: what people most often want of a text, in English and Chinese, each with its contract.

`{labels}` and `{language}` are filled in by `spec`. The labels of a column are the same in both languages, so that
data does not depend on who asked. Wordings that a person approved are kept by `memory.prompts`, not here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from skills.ai_column.task import ColumnSpec
from skills.errors import TaskInvalid

ENGLISH, CHINESE = "en", "zh"


@dataclass(frozen=True, kw_only=True)
class Wording:
    """One tried way of asking."""

    name: str
    about: str  # one line for the list
    intent: Mapping[str, str]  # by language code
    type: str
    labels: tuple[str, ...] = ()
    max_length: int | None = None
    minimum: float | None = None
    maximum: float | None = None
    language: str | None = None  # of the answer, unless another is asked for

    @property
    def needs_labels(self) -> bool:
        return not self.labels and "{labels}" in self.intent[ENGLISH]

    def spec(self, *, said_in: str = ENGLISH, labels: Sequence[str] = (), language: str | None = None) -> ColumnSpec:
        """The column to fill. `said_in`: the language of the instruction; `language`: of the answer."""
        chosen = tuple(labels) or self.labels
        if self.needs_labels and not chosen:
            raise TaskInvalid(f"the wording {self.name} needs labels", hint="say which: --labels a,b,c")
        answered_in = language or self.language
        separator = "、" if said_in == CHINESE else ", "
        template = self.intent.get(said_in, self.intent[ENGLISH])
        intent = template.format(labels=separator.join(chosen), language=answered_in)
        return ColumnSpec(
            intent=intent,
            type=self.type,
            labels=chosen,
            max_length=self.max_length,
            minimum=self.minimum,
            maximum=self.maximum,
            language=answered_in,
        )


def wording(name: str) -> Wording:
    """Raises TaskInvalid with the nearest names."""
    found = next((one for one in WORDINGS if one.name == name.strip().casefold()), None)
    if found is None:
        near = get_close_matches(name.casefold(), [one.name for one in WORDINGS], n=2)
        names = ", ".join(one.name for one in WORDINGS)
        raise TaskInvalid(
            f"there is no wording {name}", hint=f"did you mean {' or '.join(near)}?" if near else f"there are {names}"
        )
    return found


WORDINGS = (
    Wording(
        name="summary",
        about="a summary in one or two sentences, in the language of the text",
        intent={
            ENGLISH: "Summarize the text in one or two sentences, in the language of the text. Keep names, numbers and "
            "the main point; add nothing that the text does not say.",
            CHINESE: "用一到两句话概括文本内容，使用文本本身的语言。保留名称、数字和要点，不添加文本中没有的内容。",
        },
        type="VARCHAR(500)",
        max_length=500,
    ),
    Wording(
        name="sentiment",
        about="positive, neutral or negative",
        intent={
            ENGLISH: "Classify the sentiment of the text towards its subject as one of: {labels}. Mixed or purely "
            "factual texts count as neutral.",
            CHINESE: "判断文本对其评价对象的情感倾向，取值为：{labels}。褒贬参半或纯粹陈述事实的文本归为 neutral。",
        },
        type="VARCHAR(32)",
        labels=("positive", "neutral", "negative"),
    ),
    Wording(
        name="classify",
        about="one of the labels you give",
        intent={
            ENGLISH: "Choose the one label that fits the row best: {labels}. Judge by its main subject.",
            CHINESE: "从以下标签中选择最符合该行内容的一个：{labels}。以主要内容为准。",
        },
        type="VARCHAR(64)",
    ),
    Wording(
        name="translate",
        about="a translation, into English unless you name another language",
        intent={
            ENGLISH: "Translate the text into {language}. Keep its meaning, tone, names, numbers and formatting; "
            "a text that is in that language already stays as it is.",
            CHINESE: "将文本翻译为{language}。保持原意、语气、名称、数字和格式；已经是该语言的文本保持原样。",
        },
        type="TEXT",
        language="English",
    ),
    Wording(
        name="score",
        about="the quality of a text from 1 to 10",
        intent={
            ENGLISH: "Score the quality of the text from 1 to 10: 1 says nothing of use or cannot be understood, "
            "5 is usable with gaps, 10 is complete, clear and specific.",
            CHINESE: "为文本质量打分，1 到 10 分：1 分表示无用或无法理解，5 分表示可用但不完整，10 分表示完整清晰。",
        },
        type="INTEGER",
        minimum=1,
        maximum=10,
    ),
    Wording(
        name="tags",
        about="three to five keywords, separated by commas",
        intent={
            ENGLISH: "Give three to five short keywords for the main topics of the text, most important first, "
            "separated by commas, in the language of the text.",
            CHINESE: "给出三到五个概括文本主要主题的简短关键词，按重要性排列，以逗号分隔，使用文本本身的语言。",
        },
        type="VARCHAR(200)",
        max_length=200,
    ),
    Wording(
        name="risk",
        about="low, medium or high",
        intent={
            ENGLISH: "Assign the risk level that the row shows, one of: {labels}. High needs action now, medium needs "
            "a person to look at it, low needs nothing; judge only by what the row says.",
            CHINESE: "根据该行内容评定风险等级，取值为：{labels}。high 需要立即处理，medium 需要人工查看，"
            "low 无需处理；仅以该行内容为依据。",
        },
        type="VARCHAR(32)",
        labels=("low", "medium", "high"),
    ),
)
