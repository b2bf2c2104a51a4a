"""The limits that every connection to a user's database carries from the moment it opens."""

from dataclasses import dataclass

from tools.settings import SafetySettings


@dataclass(frozen=True, kw_only=True)
class SessionLimits:
    """Set on the server where it can hold them, else kept by the client."""

    query_timeout_s: float = 30.0
    lock_timeout_ms: int = 2000
    readonly_role: str | None = None  # PostgreSQL: SET LOCAL ROLE inside every read-only transaction
    safe_search_path: tuple[str, ...] = ()  # PostgreSQL; empty: the server's own

    @classmethod
    def build(cls, settings: SafetySettings) -> "SessionLimits":
        return cls(
            query_timeout_s=settings.query_timeout_seconds,
            lock_timeout_ms=settings.lock_timeout_ms,
            readonly_role=settings.readonly_role,
            safe_search_path=settings.safe_search_path,
        )
