"""A real installed package on sys.path whose entry points are skills: one that works and all the ways not to."""

from __future__ import annotations

from pathlib import Path

PACKAGE = "council-demo-skills"
MODULE = "council_demo_skills"

SOURCE = '''\
import asyncio
import atexit
import os
import pathlib
import re
import subprocess
import sys
import time

from orchestrator.seams import Ask, ChatMessage, SkillAnswer

CALLS = []


class Skill:
    description = "A skill of the tests."

    def __init__(self):
        self.name = type(self).__name__.lower()

    async def answer(self, task):
        CALLS.append((self.name, task.text))
        return await self.reply(task)


class Weather(Skill):
    examples = ["what is the weather like in paris", "will it rain tomorrow"]

    async def reply(self, task):
        return SkillAnswer("Sunny.", "anything", "computed", 0.9, {"station": 7})


class Asking(Skill):
    async def reply(self, task):
        ask = Ask(task.model, [ChatMessage("user", task.text)], 20, want_log_probs=True)
        generated = await task.generator.generate(ask)
        return SkillAnswer(generated.text.upper(), self.name, "generated", 0.5, {}, (generated,))


class Streaming(Skill):
    async def reply(self, task):
        pieces = [piece async for piece in task.generator.stream(Ask(task.model, task.messages, 20))]
        generated = pieces.pop()
        return SkillAnswer("|".join(pieces), self.name, "generated", None, {}, (generated,))


class Declining(Skill):
    async def reply(self, task):
        return None


class Raising(Skill):
    async def reply(self, task):
        raise ValueError("secret prompt " + task.text)


class Exiting(Skill):
    async def reply(self, task):
        raise SystemExit(3)


class Cancelling(Skill):
    async def reply(self, task):
        raise asyncio.CancelledError


class Hanging(Skill):
    async def reply(self, task):
        await asyncio.sleep(3600)


class Blocking(Skill):
    async def reply(self, task):
        time.sleep(1.5)


class Spinning(Skill):
    async def reply(self, task):
        ends = time.monotonic() + 1.5
        while time.monotonic() < ends:
            pass


class Leaking(Skill):
    """Starts a generation and does not wait for it: the generation must not outlive the call."""

    async def reply(self, task):
        asyncio.create_task(task.generator.generate(Ask(task.model, task.messages, 20)))
        await asyncio.sleep(0.05)


class Sulking(Skill):
    """Hangs once it has its text."""

    async def reply(self, task):
        await task.generator.generate(Ask(task.model, task.messages, 20))
        await asyncio.sleep(3600)


class Insatiable(Skill):
    """Asks and asks."""

    async def reply(self, task):
        while True:
            await task.generator.generate(Ask(task.model, task.messages, 20))


class Sure(Skill):
    async def reply(self, task):
        return SkillAnswer("Yes.", self.name, "computed", 7.0)


class Silent(Skill):
    async def reply(self, task):
        return SkillAnswer("  ", self.name, "computed", 1.0)


class Stringy(Skill):
    async def reply(self, task):
        return "just a string"


class Unjson(Skill):
    async def reply(self, task):
        return SkillAnswer("Yes.", self.name, "computed", 1.0, {"what": object()})


class Math(Skill):
    async def reply(self, task):
        return SkillAnswer("42", self.name, "computed", 1.0)


class Moody(Skill):
    """Does what the text says, else tells of its process."""

    async def reply(self, task):
        mood = task.text
        if mood == "sleep":
            time.sleep(3600)
        while mood == "spin":
            pass
        if mood == "backtrack":  # holds the interpreter's lock
            re.match(r"(\\w+\\s?)+$", "an ordinary sentence that somebody says to a language model!")
        while mood == "persist":
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError:
                pass
        if mood == "tidy":
            atexit.register(pathlib.Path(task.documents[0].text).write_text, "tidied")
        if mood == "exit":
            os._exit(3)
        if mood == "fork":
            os.system("sleep 3600 & echo $! >" + task.documents[0].text)
            time.sleep(3600)
        if mood == "start":
            started = subprocess.Popen(["sleep", "3600"])
            pathlib.Path(task.documents[0].text).write_text(str(started.pid))
        evidence = {"pid": os.getpid(), "session": os.getsid(0), "environment": sorted(os.environ)}
        return SkillAnswer("Fine.", self.name, "computed", 1.0, evidence)


class Printing(Skill):
    async def reply(self, task):
        print("hello" * 1000, flush=True)
        os.write(1, bytes(1000))
        return SkillAnswer(sys.stdin.read() + "Said.", self.name, "computed", 1.0)


class Chatty(Skill):
    async def reply(self, task):
        if task.text == "fast":
            while True:
                print("x" * 100_000)
        if task.text == "much":
            print("y" * 200_000)
            subprocess.run(["head", "-c", "500000", "/dev/zero"])
        print("said:", task.text)
        return SkillAnswer("Said.", self.name, "computed", 1.0)


class Impatient(Skill):
    async def reply(self, task):
        ask = Ask(task.model, task.messages, 20)
        try:
            await asyncio.wait_for(task.generator.generate(ask), 0.05)
        except TimeoutError:
            return SkillAnswer("Too slow.", self.name, "computed", 1.0)


class Skimming(Skill):
    async def reply(self, task):
        stream = task.generator.stream(Ask(task.model, task.messages, 20))
        piece = await anext(stream)
        await stream.aclose()
        return SkillAnswer(piece, self.name, "generated", None)


class Running(Skill):
    async def reply(self, task):
        result = await task.runner.run(task.documents[0].text, "python", timeout_s=5)
        return SkillAnswer(result.stdout, self.name, "executed", 1.0)


class Odd(Skill):
    async def reply(self, task):
        text, confidence, evidence = "Yes.", 1.0, {}
        match task.text:
            case "long":
                text = "a" * 20_000_000
            case "bytes":
                text = b"Yes."
            case "evidence":
                evidence = {"much": "a" * 20_000_000}
            case "nan":
                confidence = float("nan")
            case "surrogate":
                text = chr(0xD800)
        return SkillAnswer(text, self.name, "computed", confidence, evidence)


class Synchronous:
    name = "synchronous"
    description = "Not async."

    def answer(self, task):
        return None


class Nameless:
    description = "Without a name."

    async def answer(self, task):
        return None


class Unmakeable:
    def __init__(self):
        raise RuntimeError("no licence key")


number = 42
'''

GOOD = ("Weather", "Asking", "Streaming", "Declining")
FAILING = (
    "Raising",
    "Exiting",
    "Cancelling",
    "Hanging",
    "Blocking",
    "Spinning",
    "Leaking",
    "Sulking",
    "Insatiable",
    "Sure",
    "Silent",
    "Stringy",
    "Unjson",
)
UNUSABLE = {
    "broken": f"{MODULE}_broken:Skill",
    "missing": f"{MODULE}:NoSuchClass",
    "gone": "no_such_module_at_all:Skill",
    "sleeping": f"{MODULE}_sleeping:Skill",
    "exits": f"{MODULE}_exits:Skill",
    "clash": f"{MODULE}:Math",
    "synchronous": f"{MODULE}:Synchronous",
    "nameless": f"{MODULE}:Nameless",
    "unmakeable": f"{MODULE}:Unmakeable",
    "number": f"{MODULE}:number",
}
FURTHER = {
    name.lower(): f"{MODULE}:{name}"
    for name in ("Moody", "Printing", "Chatty", "Impatient", "Skimming", "Running", "Odd")
} | {
    "holding": f"{MODULE}_holding:Skill",
    "dying": f"{MODULE}_dying:Skill",
}
"""Installed when named only."""


def install(site: Path, *names: str) -> None:
    """Lay the package with these entry points (all of them if none is named) into a folder for sys.path."""
    points = {name.lower(): f"{MODULE}:{name}" for name in (*GOOD, *FAILING)} | UNUSABLE
    chosen = {name: (points | FURTHER)[name] for name in (names or points)}
    (site / f"{MODULE}.py").write_text(SOURCE)
    (site / f"{MODULE}_broken.py").write_text("import no_such_dependency\n")
    (site / f"{MODULE}_sleeping.py").write_text("import time\ntime.sleep(60)\n")
    (site / f"{MODULE}_exits.py").write_text("raise SystemExit('bye')\n")
    (site / f"{MODULE}_holding.py").write_text("import re\nre.match(r'(\\w+\\s?)+$', 'word ' * 20 + '!')\n")
    (site / f"{MODULE}_dying.py").write_text("import os\nos._exit(1)\n")
    info = site / f"{MODULE}-1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {PACKAGE}\nVersion: 1.2\n")
    lines = [f"{name} = {target}" for name, target in chosen.items()]
    (info / "entry_points.txt").write_text("[council.skills]\n" + "\n".join(lines) + "\n")
