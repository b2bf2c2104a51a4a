"""Another process on the same state store, as a script: `state_process.py COMMAND URL [ARGUMENT ...]`.

It says `ready` when it stands at the line, starts when it reads `go`, prints what came of it, and ends.
"""

import sys
from collections.abc import Callable

from memory.approvals import ApprovalStore
from memory.audit import AuditEntry, AuditEvent, AuditLog
from memory.jobs import Answer, JobBusy, JobStore, Worker
from memory.principal import LOCAL
from memory.store import StateStore

ENTRY = AuditEntry(event=AuditEvent.REVIEW, request_id="r", session_id="s", principal=LOCAL, database="d")


def open_store(url: str) -> None:
    wait_for_go()
    StateStore.open(url).close()
    say("opened")


def append(url: str, rows: str) -> None:
    store = StateStore.open(url)
    log = AuditLog(store)
    wait_for_go()
    for _ in range(int(rows)):
        log.append(ENTRY)
    store.close()
    say("appended")


def append_on(url: str) -> None:
    """Appends until it is killed, and prints each id once the row is kept."""
    store = StateStore.open(url)
    log = AuditLog(store)
    wait_for_go()
    while True:
        say(str(log.append(ENTRY)))


def claim(url: str, approval_id: str, plan_hash: str) -> None:
    store = StateStore.open(url)
    approvals = ApprovalStore(store)
    wait_for_go()
    say(str(approvals.claim(approval_id, plan_hash)))
    hold_until_told()
    store.close()


def acquire(url: str, job_id: str) -> None:
    """Takes the job, journals two answers, and holds the lease until it is told to end (or killed)."""
    store = StateStore.open(url)
    jobs = JobStore(store)
    wait_for_go()
    try:
        lease = jobs.acquire(job_id, Worker.here())
    except JobBusy:
        say("busy")
    else:
        answers = [
            Answer(key_json=f"[{n}]", input_hash=f"{n:02}", answer_json='["x"]', model="m", prompt_version="p")
            for n in range(2)
        ]
        jobs.journal(lease, answers)
        say(f"leased {lease.fence}")
    hold_until_told()
    store.close()


def wait_for_go() -> None:
    say("ready")
    hold_until_told()


def hold_until_told() -> None:
    sys.stdin.readline()


def say(line: str) -> None:
    print(line, flush=True)


COMMANDS: dict[str, Callable[..., None]] = {
    "open": open_store,
    "append": append,
    "append_on": append_on,
    "claim": claim,
    "acquire": acquire,
}

if __name__ == "__main__":
    COMMANDS[sys.argv[1]](*sys.argv[2:])
