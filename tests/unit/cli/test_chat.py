"""`council chat` as a program: piped, and at a real terminal."""

from __future__ import annotations

import contextlib
import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from sse_server import Script, scripted_server

from orchestrator.supervision.ports import free_ports

# A session whose controlling terminal is the one on stdin: only then does Ctrl-C mean anything.
AT_TERMINAL = "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"


@pytest.fixture
def server() -> Iterator[Script]:
    with scripted_server() as script:
        yield script


def council_chat(url: str, stdin: bytes, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "orchestrator.cli", "chat", f"--url={url}", *arguments],
        input=stdin,
        capture_output=True,
        timeout=30,
        check=False,
    )


class Terminal:
    """A program at a pseudo-terminal, typed at and read like a person would."""

    def __init__(self, *command: str) -> None:
        master, slave = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-c", AT_TERMINAL, *command],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            env={**os.environ, "TERM": "dumb"},
        )
        os.close(slave)
        self._master = master
        self.screen = ""

    def type(self, text: str) -> None:
        os.write(self._master, text.encode())

    def expect(self, text: str, timeout_s: float = 15.0) -> None:
        """Read until `text` shows up after what was expected before."""
        deadline = time.monotonic() + timeout_s
        while text not in self.screen:
            assert time.monotonic() < deadline, f"{text!r} never came; the screen:\n{self.screen}"
            if select.select([self._master], [], [], 0.1)[0]:
                self.screen += os.read(self._master, 4096).decode("utf-8", "replace")
        self.screen = self.screen[self.screen.index(text) + len(text) :]

    def interrupt_prompt(self, text: str) -> None:
        """Press Ctrl-C until `text` shows up: Python loses one in the instant between prompt and wait."""
        for _ in range(5):
            self.type("\x03")
            with contextlib.suppress(AssertionError):
                return self.expect(text, timeout_s=2.0)
        raise AssertionError(f"{text!r} never came; the screen:\n{self.screen}")

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._master)


@pytest.fixture
def terminal(server: Script) -> Iterator[Terminal]:
    terminal = Terminal(sys.executable, "-m", "orchestrator.cli", "chat", f"--url={server.url}", "--model=m")
    yield terminal
    terminal.close()


def test_piped_prompts_are_answered_one_a_line_with_history(server: Script) -> None:
    done = council_chat(server.url, b"hello\n\n/reset\n", "--system=Be kind.")
    assert done.returncode == 0, done.stderr
    assert done.stdout.decode() == "you said hello[31m \nyou said /reset[31m \n"
    assert b"7 tokens, " in done.stderr
    roles = [[message["role"] for message in request["messages"]] for request in server.requests]
    assert roles == [["system", "user"], ["system", "user", "assistant", "user"]]
    assert server.requests[0]["messages"][0]["content"] == "Be kind."
    assert server.requests[0]["model"] == "council/auto"
    assert server.requests[0]["stream_options"] == {"include_usage": True}
    assert "temperature" not in server.requests[0]


def test_a_refusal_is_shown_and_the_next_prompt_is_asked(server: Script) -> None:
    done = council_chat(server.url, b"refuse\nhello\n")
    assert done.returncode == 1
    assert b"error: temperature is out of range" in done.stderr
    assert done.stdout.startswith(b"you said hello")
    assert len(server.requests[1]["messages"]) == 1


@pytest.mark.parametrize(
    ("prompt", "shown"),
    [("fail", "error: the engine died"), ("die", "error: the answer broke off")],
)
def test_an_answer_that_fails_half_way_is_an_error(server: Script, prompt: str, shown: str) -> None:
    done = council_chat(server.url, f"{prompt}\nhello\n".encode())
    assert done.returncode == 1
    assert done.stdout.startswith(b"half ")
    assert shown in done.stderr.decode()
    assert len(server.requests[1]["messages"]) == 1


def test_a_conversation_that_no_longer_fits_is_kept_and_it_says_what_to_do(server: Script) -> None:
    done = council_chat(server.url, b"one\ntwo\ntoo long\nthree\n")
    assert done.returncode == 1
    assert (
        b"error: the conversation no longer fits into the model's context: the prompt is too long"
        in done.stderr
    )
    assert b"fix: ask the rest in another run" in done.stderr
    assert [len(request["messages"]) for request in server.requests] == [1, 3, 5, 5]


def test_a_first_message_that_is_too_long_is_not_blamed_on_the_conversation(server: Script) -> None:
    done = council_chat(server.url, b"far too long\n")
    assert done.returncode == 1
    assert b"error: this message is too long for the model" in done.stderr
    assert b"/forget" not in done.stderr


def test_the_oldest_turn_is_forgotten_on_demand(terminal: Terminal, server: Script) -> None:
    for line in ("one", "two", "too long"):
        terminal.expect("> ")
        terminal.type(f"{line}\n")
    terminal.expect("Nothing was forgotten")
    terminal.expect("fix: /forget drops its oldest question")
    for left in ("forgotten; 1 left", "forgotten; 0 left", "nothing to forget"):
        terminal.expect("> ")
        terminal.type("/forget\n")
        terminal.expect(left)
    terminal.expect("> ")
    terminal.type("too long\n")
    terminal.expect("you said too long")
    assert len(server.requests[-1]["messages"]) == 1


@pytest.mark.parametrize("prompt", ["long", "hello"])
def test_an_answer_cut_by_its_length_is_said_to_be(server: Script, prompt: str) -> None:
    done = council_chat(server.url, f"{prompt}\n".encode())
    assert done.returncode == 0, done.stderr
    assert (b"[cut off: the answer reached the end" in done.stderr) is (prompt == "long")
    assert b"cut off" not in done.stdout


def test_bytes_that_are_no_text_are_sent_as_text(server: Script) -> None:
    done = council_chat(server.url, b"caf\xe9\n")
    assert done.returncode == 0, done.stderr
    assert server.requests[0]["messages"][0]["content"] == "caf\ufffd"


def test_without_a_server_it_says_what_to_start() -> None:
    (port,) = free_ports(1)
    done = council_chat(f"http://127.0.0.1:{port}", b"hello\n")
    assert done.returncode == 1
    assert b"is it running? try: " in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("url", ["nonsense", "http://[", "http://", "ftp://127.0.0.1"])
def test_an_address_that_is_none_is_refused_in_words(url: str) -> None:
    done = council_chat(url, b"")
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr
    assert f"error: {url!r} is not an address: ".encode() in done.stderr


def test_ctrl_c_stops_the_answer_and_not_the_program(terminal: Terminal, server: Script) -> None:
    terminal.expect("> ")
    terminal.type("endless\n")
    terminal.expect("on and on on and on")
    terminal.type("\x03")
    terminal.expect("[stopped]")
    assert server.reader_left.wait(5)
    terminal.expect("> ")
    terminal.type("hello\n")
    terminal.expect("you said hello")
    terminal.expect("7 tokens")
    terminal.expect("> ")
    terminal.interrupt_prompt("Ctrl-D leaves")
    # Typed before the prompt is there, ^D is the terminal's own and lost to it.
    terminal.expect("> ")
    terminal.type("\x04")
    assert terminal.process.wait(5) == 0


def test_commands_at_the_prompt(terminal: Terminal, server: Script) -> None:
    terminal.expect("> ")
    terminal.type("one\n")
    terminal.expect("tokens")
    terminal.type("/model other\n")
    terminal.expect("[model other]")
    terminal.type("/reset\n")
    terminal.expect("[forgotten]")
    terminal.type("/nonsense\n")
    terminal.expect("there is no /nonsense")
    terminal.type("two\n")
    terminal.expect("tokens")
    assert server.requests[1]["model"] == "other"
    assert len(server.requests[1]["messages"]) == 1
    terminal.type("/exit\n")
    assert terminal.process.wait(5) == 0
