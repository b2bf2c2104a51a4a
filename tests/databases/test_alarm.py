"""Alarms ring once, in their order, and never after they were switched off."""

import threading

from tools.db.alarm import Alarm


def test_an_alarm_rings_and_one_that_is_off_does_not() -> None:
    alarm, rung = Alarm(), threading.Event()
    wrong: list[str] = []
    later = alarm.set(3600, lambda: wrong.append("later"))
    off = alarm.set(0.001, lambda: None)
    off.ring = None
    sooner = alarm.set(0.01, rung.set)
    assert rung.wait(30)
    later.off()
    assert wrong == []
    assert sooner.ring is not None


def test_an_alarm_that_hangs_does_not_keep_the_next_from_ringing() -> None:
    alarm, release, rung = Alarm(), threading.Event(), threading.Event()
    alarm.set(0.001, lambda: release.wait(30) and None)
    alarm.set(0.002, rung.set)
    assert rung.wait(30)
    release.set()


def test_alarms_that_are_over_do_not_pile_up() -> None:
    alarm = Alarm()
    for _ in range(1000):
        alarm.set(3600, lambda: None).off()
    assert len(alarm._waiting) == 1


def test_an_alarm_rings_again_after_its_thread_has_ended() -> None:
    alarm = Alarm()
    alarm.IDLE_S = 0.001
    for _ in range(3):
        rung = threading.Event()
        alarm.set(0.001, rung.set)
        assert rung.wait(30)
        while alarm._thread is not None:
            continue
