"""`council chat`: a streaming chat in the terminal, over the same API as everyone else's."""

from __future__ import annotations

import contextlib
import json
import sys
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx

from orchestrator.cli.console import (
    Problem,
    load_settings,
    paint,
    print_to,
    reachable_host,
    report_problem,
)
from orchestrator.cli.program import program

CONNECT_TIMEOUT_S = 5.0
DIM = 2
ROUTED = "council/auto"
"""Asked for unless another is named: here sums are computed and questions routed, as by every surface of Council."""
HELP = """  /reset          forget the conversation
  /forget         forget its oldest question and answer
  /model [id]     show or change the model
  /system [text]  show or set the system message (and forget the conversation)
  /help           this list
  /exit           leave (so does Ctrl-D); Ctrl-C stops an answer"""
CUT_OFF = "cut off: the answer reached the end of the model's context, or the most tokens an answer may have"
# What a terminal would obey rather than show: everything below space but newline and tab, DEL, and C1.
CONTROL_CHARACTERS = {code: None for code in (*range(32), *range(127, 160)) if code not in (9, 10)}


class ChatFailed(Exception):
    """The server refused or failed; `code` is its stable code, empty when it could not be reached."""

    def __init__(self, message: str, code: str = "", fix: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.fix = fix


@dataclass(slots=True)
class Conversation:
    model: str
    system: str | None = None
    turns: list[dict[str, str]] = field(default_factory=list)

    def messages(self, prompt: str) -> list[dict[str, str]]:
        head = [{"role": "system", "content": self.system}] if self.system else []
        return [*head, *self.turns, {"role": "user", "content": prompt}]

    def keep(self, prompt: str, answer: str) -> None:
        self.turns += [{"role": "user", "content": prompt}, {"role": "assistant", "content": answer}]

    def drop_oldest(self) -> bool:
        """Forget the oldest question with its answer; false when there is none."""
        had_turns = bool(self.turns)
        del self.turns[:2]
        return had_turns


class ChatClient:
    """Streams answers of one server. `stream` raises ChatFailed; leaving it early cancels the answer."""

    def __init__(self, url: str, key: str | None, answer_timeout_s: float, temperature: float | None) -> None:
        self.url = url.rstrip("/")
        self._sampling = {} if temperature is None else {"temperature": temperature}
        self._http = httpx.Client(
            base_url=self.url,
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=httpx.Timeout(answer_timeout_s, connect=CONNECT_TIMEOUT_S),
            # A proxy is for other machines.
            trust_env=not self.url.startswith(("http://127.", "http://localhost", "http://[::1]")),
        )

    def stream(self, model: str, messages: list[dict[str, str]]) -> Generator[dict[str, Any], None, None]:
        body = {
            "model": model,
            "messages": messages,
            "stream": True,
            "stream_options": {"include_usage": True},
            **self._sampling,
        }
        try:
            with self._http.stream("POST", "/v1/chat/completions", json=body) as response:
                if response.status_code != 200:
                    response.read()
                    raise _refusal(response)
                yield from _events(response.iter_lines())
        except httpx.TransportError as error:
            reason = str(error) or type(error).__name__
            raise ChatFailed(
                f"no answer from {self.url} ({reason})", fix=f"is it running? try: {program()} up"
            ) from None

    def close(self) -> None:
        self._http.close()


def _events(lines: Iterator[str]) -> Iterator[dict[str, Any]]:
    for line in lines:
        if not line.startswith("data:"):
            continue
        data = line[5:].strip()
        if data == "[DONE]":
            return
        event = json.loads(data)
        if "error" in event:
            raise _failure(event["error"])
        yield event
    raise ChatFailed("the answer broke off: the server closed the stream before its end")


def _refusal(response: httpx.Response) -> ChatFailed:
    with contextlib.suppress(ValueError, KeyError, TypeError):
        return _failure(response.json()["error"])
    return ChatFailed(f"the server answered HTTP {response.status_code}")


def _failure(error: dict[str, Any]) -> ChatFailed:
    return ChatFailed(str(error.get("message") or "the server failed"), str(error.get("code") or ""))


class Chat:
    """The terminal side: prompts in, answers out, history kept between them."""

    def __init__(self, client: ChatClient, conversation: Conversation, *, interactive: bool) -> None:
        self._client = client
        self._conversation = conversation
        self._interactive = interactive
        self.failed = False

    def ask(self, prompt: str) -> None:
        """Answer one prompt on stdout; a failure is shown and leaves the history as it was."""
        prompt = prompt.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        try:
            self._answer(prompt)
        except ChatFailed as error:
            self.failed = True
            report_problem(self._problem(error))

    def _problem(self, error: ChatFailed) -> Problem:
        if error.code != "context_length_exceeded":
            return Problem(error.message, error.fix)
        if not self._conversation.turns:
            return Problem(f"this message is too long for the model: {error.message}", "shorten it")
        return Problem(
            f"the conversation no longer fits into the model's context: {error.message}. Nothing was forgotten.",
            "/forget drops its oldest question and answer, /reset all of it; then ask again"
            if self._interactive
            else "ask the rest in another run: each starts a conversation of its own",
        )

    def _answer(self, prompt: str) -> None:
        started, first_at, usage, parts = time.monotonic(), 0.0, None, []
        cut_off = False
        events = self._client.stream(self._conversation.model, self._conversation.messages(prompt))
        stopped = False
        try:
            with contextlib.closing(events):
                for event in events:
                    usage = event.get("usage") or usage
                    cut_off = cut_off or _ended_by_length(event)
                    for text in _texts(event):
                        first_at = first_at or time.monotonic()
                        parts.append(text)
                        print_to(sys.stdout, text.translate(CONTROL_CHARACTERS), end="")
        except KeyboardInterrupt:
            if not self._interactive:
                raise
            stopped = True
        finally:
            if parts:
                print_to(sys.stdout, "")
        if parts or not stopped:
            self._conversation.keep(prompt, "".join(parts))
        if cut_off:
            self._aside(CUT_OFF)
        self._aside("stopped" if stopped else _summary(usage, started, first_at))

    def command(self, line: str) -> bool:
        """Carry out a /command; false when it asks to leave."""
        name, _, argument = line.partition(" ")
        argument = argument.strip()
        if name in ("/exit", "/quit"):
            return False
        if name == "/reset":
            self._conversation.turns.clear()
            self._aside("forgotten")
        elif name == "/forget":
            had_any = self._conversation.drop_oldest()
            left = len(self._conversation.turns) // 2
            self._aside(f"forgotten; {left} left" if had_any else "there is nothing to forget")
        elif name == "/model":
            self._conversation.model = argument or self._conversation.model
            self._aside(f"model {self._conversation.model}")
        elif name == "/system":
            if argument:
                self._conversation.system = argument
                self._conversation.turns.clear()
            self._aside(f"system message: {self._conversation.system or 'none'}")
        else:
            print_to(sys.stdout, HELP if name == "/help" else f"  there is no {name}\n{HELP}")
        return True

    def _aside(self, text: str) -> None:
        """Say something that is not part of an answer: beside the answers when these are piped on."""
        stream = sys.stdout if self._interactive else sys.stderr
        print_to(stream, paint(f"[{text}]", DIM, stream))


def _texts(event: dict[str, Any]) -> Iterator[str]:
    for choice in event.get("choices") or ():
        if text := (choice.get("delta") or {}).get("content"):
            yield text


def _ended_by_length(event: dict[str, Any]) -> bool:
    return any(choice.get("finish_reason") == "length" for choice in event.get("choices") or ())


def _summary(usage: dict[str, Any] | None, started: float, first_at: float) -> str:
    total_ms = (time.monotonic() - started) * 1000
    first = f", first after {(first_at - started) * 1000:.0f} ms" if first_at else ""
    tokens = f"{usage['completion_tokens']} tokens, " if usage else ""
    return f"{tokens}{total_ms:.0f} ms{first}"


def run_chat(*, model: str | None, url: str | None, system: str | None, temperature: float | None) -> int:
    """Chat until the input ends; return the exit code (1 when a piped prompt failed)."""
    settings = load_settings()
    key = settings.api_key.get_secret_value() if settings.api_key else None
    client = ChatClient(
        _address(url) if url else f"http://{reachable_host(settings.host)}:{settings.port}",
        key,
        settings.first_token_timeout_s + settings.inter_token_timeout_s,
        temperature,
    )
    conversation = Conversation(model or ROUTED, system)
    chat = Chat(client, conversation, interactive=sys.stdin.isatty())
    try:
        return _interactive(chat, client, conversation) if sys.stdin.isatty() else _piped(chat)
    finally:
        client.close()


def _address(url: str) -> str:
    """The address as it was given. Raises Problem when it is none."""
    try:
        parsed = httpx.URL(url)
        if parsed.scheme in ("http", "https") and parsed.host and "%" not in parsed.host:
            return url
        reason = "it needs http:// or https:// and a host"
    except httpx.InvalidURL as error:
        reason = str(error)
    raise Problem(f"{url!r} is not an address: {reason}", "give one like http://127.0.0.1:9000", 2)


def _piped(chat: Chat) -> int:
    """One prompt a line; the answers alone go to stdout."""
    try:
        for line in sys.stdin:
            if line.strip():
                chat.ask(line.strip())
    except KeyboardInterrupt:
        return 130
    return 1 if chat.failed else 0


def _interactive(chat: Chat, client: ChatClient, conversation: Conversation) -> int:
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401 - importing it gives input() line editing and history
    print_to(sys.stdout, f"{conversation.model} at {client.url}. /help lists the commands, Ctrl-D leaves.")
    while True:
        try:
            line = input("> ").strip()
        except EOFError:
            print_to(sys.stdout, "")
            return 0
        except KeyboardInterrupt:
            print_to(sys.stdout, "  (Ctrl-D leaves)")
            continue
        if line.startswith("/"):
            if not chat.command(line):
                return 0
        elif line:
            try:
                chat.ask(line)
            except KeyboardInterrupt:
                # Ctrl-C in the instant around an answer: the answer is over, the program is not.
                print_to(sys.stdout, "")
