"""`council up` as a person runs it: the real Triton server, the real API, real signals."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import psutil
from council_up import CAPITAL, MODEL, Up


def test_it_serves_recovers_from_a_crash_of_triton_and_leaves_nothing_behind(up: Up) -> None:
    up.wait_for("Council is ready")
    assert "Paris" in up.stream(CAPITAL)
    family = up.family()
    assert len(up.shared_memory()) > 0

    up.triton().kill()
    up.wait_for("triton       | killed by SIGKILL; starting it again in 0.5 s")
    up.wait_for("triton       | ready", count=2)
    assert "Paris" in up.stream(CAPITAL)
    family += up.family()

    up.process.send_signal(signal.SIGTERM)
    assert up.process.wait(40) == 0, up.output
    assert psutil.wait_procs(family, timeout=5)[1] == []
    assert up.shared_memory() == []
    assert up.output.index("orchestrator | stopped") < up.output.index("triton       | stopped")


def test_killed_itself_it_leaves_nothing_behind_and_can_be_started_again_at_once(up: Up) -> None:
    up.wait_for("Council is ready")
    family, memory = up.family(), set(up.shared_memory())
    assert any(process.name().startswith("triton_python") for process in family)
    assert memory
    os.kill(up.process.pid, signal.SIGKILL)
    up.process.wait()
    up.start()
    up.wait_for("Council is ready")
    assert psutil.wait_procs(family, timeout=1)[1] == []
    assert memory.isdisjoint(up.shared_memory())


def test_an_answer_that_runs_when_the_stop_comes_is_finished(up: Up) -> None:
    up.wait_for("Council is ready")
    body = {
        "model": MODEL,
        "stream": True,
        "max_tokens": 60,
        "min_tokens": 60,
        "messages": [{"role": "user", "content": "Tell me a long story."}],
    }
    with httpx.stream("POST", f"{up.url}/v1/chat/completions", json=body, timeout=60) as response:
        lines = response.iter_lines()
        next(lines)
        up.process.send_signal(signal.SIGINT)
        rest = list(lines)
    assert "data: [DONE]" in rest
    assert up.process.wait(40) == 0, up.output


def test_one_service_can_be_run_alone(tmp_path: Path) -> None:
    up = Up(tmp_path, "--only=orchestrator")
    try:
        up.wait_for("Council is up")
        assert httpx.get(f"{up.url}/health/live").status_code == 200
        assert httpx.get(f"{up.url}/health/ready").status_code == 503
        assert all("triton" not in process.name() for process in up.family())
        assert "curl -N" in up.output
        up.process.send_signal(signal.SIGTERM)
        assert up.process.wait(20) == 0, up.output
    finally:
        up.end()


def test_without_a_model_no_line_is_printed_that_would_only_be_refused(tmp_path: Path) -> None:
    up = Up(tmp_path, "--only=orchestrator", f"--data-dir={tmp_path / 'elsewhere'}")
    try:
        up.wait_for("is not installed")
        assert "curl -N" not in up.output
    finally:
        up.end()


def test_the_printed_curl_line_is_a_request_that_works(up: Up) -> None:
    up.wait_for("council chat")
    line = next(line.strip() for line in up.output.splitlines() if line.strip().startswith("curl -N"))
    url, body = line.split(" ")[2], line.partition("-d '")[2].removesuffix("'")
    answer = httpx.post(url, content=body, headers={"Content-Type": "application/json"}, timeout=60)
    assert answer.status_code == 200
    assert "data: [DONE]" in answer.text


def test_council_chat_answers(up: Up) -> None:
    up.wait_for("Council is ready")
    done = subprocess.run(
        [sys.executable, "-m", "orchestrator.cli", "chat", f"--url={up.url}", "--temperature=0"],
        input=f"{CAPITAL}\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Paris" in done.stdout
    assert "tokens, " in done.stderr
