"""Whether a text holds code, and whether it asks for that code to be run. Signs only: nothing is parsed or run."""

from __future__ import annotations

import re
from dataclasses import dataclass

from orchestrator.routing.code_lines import CODE_LINE, FENCE, INLINE, QUOTED
from orchestrator.routing.hello_world import wants_hello_world
from orchestrator.routing.run_request import asks_to_run
from orchestrator.routing.shell_commands import shell_command
from orchestrator.routing.words import Words

_CALL = re.compile(r"(?<![\w.])[A-Za-z_][\w.]{0,80}\(")
_KNOWN_CALL = re.compile(
    r"(?<![\w.])(?:print|len|range|sum|max|min|sorted|printf|puts|echo|eval"
    r"|[A-Za-z]{1,40}\.[A-Za-z_]{1,40}|[a-z]{1,40}_[a-z_]{1,40})\("
)
_PRINTS = re.compile(
    r"(?<![\w.])(?:print(?:f|ln)?|puts|len|range|console\.log|System\.out\.print(?:ln|f)?|fmt\.Print(?:ln|f)?)\("
)
_AFTER_COLON = re.compile(
    r"\b(?:command|code|script|program|snippet|python|bash|shell|sql)\b[^:\n]{0,30}: *[^\s:]", re.IGNORECASE
)
_NAME = r"[\w.\"`\[\]]{1,100}"
_COLUMN = r"[\w.*\"`()\[\]]{1,100}(?:\s+AS\s+\w{1,40})?"
_SQL = re.compile(
    rf"\s*(?:SELECT\s+(?:DISTINCT\s+)?{_COLUMN}(?:\s*,\s*{_COLUMN}){{0,40}}\s+FROM\s+{_NAME}(?:\s+(?:AS\s+)?\w{{1,40}})?\s*"
    r"(?:$|;|,|\b(?:WHERE|JOIN|LEFT|RIGHT|INNER|OUTER|CROSS|GROUP|ORDER|LIMIT|HAVING|UNION)\b)"
    rf"|INSERT\s+INTO\s+{_NAME}\s*(?:\(|VALUES\b|SELECT\b)|UPDATE\s+{_NAME}\s+SET\s|DELETE\s+FROM\s+{_NAME}\s*(?:$|;|WHERE\b)"
    rf"|(?:CREATE|ALTER|DROP)\s+TABLE\s+(?:IF\s+(?:NOT\s+)?EXISTS\s+)?{_NAME}\s*(?:$|;|\(|ADD\b|DROP\b))"
)
_STATEMENT = re.compile(r"(?:^|[:;] *)(?:import \w+|def \w+\(|for \w+ in |while |SELECT .{1,80} FROM )")


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
    is_command: bool = False
    """The whole text asks for a shell's command to be run."""
    is_sql: bool = False
    """The text begins with a statement of SQL, in its capitals: it is code, not a sentence about names and numbers."""
    prints: bool = False
    """It has a call in it that no formula has, such as `print(1+2)`: what stands in that is no sum of the user's."""
    is_hello_world: bool = False
    """The program of this name is wanted: its first word greets nobody."""

    @property
    def runnable(self) -> bool:
        """The user gave code along and asked for it to be run: without both nothing is ever executed."""
        return self.supplied and self.asked_to_run


def code_signs(text: str) -> CodeSigns:
    fenced = "```" in text
    prose = FENCE.sub(" ", text) if fenced else text
    inline = bool(INLINE.search(prose)) if "`" in prose else False
    prose = INLINE.sub(" ", prose) if inline else prose
    unquoted = QUOTED.sub(" ", prose)
    words = Words.of(unquoted)
    lines = [line for line in map(str.strip, text.splitlines()) if line]
    code_lines = sum(1 for line in lines if CODE_LINE.match(line))
    in_sentence = bool(_AFTER_COLON.search(prose) or _STATEMENT.search(prose) or _KNOWN_CALL.search(prose))
    return CodeSigns(
        prose=unquoted,
        words=words,
        fenced=fenced,
        line_share=code_lines / len(lines) if lines else 0.0,
        calls=len(_CALL.findall(text)),
        supplied=fenced or inline or code_lines > 0 or in_sentence,
        asked_to_run=asks_to_run(text),
        is_command=shell_command(text) is not None,
        is_sql=bool(_SQL.match(text)),
        prints=bool(_PRINTS.search(text)),
        is_hello_world=wants_hello_world(prose, words),
    )
