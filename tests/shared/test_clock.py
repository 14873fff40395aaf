from datetime import UTC, datetime, timedelta

from shared.clock import SimulatedClock, StoppedClock, SystemClock, clock_from

MONDAY = datetime(2026, 9, 7, 9, tzinfo=UTC)


def test_processes_that_share_the_file_share_the_time(tmp_path):
    here, there = SimulatedClock(tmp_path / "clock"), SimulatedClock(tmp_path / "clock")
    here.advance_to(MONDAY)
    assert there.now() == MONDAY
    here.advance_to(MONDAY + timedelta(hours=1))
    assert there.now() == MONDAY + timedelta(hours=1)


def test_simulated_time_only_moves_forward(tmp_path):
    clock = SimulatedClock(tmp_path / "clock")
    clock.advance_to(MONDAY)
    assert clock.advance_to(MONDAY - timedelta(days=1)) == MONDAY
    assert clock.now() == MONDAY


def test_without_the_file_it_is_real_time(tmp_path):
    shown = SimulatedClock(tmp_path / "clock").now()
    assert abs(shown - SystemClock().now()) < timedelta(seconds=5)


def test_a_file_that_is_configured_makes_the_clock_simulated(tmp_path):
    assert isinstance(clock_from(tmp_path / "clock"), SimulatedClock)
    assert isinstance(clock_from(None), SystemClock)


def test_a_stopped_clock_moves_when_told():
    clock = StoppedClock(MONDAY)
    assert clock.move(timedelta(minutes=5)) == clock.now() == MONDAY + timedelta(minutes=5)
