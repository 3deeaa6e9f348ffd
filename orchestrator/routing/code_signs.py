"""Whether a text holds code, and whether it asks for that code to be run. Signs only: nothing is parsed or run."""

from __future__ import annotations

import re
from dataclasses import dataclass

from orchestrator.routing.words import Words, vocabulary

_FENCE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_INLINE = re.compile(r"`[^`\n]{2,300}`")
_QUOTED = re.compile(r"\"[^\"\n]{0,200}\"|“[^”\n]{0,200}”|«[^»\n]{0,200}»")
_CODE_LINE = re.compile(
    r"(?:def \w+ ?\(|class \w+ ?[:({]|(?:import|from) [\w.]+(?: import .+)?$|(?:for|while|if|elif|else|try|with)\b.*:$"
    r"|return\b.*;?$|#include\b|#!/|(?:public|private|static|fn|func|function|let|const|var|void|int) +\w+.*[;{(=]"
    r"|\w[\w.\[\]]* ?[-+*/]?= ?\S|\w[\w.]*\(.*\);?$|(?:SELECT|INSERT|UPDATE|DELETE) .|</?\w+[^>]*>$|[{}] *;?$)"
)
_CALL = re.compile(r"(?<![\w.])[A-Za-z_][\w.]{0,80}\(")
_KNOWN_CALL = re.compile(
    r"(?<![\w.])(?:print|len|range|sum|max|min|sorted|printf|puts|echo|eval"
    r"|[A-Za-z]{1,40}\.[A-Za-z_]{1,40}|[a-z]{1,40}_[a-z_]{1,40})\("
)
_AFTER_COLON = re.compile(
    r"\b(?:command|code|script|program|snippet|python|bash|shell|sql)\b[^:\n]{0,30}: *[^\s:]", re.IGNORECASE
)
_STATEMENT = re.compile(r"(?:^|[:;] *)(?:import \w+|def \w+\(|for \w+ in |while |SELECT .{1,80} FROM )")

_RUN = vocabulary(
    "run, runs, running, execute, executes, executing, exec, evaluate, compile, launch, test, try",
    "ausführen, laufen lassen, führe, führ, exécute, exécuter, exécutez, lance, lancer, ejecuta, ejecutar, corre",
    "esegui, eseguire, executa, executar, rode, uruchom, wykonaj, запусти, запустите, выполни, выполните",
)
_RUN_WITHOUT_SPACES = re.compile("运行|執行|执行|実行|실행")
_NOT_RUN = re.compile(
    r"\b(?:do not|don['’]?t|never|without|no need to|rather than|instead of)\s+(?:\w+\s+){0,2}?"
    r"(?:run|running|execute|executing|test|testing)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class CodeSigns:
    """`prose` is the text without its code and without what it quotes; `words` are the prose's."""

    prose: str
    words: Words
    fenced: bool
    line_share: float
    calls: int
    supplied: bool
    asked_to_run: bool

    @property
    def runnable(self) -> bool:
        """The user gave code along and asked for it to be run: without both nothing is ever executed."""
        return self.supplied and self.asked_to_run


def code_signs(text: str) -> CodeSigns:
    fenced = "```" in text
    prose = _FENCE.sub(" ", text) if fenced else text
    inline = bool(_INLINE.search(prose)) if "`" in prose else False
    prose = _INLINE.sub(" ", prose) if inline else prose
    unquoted = _QUOTED.sub(" ", prose)
    words = Words.of(unquoted)
    lines = [line for line in map(str.strip, text.splitlines()) if line]
    code_lines = sum(1 for line in lines if _CODE_LINE.match(line))
    in_sentence = bool(_AFTER_COLON.search(prose) or _STATEMENT.search(prose) or _KNOWN_CALL.search(prose))
    return CodeSigns(
        prose=unquoted,
        words=words,
        fenced=fenced,
        line_share=code_lines / len(lines) if lines else 0.0,
        calls=len(_CALL.findall(text)),
        supplied=fenced or inline or code_lines > 0 or in_sentence,
        asked_to_run=_asks_to_run(unquoted, words),
    )


def _asks_to_run(prose: str, words: Words) -> bool:
    asked = words.has(_RUN) or bool(_RUN_WITHOUT_SPACES.search(prose))
    return asked and not _NOT_RUN.search(prose)
