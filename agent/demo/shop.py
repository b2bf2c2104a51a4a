"""The rows of the demo shop, made from a seed: the same seed gives the same rows on every machine and Python.

Only `Random.random()` is used, the one method whose sequence Python promises to keep. Times count back from a
fixed day, so nothing depends on today. Columns that the demo fills (sentiment, summary, ...) start as NULL.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import TypeAlias, TypeVar

from agent.demo.catalogue import CATEGORIES, STYLES, Category, Phrase
from agent.demo.voices import ARTICLES, CHINESE, ENGLISH, LOGS, TICKETS, Mood
from tools.db.new_file import NewRows
from tools.db.values import Value

SEED = 3
EPOCH = datetime(2026, 10, 31, 18, 0, 0)  # noqa: DTZ001  # the shop's own wall clock, as SQLite text

Row: TypeAlias = tuple[Value, ...]
Item = TypeVar("Item")

CUSTOMERS, REVIEWS, ARTICLE_COUNT, TICKET_COUNT, ORDERS, LOG_COUNT = 400, 1_500, 120, 300, 2_000, 600
CITIES = (
    "Shanghai", "Beijing", "Shenzhen", "Chengdu", "Hangzhou", "Berlin", "London", "Paris", "Singapore", "Toronto",
)  # fmt: skip
FIRST = (
    "Anna",
    "Ben",
    "Chloe",
    "David",
    "Emma",
    "Felix",
    "Grace",
    "Henry",
    "Iris",
    "Jack",
    "Kate",
    "Leo",
    "Mia",
    "Noah",
)
LAST = ("Smith", "Muller", "Brown", "Garcia", "Novak", "Rossi", "Tanaka", "Dubois", "Jensen", "Kowalski", "Silva")
SURNAMES, GIVEN = (
    "王李张刘陈杨黄赵周吴",
    ("伟", "芳", "娜", "敏", "静", "强", "磊", "洋", "艳", "杰", "秀英", "子涵", "浩然"),
)
SEGMENTS = (("standard", 70), ("vip", 18), ("business", 12))
RATING_MOODS = {
    5: ((Mood.POSITIVE, 96), (Mood.NEUTRAL, 4)),
    4: ((Mood.POSITIVE, 80), (Mood.NEUTRAL, 20)),
    3: ((Mood.NEUTRAL, 80), (Mood.POSITIVE, 10), (Mood.NEGATIVE, 10)),
    2: ((Mood.NEGATIVE, 82), (Mood.NEUTRAL, 18)),
    1: ((Mood.NEGATIVE, 100),),
}
RATINGS = ((5, 42), (4, 23), (3, 13), (2, 9), (1, 13))
ORDER_STATES = (("delivered", 68), ("shipped", 12), ("paid", 10), ("cancelled", 7), ("refunded", 3))
PAYMENTS = (("card", 50), ("alipay", 24), ("wechat", 16), ("paypal", 6), ("cash_on_delivery", 4))


class Dice:
    """Choices from a seed."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311  # a demo, not a secret

    def below(self, bound: int) -> int:
        return int(self._random.random() * bound)

    def between(self, low: int, high: int) -> int:
        return low + self.below(high - low + 1)

    def pick(self, items: Sequence[Item]) -> Item:
        return items[self.below(len(items))]

    def weighted(self, items: Sequence[tuple[Item, int]]) -> Item:
        ticket = self.below(sum(weight for _, weight in items))
        for item, weight in items:
            ticket -= weight
            if ticket < 0:
                return item
        raise AssertionError("the weights are positive")

    def moment(self, days: int) -> str:
        return (EPOCH - timedelta(minutes=self.below(days * 24 * 60))).isoformat(sep=" ")


def shop(seed: int = SEED) -> Iterator[NewRows]:
    """Every table of the shop, parents before children."""
    dice = Dice(seed)
    customers = _customers(dice)
    products = _products(dice)
    yield customers
    yield products
    yield _reviews(dice, products)
    yield _articles(dice)
    yield _tickets(dice)
    yield from _orders(dice, products)
    yield _logs(dice)
    tags: list[Row] = [(number, None) for number in range(1, CUSTOMERS + 1, 2)]
    yield NewRows(table="customer_tags", columns=("customer_id", "tag"), rows=tags)


def _customers(dice: Dice) -> NewRows:
    rows: list[Row] = []
    for number in range(1, CUSTOMERS + 1):
        if dice.below(2):
            name, phone = dice.pick(SURNAMES) + dice.pick(GIVEN), f"138{dice.between(10**7, 10**8 - 1)}"
            email = f"user{number}@example.cn"
        else:
            first, last = dice.pick(FIRST), dice.pick(LAST)
            name, phone = f"{first} {last}", f"+49 30 {dice.between(10**6, 10**7 - 1)}"
            email = f"{first}.{last}{number}@example.com".lower()
        rows.append((number, name, email, phone, dice.pick(CITIES), dice.weighted(SEGMENTS), dice.moment(1000)))
    columns = ("id", "name", "email", "phone", "city", "segment", "created_at")
    return NewRows(table="customers", columns=columns, rows=rows)


def _products(dice: Dice) -> NewRows:
    rows: list[Row] = []
    kinds = [(category, thing, style) for style in STYLES for thing in range(10) for category in CATEGORIES]
    for number, (category, thing, style) in enumerate(kinds, start=1):
        name = Phrase(cn=style.cn + category.things[thing].cn, en=f"{style.en} {category.things[thing].en}")
        price = dice.between(category.cheapest * 10, category.dearest * 10) // 10 - 0.1
        # Every sixth product came in untranslated: the use case "name_cn -> name_en" starts here.
        english = None if number % 6 == 0 else name.en
        description = _description(dice, category, name)
        stock = 0 if dice.below(20) == 0 else dice.between(1, 500)
        rows.append((number, name.cn, english, description, category.name, price, stock, None, dice.moment(700)))
    columns = ("id", "name_cn", "name_en", "description", "category", "price", "stock", "summary", "created_at")
    return NewRows(table="products", columns=columns, rows=rows)


def _description(dice: Dice, category: Category, name: Phrase) -> str:
    """One to four sentences, two of five in Chinese."""
    first = dice.below(len(category.features))
    feature = category.features[first]
    other = category.features[(first + 1 + dice.below(len(category.features) - 1)) % len(category.features)]
    use, sentences = dice.pick(category.uses), dice.between(1, 4)
    months = dice.pick((6, 12, 24, 36))
    if dice.below(5) < 2:
        text = (
            f"这款{name.cn}适合{use.cn}，{feature.cn}。",
            f"{other.cn}。",
            f"质保{months}个月，七天无理由退换。",
            f"已有{dice.between(2, 90) * 100}人购买。",
        )
        return "".join(text[:sentences])
    text = (
        f"{name.en}, made for {use.en}: {feature.en}.",
        f"{other.en[0].upper()}{other.en[1:]}.",
        f"It comes with a warranty of {months} months and can be returned within a week.",
        f"{dice.between(2, 90) * 100} customers have bought it so far.",
    )
    return " ".join(text[:sentences])


def _reviews(dice: Dice, products: NewRows) -> NewRows:
    rows: list[Row] = []
    for number in range(1, REVIEWS + 1):
        product = products.rows[dice.below(len(products.rows))]
        rating = dice.weighted(RATINGS)
        mood = dice.weighted(RATING_MOODS[rating])
        in_chinese = dice.below(5) < 2 or product[2] is None
        words = (CHINESE if in_chinese else ENGLISH)[mood]
        name = str(product[1]) if in_chinese else str(product[2]).lower()
        parts = [dice.pick(words.openings).format(name=name), dice.pick(words.aspects), dice.pick(words.endings)]
        content = ("" if in_chinese else " ").join(parts[: dice.between(1, 3)])
        rows.append((number, product[0], dice.between(1, CUSTOMERS), rating, content, None, dice.moment(400)))
    columns = ("id", "product_id", "customer_id", "rating", "content", "sentiment", "created_at")
    return NewRows(table="reviews", columns=columns, rows=rows)


def _articles(dice: Dice) -> NewRows:
    rows: list[Row] = []
    for number in range(1, ARTICLE_COUNT + 1):
        thing = dice.pick(dice.pick(CATEGORIES).things)
        title, body = dice.pick(ARTICLES)
        words = {"cn": thing.cn, "en": thing.en.lower(), "n": dice.between(3, 30)}
        rows.append((number, title.format(**words), body.format(**words), None, dice.moment(900)))
    return NewRows(table="articles", columns=("id", "title", "body", "category", "published_at"), rows=rows)


def _tickets(dice: Dice) -> NewRows:
    rows: list[Row] = []
    kinds = tuple(((subject, description), weight) for subject, description, weight in TICKETS)
    for number in range(1, TICKET_COUNT + 1):
        subject, description = dice.weighted(kinds)
        text = description.format(order=dice.between(1, ORDERS), n=dice.between(2, 9))
        status = dice.weighted((("open", 30), ("pending", 20), ("closed", 50)))
        rows.append((number, dice.between(1, CUSTOMERS), subject, text, None, status, dice.moment(200)))
    columns = ("id", "customer_id", "subject", "description", "priority", "status", "created_at")
    return NewRows(table="tickets", columns=columns, rows=rows)


def _orders(dice: Dice, products: NewRows) -> Iterator[NewRows]:
    orders: list[Row] = []
    items: list[Row] = []
    for number in range(1, ORDERS + 1):
        cents = 0
        for _ in range(dice.between(1, 4)):
            product = products.rows[dice.below(len(products.rows))]
            price, quantity = _price(product), dice.between(1, 3)
            cents += round(price * 100) * quantity
            items.append((len(items) + 1, number, product[0], quantity, price))
        state, payment = dice.weighted(ORDER_STATES), dice.weighted(PAYMENTS)
        customer, city = dice.between(1, CUSTOMERS), dice.pick(CITIES)
        orders.append((number, customer, state, cents / 100, payment, city, None, dice.moment(365)))
    columns = ("id", "customer_id", "status", "total", "payment_method", "shipping_city", "risk_level", "created_at")
    yield NewRows(table="orders", columns=columns, rows=orders)
    item_columns = ("id", "order_id", "product_id", "quantity", "unit_price")
    yield NewRows(table="order_items", columns=item_columns, rows=items)


def _price(product: Row) -> float:
    price = product[5]
    assert isinstance(price, float)
    return price


def _logs(dice: Dice) -> NewRows:
    rows: list[Row] = []
    kinds = tuple(((level, message), weight) for level, message, weight in LOGS)
    for number in range(1, LOG_COUNT + 1):
        level, message = dice.weighted(kinds)
        text = message.format(n=dice.between(200, 9999), a=dice.below(256), b=dice.below(10))
        rows.append((number, level, text, None, dice.moment(30)))
    return NewRows(table="logs", columns=("id", "level", "message", "error_type", "created_at"), rows=rows)
