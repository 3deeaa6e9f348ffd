"""The process of one plug-in: `python -m orchestrator.routing.skills.plugin_worker SOCKET_FD PIPE_FD TARGET PYTHONPATH`.

TARGET is MODULE:ATTRIBUTE, PIPE_FD the read end of a pipe that only the API holds the other end of.

It loads the skill, says what the skill says of itself or why it cannot be used, and then answers calls, all on one event
loop. What the skill asks of `generator` and `runner` is asked of the API, and ends with the call. It ends when the API's
end of the socket does. PYTHONPATH is the variable's value for what the plug-in starts. What the skill prints goes to the log, as the protocol has a descriptor of its own.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import fcntl
import io
import os
import select
import signal
import socket
import sys
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from importlib.metadata import EntryPoint
from typing import Any

from orchestrator import errors
from orchestrator.errors import CouncilError
from orchestrator.routing.skills.plugin_wire import Message, Unsayable, Wire, framed
from orchestrator.routing.skills.shape import Described, Misshapen, checked_answer, described
from orchestrator.seams import Ask, ChatMessage, CodeResult, Document, Generated, SkillTask
from orchestrator.telemetry.defects import describe_defect

EXITED = "SkillExited"
"""In place of an exception's name: the skill tried to end the process, or cancelled itself."""


def main() -> None:
    number, pipe, target, os.environ["PYTHONPATH"] = sys.argv[1:]
    _end_with_the_api(int(pipe))
    line = socket.socket(fileno=int(number))
    os.set_inheritable(line.fileno(), False)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)  # a log that comes when a buffer is full comes too late
    seen, said = _loaded(target)
    line.sendall(said)
    if seen is not None:
        asyncio.run(_serve(line, seen))


def _end_with_the_api(pipe: int) -> None:
    """Let the kernel kill this process and what it starts in its group when the API's end closes, however that ends."""
    os.set_inheritable(pipe, False)
    fcntl.fcntl(pipe, fcntl.F_SETSIG, signal.SIGKILL)
    fcntl.fcntl(pipe, fcntl.F_SETOWN, -os.getpgrp())
    fcntl.fcntl(pipe, fcntl.F_SETFL, fcntl.fcntl(pipe, fcntl.F_GETFL) | os.O_ASYNC)
    # Nothing is ever written to it: what there is to be read is that the API has ended already.
    if select.select([pipe], [], [], 0)[0]:
        sys.exit("the API ended before this process was started")
    # This process may hear of the API's end, and end of itself, before the kernel has closed the pipe. Registered first,
    # it is done last: the skill's own handlers have run.
    atexit.register(_kill_group)


def _kill_group() -> None:
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
    os.killpg(os.getpgrp(), signal.SIGKILL)


def _loaded(target: str) -> tuple[Described | None, bytes]:
    """The skill, or None, and the first message: its description, or its fault with words for the operator."""
    try:
        loaded = EntryPoint("", target, "").load()
        seen = described(loaded() if isinstance(loaded, type) else loaded)
        said = {"name": seen.name, "description": seen.description, "examples": seen.examples}
        return seen, framed(said)
    except Misshapen as error:
        return None, framed({"fault": ["bad_shape", str(error)]})
    except Unsayable as error:
        return None, framed({"fault": ["bad_shape", f"what it says of itself {error}"]})
    except BaseException as error:  # the edge of foreign code, which may exit too
        # Its words are the third party's, and may hold a key; the fault is shown to whoever may ask.
        words = f"loading it raised {type(error).__name__}{_missing(error)}"
        return None, framed({"fault": ["import_error", words]})


def _missing(error: BaseException) -> str:
    """What an operator has to install, where the import system says so."""
    name = error.name if isinstance(error, ModuleNotFoundError) else None
    return f": no module named {name!r}" if name and name.replace(".", "").isidentifier() else ""


async def _serve(line: socket.socket, seen: Described) -> None:
    """Until the API is gone."""
    desk = _Desk(seen)
    line.setblocking(False)
    await asyncio.get_running_loop().create_connection(lambda: desk.wire, sock=line)
    if desk.wire.is_open:
        await desk.over.wait()


class _Desk:
    """The calls that are being answered, and what they wait for."""

    def __init__(self, seen: Described) -> None:
        self.over = asyncio.Event()
        self.wire = Wire(self._heard, self.over.set)
        self._seen = seen
        self._calls: dict[int, asyncio.Task[Message]] = {}
        self._errands: dict[int, _Errands] = {}

    def _heard(self, message: Message) -> None:
        number = message["call"]
        match message["kind"]:
            case "call":
                errands = self._errands[number] = _Errands(self.wire, number)
                answer = self._calls[number] = asyncio.create_task(self._answer(message["task"], errands))
                answer.add_done_callback(partial(self._answered, number))
            case "cancel":
                if number in self._calls:
                    self._calls[number].cancel()
            case "reply":
                if number in self._errands:
                    self._errands[number].heard(message)

    def _answered(self, number: int, answer: asyncio.Task[Message]) -> None:
        """Tell how a call ended, always: the API waits for it."""
        self._errands.pop(number).close()
        del self._calls[number]
        # One that is cancelled before its first step never runs.
        end = {"failed": EXITED, "where": "before it began"} if answer.cancelled() else answer.result()
        head = {"kind": "end", "call": number}
        try:
            self.wire.send({**head, **end})
        except Unsayable as error:
            self.wire.send({**head, "unusable": f"the answer {error}"})

    async def _answer(self, fields: Message, errands: _Errands) -> Message:
        try:
            answer = await self._seen.skill.answer(_task(fields, errands))
        except Exception as error:  # the edge of foreign code
            return {"failed": type(error).__name__, "where": describe_defect(error)}
        except BaseException as error:  # SystemExit would end the loop
            return {"failed": EXITED, "where": describe_defect(error)}
        try:
            return {"answer": None if answer is None else checked_answer(answer, self._seen.name)}
        except Misshapen as error:
            return {"unusable": str(error)}


class _Errands:
    """What one call asks of the API. Closed with the call: what still waits then is cancelled."""

    def __init__(self, wire: Wire, call: int) -> None:
        self._wire = wire
        self._call = call
        self._made = 0
        self._open: dict[int, asyncio.Queue[Message]] = {}
        self._closed = False

    def heard(self, message: Message) -> None:
        replies = self._open.get(message["want"])
        if replies is not None:
            replies.put_nowait(message)

    def close(self) -> None:
        self._closed = True
        for replies in self._open.values():
            replies.put_nowait({"cancelled": True})

    async def replies(self, what: str, wanted: Mapping[str, Any]) -> AsyncGenerator[Message, None]:
        """The pieces and, as the last, what has `whole`. Raises the CouncilError tree; Unsayable for what is no JSON."""
        if self._closed:
            raise asyncio.CancelledError
        self._made += 1
        number = self._made
        head = {"call": self._call, "want": number}
        self._wire.send({"kind": "want", **head, "what": what, **wanted})
        replies = self._open[number] = asyncio.Queue()
        is_over = False
        try:
            while not is_over:
                reply = await replies.get()
                is_over = "piece" not in reply
                if "error" in reply:
                    raise _error(reply["error"])
                if "cancelled" in reply:
                    raise asyncio.CancelledError
                yield reply
        finally:
            del self._open[number]
            if not is_over:
                self._wire.send({"kind": "unwant", **head})


class _Generator:
    """Implements `seams.Generator` by asking the API."""

    def __init__(self, errands: _Errands) -> None:
        self._errands = errands

    async def generate(self, ask: Ask) -> Generated:
        async with aclosing(self._replies("generate", ask)) as replies:
            async for reply in replies:
                return Generated(**reply["whole"])
        raise asyncio.CancelledError

    async def stream(self, ask: Ask) -> AsyncGenerator[str | Generated, None]:
        async with aclosing(self._replies("stream", ask)) as replies:
            async for reply in replies:
                if "piece" in reply:
                    yield reply["piece"]
                elif reply["whole"] is not None:
                    yield Generated(**reply["whole"])

    async def _replies(self, what: str, ask: Ask) -> AsyncGenerator[Message, None]:
        async with aclosing(self._errands.replies(what, {"ask": ask})) as replies:
            async for reply in replies:
                if ask.tally is not None and reply["tally"] is not None:
                    ask.tally.prompt_tokens, ask.tally.completion_tokens = reply["tally"]
                yield reply


class _Runner:
    """Implements `seams.CodeRunner` by asking the API."""

    def __init__(self, errands: _Errands) -> None:
        self._errands = errands

    async def run(self, code: str, language: str, *, timeout_s: float) -> CodeResult:
        wanted = {"code": code, "language": language, "timeout_s": timeout_s}
        async with aclosing(self._errands.replies("run", wanted)) as replies:
            async for reply in replies:
                return CodeResult(**reply["whole"])
        raise asyncio.CancelledError


def _task(fields: Message, errands: _Errands) -> SkillTask:
    task = SkillTask(
        **{name: value for name, value in fields.items() if name != "runs"},
        generator=_Generator(errands),
        runner=_Runner(errands) if fields["runs"] else None,
    )
    recalled = None if task.recalled is None else _documents(task.recalled)
    messages = [ChatMessage(**each) for each in fields["messages"]]
    return replace(task, messages=messages, documents=_documents(task.documents), recalled=recalled)


def _documents(given: Any) -> list[Document]:
    return [Document(**each) for each in given]


def _error(fields: Message) -> CouncilError:
    """As it was raised by the API; one that is not of the tree comes as its root."""
    kind = getattr(errors, fields["type"], CouncilError)
    error: CouncilError = kind.__new__(kind)
    CouncilError.__init__(error, fields["message"], retry_after_s=fields["retry_after_s"])
    return error


if __name__ == "__main__":
    main()
