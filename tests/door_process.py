"""A door in a process of its own, to be killed; the table `t` is there as `doors.seed` makes it.

`where` it stands still: `inside` a transaction, `before` its commit, or `after` it (before the approval
is closed). It prints one line when it stands there.
"""

import time
from collections.abc import Callable

from doors import Door, door

from memory.approvals import ApprovalState, ApprovalStore
from memory.undo_log import UndoLog


def stand_still(where: str) -> None:
    print(where, flush=True)
    time.sleep(600)


def inside(shop: Door) -> None:
    shop.run("BEGIN")
    shop.run("UPDATE t SET amount = 0 WHERE id <= 3")
    stand_still("inside")


def execute(shop: Door) -> None:
    pending = shop.asked("UPDATE t SET amount = 0 WHERE id <= 3")
    shop.yes(pending)


class StopsBefore(UndoLog):
    def add(self, *arguments: object, **options: object) -> None:
        super().add(*arguments, **options)  # type: ignore[arg-type]
        stand_still("before")


class StopsAfter(ApprovalStore):
    def close(self, approval_id: str, state: ApprovalState, outcome_json: str) -> None:
        stand_still("after")


def main(where: str, url: str, state_url: str) -> None:
    steps: dict[str, Callable[[Door], None]] = {"inside": inside, "before": execute, "after": execute}
    approvals = StopsAfter if where == "after" else ApprovalStore
    undo_log = StopsBefore if where == "before" else UndoLog
    with door(url, state_url, approvals=approvals, undo_log=undo_log) as shop:
        steps[where](shop)
