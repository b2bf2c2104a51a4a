"""Requests to fill a column: "fill column summary of products from description: one sentence", 用 a 填充 t 的 b 列"""

import re

from agent.llm.offline.intents import Fill

_NAME = r"[A-Za-z_][\w]*"
_NAMES = rf"{_NAME}(?:\s*(?:,|，|、|and|和|与)\s*{_NAME})*"
_REST = r"(?:\s*(?:[:：]|,|，|\bas\b|\bby\b)\s*(?P<intent>.+))?$"
_FORMS = (
    re.compile(
        rf"^(?:please\s+)?fill\s+(?:in\s+)?(?:the\s+)?(?:column\s+)?(?P<column>{_NAME})(?:\s+column)?\s+(?:of|in|on)\s+"
        rf"(?:the\s+)?(?:table\s+)?(?P<table>{_NAME})(?:\s+table)?\s+(?:from|using|with)\s+(?P<sources>{_NAMES}){_REST}",
        re.I | re.S,
    ),
    re.compile(
        rf"^(?:please\s+)?fill\s+(?:in\s+)?(?:the\s+)?(?:column\s+)?(?P<table>{_NAME})\.(?P<column>{_NAME})\s+"
        rf"(?:from|using|with)\s+(?P<sources>{_NAMES}){_REST}",
        re.I | re.S,
    ),
    re.compile(
        rf"^请?(?:用|根据|从|按照?|基于)\s*(?P<sources>{_NAMES})\s*(?:列|字段)?(?:来|去)?\s*(?:填充|填写|生成|填)\s*"
        rf"(?P<table>{_NAME})\s*(?:表)?(?:的|中的|里的|\.)\s*(?P<column>{_NAME})\s*(?:列|字段)?{_REST}",
        re.S,
    ),
    re.compile(
        rf"^请?(?:填充|填写)\s*(?P<table>{_NAME})\s*(?:表)?(?:的|中的|\.)\s*(?P<column>{_NAME})\s*(?:列|字段)?\s*[,，]?\s*"
        rf"(?:用|根据|从|来源(?:是|为)?)\s*(?P<sources>{_NAMES})\s*(?:列|字段)?{_REST}",
        re.S,
    ),
)
_ASKS_TO_FILL = re.compile(r"^(?:please\s+)?fill\b|填充|填写", re.I)
_WORDING = re.compile(
    r"(?:(?:use\s+|with\s+)?(?:the\s+)?wording\s+|(?:使用|用)(?:提示词|措辞)\s*)@?(?P<name>[\w-]+)", re.I
)
_BETWEEN = re.compile(r"\s*(?:,|，|、|/|\||;|\bor\b|\band\b|或者|或|和|与)\s*", re.I)
_BEFORE_LABELS = re.compile(
    r".*?(?:\b(?:as|into|one of|labels?|either|among)\b|标签|分为|分成|分类为|标为|之一|选择|归为)\s*[:：]?\s*",
    re.I | re.S,
)
_LABEL = re.compile(r"[\w -]{1,24}")
_MOST_LABEL_WORDS = 2


def asks_to_fill(question: str) -> bool:
    return bool(_ASKS_TO_FILL.search(question.strip()))


def read_fill(question: str) -> Fill | None:
    """The task, or None if it is not said in one of the known forms."""
    text = question.strip().rstrip("。.").strip()
    for form in _FORMS:
        found = form.match(text)
        if found:
            intent = _named_wording((found["intent"] or found["column"].replace("_", " ")).strip())
            sources = tuple(name for name in _BETWEEN.split(found["sources"]) if name)
            return Fill(
                table=found["table"],
                column=found["column"],
                sources=sources,
                intent=intent,
                labels=labels_in(intent),
            )
    return None


def _named_wording(intent: str) -> str:
    """`use the wording sentiment`: @sentiment."""
    named = _WORDING.fullmatch(intent)
    return f"@{named['name']}" if named else intent


def labels_in(intent: str) -> tuple[str, ...]:
    """The labels that an instruction lists: "positive, negative or neutral", "one of high/medium/low"."""
    for listed in (
        intent,
        _BEFORE_LABELS.sub("", intent, count=1),
        intent.rpartition(":")[2],
        intent.rpartition("：")[2],
    ):
        labels = tuple(label.strip() for label in _BETWEEN.split(listed.strip().rstrip("。.")) if label.strip())
        if len(labels) >= 2 and all(_is_label(label) for label in labels):
            return tuple(dict.fromkeys(labels))
    return ()


def _is_label(text: str) -> bool:
    if not _LABEL.fullmatch(text) or len(text.split()) > _MOST_LABEL_WORDS:
        return False
    return text.isascii() or len(text) <= 6
