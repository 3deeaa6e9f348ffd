"""The supervisor seen from outside: real processes, real signals."""

from __future__ import annotations

import os
import pty
import signal
import time

import pytest
from supervision_harness import Supervised, alive, eventually


def names(supervised: Supervised, what: str) -> list[str]:
    return [event.name for event in supervised.events() if event.what == what]


def test_services_start_in_order_and_stop_in_reverse(supervised: Supervised) -> None:
    for name in ("first", "second", "third"):
        supervised.add(name)
    supervised.start()
    assert names(supervised, "start") == ["first", "second", "third"]
    supervised.signal(signal.SIGTERM)
    assert supervised.wait() == 0
    assert names(supervised, "stop") == ["third", "second", "first"]
    assert not any(alive(pid) for pid in supervised.pids())


def test_the_next_service_waits_for_the_one_before(supervised: Supervised) -> None:
    supervised.add("never-ready", "--crash")
    supervised.add("second")
    supervised.start(until="starting it again")
    assert names(supervised, "start")[0] == "never-ready"
    assert "second" not in names(supervised, "start")
    supervised.signal(signal.SIGTERM)
    assert supervised.wait() == 0


def test_lines_carry_the_name_of_their_service(supervised: Supervised) -> None:
    supervised.add("triton")
    supervised.start()
    assert "triton       | triton says hello\n" in supervised.output


def test_a_killed_service_is_started_again_and_the_others_live_on(supervised: Supervised) -> None:
    supervised.add("first")
    supervised.add("second")
    supervised.start()
    first, second = supervised.pids()
    os.kill(first, signal.SIGKILL)
    supervised.read_until("killed by SIGKILL; starting it again in 0.5 s")
    assert eventually(lambda: names(supervised, "start") == ["first", "second", "first"])
    assert alive(second)


def test_a_service_that_keeps_crashing_is_given_up_with_its_last_lines(supervised: Supervised) -> None:
    supervised.add("good")
    supervised.add("bad", "--crash")
    started = time.monotonic()
    supervised.start(until="bad was given up after 5 attempts: exited with code 3")
    # Four waits between five attempts: 0.5 + 1 + 2 + 4 s.
    assert 7.5 <= time.monotonic() - started < 15
    assert supervised.wait() != 0
    assert "cannot open the frobnicator" in supervised.output
    assert names(supervised, "start").count("bad") == 5
    assert names(supervised, "stop") == ["good"]


def test_a_child_that_ignores_sigterm_is_killed_after_its_deadline(supervised: Supervised) -> None:
    supervised.add("stubborn", "--ignore-term", stop_timeout_s=1.0)
    supervised.start()
    started = time.monotonic()
    supervised.signal(signal.SIGINT)
    assert supervised.wait() == 0
    assert 1.0 <= time.monotonic() - started < 4.0
    assert "did not stop in time and was killed" in supervised.output
    assert not any(alive(pid) for pid in supervised.pids())


def test_a_second_interrupt_kills_at_once(supervised: Supervised) -> None:
    supervised.add("stubborn", "--ignore-term", stop_timeout_s=60.0)
    supervised.start()
    started = time.monotonic()
    supervised.signal(signal.SIGINT)
    supervised.read_until("press Ctrl-C again")
    supervised.signal(signal.SIGINT)
    assert supervised.wait() == 130
    assert time.monotonic() - started < 5
    assert not any(alive(pid) for pid in supervised.pids())


def test_the_end_of_the_terminal_stops_everything_though_nobody_sends_a_signal(
    supervised: Supervised,
) -> None:
    supervised.add("only")
    ours, theirs = pty.openpty()
    supervised.start(terminal=theirs)
    os.close(theirs)
    os.close(ours)
    assert supervised.wait() == 0
    assert names(supervised, "stop") == ["only"]


def test_two_hang_ups_do_not_kill(supervised: Supervised) -> None:
    supervised.add("slow", "--ignore-term", stop_timeout_s=1.0)
    supervised.start()
    supervised.signal(signal.SIGHUP)
    supervised.read_until("press Ctrl-C again")
    supervised.signal(signal.SIGHUP)
    assert supervised.wait() == 0
    assert "did not stop in time" in supervised.output


def test_a_stop_while_a_service_is_still_starting_is_obeyed(supervised: Supervised) -> None:
    supervised.add("bad", "--crash")
    supervised.start(until="starting it again in 1 s")
    supervised.signal(signal.SIGTERM)
    assert supervised.wait(timeout_s=3) == 0


@pytest.mark.parametrize("who", ["supervisor", "service"])
def test_nothing_is_left_behind_by_sigkill(supervised: Supervised, who: str) -> None:
    supervised.add("parent", "--grandchild")
    supervised.start()
    # The journal has the service first and then its own child.
    assert eventually(lambda: len(supervised.pids()) == 2)
    service, grandchild = supervised.pids()
    assert alive(service)
    assert alive(grandchild)
    assert supervised.process is not None
    os.kill(supervised.process.pid if who == "supervisor" else service, signal.SIGKILL)
    assert eventually(lambda: not alive(service) and not alive(grandchild))


def test_nothing_is_left_behind_when_the_guardian_is_killed_with_the_supervisor(
    supervised: Supervised,
) -> None:
    import psutil

    supervised.add("parent")
    supervised.start()
    assert supervised.process is not None
    (service,) = supervised.pids()
    supervisor = psutil.Process(supervised.process.pid)
    guardian = next(child for child in supervisor.children() if child.pid != service)
    guardian.kill()
    supervisor.kill()
    assert eventually(lambda: not alive(service))
