"""Of all workers that want a job one has it; one that has lost it writes nothing."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from fixed_clock import FixedClock
from other_process import StartProcess

from memory.errors import UnknownRecord
from memory.jobs import (
    Answer,
    AnswerStatus,
    Job,
    JobBusy,
    JobRequest,
    JobState,
    JobStore,
    Lease,
    LeaseLost,
    TakeOver,
    Usage,
    Worker,
)
from memory.store import StateStore

HERE = Worker.here()
ELSEWHERE = replace(HERE, host="elsewhere")
DEAD = replace(HERE, started_at="1")


def create(jobs: JobStore, identity: str = "i" * 64, database: str = "d") -> Job:
    return jobs.create(
        kind="ai_column",
        identity=identity,
        database=database,
        session_id="s",
        principal="local",
        spec_json='{"a": 1}',
        plan_json="{}",
        approval_json="{}",
    )


def answer(key: str = "[1]", **changes: object) -> Answer:
    values: dict[str, object] = {"input_hash": "aa", "answer_json": '["x"]', "model": "m", "prompt_version": "p"}
    return Answer(key_json=key, **{**values, **changes})


WRITES: dict[str, Callable[[JobStore, Lease], None]] = {
    "journal": lambda jobs, lease: jobs.journal(lease, [answer("[9]")], Usage(calls=7)),
    "mark": lambda jobs, lease: jobs.mark(lease, ["[1]"], AnswerStatus.WRITTEN),
    "plan": lambda jobs, lease: jobs.set_plan(lease, plan_json="{}", approval_json='{"by": "person"}'),
    "cursor": lambda jobs, lease: jobs.set_cursor(lease, "[5]"),
    "counts": lambda jobs, lease: jobs.add_counts(lease, Usage(calls=1)),
    "fresh": lambda jobs, lease: jobs.journal(lease, [answer("[9]")], Usage(calls=7), fresh=True),
    "reopen": lambda jobs, lease: jobs.reopen_failed(lease) and None,
    "clear": lambda jobs, lease: jobs.clear_request(lease),
    "status": lambda jobs, lease: jobs.set_status(lease, "waiting for locks"),
    "renew": lambda jobs, lease: jobs.renew(lease),
    "release": lambda jobs, lease: jobs.release(lease, JobState.DONE),
}


def everything(jobs: JobStore, job_id: str) -> tuple[Job, list[Answer]]:
    return jobs.get(job_id), jobs.known(job_id, ["[1]", "[9]"])


def test_a_new_job_is_planned_and_nobodys(fixed_store: StateStore, clock: FixedClock) -> None:
    jobs = JobStore(fixed_store)
    job = create(jobs)
    assert (job.state, job.lease_owner, job.fence, job.cursor_json) == (JobState.PLANNED, None, 0, None)
    assert (job.spec_json, job.created_at) == ('{"a": 1}', clock())
    assert jobs.get(job.id) == job


def test_acquiring_makes_it_run_and_raises_the_fence(store: StateStore) -> None:
    jobs = JobStore(store)
    job = create(jobs)
    first = jobs.acquire(job.id, HERE)
    running = jobs.get(job.id)
    assert (running.state, running.lease_owner, running.fence) == (JobState.RUNNING, HERE, first.fence)
    jobs.release(first, JobState.PAUSED)
    assert jobs.get(job.id).lease_owner is None
    assert jobs.acquire(job.id, HERE).fence > first.fence


def test_a_living_worker_keeps_the_job_until_its_lease_expires(fixed_store: StateStore, clock: FixedClock) -> None:
    jobs = JobStore(fixed_store)
    job = create(jobs)
    jobs.acquire(job.id, ELSEWHERE, lease_s=30)
    clock.advance(29.9)
    with pytest.raises(JobBusy) as busy:
        jobs.acquire(job.id, HERE)
    assert (busy.value.holder, busy.value.job_id) == (ELSEWHERE, job.id)
    clock.advance(0.1)
    assert jobs.acquire(job.id, HERE).took_over is TakeOver.EXPIRED_LEASE


def test_a_dead_worker_of_this_machine_is_replaced_at_once(store: StateStore) -> None:
    jobs = JobStore(store)
    job = create(jobs)
    jobs.acquire(job.id, DEAD)
    assert jobs.acquire(job.id, HERE).took_over is TakeOver.DEAD_WORKER


def test_a_released_job_is_nobodys_to_take_over(store: StateStore) -> None:
    jobs = JobStore(store)
    job = create(jobs)
    jobs.release(jobs.acquire(job.id, ELSEWHERE), JobState.PAUSED)
    assert jobs.acquire(job.id, HERE).took_over is None


def test_any_write_renews_the_lease(fixed_store: StateStore, clock: FixedClock) -> None:
    jobs = JobStore(fixed_store)
    job = create(jobs)
    lease = jobs.acquire(job.id, ELSEWHERE, lease_s=30)
    jobs.journal(lease, [answer()])
    for name in ("journal", "mark", "plan", "cursor", "counts", "renew"):
        clock.advance(29)
        WRITES[name](jobs, lease)
    with pytest.raises(JobBusy):
        jobs.acquire(job.id, HERE)


def test_a_worker_that_was_taken_over_writes_nothing(store: StateStore) -> None:
    jobs = JobStore(store)
    job = create(jobs)
    stale = jobs.acquire(job.id, DEAD)
    jobs.journal(stale, [answer()])
    jobs.acquire(job.id, HERE)
    before = everything(jobs, job.id)
    for write in WRITES.values():
        with pytest.raises(LeaseLost):
            write(jobs, stale)
        assert everything(jobs, job.id) == before


def test_a_worker_that_has_released_the_job_writes_nothing(store: StateStore) -> None:
    jobs = JobStore(store)
    job = create(jobs)
    lease = jobs.acquire(job.id, HERE)
    jobs.journal(lease, [answer()])
    jobs.release(lease, JobState.PAUSED, "the reason")
    before = everything(jobs, job.id)
    for write in WRITES.values():
        with pytest.raises(LeaseLost):
            write(jobs, lease)
        assert everything(jobs, job.id) == before
    assert before[0].error == "the reason"


def test_an_expired_worker_that_nobody_has_replaced_may_go_on(fixed_store: StateStore, clock: FixedClock) -> None:
    jobs = JobStore(fixed_store)
    job = create(jobs)
    lease = jobs.acquire(job.id, ELSEWHERE)
    clock.advance(3600)
    jobs.journal(lease, [answer()])
    assert len(jobs.unwritten(job.id, 9)) == 1


def test_of_many_threads_exactly_one_gets_the_job(store: StateStore) -> None:
    jobs = JobStore(store)
    job = create(jobs)
    barrier = Barrier(6)

    def acquire(number: int) -> int:
        barrier.wait()
        try:
            return jobs.acquire(job.id, replace(HERE, host=f"host {number}")).fence
        except JobBusy:
            return 0

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(acquire, range(6))) == [0, 0, 0, 0, 0, 1]


def test_of_many_processes_exactly_one_gets_the_job_and_when_it_is_killed_the_next_goes_on(
    store: StateStore, store_url: str, other_process: StartProcess
) -> None:
    jobs = JobStore(store)
    job = create(jobs)
    processes = [other_process("acquire", store_url, job.id) for _ in range(3)]
    for process in processes:
        process.tell()
    said = {process: process.line() for process in processes}
    assert sorted(said.values()) == ["busy", "busy", "leased 1"]
    with pytest.raises(JobBusy):
        jobs.acquire(job.id, HERE)
    worker = next(process for process, line in said.items() if line == "leased 1")
    worker.kill_unnoticed()
    lease = jobs.acquire(job.id, HERE)
    assert (lease.fence, lease.took_over) == (2, TakeOver.DEAD_WORKER)
    # Killed between journal and mark: what it has paid for is there, and not yet written.
    assert [waiting.key_json for waiting in jobs.unwritten(job.id, 9)] == ["[0]", "[1]"]
    assert jobs.get(job.id).counts.filled == 0


def test_workers_that_take_the_job_from_each_other_keep_every_write_whole(store: StateStore) -> None:
    jobs = JobStore(store)
    job = create(jobs)
    barrier = Barrier(4)

    def work(number: int) -> int:
        """Takes the job over and over, since no lease lasts; how many of its writes were kept."""
        barrier.wait()
        kept = 0
        for turn in range(15):
            lease = jobs.acquire(job.id, replace(HERE, host=f"host {number}"), lease_s=0)
            key = f"[{number}, {turn}]"
            try:
                jobs.journal(lease, [answer(key)], Usage(calls=1))
                kept += 1
                jobs.mark(lease, [key], AnswerStatus.WRITTEN)
            except LeaseLost:
                continue
        return kept

    with ThreadPoolExecutor(4) as pool:
        kept = sum(pool.map(work, range(4)))
    counts = jobs.get(job.id).counts
    assert jobs.get(job.id).fence == 60
    assert counts.usage.calls == kept
    assert counts.filled + len(jobs.unwritten(job.id, 1000)) == kept


def test_of_two_jobs_of_one_command_only_one_is_worked_on(store: StateStore) -> None:
    jobs = JobStore(store)
    first, second, other = create(jobs), create(jobs), create(jobs, "o" * 64)
    jobs.acquire(first.id, ELSEWHERE)
    with pytest.raises(JobBusy) as busy:
        jobs.acquire(second.id, HERE)
    assert busy.value.job_id == first.id
    jobs.acquire(other.id, HERE)


def test_a_worker_that_sleeps_on_the_other_job_of_the_command_is_shut_out(
    fixed_store: StateStore, clock: FixedClock
) -> None:
    jobs = JobStore(fixed_store)
    first, second = create(jobs), create(jobs)
    asleep = jobs.acquire(first.id, ELSEWHERE)
    clock.advance(31)
    assert jobs.acquire(second.id, HERE).took_over is None
    assert jobs.get(first.id).state is JobState.PAUSED
    with pytest.raises(LeaseLost):
        jobs.journal(asleep, [answer()])


def test_the_unfinished_job_of_a_command_is_found_again(store: StateStore) -> None:
    jobs = JobStore(store)
    assert jobs.by_identity("i" * 64) is None

    def found() -> str:
        job = jobs.by_identity("i" * 64)
        assert job is not None
        return job.id

    done = create(jobs)
    jobs.release(jobs.acquire(done.id, HERE), JobState.DONE)
    assert found() == done.id
    paused = create(jobs)
    jobs.release(jobs.acquire(paused.id, HERE), JobState.PAUSED)
    assert found() == paused.id
    create(jobs)  # planned only: it has paid for nothing
    create(jobs, "o" * 64)
    assert found() == paused.id
    jobs.release(jobs.acquire(paused.id, HERE), JobState.CANCELLED)
    assert found() not in (paused.id, done.id)


def test_every_state_is_kept(store: StateStore) -> None:
    jobs = JobStore(store)
    job = create(jobs)
    for state in JobState:
        jobs.release(jobs.acquire(job.id, HERE), state)
        assert jobs.get(job.id).state is state
        assert state.finished == (state in {JobState.DONE, JobState.CANCELLED, JobState.REFUSED})


def test_a_running_worker_sees_what_it_is_asked(store: StateStore) -> None:
    jobs = JobStore(store)
    job = create(jobs)
    lease = jobs.acquire(job.id, HERE)
    assert jobs.requested(job.id) is None
    assert jobs.request(job.id, JobRequest.PAUSE) is True
    assert jobs.requested(job.id) is JobRequest.PAUSE
    jobs.journal(lease, [answer()])  # it may finish what it is at
    assert jobs.requested(job.id) is JobRequest.PAUSE
    jobs.release(lease, JobState.PAUSED)
    assert jobs.requested(job.id) is None


def test_an_old_request_does_not_stop_the_next_run(fixed_store: StateStore, clock: FixedClock) -> None:
    jobs = JobStore(fixed_store)
    job = create(jobs)
    jobs.acquire(job.id, ELSEWHERE)
    jobs.request(job.id, JobRequest.CANCEL)
    clock.advance(31)
    jobs.acquire(job.id, HERE)
    assert jobs.requested(job.id) is None


def test_a_worker_becomes_slower_or_faster_and_goes_on(store: StateStore) -> None:
    jobs = JobStore(store)
    job = create(jobs)
    lease = jobs.acquire(job.id, HERE)
    for request in (JobRequest.SLOWER, JobRequest.FASTER):
        assert jobs.request(job.id, request) is True
        assert jobs.requested(job.id) is request
        jobs.clear_request(lease)
        assert jobs.requested(job.id) is None


def test_a_request_to_stop_is_not_lost_to_one_of_speed(store: StateStore) -> None:
    jobs = JobStore(store)
    job = create(jobs)
    lease = jobs.acquire(job.id, HERE)
    jobs.request(job.id, JobRequest.SLOWER)
    jobs.request(job.id, JobRequest.PAUSE)
    assert jobs.request(job.id, JobRequest.FASTER) is True
    jobs.clear_request(lease)
    assert jobs.requested(job.id) is JobRequest.PAUSE


def test_nobody_becomes_slower_where_nobody_works(store: StateStore) -> None:
    jobs = JobStore(store)
    job = create(jobs)
    jobs.acquire(job.id, DEAD)
    before = jobs.get(job.id)
    assert jobs.request(job.id, JobRequest.SLOWER) is False
    assert jobs.get(job.id) == before


def test_what_a_worker_waits_for_is_told_while_it_works(store: StateStore) -> None:
    jobs = JobStore(store)
    job = create(jobs)
    assert job.status_text is None
    lease = jobs.acquire(job.id, HERE)
    jobs.set_status(lease, "429: paused 3 s")
    assert jobs.get(job.id).status_text == "429: paused 3 s"
    jobs.set_status(lease, "é" * 400)
    assert jobs.get(job.id).status_text == "é" * 255
    jobs.release(lease, JobState.PAUSED)
    assert jobs.get(job.id).status_text is None


def test_a_job_without_a_worker_is_stopped_at_once(store: StateStore) -> None:
    jobs = JobStore(store)
    planned, orphan, finished = create(jobs), create(jobs, "o" * 64), create(jobs, "f" * 64)
    asleep = jobs.acquire(orphan.id, DEAD)
    jobs.release(jobs.acquire(finished.id, HERE), JobState.DONE)
    assert jobs.request(planned.id, JobRequest.PAUSE) is False
    assert jobs.get(planned.id).state is JobState.PLANNED
    assert jobs.request(planned.id, JobRequest.CANCEL) is False
    assert jobs.get(planned.id).state is JobState.CANCELLED
    assert jobs.request(orphan.id, JobRequest.PAUSE) is False
    assert jobs.get(orphan.id).state is JobState.PAUSED
    with pytest.raises(LeaseLost):
        jobs.renew(asleep)
    assert jobs.request(finished.id, JobRequest.CANCEL) is False
    assert jobs.get(finished.id).state is JobState.DONE


def test_an_unknown_job_is_named(store: StateStore) -> None:
    jobs = JobStore(store)
    attempts: list[Callable[[], object]] = [
        lambda: jobs.get("none"),
        lambda: jobs.acquire("none", HERE),
        lambda: jobs.request("none", JobRequest.PAUSE),
    ]
    for attempt in attempts:
        with pytest.raises(UnknownRecord, match="no job none"):
            attempt()
    assert jobs.requested("none") is None


def test_the_newest_jobs_are_listed_first(store: StateStore) -> None:
    jobs = JobStore(store)
    ids = [create(jobs).id for _ in range(3)]
    assert [job.id for job in jobs.list(2)] == [ids[2], ids[1]]


def test_the_jobs_of_one_database_are_listed(store: StateStore) -> None:
    jobs = JobStore(store)
    create(jobs)
    shop = [create(jobs, database="shop").id for _ in range(2)]
    assert [job.id for job in jobs.list(9, database="shop")] == [shop[1], shop[0]]
    assert [job.id for job in jobs.list(1, database="shop")] == [shop[1]]
