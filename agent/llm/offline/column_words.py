"""The words by which the offline rules choose a label.

Feelings are counted one by one, with negation; topics are whole phrases per label. English and Chinese stand
together, because one table often holds both.
"""

from collections.abc import Mapping


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


POSITIVE = _words(
    "love loves loved excellent great happy delighted perfect perfectly beautiful comfortable solid friendly helpful"
    " recommend recommended recommends best amazing awesome fantastic wonderful good nice pleased satisfied enjoy"
    " worth fast reliable superb right five-star better well"
)
NEGATIVE = _words(
    "disappointed disappointing terrible horrible awful bad worst poor broke broken damaged late rude useless waste"
    " refund hate hated faded wrong smells avoid never defective cheap slow ugly regret problem problems issue issues"
    " fail failed fails disappoint"
)
POSITIVE_ZH = _words(
    "好用 满意 喜欢 不错 推荐 性价比很高 性价比高 很好 非常好 太好 漂亮 完好 耐心 热情 舒适 值得 回购 好评 物超所值"
    " 优秀 完美 精细 惊喜 超出预期 比想象中好 很快 开心 不失望"
)
NEGATIVE_ZH = _words(
    "不好用 失望 太差 很差 千万别 不值 糟糕 坏了 粗糙 异味 破损 褪色 恶劣 不舒服 退款 不会再买 不推荐 浪费 退货 差评"
    " 垃圾 很慢 不对 不解决 后悔 难用 不好 不满意 不喜欢 问题"
)
# Praise that is made of blame words: taken out before anything is counted.
PRAISE_ZH = ("一点也不差", "一点都不差", "没有让我失望", "没有任何问题", "没有问题", "不差", "不会后悔")
PRAISE = ("not bad at all", "not bad", "no problem", "no problems", "never let me down", "not regret", "no issues")
BLAME = ("too many",)  # "one star is too many"
UNDECIDED = ("neither good nor bad", "no strong opinion", "fine for the price", "was right")
UNDECIDED_ZH = ("一般般", "还可以", "中规中矩", "没有特别的感觉", "凑合", "也就这样")
NEGATIONS = frozenset({"not", "no", "never", "cannot", "cant", "dont", "doesnt", "isnt", "wasnt", "didnt", "hardly"})

# What a label may be called, and the feeling or level that it stands for.
MEANINGS: Mapping[str, frozenset[str]] = {
    "positive": frozenset({"positive", "pos", "good", "happy", "正面", "积极", "好评", "正向"}),
    "negative": frozenset({"negative", "neg", "bad", "unhappy", "负面", "消极", "差评", "负向"}),
    "neutral": frozenset({"neutral", "mixed", "中性", "中立", "中评", "一般"}),
    "high": frozenset({"high", "urgent", "critical", "p1", "高", "紧急", "高风险", "high risk"}),
    "medium": frozenset({"medium", "normal", "moderate", "p2", "中", "普通", "中风险", "medium risk"}),
    "low": frozenset({"low", "minor", "p3", "低", "不急", "低风险", "low risk"}),
}
# How urgent a text sounds. What says nothing either way is medium.
URGENT = _words(
    "urgent urgently immediately dangerous danger smoke smoked fire asap emergency charged-twice charged;twice outage"
    " security breach injured 紧急 着急 尽快 马上 立即 危险 冒烟 起火 无法付款 破损 碎了"
)
CALM = _words("no;hurry whenever question just;wondering invoice thanks 谢谢 麻烦 咨询 只是想了解 请问 不急 发票")

# Topics: what a label's own words usually come with.
TOPICS: Mapping[str, tuple[str, ...]] = {
    "timeout": ("timed out", "timeout", "deadline exceeded", "slow query", "超时"),
    "network": ("connection refused", "connection reset", "unreachable", "dns", "gateway", "网络", "连接"),
    "connection": ("connection", "connect", "unreachable", "gateway", "连接"),
    "database": ("database", "operationalerror", "deadlock", "sql", "query", "table", "数据库"),
    "permission": ("permission denied", "permissionerror", "forbidden", "access denied", "权限"),
    "auth": ("token", "unauthorized", "signature", "login", "logged in", "password", "认证", "登录"),
    "authentication": ("token", "unauthorized", "signature", "login", "password", "认证", "登录"),
    "memory": ("outofmemory", "out of memory", "oom", "内存"),
    "disk": ("disk", "no space", "磁盘"),
    "resource": ("outofmemory", "out of memory", "oom", "disk", "no space", "quota"),
    "payment": ("payment", "charged", "refund", "card", "付款", "支付", "退款"),
    "code": ("keyerror", "typeerror", "valueerror", "attributeerror", "nullpointer", "traceback", "exception"),
    "application": ("keyerror", "typeerror", "valueerror", "attributeerror", "traceback", "exception"),
    "bug": ("keyerror", "typeerror", "valueerror", "attributeerror", "traceback", "exception"),
    "guide": ("how to", "choose", "buyers compared", "选购", "指南", "怎么选"),
    "care": ("care for", "clean it", "keep it dry", "store it", "保养", "清洁"),
    "tips": ("ways to", "tips", "habits", "小知识", "小习惯", "技巧"),
    "news": ("news", "opens", "announce", "joined the team", "新闻", "公告"),
    "company": ("company news", "warehouse", "colleagues", "team", "公司"),
    "promotion": ("sale", "percent off", "discount", "free shipping", "优惠", "立减", "促销"),
    "sale": ("sale", "percent off", "discount", "free shipping", "优惠", "立减", "促销"),
    "story": ("behind the scenes", "visited", "workshop", "故事", "幕后"),
    "shipping": ("parcel", "tracking", "delivery", "arrived", "shipping", "包裹", "快递", "物流", "收货"),
    "billing": ("charged", "invoice", "refund", "payment", "发票", "付款", "退款"),
    "account": ("log in", "login", "password", "account", "账号", "登录"),
}
TOPIC_NAMES: Mapping[str, str] = {
    "超时": "timeout",
    "网络": "network",
    "连接": "connection",
    "数据库": "database",
    "权限": "permission",
    "认证": "auth",
    "内存": "memory",
    "磁盘": "disk",
    "支付": "payment",
    "指南": "guide",
    "保养": "care",
    "新闻": "news",
    "促销": "promotion",
    "优惠": "promotion",
    "物流": "shipping",
    "账单": "billing",
    "账号": "account",
}
OTHER = frozenset({"other", "others", "none", "misc", "unknown", "general", "其他", "其它", "无", "未知"})
