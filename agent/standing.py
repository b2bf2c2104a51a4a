"""A person's standing yes: what `always` means, for one session and never across a restart."""

from tools.safety.pending import Pending, PendingKind
from tools.safety.plan import step_key


class StandingYes:
    """What a person answered `always` to in this session.

    The exact statements go on; their shape with other values only up to the rows that were approved; what is
    shown in red never does.
    """

    def __init__(self) -> None:
        self._exact: set[tuple[str, ...]] = set()
        self._most_rows: dict[tuple[str, ...], int] = {}

    def remember(self, pending: Pending) -> bool:
        """Whether this pending can stand: False for red ones and for what is not a write."""
        if pending.red or pending.kind is not PendingKind.WRITE:
            return False
        self._exact.add(_texts(pending))
        fingerprints = _fingerprints(pending)
        self._most_rows[fingerprints] = max(self._most_rows.get(fingerprints, 0), pending.effect.rows)
        return True

    def covers(self, pending: Pending) -> bool:
        if pending.red or pending.kind is not PendingKind.WRITE:
            return False
        return _texts(pending) in self._exact or pending.effect.rows <= self._most_rows.get(_fingerprints(pending), -1)


def _texts(pending: Pending) -> tuple[str, ...]:
    return tuple(step_key(step) for step in pending.steps)


def _fingerprints(pending: Pending) -> tuple[str, ...]:
    return tuple(step.fingerprint for step in pending.steps)
