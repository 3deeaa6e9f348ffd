"""A command of a shell that the user asks to be run in so many words, without any mark of code: "run ls -la please",
"run: ls -la".

The whole text must be that: names of programs are words too ("run make", but "run top 10 lists"). So a program counts
by itself only where it is no word that anybody runs, and with arguments only where these look like arguments.
"""

from __future__ import annotations

import re

_ASKED = re.compile(
    r"^(?:(?:hi|hello|hey|please|pls|now|just|ok|okay)\b[ ,]*){0,3}(?:(?:can|could|would|will) you (?:please )?)?"
    r"(?:run|execute|exec)(?:(?: (?:the|this|following|shell|bash)){0,3}(?: command)?:|(?: the (?:shell )?command)?) (?P<command>\S[^\n]{0,400}?)"
    r"(?:,? (?:please|pls|for me|now|(?:in|from) (?:a|the|your) (?:shell|terminal|sandbox|command line)))*[.?!]?$",
    re.IGNORECASE,
)
_ALONE = re.compile(
    r"ls|pwd|whoami|uname|df|du|ps|id|env|printenv|hostname|uptime|ifconfig|lscpu|lsblk|nproc|lsof|netstat|pytest|make"
)
_WITH_ARGUMENTS = re.compile(
    rf"{_ALONE.pattern}|cat|echo|grep|find|head|tail|wc|sort|sed|awk|curl|wget|ping|pip3?|npm|npx|yarn|pnpm|node|python3?|go|cargo"
    r"|git|docker|kubectl|bash|sh|mkdir|rm|cp|mv|touch|chmod|chown|tar|zip|unzip|ssh|scp|rsync|ip|ss|dig|apt|apt-get|brew"
    r"|systemctl|date"
)
_SUBCOMMANDS = re.compile(
    r"(?:install|uninstall|status|log|diff|clone|pull|push|commit|build|test|run|ps|images|list|get|describe|show|version|update|upgrade"
    r"|start|stop|restart|init|add|freeze|checkout|fetch|branch|env|mod|fmt|vet|a|addr|route)\b",
    re.IGNORECASE,
)
_ARGUMENT = re.compile(r"[-./~$*'\"|><]|\S+[./=:]\S")
_TAKES_WORDS = frozenset(("echo", "mkdir", "touch"))
_PROSE = re.compile(
    r"(?<!\S)(?:the|a|an|my|your|and|to|with|if|so|because|that|which|every|each)(?!\S)", re.IGNORECASE
)


def shell_command(text: str) -> str | None:
    """The command that these words, and nothing else, ask to be run."""
    asked = _ASKED.match(text.strip())
    if asked is None:
        return None
    command = asked["command"].strip()
    program, _, arguments = command.partition(" ")
    if not arguments:
        return command if _ALONE.fullmatch(program) else None
    if not _WITH_ARGUMENTS.fullmatch(program) or (_PROSE.search(arguments) and program != "echo"):
        return None
    looks = _ARGUMENT.match(arguments) or _ARGUMENT.search(f" {arguments}")
    if looks or program in _TAKES_WORDS or _SUBCOMMANDS.match(arguments):
        return command
    return None
