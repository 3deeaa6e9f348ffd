"""A third party's skill runs in a process of its own, as the API sees it.

Guarantees: whatever it does (raise, exit, block, spin, hold its interpreter) the caller gets an exception or its
deadline passes, and the API goes on; no generation it started outlives its call. A call that was left is told to end; a
process that does not within GRACE_S is killed, and one that is gone is started again by the next call. Not
guaranteed: anything against code that means harm; it runs as the same user.
"""

from __future__ import annotations

import asyncio
import contextvars
import logging
from contextlib import aclosing
from dataclasses import dataclass, field, fields
from functools import partial
from typing import Any, Final

from orchestrator.errors import CouncilError
from orchestrator.routing.skills.plugin_child import Child
from orchestrator.routing.skills.plugin_wire import Message, Unsayable, Wire
from orchestrator.routing.skills.shape import Misshapen
from orchestrator.seams import Ask, ChatMessage, Generated, SkillAnswer, SkillTask, TokenTally
from orchestrator.telemetry.defects import describe_defect

log = logging.getLogger(__name__)

LOAD_DEADLINE_S = 10.0
GRACE_S = 0.5
"""How long a call that was left may take to end before its process is killed."""
_LEAVE_S: Final = 1.0
"""How long a process may take to end when the API does."""

ENDED = "its process ended"
HELD_UP = "its process was killed, as another call held it up"
_NOT_SENT = frozenset({"generator", "runner"})


class PluginFailure(Exception):
    """What a call failed of, in words that name no text of the conversation, and `where`."""

    def __init__(self, detail: str, where: str = "") -> None:
        super().__init__(detail)
        self.detail = detail
        self.where = where or detail


class PluginProcess:
    """Implements `seams.Skill`. Belongs to the event loop in which it is first used; `child` was loaded before that."""

    def __init__(self, name: str, description: str, target: str, child: Child) -> None:
        self.name = name
        self.description = description
        self._target = target
        self._loaded: Child | None = child
        self._link: _Link | None = None
        self._starting: asyncio.Task[str | None] | None = None
        self._closed = False

    @property
    def pid(self) -> int | None:
        """Of the process that runs now."""
        if self._loaded is not None:
            return self._loaded.pid
        return None if self._link is None or self._link.is_lost else self._link.child.pid

    async def answer(self, task: SkillTask) -> SkillAnswer | None:
        """Raises PluginFailure, Misshapen."""
        if self._link is not None:
            await self._link.settled.wait()
        if self._link is None or self._link.is_lost or self._is_starting:
            await self._started()
        if self._link is None or self._closed:
            raise PluginFailure(ENDED)
        return await self._link.call(task)

    @property
    def _is_starting(self) -> bool:
        return self._starting is not None and not self._starting.done()

    async def _started(self) -> None:
        """By one start for all who wait, which goes on when they leave."""
        if self._closed:
            raise PluginFailure(ENDED)
        if self._starting is None or self._starting.done():
            self._starting = asyncio.create_task(self._start())
        fault = await asyncio.shield(self._starting)
        if fault is not None:
            raise PluginFailure(fault)

    async def _start(self) -> str | None:
        """What was wrong with it."""
        child, self._loaded = self._loaded, None
        if child is not None and child.has_ended:
            child.end()
            child = None
        try:
            link = await _Link.to(child or Child(self._target))
        except OSError as error:
            return f"its process did not start: {type(error).__name__}"
        self._link = link
        fault = None if child else await self._fault(link)
        if fault is not None:
            link.kill()
        return fault

    @staticmethod
    async def _fault(link: _Link) -> str | None:
        try:
            async with asyncio.timeout(LOAD_DEADLINE_S):
                said = await link.first
        except TimeoutError:
            return f"loading it again took longer than {LOAD_DEADLINE_S:g} s"
        if said is None:
            return ENDED
        return str(said["fault"][1]) if "fault" in said else None

    async def aclose(self) -> None:
        """Nothing of it runs on. Safe to call again."""
        self._closed = True
        if self._starting is not None:
            self._starting.cancel()
            await asyncio.gather(self._starting, return_exceptions=True)
        if self._link is not None:
            await self._link.aclose()
        if self._loaded is not None:
            child, self._loaded = self._loaded, None
            child.line.close()
            await child.ended(_LEAVE_S)


@dataclass(slots=True)
class _Call:
    task: SkillTask
    end: asyncio.Future[SkillAnswer | None]
    context: contextvars.Context
    errands: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    has_ended: bool = False
    """Whether the process is done with it, heard by a caller or not."""


class _Link:
    """A running process and the calls that it has. `settled` while it has none that was left and has not ended."""

    def __init__(self, child: Child) -> None:
        self.child = child
        self.is_lost = False
        self.settled = asyncio.Event()
        self.settled.set()
        self._loop = asyncio.get_running_loop()
        self.first: asyncio.Future[Message | None] = self._loop.create_future()
        self._wire = Wire(self._heard, self._lose)
        self._calls: dict[int, _Call] = {}
        self._left: dict[int, asyncio.TimerHandle] = {}
        self._made = 0
        self._is_closing = False

    @classmethod
    async def to(cls, child: Child) -> _Link:
        link = cls(child)
        child.line.setblocking(False)
        try:
            transport, _ = await link._loop.create_connection(lambda: link._wire, sock=child.line)
        except BaseException:
            # Also when the API ends in the middle of it.
            child.end()
            raise
        if not link._wire.is_open:
            transport.abort()
            link.kill()
        return link

    async def call(self, task: SkillTask) -> SkillAnswer | None:
        self._made += 1
        number = self._made
        call = _Call(task, self._loop.create_future(), contextvars.copy_context())
        try:
            self._wire.send({"kind": "call", "call": number, "task": _task_fields(task)})
        except Unsayable as error:
            raise PluginFailure(f"the task {error}") from error
        self._calls[number] = call
        self.child.output.allow()
        if self.is_lost:
            self._lose()
        try:
            return await call.end
        finally:
            del self._calls[number]
            for errand in call.errands.values():
                errand.cancel()
            if not call.has_ended and not self.is_lost:
                self._leave(number)

    def _leave(self, number: int) -> None:
        self.settled.clear()
        self._wire.send({"kind": "cancel", "call": number})
        self._left[number] = self._loop.call_later(GRACE_S, self._held_up)

    def _held_up(self) -> None:
        log.warning("the process of %s is killed: it does not end a call that was left", self.child.target)
        self.kill(HELD_UP)

    def _heard(self, message: Message) -> None:
        if "kind" not in message:
            if not self.first.done():
                self.first.set_result(message)
            return
        number = message["call"]
        call = self._calls.get(number)
        match message["kind"]:
            case "end":
                if number in self._left:
                    self._left.pop(number).cancel()
                if not self._left:
                    self.settled.set()
                if call is not None:
                    call.has_ended = True
                    _tell(call.end, message)
            case "want" if call is not None:
                self._run_errand(call, number, message)
            case "unwant" if call is not None and message["want"] in call.errands:
                call.errands[message["want"]].cancel()

    def _run_errand(self, call: _Call, number: int, message: Message) -> None:
        head = {"kind": "reply", "call": number, "want": message["want"]}
        work = self._errand(call.task, head, message)
        errand = self._loop.create_task(work, context=call.context)
        call.errands[message["want"]] = errand
        errand.add_done_callback(partial(self._errand_done, call, head))

    async def _errand(self, task: SkillTask, head: Message, message: Message) -> None:
        if message["what"] == "run":
            if task.runner is None:
                raise CouncilError("there is no runner")
            wanted = message["code"], message["language"]
            result = await task.runner.run(*wanted, timeout_s=message["timeout_s"])
            self._wire.send({**head, "whole": result})
            return
        ask = _ask(message["ask"])
        if message["what"] == "generate":
            self._reply(head, ask, await task.generator.generate(ask))
            return
        whole = None
        async with aclosing(task.generator.stream(ask)) as pieces:  # type: ignore[type-var]
            async for piece in pieces:
                if isinstance(piece, str):
                    self._reply(head, ask, piece)
                else:
                    whole = piece
        self._reply(head, ask, whole)

    def _reply(self, head: Message, ask: Ask, said: str | Generated | None) -> None:
        tally = ask.tally and (ask.tally.prompt_tokens, ask.tally.completion_tokens)
        self._wire.send({**head, "piece" if isinstance(said, str) else "whole": said, "tally": tally})

    def _errand_done(self, call: _Call, head: Message, errand: asyncio.Task[None]) -> None:
        del call.errands[head["want"]]
        if errand.cancelled():
            self._wire.send({**head, "cancelled": True})
            return
        error = errand.exception()
        if error is not None:
            self._wire.send({**head, "error": _error_fields(error)})

    def kill(self, why: str = ENDED) -> None:
        self.child.kill()
        self._lose(why)
        self._wire.close()

    def _lose(self, why: str = ENDED) -> None:
        """The process is gone, or as good as that. All who wait for it are told."""
        self.is_lost = True
        for handle in self._left.values():
            handle.cancel()
        self._left.clear()
        self.settled.set()
        if not self.first.done():
            self.first.set_result(None)
        for call in self._calls.values():
            if not call.end.done():
                call.end.set_exception(PluginFailure(why))
        if not self._is_closing:
            self._reap()

    def _reap(self) -> None:
        self.child.kill()
        if not self.child.reaped():
            self._loop.call_later(_LEAVE_S / 10, self._reap)

    async def aclose(self) -> None:
        """It may end what it has, within _LEAVE_S."""
        self._is_closing = True
        self._wire.close()
        await self.child.ended(0 if self.is_lost else _LEAVE_S)


def _task_fields(task: SkillTask) -> Message:
    sent = {each.name: getattr(task, each.name) for each in fields(task) if each.name not in _NOT_SENT}
    return {**sent, "runs": task.runner is not None}


def _tell(end: asyncio.Future[SkillAnswer | None], message: Message) -> None:
    if end.done():
        return
    if "failed" in message:
        end.set_exception(PluginFailure(f"raised {message['failed']}", message["where"]))
    elif "unusable" in message:
        end.set_exception(Misshapen(message["unusable"]))
    elif message["answer"] is None:
        end.set_result(None)
    else:
        end.set_result(_answer(message["answer"]))


def _answer(told: dict[str, Any]) -> SkillAnswer:
    return SkillAnswer(**{**told, "generated": tuple(Generated(**each) for each in told["generated"])})


def _ask(told: dict[str, Any]) -> Ask:
    messages = [ChatMessage(**each) for each in told["messages"]]
    tally = None if told["tally"] is None else TokenTally(**told["tally"])
    return Ask(**{**told, "messages": messages, "stop": tuple(told["stop"]), "tally": tally})


def _error_fields(error: BaseException) -> Message:
    """What the skill is told of an error of ours; of one outside the tree only that there was one."""
    if isinstance(error, CouncilError):
        return {
            "type": type(error).__name__,
            "message": error.message,
            "retry_after_s": error.retry_after_s,
        }
    log.error("what a plug-in asked for failed: %s", describe_defect(error))
    return {"type": "CouncilError", "message": "it failed", "retry_after_s": None}
