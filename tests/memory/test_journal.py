"""Answers are kept before they are written, found again, and counted once."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from memory.errors import UnknownRecord
from memory.jobs import Answer, AnswerStatus, Counts, JobState, JobStore, Lease, Usage, Worker
from memory.store import StateStore

HERE = Worker.here()


@pytest.fixture
def jobs(store: StateStore) -> JobStore:
    return JobStore(store)


def begin(jobs: JobStore) -> Lease:
    job = jobs.create(
        kind="ai_column",
        identity="i" * 64,
        database="d",
        session_id="s",
        principal="local",
        spec_json="{}",
        plan_json="{}",
        approval_json="{}",
    )
    return jobs.acquire(job.id, HERE)


def answer(key: str = "[1]", **changes: object) -> Answer:
    values: dict[str, object] = {
        "input_hash": "aa",
        "answer_json": '["x"]',
        "model": "m",
        "prompt_version": "p",
    }
    return Answer(key_json=key, **{**values, **changes})


def timeless(answers: Iterable[Answer]) -> list[Answer]:
    return [replace(one, answered_at=None) for one in answers]


def counts(jobs: JobStore, lease: Lease) -> Counts:
    return jobs.get(lease.job_id).counts


def test_answers_come_back_whole_and_in_order(jobs: JobStore) -> None:
    lease = begin(jobs)
    given_answers = [
        answer("[2]", answer_json='["好 🎉"]', prompt_tokens=12, completion_tokens=3, input_hash="0f" * 32),
        answer('["composite", 7]', answer_json='[null, "b\\u0000"]', previous_json='[1, "old\x00"]', pack="call 7"),
        answer('["' + "long key " * 5000 + '"]', reused=True, input_hash="ff" * 16),
        answer("[1]", answer_json="[1.5]", reason="said: \ud800"),
    ]
    jobs.journal(lease, given_answers)
    assert timeless(jobs.unwritten(lease.job_id, 10)) == given_answers
    assert timeless(jobs.unwritten(lease.job_id, 2)) == given_answers[:2]
    assert timeless(jobs.known(lease.job_id, ["[1]", "[404]"])) == [given_answers[3]]


def test_keys_that_a_database_would_call_equal_are_different(jobs: JobStore) -> None:
    lease = begin(jobs)
    long = "x" * 60
    keys = ['["bob"]', '["BOB"]', '["bob "]', '["böb"]', f'["{long}"]', f'["{long}y"]', f'["{long} "]', '["\ud800"]']
    jobs.journal(lease, [answer(key) for key in keys])
    assert [waiting.key_json for waiting in jobs.unwritten(lease.job_id, 10)] == keys


def test_an_answer_given_twice_is_kept_once_the_later_one(jobs: JobStore) -> None:
    lease = begin(jobs)
    jobs.journal(lease, [answer(answer_json='["old"]'), answer(answer_json='["newer"]')])
    jobs.journal(lease, [answer(answer_json='["newest"]')])
    assert [waiting.answer_json for waiting in jobs.unwritten(lease.job_id, 10)] == ['["newest"]']


def test_a_written_answer_no_longer_waits(jobs: JobStore) -> None:
    lease = begin(jobs)
    jobs.journal(lease, [answer("[1]"), answer("[2]")])
    jobs.mark(lease, ["[1]"], AnswerStatus.WRITTEN)
    assert [waiting.key_json for waiting in jobs.unwritten(lease.job_id, 10)] == ["[2]"]
    assert counts(jobs, lease).filled == 1


def test_failures_and_conflicts_say_why(jobs: JobStore) -> None:
    lease = begin(jobs)
    failed = answer("[1]", answer_json=None, status=AnswerStatus.FAILED, reason="not one of the labels")
    jobs.journal(lease, [failed, answer("[2]")])
    jobs.mark(lease, ["[2]"], AnswerStatus.CONFLICT, reason="the row was changed")
    failures = jobs.failures(lease.job_id, 10)
    assert [(bad.key_json, bad.reason) for bad in failures] == [
        ("[1]", "not one of the labels"),
        ("[2]", "the row was changed"),
    ]
    assert len(jobs.failures(lease.job_id, 1)) == 1
    assert counts(jobs, lease).failed == 2


def test_marking_a_row_that_was_never_answered_is_an_error_and_marks_none(jobs: JobStore) -> None:
    lease = begin(jobs)
    jobs.journal(lease, [answer("[1]")])
    with pytest.raises(UnknownRecord):
        jobs.mark(lease, ["[1]", "[2]"], AnswerStatus.WRITTEN)
    assert len(jobs.unwritten(lease.job_id, 10)) == 1
    assert counts(jobs, lease).filled == 0


def test_marking_twice_counts_once(jobs: JobStore) -> None:
    lease = begin(jobs)
    jobs.journal(lease, [answer("[1]"), answer("[2]")])
    for _ in range(2):
        jobs.mark(lease, ["[1]", "[1]", "[2]"], AnswerStatus.WRITTEN)
    assert counts(jobs, lease).filled == 2


def test_a_failed_row_that_is_answered_later_changes_sides(jobs: JobStore) -> None:
    lease = begin(jobs)
    jobs.journal(lease, [answer(answer_json=None, status=AnswerStatus.FAILED)])
    assert counts(jobs, lease).failed == 1
    jobs.journal(lease, [answer()])
    assert counts(jobs, lease).failed == 0
    jobs.mark(lease, ["[1]"], AnswerStatus.WRITTEN)
    assert (counts(jobs, lease).filled, counts(jobs, lease).failed) == (1, 0)


def test_only_written_rows_that_an_earlier_job_answered_are_reused(jobs: JobStore) -> None:
    lease = begin(jobs)
    jobs.journal(lease, [answer("[1]", reused=True), answer("[2]"), answer("[3]", reused=True)])
    assert counts(jobs, lease).reused == 0
    jobs.mark(lease, ["[1]", "[2]"], AnswerStatus.WRITTEN)
    assert (counts(jobs, lease).filled, counts(jobs, lease).reused) == (2, 1)
    jobs.mark(lease, ["[1]"], AnswerStatus.UNDONE)
    assert (counts(jobs, lease).filled, counts(jobs, lease).reused) == (1, 0)


def test_rows_that_are_called_fresh_and_are_not_are_kept_and_counted_all_the_same(jobs: JobStore) -> None:
    lease = begin(jobs)
    jobs.journal(lease, [answer("[1]", status=AnswerStatus.FAILED, answer_json=None)], Usage(calls=1), fresh=True)
    assert counts(jobs, lease) == Counts(failed=1, usage=Usage(calls=1))
    jobs.journal(lease, [answer("[0]"), answer("[1]", answer_json='["new"]')], Usage(calls=1), fresh=True)
    assert counts(jobs, lease) == Counts(usage=Usage(calls=2))
    assert [waiting.answer_json for waiting in jobs.unwritten(lease.job_id, 9)] == ['["x"]', '["new"]']


def test_usage_adds_up_exactly_with_the_answers_and_without(jobs: JobStore) -> None:
    lease = begin(jobs)
    used = Usage(calls=2, retried=1, prompt_tokens=100, completion_tokens=10, cost=Decimal("0.000000000123"))
    jobs.journal(lease, [answer()], used)
    jobs.journal(lease, [], used)
    jobs.add_counts(lease, used)
    assert counts(jobs, lease).usage == Usage(
        calls=6, retried=3, prompt_tokens=300, completion_tokens=30, cost=Decimal("0.000000000369")
    )


def test_counts_go_on_in_the_next_run(jobs: JobStore) -> None:
    first = begin(jobs)
    jobs.journal(first, [answer("[1]"), answer("[2]")], Usage(calls=1))
    jobs.mark(first, ["[1]"], AnswerStatus.WRITTEN)
    jobs.set_cursor(first, "[1]")
    jobs.release(first, jobs.get(first.job_id).state)
    second = jobs.acquire(first.job_id, HERE)
    assert jobs.get(first.job_id).cursor_json == "[1]"
    jobs.mark(second, ["[1]", "[2]"], AnswerStatus.WRITTEN)  # it cannot know that [1] was marked
    assert counts(jobs, second) == Counts(filled=2, usage=Usage(calls=1))


def test_good_answers_of_any_job_are_found_by_their_input(jobs: JobStore) -> None:
    earlier = begin(jobs)
    jobs.journal(
        earlier,
        [
            answer("[1]", input_hash="a1", answer_json='["old"]'),
            answer("[2]", input_hash="a1", answer_json='["new"]'),
            answer("[3]", input_hash="a2", answer_json="[null]"),
            answer("[4]", input_hash="a3"),
            answer("[5]", input_hash="a4", answer_json=None, status=AnswerStatus.FAILED),
            answer("[6]", input_hash="a5", model="n"),
            answer("[7]", input_hash="a6", prompt_version="q"),
            answer("[8]", input_hash="a7"),
        ],
    )
    jobs.mark(earlier, ["[3]"], AnswerStatus.WRITTEN)
    jobs.mark(earlier, ["[4]"], AnswerStatus.CONFLICT)
    asked = ["a1", "a2", "a3", "a4", "a5", "a6", "a8"]
    found = jobs.answered_inputs("p", "m", asked)
    assert {reuse.input_hash: reuse.answer_json for reuse in found} == {
        "a1": '["new"]',
        "a2": "[null]",
        "a3": '["x"]',
    }
    assert len(found) == 3


def test_answers_can_be_sought_in_one_job_and_the_newest_counts(jobs: JobStore) -> None:
    earlier = begin(jobs)
    jobs.journal(earlier, [answer("[1]", answer_json='["1"]'), answer("[2]", answer_json='["2"]')])
    jobs.release(earlier, JobState.DONE)
    later = begin(jobs)
    assert jobs.answered_inputs("p", "m", ["aa"], job_id=later.job_id) == []
    jobs.journal(later, [answer("[3]", answer_json='["3"]')])
    assert [reuse.answer_json for reuse in jobs.answered_inputs("p", "m", ["aa"])] == ['["3"]']
    assert [reuse.answer_json for reuse in jobs.answered_inputs("p", "m", ["aa"], job_id=earlier.job_id)] == ['["2"]']
    jobs.release(later, JobState.DONE)
    again = jobs.acquire(earlier.job_id, HERE)
    jobs.journal(again, [answer("[1]", answer_json='["newest"]')])
    assert [reuse.answer_json for reuse in jobs.answered_inputs("p", "m", ["aa"])] == ['["newest"]']


def test_inputs_that_begin_alike_are_different(jobs: JobStore) -> None:
    lease = begin(jobs)
    alike = ["ab" * 8 + "01", "ab" * 8 + "02", "ab" * 8]
    jobs.journal(lease, [answer(f"[{number}]", input_hash=text) for number, text in enumerate(alike)])
    for text in alike:
        assert [reuse.input_hash for reuse in jobs.answered_inputs("p", "m", [text])] == [text]


def test_thousands_of_rows_go_in_one_piece(jobs: JobStore) -> None:
    lease = begin(jobs)
    keys = [f"[{number}]" for number in range(3000)]
    jobs.journal(lease, [answer(key, input_hash=f"{number:016x}") for number, key in enumerate(keys)])
    jobs.mark(lease, keys[:2000], AnswerStatus.WRITTEN)
    assert counts(jobs, lease).filled == 2000
    assert len(jobs.unwritten(lease.job_id, 10_000)) == 1000
    assert len(jobs.answered_inputs("p", "m", [f"{number:016x}" for number in range(3001)])) == 3000
    assert len(jobs.known(lease.job_id, keys)) == 3000


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["journal", "fresh", "mark", "reopen"]),
        st.lists(st.integers(0, 5), min_size=1, max_size=4),
        st.sampled_from(AnswerStatus),
        st.booleans(),
    ),
    max_size=12,
)


@given(steps=STEPS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_counts_always_equal_what_the_answers_say(
    state_url: str, steps: list[tuple[str, list[int], AnswerStatus, bool]]
) -> None:
    store = StateStore.open(state_url)
    jobs = JobStore(store)
    lease = begin_anew(jobs)
    model: dict[int, tuple[AnswerStatus, bool]] = {}
    for action, rows, status, reused in steps:
        if action in ("journal", "fresh"):
            given = [answer(f"[{row}]", status=status, reused=reused) for row in rows]
            jobs.journal(lease, given, fresh=action == "fresh")
            model |= dict.fromkeys(rows, (status, reused))
        elif action == "reopen":
            failed = {row for row, (of, _) in model.items() if of is AnswerStatus.FAILED}
            assert jobs.reopen_failed(lease) == len(failed)
            model |= {row: (AnswerStatus.CONFLICT, model[row][1]) for row in failed}
        elif all(row in model for row in rows):
            jobs.mark(lease, [f"[{row}]" for row in rows], status)
            model |= {row: (status, model[row][1]) for row in rows}
    assert counts(jobs, lease) == expected(model)
    standing = Counter(status for status, _ in model.values())
    assert jobs.summary(lease.job_id).rows == {status: standing[status] for status in AnswerStatus}
    store.close()


def begin_anew(jobs: JobStore) -> Lease:
    """Each example has a job of its own, of a command of its own."""
    job = jobs.create(
        kind="ai_column",
        identity=f"{len(jobs.list(1000)):064}",
        database="d",
        session_id="s",
        principal="local",
        spec_json="{}",
        plan_json="{}",
        approval_json="{}",
    )
    return jobs.acquire(job.id, HERE)


def expected(model: dict[int, tuple[AnswerStatus, bool]]) -> Counts:
    written = [reused for status, reused in model.values() if status is AnswerStatus.WRITTEN]
    failed = [status for status, _ in model.values() if status in (AnswerStatus.FAILED, AnswerStatus.CONFLICT)]
    return Counts(filled=len(written), failed=len(failed), reused=sum(written))
