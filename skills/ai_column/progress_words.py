"""How fast a run is and what it has spent, in the words of every surface: progress bars, logs, the chat's bar."""

from decimal import Decimal

from skills.ai_column.tally import Progress


def duration(seconds: float) -> str:
    """As a person says it, to the second."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def spend(tokens: int, cost: Decimal | None) -> str:
    """Money where the price is known, else tokens."""
    return f"{tokens:,} tokens" if cost is None else f"cost {cost:.4f}"


def pace(standing: Progress) -> str:
    """Rate, time left, spend."""
    left = standing.eta_s
    parts = [f"{standing.rate:,.1f} rows/s", *([f"{duration(left)} left"] if left is not None else [])]
    return ", ".join([*parts, spend(standing.tokens, standing.cost)])


def line(standing: Progress) -> str:
    """All of it in one line."""
    done = f"{standing.filled:,} of {standing.pending:,} rows filled, {standing.failed:,} failed"
    return f"{done}, {pace(standing)}"
