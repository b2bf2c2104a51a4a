"""The small words of questions, in English and Chinese, and what each does to a question."""

from collections.abc import Mapping
from enum import StrEnum


class Part(StrEnum):
    TABLE = "table"
    COLUMN = "column"
    NUMBER = "number"
    DATE = "date"
    QUOTED = "quoted"
    COUNT = "count"
    AGGREGATE = "aggregate"  # value: avg, sum, max, min
    MOST = "most"  # value: a column that it implies, or ""
    LEAST = "least"
    TOP = "top"
    BY = "by"
    UNIT = "unit"  # value: day, month, year
    COMPARE = "compare"  # value: > < >= <=
    EQUALS = "equals"
    IN = "in"
    WITHOUT = "without"
    LATEST = "latest"
    EARLIEST = "earliest"
    SHOW = "show"
    WHICH = "which"
    AND = "and"
    BEYOND = "beyond"  # understood, and more than the rules can do: negation, "or", relative time
    WORD = "word"  # not understood by itself


FIXED: Mapping[Part, Mapping[str, str]] = {
    Part.COUNT: {"": "how many|number of|count of|count|总数|多少|几个|数量|个数|有几"},
    Part.AGGREGATE: {
        "avg": "average|avg|mean|平均值|平均|均值",
        "sum": "total of|total|sum of|sum|总和|合计|总计|总共|总",
        "max": "maximum|max|最大值|最高值",
        "min": "minimum|min|最小值|最低值",
    },
    Part.MOST: {"": "most|highest|largest|biggest|greatest|最高|最大|最多|降序|desc|descending"},
    Part.LEAST: {"": "least|fewest|lowest|smallest|最低|最小|最少|升序|asc|ascending"},
    Part.TOP: {"": "top|first|前"},
    Part.BY: {
        "": "by|per|for each|grouped by|group by|sorted by|ordered by|order by|of each|in each|each|every"
        "|按照|按|每一个|每个|每种|每|各个|各种|各"
    },
    Part.UNIT: {"day": "day|daily|天|日", "month": "month|monthly|个月|月份|月", "year": "year|yearly|年份|年"},
    Part.COMPARE: {
        ">": "more than|greater than|over|above|after|higher than|larger than|大于|超过|高于|多于|晚于|>",
        "<": "less than|under|below|before|lower than|fewer than|smaller than|小于|低于|少于|不到|早于|<",
        ">=": "at least|since|不少于|不低于|至少|>=",
        "<=": "at most|until|up to|不超过|不高于|至多|<=",
    },
    Part.EQUALS: {"": "equal to|equals|equal|=|==|为|是|等于"},
    Part.IN: {"": "in|from|located in|来自|位于|在"},
    Part.WITHOUT: {"": "without|no|is null|null|is empty|empty|missing|not filled|没有|未填写|未填|为空|缺少|缺"},
    Part.LATEST: {"": "latest|newest|most recent|recent|最新|最近|最晚"},
    Part.EARLIEST: {"": "oldest|earliest|最早|最旧"},
    Part.SHOW: {"": "show me|show|list|display|get|give me|find|see|view|显示|列出|查看|查询|看看|查一下|找出|展示"},
    Part.WHICH: {"": "which|what|哪个|哪些|哪种|哪一个"},
    Part.BEYOND: {
        "": "not|isn't|aren't|don't|doesn't|except|excluding|or|other than|between|this|last|next|past|previous|today"
        "|yesterday|tomorrow|week|weekly|hour|hourly|quarter|why|不是|不在|不等于|并非|除了|除外|或者|或|之间|本月|本周|本年|这个月|上个月"
        "|上月|上周|去年|今天|今年|今日|昨天|昨日|明天|近期|每周|季度|小时|为什么"
    },
    Part.AND: {"": "and|且|并且|而且|和"},
}
IGNORED = (
    "the|a|an|of|are|is|there|do|does|did|we|i|you|have|has|had|all|please|me|to|on|with|whose|where|that|their|its|it"
    "|rows|row|records|record|entries|table|tables|column|columns|value|values|for|our|my|in total|in the database"
    "|how much|much|currently|now|at all|exist|exists|can|could|tell|what's|whats|give|each one|was|were|been|one|ones"
    "|的|了|其中|吗|呢|请|我|想|有|个|条|款|位|名|张|件|家|份|篇|行|记录|数据|表|中|里|里面|所有|全部|一下|共有|一共|共|都|是什么|统计|它们|现在"
    "|数据库|数|列|字段|什么|是多少|给我|那些|这些|到底|目前|之|以|排序|排列|排名"
)

_DIGITS_EN = "two three four five six seven eight nine ten"
NUMBERS: Mapping[str, int] = {
    **dict(zip("一二两三四五六七八九十", (1, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10), strict=True)),
    **{word: number for number, word in enumerate(_DIGITS_EN.split(), start=2)},
}
