"""What people write in the demo shop, in two languages: reviews that match their stars, tickets, articles, log lines.

Reviews are put together from an opening, an aspect and an ending, so that most differ. Negation ("not bad at all",
"一点也不差") is there on purpose: that is where counting words goes wrong.
"""

from dataclasses import dataclass
from enum import StrEnum


class Mood(StrEnum):
    """How a review feels; never stored, because finding it out is what the demo is for."""

    POSITIVE = "positive"
    NEUTRAL = "neutral"
    NEGATIVE = "negative"


@dataclass(frozen=True, kw_only=True)
class ReviewWords:
    """The parts of a review of one mood in one language; `{name}` is the product."""

    openings: tuple[str, ...]
    aspects: tuple[str, ...]
    endings: tuple[str, ...]


ENGLISH = {
    Mood.POSITIVE: ReviewWords(
        openings=(
            "I love this {name}.",
            "Excellent {name}!",
            "Really happy with the {name}.",
            "Great value for the money.",
            "Not bad at all, this {name} is better than I expected.",
            "Best {name} I have owned.",
            "My sister recommended the {name} and she was right.",
            "Bought it on a whim and I am delighted.",
        ),
        aspects=(
            "The quality is great and it feels solid.",
            "Delivery was fast and the box was perfect.",
            "It works perfectly every day.",
            "The colour is beautiful, exactly as in the photo.",
            "I had no problem setting it up.",
            "Comfortable, light and well made.",
            "Customer service was friendly and helpful.",
            "It never let me down on a long trip.",
        ),
        endings=(
            "Highly recommended.",
            "Would buy again.",
            "Five stars from me.",
            "You will not regret it.",
            "My family loves it too.",
            "Worth every cent.",
            "I ordered a second one.",
        ),
    ),
    Mood.NEUTRAL: ReviewWords(
        openings=(
            "The {name} is okay.",
            "It is an average {name}.",
            "The {name} does what it says, nothing more.",
            "Neither good nor bad.",
            "Ordinary {name} at an ordinary price.",
            "The {name} arrived on Tuesday.",
        ),
        aspects=(
            "The size is as described.",
            "Delivery took four days.",
            "The manual is short.",
            "It looks like the picture.",
            "I use it about once a week.",
            "The packaging was plain.",
        ),
        endings=(
            "We will see how long it lasts.",
            "It is fine for the price.",
            "I have no strong opinion.",
            "Maybe I will try another one next time.",
            "Three stars.",
            "It is acceptable.",
        ),
    ),
    Mood.NEGATIVE: ReviewWords(
        openings=(
            "Very disappointed with this {name}.",
            "The {name} is not good.",
            "Do not buy this {name}.",
            "Terrible {name}, a waste of money.",
            "I wanted to like the {name}, but I cannot.",
            "This {name} is not worth the price.",
            "Bad experience from start to finish.",
        ),
        aspects=(
            "It broke after two days.",
            "The quality is poor and it smells of plastic.",
            "It arrived late and damaged.",
            "It never worked properly.",
            "The colour is wrong and faded quickly.",
            "It is not comfortable at all.",
            "Customer service was rude and useless.",
        ),
        endings=(
            "I want a refund.",
            "Never again.",
            "I sent it back.",
            "Avoid.",
            "One star is too many.",
            "I do not recommend it.",
            "Such a waste.",
        ),
    ),
}

CHINESE = {
    Mood.POSITIVE: ReviewWords(
        openings=(
            "这款{name}非常好用。",
            "{name}超出预期，很满意！",
            "一点也不差，{name}比想象中好。",
            "很喜欢这个{name}。",
            "朋友推荐的{name}，果然不错。",
            "第二次购买{name}了，依然喜欢。",
            "性价比很高的{name}。",
        ),
        aspects=(
            "质量很好，做工精细。",
            "物流很快，包装完好。",
            "颜色漂亮，和图片一样。",
            "用起来没有任何问题。",
            "客服耐心又热情。",
            "轻便舒适，老人也喜欢。",
            "用了一个月，没有让我失望。",
        ),
        endings=("强烈推荐！", "值得购买。", "以后还会回购。", "五星好评。", "全家人都喜欢。", "物超所值。"),
    ),
    Mood.NEUTRAL: ReviewWords(
        openings=(
            "{name}一般般。",
            "{name}还可以。",
            "{name}中规中矩。",
            "收到{name}了，先用用看。",
            "普通的{name}，价格也普通。",
        ),
        aspects=("尺寸和描述一致。", "快递四天到。", "说明书比较短。", "和图片差不多。", "一周用一两次。"),
        endings=("过段时间再来评价。", "这个价位也就这样。", "没有特别的感觉。", "凑合用吧。", "三颗星。"),
    ),
    Mood.NEGATIVE: ReviewWords(
        openings=(
            "这款{name}不好用。",
            "对{name}很失望。",
            "{name}质量太差了。",
            "千万别买这个{name}。",
            "{name}不值这个价。",
            "本来很期待{name}，结果很糟糕。",
        ),
        aspects=(
            "用了两天就坏了。",
            "做工粗糙，有异味。",
            "快递很慢，包装破损。",
            "颜色不对，还褪色。",
            "客服态度恶劣，不解决问题。",
            "一点都不舒服。",
        ),
        endings=("要求退款。", "不会再买了。", "不推荐。", "浪费钱。", "已经退货。", "差评。"),
    ),
}

# (subject, description, how many of a hundred tickets)
TICKETS = (
    ("Parcel has not arrived", "Order {order} was due last week and the tracking has not moved for {n} days.", 16),
    ("Charged twice", "My card was charged twice for order {order}. Please refund one payment urgently.", 10),
    ("Cannot log in", "I get 'wrong password' since yesterday, reset mails do not arrive. I have {n} open orders.", 10),
    ("Question about size", "Which size should I take at {n}0 kg? No hurry.", 10),
    (
        "Smoke from the charger",
        "The charger of order {order} got very hot and smoked. Is this dangerous? Please call me now!",
        5,
    ),
    ("Invoice wanted", "Please send an invoice for order {order} to my company address.", 9),
    ("包裹破损", "订单 {order} 收到时外箱破损，里面的东西碎了，请尽快处理。", 12),
    ("无法付款", "结算页面一直报错，已经试了 {n} 次，活动今晚就结束了，非常着急！", 9),
    ("想改收货地址", "订单 {order} 还没发货，麻烦改成公司地址，谢谢。", 10),
    ("咨询保修", "请问保修期是 {n} 个月吗？只是想了解一下。", 9),
)

# (title, body): the category is left to be found
ARTICLES = (
    (
        "How to choose {en}",
        "A good {en} starts with the question where you will use it. "
        "Look at the material first, then at the price. "
        "Our buyers compared {n} models over a month and explain what mattered.",
    ),
    ("{cn}选购指南", "选{cn}先看使用场景，再看材质和价格。我们的买手用一个月比较了 {n} 款，告诉你哪些参数真正有用。"),
    (
        "Five ways to care for your {en}",
        "Clean it once a week, keep it dry, and do not store it in the sun. "
        "These {n} small habits double the life of any {en}. "
        "Most damage that we see in returns could have been avoided.",
    ),
    ("{cn}保养小知识", "每周清洁一次，保持干燥，避免暴晒。坚持这 {n} 个小习惯，{cn}的寿命可以翻倍。"),
    (
        "Company news: new warehouse opens",
        "Our new warehouse ships {en} within {n} hours to the whole region. "
        "A hundred colleagues joined the team. "
        "The old site stays open for returns.",
    ),
    (
        "Holiday sale on {en}",
        "From Friday every {en} is up to {n} percent off. "
        "Members get free shipping on top. "
        "Stocks are limited, so be early.",
    ),
    ("{cn}限时优惠", "本周五起，{cn}全场最高立减 {n} 元，会员包邮，数量有限，先到先得。"),
    (
        "Behind the scenes: who makes our {en}",
        "We visited the workshop that makes our {en}. "
        "Maria has worked there for {n} years and shows each step. "
        "It is slower than a factory, and it shows.",
    ),
)

# (level, message, how many of a hundred lines)
LOGS = (
    ("INFO", "user {n} logged in from 10.0.{a}.{b}", 22),
    ("INFO", "order {n} paid in {a} ms", 20),
    ("WARN", "slow query took {n} ms on table orders", 10),
    ("WARN", "disk usage at 9{b}% on /var/lib/shop", 5),
    ("ERROR", "connection to payment gateway timed out after {n} ms", 10),
    ("ERROR", "OperationalError: could not connect to database shop-{b}: connection refused", 8),
    ("ERROR", "PermissionError: [Errno 13] permission denied: '/data/export/{n}.csv'", 6),
    ("ERROR", "KeyError: 'coupon_{a}' in cart.apply_discount", 7),
    ("ERROR", "invalid token for user {n}: signature has expired", 7),
    ("ERROR", "OutOfMemoryError: worker {b} killed at {n} MB", 5),
)
