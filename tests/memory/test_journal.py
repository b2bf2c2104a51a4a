"""Answers are kept before they are written, found again, and counted once."""

from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from memory.errors import UnknownRecord
from memory.jobs import Answer, AnswerStatus, Counts, JobStore, Lease, Usage, Worker
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
        "target": "t",
        "input_hash": "h",
        "answer_json": '"x"',
        "model": "m",
        "prompt_version": "p",
    }
    return Answer(key_json=key, **{**values, **changes})


def counts(jobs: JobStore, lease: Lease) -> Counts:
    return jobs.get(lease.job_id).counts


def test_answers_come_back_whole_and_in_order(jobs: JobStore) -> None:
    lease = begin(jobs)
    given_answers = [
        answer("[2]", answer_json='"好 🎉"', prompt_tokens=12, completion_tokens=3),
        answer('["composite", 7]', answer_json="null"),
        answer('["' + "long key " * 5000 + '"]', reused=True),
        answer("[1]", answer_json="1.5"),
    ]
    jobs.journal(lease, given_answers)
    assert jobs.unwritten(lease.job_id, 10) == given_answers
    assert jobs.unwritten(lease.job_id, 2) == given_answers[:2]
    assert jobs.known(lease.job_id, ["[1]", "[404]"]) == [given_answers[3]]


def test_keys_that_a_database_would_call_equal_are_different(jobs: JobStore) -> None:
    lease = begin(jobs)
    keys = ['["bob"]', '["BOB"]', '["bob "]', '["böb"]']
    jobs.journal(lease, [answer(key) for key in keys])
    assert [waiting.key_json for waiting in jobs.unwritten(lease.job_id, 10)] == keys


def test_an_answer_given_twice_is_kept_once_the_later_one(jobs: JobStore) -> None:
    lease = begin(jobs)
    jobs.journal(lease, [answer(answer_json='"old"'), answer(answer_json='"newer"')])
    jobs.journal(lease, [answer(answer_json='"newest"')])
    assert [waiting.answer_json for waiting in jobs.unwritten(lease.job_id, 10)] == ['"newest"']


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
    jobs.journal(lease, [answer("[1]", target="a"), answer("[1]", target="b")])
    for target in (None, "a"):
        with pytest.raises(UnknownRecord):
            jobs.mark(lease, ["[1]", "[2]"], AnswerStatus.WRITTEN, target=target)
    assert len(jobs.unwritten(lease.job_id, 10)) == 2
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


def test_a_row_with_several_columns_counts_once_all_are_written(jobs: JobStore) -> None:
    lease = begin(jobs)
    jobs.journal(lease, [answer(target="a"), answer(target="b")])
    jobs.mark(lease, ["[1]"], AnswerStatus.WRITTEN, target="a")
    assert counts(jobs, lease).filled == 0
    jobs.mark(lease, ["[1]"], AnswerStatus.WRITTEN, target="b")
    assert counts(jobs, lease).filled == 1
    jobs.mark(lease, ["[1]"], AnswerStatus.CONFLICT, target="b")
    assert (counts(jobs, lease).filled, counts(jobs, lease).failed) == (0, 1)


def test_only_rows_answered_wholly_by_an_earlier_job_are_reused(jobs: JobStore) -> None:
    lease = begin(jobs)
    jobs.journal(
        lease,
        [answer("[1]", reused=True), answer("[2]", target="a", reused=True), answer("[2]", target="b"), answer("[3]")],
    )
    assert counts(jobs, lease).reused == 0
    jobs.mark(lease, ["[1]", "[2]", "[3]"], AnswerStatus.WRITTEN)
    assert (counts(jobs, lease).filled, counts(jobs, lease).reused) == (3, 1)


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
            answer("[1]", input_hash="good", answer_json='"old"'),
            answer("[2]", input_hash="good", answer_json='"new"'),
            answer("[3]", input_hash="written", answer_json="null"),
            answer("[4]", input_hash="conflict"),
            answer("[5]", input_hash="failed", answer_json=None, status=AnswerStatus.FAILED),
            answer("[6]", input_hash="other model", model="n"),
            answer("[7]", input_hash="other prompt", prompt_version="q"),
            answer("[8]", input_hash="not asked for"),
        ],
    )
    jobs.mark(earlier, ["[3]"], AnswerStatus.WRITTEN)
    jobs.mark(earlier, ["[4]"], AnswerStatus.CONFLICT)
    asked = ["good", "written", "conflict", "failed", "other model", "other prompt", "never seen"]
    found = jobs.answered_inputs("p", "m", asked)
    assert {reuse.input_hash: reuse.answer_json for reuse in found} == {
        "good": '"new"',
        "written": "null",
        "conflict": '"x"',
    }
    assert len(found) == 3


def test_answers_to_one_input_are_found_per_column(jobs: JobStore) -> None:
    lease = begin(jobs)
    jobs.journal(lease, [answer(target="a", answer_json="1"), answer(target="b", answer_json="2")])
    assert [reuse.answer_json for reuse in jobs.answered_inputs("p", "m", ["h"])] == ["1", "2"]
    assert [reuse.answer_json for reuse in jobs.answered_inputs("p", "m", ["h"], target="b")] == ["2"]


def test_thousands_of_rows_go_in_one_piece(jobs: JobStore) -> None:
    lease = begin(jobs)
    keys = [f"[{number}]" for number in range(3000)]
    jobs.journal(lease, [answer(key, input_hash=key) for key in keys])
    jobs.mark(lease, keys[:2000], AnswerStatus.WRITTEN)
    assert counts(jobs, lease).filled == 2000
    assert len(jobs.unwritten(lease.job_id, 10_000)) == 1000
    assert len(jobs.answered_inputs("p", "m", keys)) == 3000
    assert len(jobs.known(lease.job_id, keys)) == 3000


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["journal", "mark"]),
        st.lists(st.integers(0, 5), min_size=1, max_size=4),
        st.sampled_from(["a", "b"]),
        st.sampled_from(AnswerStatus),
        st.booleans(),
    ),
    max_size=12,
)


@given(steps=STEPS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_counts_always_equal_what_the_answers_say(
    state_url: str, steps: list[tuple[str, list[int], str, AnswerStatus, bool]]
) -> None:
    store = StateStore.open(state_url)
    jobs = JobStore(store)
    lease = begin_anew(jobs)
    model: dict[tuple[int, str], tuple[AnswerStatus, bool]] = {}
    for action, rows, target, status, reused in steps:
        if action == "journal":
            jobs.journal(lease, [answer(f"[{row}]", target=target, status=status, reused=reused) for row in rows])
            model |= {(row, target): (status, reused) for row in rows}
        elif all((row, target) in model for row in rows):
            jobs.mark(lease, [f"[{row}]" for row in rows], status, target=target)
            model |= {(row, target): (status, model[row, target][1]) for row in rows}
    assert counts(jobs, lease) == expected(model)
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


def expected(model: dict[tuple[int, str], tuple[AnswerStatus, bool]]) -> Counts:
    kinds: Counter[str] = Counter()
    for row in {row for row, _ in model}:
        cells = [cell for (of, _), cell in model.items() if of == row]
        if any(status in (AnswerStatus.FAILED, AnswerStatus.CONFLICT) for status, _ in cells):
            kinds["failed"] += 1
        elif all(status is AnswerStatus.WRITTEN for status, _ in cells):
            kinds["filled"] += 1
            kinds["reused"] += all(reused for _, reused in cells)
    return Counts(filled=kinds["filled"], failed=kinds["failed"], reused=kinds["reused"])
