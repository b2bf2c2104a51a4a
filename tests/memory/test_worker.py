"""A worker is known by host, boot, process and start time; what cannot be told is not guessed."""

import os
from dataclasses import replace

from other_process import StartProcess

from memory.worker import Worker


def test_this_process_is_not_gone() -> None:
    here = Worker.here()
    assert here.pid == os.getpid()
    assert here.boot_id
    assert here.started_at
    assert here.is_gone(here) is False
    assert Worker.here() == here


def test_a_worker_survives_its_journey_through_the_store() -> None:
    here = Worker.here()
    assert Worker.from_json(here.as_json()) == here


def test_a_reused_process_id_is_another_worker() -> None:
    here = Worker.here()
    assert here.is_gone(replace(here, started_at="1")) is True


def test_a_reboot_ends_every_worker() -> None:
    here = Worker.here()
    assert here.is_gone(replace(here, boot_id="another boot")) is True


def test_of_another_machine_nothing_can_be_told() -> None:
    here = Worker.here()
    assert here.is_gone(replace(here, host="elsewhere")) is None
    assert here.is_gone(replace(here, place="another container")) is None


def test_without_a_start_time_nothing_can_be_told_of_a_living_process_id() -> None:
    here = Worker.here()
    assert here.is_gone(replace(here, started_at=None)) is None
    assert here.is_gone(replace(here, boot_id=None)) is False


def test_a_process_of_someone_else_is_seen() -> None:
    # Process 1 always lives and is not ours to signal unless we are root.
    here = Worker.here()
    assert here.is_gone(replace(here, pid=1, started_at="never")) is True
    assert here.is_gone(replace(here, pid=1, started_at=None)) is None


def test_a_killed_process_is_gone_even_as_a_zombie(state_url: str, other_process: StartProcess) -> None:
    here = Worker.here()
    process = other_process("open", state_url)
    alive = replace(here, pid=process.pid, started_at=None)
    assert here.is_gone(alive) is None  # it lives
    process.kill_unnoticed()
    assert here.is_gone(alive) is True
    process.kill()
    assert here.is_gone(alive) is True
