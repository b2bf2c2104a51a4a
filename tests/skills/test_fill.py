from column_kit import Kit, expected, task

from memory.jobs import JobState


def test_every_row_is_filled_once_in_batches_of_their_own(kit: Kit) -> None:
    kit.reviews(230)
    report = kit.run(task())
    assert (report.state, report.filled, report.failed, report.pending) == (JobState.DONE, 230, 0, 0)
    assert kit.sentiments() == expected(230)
    assert len(kit.model.requests) == 230
    batches = [row.result_rows for row in kit.door.audited() if row.event == "batch"]
    assert batches == [50, 50, 50, 50, 30]
    assert kit.model.closed
