"""Which rows go to the precise model, and the count of them."""

import pytest

from skills.ai_column.cascade import Cascade, CascadeTally, Escalation, Evidence, read_confidence


@pytest.mark.parametrize(
    ("evidence", "decision"),
    [
        (Evidence(confidence=0.9), None),
        (Evidence(confidence=0.7), None),
        (Evidence(confidence=0.69), Escalation.UNSURE),
        (Evidence(confidence=0.0), Escalation.UNSURE),
        (Evidence(confidence=None), Escalation.UNSAID),
        (Evidence(confidence=0.99, repairs=1), Escalation.REPAIRED),
        (Evidence(confidence=0.1, repairs=1), Escalation.REPAIRED),
        (Evidence(confidence=0.99, failed=True), Escalation.FAILED),
        (Evidence(confidence=None, repairs=2, failed=True), Escalation.FAILED),
    ],
)
def test_a_row_is_escalated_for_the_first_reason_that_holds(evidence: Evidence, decision: Escalation | None) -> None:
    assert Cascade(escalate_below=0.7).decide(evidence) is decision


def test_repairs_can_be_allowed() -> None:
    assert Cascade(most_repairs=1).decide(Evidence(confidence=0.9, repairs=1)) is None
    assert Cascade(most_repairs=1).decide(Evidence(confidence=0.9, repairs=2)) is Escalation.REPAIRED


@pytest.mark.parametrize(
    ("said", "read"),
    [(0, 0.0), (1, 1.0), (0.35, 0.35)]
    + [(absurd, None) for absurd in (85, -0.1, 1.01, float("nan"), float("inf"), True, "0.9", None, [0.9])],
)
def test_only_a_number_from_nought_to_one_is_a_confidence(said: object, read: float | None) -> None:
    assert read_confidence(said) == read


def test_the_tally_says_how_many_and_why() -> None:
    tally = CascadeTally()
    assert tally.describe() == "0 of 0 rows went to the precise model"
    for decision in (None, Escalation.UNSURE, Escalation.FAILED, Escalation.UNSURE, None):
        tally.add(decision)
    assert tally.as_json() == {"kept": 2, "escalated": 3, "reasons": {"failed": 1, "unsure": 2}}
    assert tally.describe() == (
        "3 of 5 rows went to the precise model (1: no answer within the contract; 2: the model is not sure enough)"
    )
