"""The reviews that the benches judge, and the labels they get."""

LABELS = ("positive", "negative", "neutral", "mixed")
_OPENINGS = ("The parcel", "Our order", "This lamp", "The second chair", "Delivery number")


def text_of(number: int) -> str:
    """About a hundred characters, different for every number."""
    opening, late, gifts = _OPENINGS[number % 5], number % 13, number % 7
    return f"{opening} {number:08d} arrived {late} days late, but the shop answered kindly and sent {gifts} gifts"
