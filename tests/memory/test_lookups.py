"""What the journal knows can be paged through, summed up, and asked for by row over many jobs."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from memory.errors import UnknownRecord
from memory.jobs import Answer, AnswerStatus, JobState, JobStore, Lease, Reason, Worker
from memory.store import StateStore

HERE = Worker.here()


@pytest.fixture
def jobs(store: StateStore) -> JobStore:
    return JobStore(store)


def begin(jobs: JobStore, identity: str = "i" * 64) -> Lease:
    job = jobs.create(
        kind="k", identity=identity, database="d", session_id="s", principal="p", spec_json="", plan_json="",
        approval_json="",
    )  # fmt: skip
    return jobs.acquire(job.id, HERE)


def answer(number: int, text: str = "x", **changes: object) -> Answer:
    values: dict[str, object] = {"input_hash": f"{number:032x}", "answer_json": f'["{text}"]'}
    return Answer(key_json=f"[{number}]", **{**values, "model": "m", "prompt_version": "p", **changes})


def test_a_job_knows_whether_it_has_answers(jobs: JobStore) -> None:
    first, second = begin(jobs), begin(jobs, "o" * 64)
    jobs.journal(first, [answer(1)])
    assert jobs.has_answers(first.job_id)
    assert not jobs.has_answers(second.job_id)
    assert not jobs.has_answers("none")


@pytest.mark.parametrize("statuses", [[AnswerStatus.WRITTEN], [AnswerStatus.WRITTEN, AnswerStatus.UNDONE]])
def test_the_answers_of_one_job_are_paged_through_in_order(jobs: JobStore, statuses: list[AnswerStatus]) -> None:
    lease, other = begin(jobs), begin(jobs, "o" * 64)
    for number in range(0, 40, 4):
        jobs.journal(lease, [answer(number + step) for step in range(4)])
        jobs.journal(other, [answer(number)])
    jobs.mark(lease, [f"[{number}]" for number in range(35)], AnswerStatus.WRITTEN)
    jobs.mark(lease, [f"[{number}]" for number in range(0, 35, 5)], AnswerStatus.UNDONE)
    jobs.mark(other, ["[0]"], AnswerStatus.WRITTEN)
    seen: list[Answer] = []
    after = 0
    while page := jobs.of_status(lease.job_id, statuses, after=after, limit=6):
        assert len(page) <= 6
        seen += [one for _, one in page]
        after = page[-1][0]
    expected = [n for n in range(35) if AnswerStatus.UNDONE in statuses or n % 5]
    assert [one.key_json for one in seen] == [f"[{number}]" for number in expected]


def test_the_last_job_that_settled_a_row_is_named(jobs: JobStore) -> None:
    first, second, third = begin(jobs), begin(jobs, "2"), begin(jobs, "3")
    jobs.journal(first, [answer(n, "first") for n in range(5)])
    jobs.mark(first, [f"[{n}]" for n in range(5)], AnswerStatus.WRITTEN)
    jobs.journal(second, [answer(0, "second"), answer(1, answer_json=None, status=AnswerStatus.FAILED), answer(2)])
    jobs.mark(second, ["[0]"], AnswerStatus.WRITTEN)
    jobs.mark(second, ["[2]"], AnswerStatus.CONFLICT)  # not settled
    jobs.journal(third, [answer(0, "third"), answer(3, "third")])  # not settled
    jobs.mark(third, ["[3]"], AnswerStatus.MOOT)
    asked = [f"[{n}]" for n in (0, 1, 2, 3, 9)]
    found = jobs.latest([first.job_id, second.job_id, third.job_id], asked)
    assert {key: (job_id, one.status) for key, (job_id, one) in found.items()} == {
        "[0]": (second.job_id, AnswerStatus.WRITTEN),
        "[1]": (second.job_id, AnswerStatus.FAILED),
        "[2]": (first.job_id, AnswerStatus.WRITTEN),
        "[3]": (third.job_id, AnswerStatus.MOOT),
    }
    assert found["[0]"][1].answer_json == '["second"]'
    assert jobs.latest([first.job_id], ["[0]"])["[0]"][0] == first.job_id
    assert jobs.latest([], ["[0]"]) == jobs.latest([first.job_id], []) == {}


def test_an_earlier_job_that_answers_a_row_again_is_the_last_one(jobs: JobStore) -> None:
    first, second = begin(jobs), begin(jobs, "2")
    for lease, text in ((first, "old"), (second, "newer"), (first, "newest")):
        jobs.journal(lease, [answer(1, text)])
        jobs.mark(lease, ["[1]"], AnswerStatus.WRITTEN)
    job_id, newest = jobs.latest([first.job_id, second.job_id], ["[1]"])["[1]"]
    assert (job_id, newest.answer_json) == (first.job_id, '["newest"]')


def test_a_row_is_found_among_the_jobs_of_many_days(jobs: JobStore) -> None:
    ids = []
    for day in range(40):
        lease = begin(jobs)
        jobs.journal(lease, [answer(day, f"day {day}", status=AnswerStatus.WRITTEN)])
        jobs.release(lease, JobState.DONE)
        ids.append(lease.job_id)
    found = jobs.latest(ids, [f"[{day}]" for day in range(40)])
    assert [found[f"[{day}]"][0] for day in range(40)] == ids


def test_a_job_is_summed_up(jobs: JobStore) -> None:
    lease = begin(jobs)
    jobs.journal(lease, [answer(number) for number in range(9)])
    jobs.mark(lease, ["[0]", "[1]"], AnswerStatus.WRITTEN)
    jobs.mark(lease, ["[2]"], AnswerStatus.FAILED, reason="not a label")
    jobs.mark(lease, ["[3]", "[4]", "[5]"], AnswerStatus.FAILED, reason="too long\x00")
    jobs.mark(lease, ["[6]"], AnswerStatus.MOOT, reason="gone")
    summary = jobs.summary(lease.job_id)
    assert summary.rows == {
        AnswerStatus.ANSWERED: 2,
        AnswerStatus.WRITTEN: 2,
        AnswerStatus.FAILED: 4,
        AnswerStatus.CONFLICT: 0,
        AnswerStatus.MOOT: 1,
        AnswerStatus.UNDONE: 0,
    }
    assert summary.reasons == (Reason(text="too long\x00", rows=3), Reason(text="not a label", rows=1))
    with pytest.raises(UnknownRecord):
        jobs.summary("none")


def test_failed_rows_are_put_back_and_still_count_as_failed_until_they_are_answered(jobs: JobStore) -> None:
    lease = begin(jobs)
    jobs.journal(lease, [answer(number) for number in range(5)])
    jobs.mark(lease, ["[0]", "[1]"], AnswerStatus.FAILED, reason="too long")
    jobs.mark(lease, ["[2]"], AnswerStatus.WRITTEN)
    assert jobs.reopen_failed(lease) == 2
    assert jobs.reopen_failed(lease) == 0
    reopened = jobs.failures(lease.job_id, 9)
    assert {(one.key_json, one.status, one.answer_json, one.reason) for one in reopened} == {
        (key, AnswerStatus.CONFLICT, None, "to be asked again") for key in ("[0]", "[1]")
    }
    assert (jobs.get(lease.job_id).counts.failed, jobs.get(lease.job_id).counts.filled) == (2, 1)
    assert jobs.answered_inputs("p", "m", [f"{0:032x}"]) == []
    jobs.journal(lease, [answer(0), answer(1)])
    assert jobs.get(lease.job_id).counts.failed == 0


def test_an_input_is_found_in_whichever_generation_it_was_answered(jobs: JobStore, store: StateStore) -> None:
    lease = begin(jobs)
    jobs.journal(lease, [answer(1, "old"), answer(2, "old"), answer(3, "old")])
    with store.atomic() as connection:
        connection.exec_driver_sql("UPDATE job_answers SET generation = 70 WHERE key_json <> '[1]'")
    later = JobStore(store)  # it learns from the store where to go on
    later.journal(lease, [answer(4, "new"), answer(5, "new", input_hash=f"{1:032x}")])
    hashes = [f"{number:032x}" for number in range(1, 7)]
    assert {one.key_json for one in later.answered_inputs("p", "m", hashes)} == {"[2]", "[3]", "[4]", "[5]"}
    with store.read() as connection:
        told = connection.exec_driver_sql("SELECT generation FROM job_answers WHERE key_json = '[4]'").scalar_one()
    assert told == 70


def test_workers_that_meet_a_prompt_at_the_same_moment_share_its_answers(jobs: JobStore, store: StateStore) -> None:
    leases = [begin(jobs, f"{number}") for number in range(4)]
    barrier = Barrier(4)

    def work(number: int) -> None:
        barrier.wait()
        JobStore(store).journal(leases[number], [answer(number)])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert len(jobs.answered_inputs("p", "m", [f"{number:032x}" for number in range(4)])) == 4


def test_answers_that_the_database_refused_are_not_good_and_undone_ones_are(jobs: JobStore) -> None:
    lease = begin(jobs)
    jobs.journal(lease, [answer(1), answer(2), answer(3)])
    jobs.mark(lease, ["[1]"], AnswerStatus.FAILED, reason="CHECK constraint failed")
    jobs.mark(lease, ["[2]"], AnswerStatus.UNDONE)
    found = jobs.answered_inputs("p", "m", [f"{number:032x}" for number in (1, 2, 3)])
    assert [one.key_json for one in found] == ["[2]", "[3]"]
