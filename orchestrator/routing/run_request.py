"""Whether the user asks the assistant to run code: the one definition, for routing and for the skills that run code.

Executing what nobody asked for is the worse mistake, so a request is recognised, never guessed: one clause of the
user's own prose must be, from its first word to its last, an instruction ("run this and tell me the output") or a
request to the assistant ("could you run it?"). Whatever else such a clause holds ("on Windows", "faster", "and get an
error") makes it none. Code, quotes, quoted lines, list items, tags and what follows a colon are nobody's instruction.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from orchestrator.routing.code_lines import CODE_LINE, FENCE, INLINE

_HEAD_CHARS, _TAIL_CHARS = 2000, 1000
_CODE, _QUOTE, _BREAK = "§", "¶", "\n\n"

_QUOTED = re.compile(
    r"\"[^\"]{0,500}\"|“[^”]{0,500}”|„[^“”]{0,500}[“”]|«[^»]{0,500}»|‘[^’\n]{0,200}’(?!\w)|「[^」]{0,500}」"
    r"|(?<!\w)'[^'\n]{1,200}'(?!\w)|<([a-z][\w-]{0,30})(?: [^>\n]{0,80})?>.{0,1500}?</\1>",
    re.DOTALL | re.IGNORECASE,
)
_NO_PROSE_LINE = re.compile(r"\s*(?:>|#|//|--|/\*|[-*+•]\s|\d{1,3}[.)]\s)| {4}|\t")
_INNER_CALL = re.compile(r"(?<![\w.])[A-Za-z_][\w.]{0,80}\([^()\n]{0,300}\)")
_NESTED_CALLS = 6
_ASIDE = re.compile(r"\([^()]{0,200}\)")
_CHAT = re.compile(r"\b((?:can|could) u (?:pls |plz )?run) (?:dis|this) 4 me\b")
_DASH = re.compile(r"\s[-–—]{1,2}\s|—")
_SENTENCE = re.compile(
    r"[^.!?;…。！？；\n]+(?:(?:[.!?;…](?!\s|$)|\n(?!\n))[^.!?;…。！？；\n]*)*[.!?;…。！？；]*"
)
_COLON = re.compile(r"[:：](?=\s|$|[^\x00-\x7f])")
_SIGNS = " .!?;…。！？；,*_¿¡)("
_COMMA = re.compile(rf"[,，、\n][{re.escape(_SIGNS)}，、\n]*")
"""With all signs behind it: a run of commas parts no more than one does."""

_LANGUAGE = (
    r"(?:i?python ?\d?(?:\.\d+)?|py|java ?script|js|node(?:\.?js)?|type ?script|bash|shell|sh|zsh|ruby|perl|php|lua|go|golang"
    r"|rust|java|kotlin|swift|c|c\+\+|c#|sql|sqlite\d?|r|julia|haskell|power ?shell|deno|gcc)"
)
_NOUN = (
    rf"(?:(?:code|test|unit|shell)[ -])?(?:code|scripts?|programs?|programmes?|snippets?|functions?|blocks?|examples?|file"
    rf"|lines?|cell|commands?|quer(?:y|ies)|tests?|suite|cases?|statements?|expressions?|module|class|method|app|loop"
    rf"|one-liner|algorithm|sample|(?:piece|bit|line|lines) of (?:code|{_LANGUAGE})|thing|{_LANGUAGE}(?: code)?)"
)
_NO_ADJECTIVE = r"(?!(?:on|in|at|by|when|if|through|with|from|against|before|after|without|and|or|is|was|as|to|for|while|than)\b)"
_PLACE = r"(?: (?:below|above|here|attached|of mine|i (?:wrote|gave|sent|pasted)(?: you)?|(?:in|from) (?:this|the) (?:file|snippet|block|message)))?"
_OBJECT = (
    rf"(?:{_CODE}(?:(?: |, ?)(?:and |then )*{_CODE}){{0,5}}|everything|both|all of (?:it|them|this|these|those)"
    rf"|(?:this|that|these|those|the|my|our|both|all|it|them)(?: (?:following|above|below|attached|entire|whole))?"
    rf"(?: {_NO_ADJECTIVE}[\w+#.-]{{1,20}}){{0,3}}? {_NOUN}{_PLACE}"
    rf"|(?:this|that|these|those|it|them|the following|the above)(?: one| following)?{_PLACE}(?: {_CODE})?)"
)  # fmt: skip
_BARE_OBJECT = (
    rf"(?:(?:the )?(?:{_LANGUAGE} )?(?:code|script|program|snippet|command)(?: below)?|{_LANGUAGE})"
)

_REPORT = (
    r"(?:(?:tell|show|give|send|explain|paste|post|print|report|return|display|output|describe|share|list|compare|let (?:me|us) know"
    r"|say|time it|(?:see|check|verify|confirm|find out|test) (?:what|whether|if|how)|what|do not|don't|nothing else)\b.*)"
)
_POLITE = (
    r"(?:please|pls|plz|for (?:me|us)|thanks|thank you|thx|will you|would you|if you can|if possible|kindly)"
)
_EVIDENCE = re.compile(rf"\b(?:{_POLITE}|(?:and|then)(?: then)? {_REPORT}|in (?:a|the|your) sandbox)")
_ENDING = (
    rf"(?:,? (?:{_POLITE}|now|right now|again|here|first|once(?: more)?|twice|(?:two|three|a few|\d+) times|quickly|yourself|too"
    rf"|as well|(?:in|with|using|through|against|under) (?:an? |the |your )?(?:(?:safe|secure|isolated) )?"
    rf"(?:sandbox|interpreter|repl|{_LANGUAGE})"
    rf"|(?:with|for|on|using) (?:(?:the |an? |these |this )?(?:inputs?|arguments?|args|parameters?|values?|numbers?)"
    rf"(?: of| =)?(?: (?:\d[\w.]{{0,20}}|{_CODE}|{_QUOTE}|[a-z]|and)){{0,4}}|\w{{1,20}} ?= ?\S{{1,20}}(?: and \w{{1,20}} ?= ?\S{{1,20}})?)))"
)
_TAIL = (
    rf"{_ENDING}{{0,4}}(?:,? (?:(?:and|then|so|but) ){{0,2}}{_REPORT}|,? to (?:see|check|find out|verify|confirm) (?:what|whether|if|how)\b.*"
    r"|,? so (?:that )?(?:i|we) can (?:see|compare|check)\b.*|, i (?:want|need|would like|'d like|am curious|wonder)\b.*)?"
)
_LEAD = (
    r"(?:(?:please|pls|plz|now|ok|okay|so|just|actually|hi|hello|hey|yo|there|thanks|thank you|well|great|alright|right|cool|kindly"
    r"|simply|also|again|yes|sure|do|really|maybe|good (?:morning|evening|afternoon)|go ahead and|go on and)\b[ ,]*){0,5}"
)
_LEAD_WORDS = re.compile(_LEAD)
_AFTERWARDS = re.compile(r"(?:(?:and|then|afterwards|finally|next|first|after that)\b[ ,]*){1,3}")
_RUN = r"(?:(?:compile|build|take it|take this|save it|load it) and )?(?:run|re-?run|execute|exec)"
_RUNNING = r"(?:actually |really )?(?:running|executing)"
_TRY = r"(?:try (?:to |and )|go ahead and |actually |just |also |please |kindly |quickly )"
_YOU = (
    r"(?:(?:can|could) (?:you|u)|(?:can|could|may) i ask you to|would you (?:please|kindly|be so kind (?:as to|and))"
    r"|will you please|please can you|i (?:want|need|would like|would love|'d like|'d love|ask)(?: for)? you to"
    r"|i'd (?:like|love)(?: for)? you to|i (?:was|am) wondering (?:if|whether) you (?:can|could|would))"
)
_KIND = r"(?: (?:please|just|kindly|maybe|perhaps|possibly|actually|also|then|quickly))*"

_ASKED_DIRECTLY = re.compile(rf"{_RUN} {_OBJECT}{_TAIL}", re.DOTALL)
_ASKED_BEFORE_CODE = re.compile(rf"{_RUN}(?P<what> {_BARE_OBJECT})?(?: (?:please|pls|plz|now|for me))*")
_LIKE_CODE = re.compile(rf"[{_CODE}=+*/$|]")
_WEAKLY = re.compile(rf"(?:evaluate|eval|launch|start) {_OBJECT}{_TAIL}", re.DOTALL)
_SPEAKS_OF_OUTPUT = re.compile(r"\bsandbox\b|\b(?:outputs?|results?|prints?|stdout)\b")
_EVALUATES_SPAN = re.compile(rf"(?:evaluate|eval)(?: {_OBJECT})? {_CODE}{_TAIL}", re.DOTALL)
_TRYING = re.compile(rf"(?:let's |let us )(?:try to )?{_RUN} {_OBJECT}{_TAIL}|try (?:{_RUNNING}|to {_RUN}|and {_RUN}) {_OBJECT}{_TAIL}", re.DOTALL)  # fmt: skip
_OF_YOU = re.compile(
    rf"{_YOU}{_KIND} {_TRY}{{0,2}}(?:{_RUN}|try {_RUNNING}) {_OBJECT}{_TAIL}"
    rf"|(?:would|do) you mind {_RUNNING} {_OBJECT}{_TAIL}|(?:would|will) you {_TRY}?{_RUN} {_OBJECT} for me{_TAIL}",
    re.DOTALL,
)
_BY_RUNNING = re.compile(
    rf"(?:{_YOU}{_KIND} )?(?:test|check|verify|try|confirm|determine|prove|show|see|tell|find out|work out|debug)"
    rf"(?: (?!not\b|how\b|why\b|can\b|could\b|that\b)\S{{1,40}}){{0,8}} by {_RUNNING} {_OBJECT}(?:{_TAIL}| (?:whether|what|if)\b.*)",
    re.DOTALL,
)

_DE_OBJECT = r"(?:(?:bitte |mir |mal )*(?:dies(?:e[ns]?)?|das|es|ihn|den|die|folgende[ns]?|mein(?:en)?)(?: folgende[ns]?)?(?:(?: [\w#+-]{1,20})? (?:code|programm|skript|script|snippet|beispiel|befehl|funktion|tests?))?)"
_DE_FILL = r"(?: (?:bitte|mal|doch|jetzt|einmal|kurz|für mich|hier|unten))*"
_DE_TAIL = r"(?: (?:bitte|für mich|danke))*(?:,? und (?:(?:sag|zeig|gib|nenn|erklär|bericht|schreib|teil)\w*\b.*|(?:mir|uns) .{1,60} (?:zeigen|sagen|geben|nennen|erklären)))?"
_DE_YOU = r"(?:kannst du|könntest du|können sie|könnten sie|würdest du bitte|ich möchte, dass du)"
_RO_OBJECT = (
    r"(?:(?:-?(?:le|la|lo)\b|ça|ceci|cela|cette|cet|ce|ces|le|la|mon|ma|les|esto|este|esta|estos|el|mi|eso|isto|isso|o|a|meu|questo|questa|"
    r"quest'|il|lo|lo|mio|ten|to|tę|ten|этот|это|эту|его|мой|код)(?:(?: [\w'#+-]{1,20})?"
    r"(?: (?:code|script|programme|fonction|commande|código|codigo|programa|función|comando|codice|programma|kod|skrypt|program"
    r"|код|скрипт|программу|suivant|suivante|siguiente|seguinte|seguente|abajo|ci-dessous|ниже|poniżej))+)?)"
)
_RO_TAIL = (
    r"(?:,? (?:s'il (?:te|vous) pla[iî]t|stp|svp|por favor|per favore|per piacere|proszę|пожалуйста|merci|gracias|pour moi|"
    r"para mí|para mim|per me|maintenant|ahora|agora|ora))*"
    r"(?:,? (?:et|y|e|i|и) (?:dis|donne|montre|affiche|explique|dime|dame|muestra|muéstrame|explica|diga|mostre|dimmi|mostra|mostrami"
    r"|pokaż|powiedz|покажи|скажи|выведи)\w*\b.*)?"
)
_RO_LEAD = r"(?:(?:s'il te plaît|por favor|per favore|пожалуйста|proszę|est-ce que|bonjour|hola|ciao|alors|moi)[ ,]*)*"
_OTHER_LANGUAGES = re.compile(
    rf"(?:bitte )?(?:führe?|führen sie){_DE_FILL} {_DE_OBJECT}{_DE_FILL} aus{_DE_TAIL}"
    rf"|bitte(?: {_DE_OBJECT}{_DE_FILL})? (?:ausführen|laufen lassen|starten){_DE_TAIL}"
    rf"|{_DE_OBJECT} bitte (?:ausführen|laufen lassen){_DE_TAIL}"
    rf"|(?:bitte )?{_DE_YOU}{_DE_FILL} {_DE_OBJECT}{_DE_FILL} (?:ausführen|laufen lassen){_DE_TAIL}"
    rf"|(?:bitte )?(?:lass{_DE_FILL} {_DE_OBJECT}{_DE_FILL} laufen|starte?{_DE_FILL} {_DE_OBJECT}{_DE_FILL}){_DE_TAIL}"
    rf"|{_RO_LEAD}(?:ex[ée]cute[zr]?|lance[zr]?|fais tourner|faites tourner|ejecuta|ejecute|ejecutá|corre|executa|execute|roda|rode"
    rf"|esegui|esegua|uruchom|wykonaj|запусти(?:те)?|выполни(?:те)?) ?{_RO_OBJECT}{_RO_TAIL}|{_RO_LEAD}(?:ejec[uú]tal[oa]|eseguil[oa]){_RO_TAIL}"
    rf"|{_RO_LEAD}(?:peux-tu|pourrais-tu|pouvez-vous|pourriez-vous|tu peux|vous pouvez|puedes|podrías|puede usted|podría usted|você pode|pode|poderia"
    rf"|puoi|potresti|può|możesz|możecie|можешь|можете)(?: {_RO_LEAD})?(?: m')? ?(?:(?:ex[ée]cuter|lancer|faire tourner|ejecutar|correr|executar|rodar"
    rf"|eseguire|uruchomić|wykonać|запустить|выполнить) {_RO_OBJECT}|(?:l'exécuter|le lancer|ejecutarl[oa]|eseguirl[oa]|executá-l[oa]))(?: {_RO_OBJECT})?{_RO_TAIL}"
    r"|(?:请你?|麻烦你?|帮我|你能|你可以|你|能不能帮我|可以帮我)*(?:运行|執行|执行)(?:一下)?(?:下面的|下面|以下的?|这段|这个|上面的|此|它)*(?:python)?(?:代码|程序|脚本|程式碼)?"
    r"(?:吗|好吗|[,，]?(?:并|然后)?(?:告诉|输出|显示|给).*)?"
    r"|(?:この|次の|以下の|下の|上の)?(?:python)?(?:コード|プログラム|スクリプト|これ)?を?実行し(?:て(?:ください|下さい|くれますか|くれませんか|もらえますか|みて|みてください)?)"
    r"(?:[,、]?(?:結果|出力).*)?"
    r"|(?:이|아래|다음|위의?)? ?(?:코드|프로그램|스크립트)?[를을]? ?실행해 ?(?:줘|주세요|줄래|주실래요|봐|보세요)",
    re.DOTALL,
)  # fmt: skip
_STEMS = (
    "run", "exec", "eval", "launch", "start", "führ", "lass", "laufen", "exéc", "lance", "tourner", "ejec", "corre", "roda", "rode",
    "esegu", "uruchom", "wykona", "запуст", "выполни", "运行", "執行", "执行", "実行", "실행",
)  # fmt: skip
"""Every request has one of them. Most texts have none, and looking for them is a thirtieth of the work."""

RUN_VERBS = (
    r"(?:run|execute|exec|evaluate|eval|launch|start|running|executing|führe?|ausführen|lass|exécute[zr]?|lance[zr]?|ejecuta[r]?"
    r"|executa[r]?|esegui(?:re)?|uruchom|запусти|выполни|ausf|aus|laufen)"
)
"""The verbs that may stand between a request and code in its sentence, as a pattern."""

_NOT_RUN = re.compile(
    r"\b(?:do not|don't|dont|never|without|no need to|need not|needn't|must not|mustn't|should not|shouldn't|rather than|instead of"
    r"|not to|not by|avoid|refuse to)\s+(?:\w+\s+){0,4}?(?:run|running|execut\w*|test|testing)\b"
    r"|\bnicht\s+(?:\w+\s+)?(?:aus|ausführen|laufen|starten)\b|\bohne\b.{0,30}\bauszuführen\b"
    r"|\bn(?:e |')(?:l'|le |la )?(?:ex[ée]cut|lanc)\w+|\bsans (?:l'|le |la )?(?:ex[ée]cuter|lancer)\b"
    r"|\b(?:no|não|non|nie|не) (?:lo |la |o |a )?(?:ejecut|corr|execut|rod|esegui|uruch|запуск|выполн)\w*|\bsin ejecutar"
    r"|(?:不要|别|勿|請勿|请勿)(?:运行|执行|執行)|実行しないで|실행하지",
    re.IGNORECASE,
)
_OTHER_PEOPLES_WORDS = re.compile(
    r"\b(?:translate|translation|proofread|rephrase|paraphrase|reword|grammar|spelling|summari[sz]e|übersetze?n?|korrektur|traduis|traduire"
    r"|traduce|traducir|steps to|to reproduce|repro steps|step (?:\d+|one|two|three)|expected (?:result|behaviou?r)|actual (?:result|behaviou?r))\b"
)
_MAKING = r"(?:fix|write|refactor|rewrite|optimi[sz]e|convert|port|correct|improve|implement|create|add|change|modify|update|make|repair|complete|finish|simplify|debug|document|korrigiere|schreibe?|corrige|écris|escribe)"
_MAKES_FIRST = re.compile(
    rf"(?:^|[.!?,;:\n][ \t]{{0,3}}|\b(?:you|please|and|then|also|bitte|to)\s+){_MAKING}\b"
)
_SAID = (
    r"(?:sa(?:id|ys)|asks?|asked|(?<!\bi )wrote|writes|tells?|told|reads?|means?|replied|called|shouts?|shouted|whispered"
    r"|schrieb|sagte?|dit|dijo)"
)
_REPORTS = re.compile(rf"\b{_SAID}\b")
_TELLS_OF_WORDS = re.compile(
    rf"\b(?:{_SAID}|docs?|documentation|readme|tutorial|guide|manual|instructions?|usage|todo|example|error|message|email|mail"
    r"|letter|text|sentence|phrase|comment|prompt|how (?:do|to|can|should))\b"
)
_BEFORE_A_COMMA = re.compile(
    rf"{_LEAD}(?:here(?:'s| is| are)|this is|that is|i (?:just )?(?:wrote|made|think|guess|have|want to (?:know|see)|need|wonder|am not sure"
    r"|cannot|can't|don't (?:have|know))|i've|i'm (?:not sure|curious)|not sure|no idea|look at|take|consider|see|my (?:code|program|script)"
    r"|what|does|is|will|is this|hier ist|voici|aquí está)\b(?!.*\b(?:when|if|whenever|once|after|before|every time|each time|while|until|how)\b)",
    re.DOTALL,
)
_INSTRUCTS = re.compile(
    rf"{_LEAD}(?:{_YOU}{_KIND} )?(?!(?:i|you|he|she|it|we|they|one|who|what|when|whenever|where|which|why|how|if|as|once|after|before"
    r"|while|because|since|although|the|an?|this|that|these|those|my|our|your|his|her|their|some|all|there|is|are|was|were|be|am|do"
    r"|does|did|has|have|had|can|could|will|would|should|may|must|in|on|at|to|for|with|from|tried|trying)\b)[a-z]"
)
_AND = re.compile(r"(?:,| and| then|, and)(?: and| then)* ")
_SHOW_OUTPUT = re.compile(rf"{_LEAD}(?:{_YOU}{_KIND} )?show (?:me |us )?(?:the|its) output\b.*", re.DOTALL)


def asks_to_run(text: str) -> bool:
    """Whether these words ask for the code that came along with them to be run, and not for another code made of it."""
    lowered = text.lower()
    if not any(stem in lowered for stem in _STEMS):
        return False
    prose = _own_prose(text)
    if not _may_ask(prose) or _MAKES_FIRST.search(prose):
        return False
    return any(_is_request(clause) for clause in _clauses(prose))


def asks_to_run_the_answer(text: str) -> bool:
    """Whether these words ask for code to be run that the assistant is to write: "write it, then run it"."""
    prose = _own_prose(text)
    return _may_ask(prose) and any(
        _is_request(clause) or _makes_and_runs(clause) or bool(_SHOW_OUTPUT.fullmatch(_bare(clause.words)))
        for clause in _clauses(prose)
    )


def _may_ask(prose: str) -> bool:
    return not (_NOT_RUN.search(prose) or _OTHER_PEOPLES_WORDS.search(prose))


def _own_prose(text: str) -> str:
    """The text in lower case, with marks for what is code or somebody else's words; of a long one, its two ends."""
    text = FENCE.sub(_BREAK, text.replace("’", "'"))
    lines = [_line(line) for line in _QUOTED.sub(_QUOTE, INLINE.sub(_CODE, _two_ends(text))).split("\n")]
    prose = "\n".join(lines)
    for _ in range(_NESTED_CALLS if "(" in prose else 0):
        prose = _INNER_CALL.sub(_CODE, prose)
    return _CHAT.sub(r"\1 this for me", _DASH.sub(", ", _ASIDE.sub(" ", prose)).lower())


def _two_ends(text: str) -> str:
    if len(text) <= _HEAD_CHARS + _TAIL_CHARS:
        return text
    return f"{text[:_HEAD_CHARS]} {_QUOTE} {text[-_TAIL_CHARS:]}"


def _line(line: str) -> str:
    """A line of prose as it is; of code, a break; of a list, a comment or a quotation, a mark that belongs to no request."""
    if _NO_PROSE_LINE.match(line):
        return f"{_BREAK}{_QUOTE}{_BREAK}"
    return _BREAK if CODE_LINE.match(line.strip()) else line


@dataclass(frozen=True, slots=True)
class _Clause:
    """A sentence up to its first colon. `follows` is the rest of the line after that, or after the sentence's end.

    It is None where the text goes on without a colon or a new paragraph.
    """

    words: str
    follows: str | None

    @property
    def is_question(self) -> bool:
        return "?" in self.words or "？" in self.words


def _clauses(prose: str) -> Iterator[_Clause]:
    """What follows a colon is spoken of, not said; where the words before it tell what others say, so is all after it."""
    for match in _SENTENCE.finditer(prose):
        sentence = match[0]
        colon = _COLON.search(sentence)
        end = match.start() + colon.end() if colon else match.end()
        rest = prose[end:].lstrip(" ")
        breaks = colon is not None or not rest or rest.startswith(_BREAK)
        words = sentence[: colon.start()] if colon else sentence
        yield _Clause(words, rest.partition("\n")[0] if breaks else None)
        if colon and _TELLS_OF_WORDS.search(words):
            return


def _bare(words: str) -> str:
    return " ".join(words.split()).strip(_SIGNS)


def _tidied(words: str) -> str:
    """The bare words with their line breaks: what stands behind a comma and its signs is then bare as it is.

    Done once for a clause, since each may be nothing but commas.
    """
    return "\n".join(filter(None, (" ".join(line.split()) for line in words.split("\n")))).strip(
        f"{_SIGNS}\n"
    )


def _is_request(clause: _Clause) -> bool:
    """The whole of it, or what stands behind one of its commas where the words before leave that a request."""
    words = _tidied(clause.words)
    if _is_asked(words.replace("\n", " "), clause):
        return True
    return any(
        _is_asked(rest, clause) and _leaves_it_a_request(_bare(words[: comma.start()]), rest)
        for comma in _COMMA.finditer(words)
        if (rest := words[comma.end() :].replace("\n", " "))
    )


def _is_asked(words: str, clause: _Clause) -> bool:
    rest = _without_lead(words)
    if later := _AFTERWARDS.match(rest):
        # "I open the shell. Then run this." tells what somebody did; with a "please" it does not.
        return bool(_ASKED_DIRECTLY.fullmatch(rest[later.end() :]) and _EVIDENCE.search(words))
    if _ASKED_DIRECTLY.fullmatch(rest) or _TRYING.fullmatch(rest):
        return not clause.is_question or bool(_EVIDENCE.search(words))
    if _WEAKLY.fullmatch(rest):
        return bool(_SPEAKS_OF_OUTPUT.search(rest))
    if _before_code(rest, clause.follows) or _OTHER_LANGUAGES.fullmatch(words):
        return True
    return any(pattern.fullmatch(rest) for pattern in (_EVALUATES_SPAN, _OF_YOU, _BY_RUNNING))


def _before_code(words: str, follows: str | None) -> bool:
    """A bare "run:" or "run python:" right before what looks like code."""
    found = _ASKED_BEFORE_CODE.fullmatch(words)
    if found is None or follows is None:
        return False
    return bool(found["what"] or not follows.strip() or _LIKE_CODE.search(follows))


def _without_lead(words: str) -> str:
    lead = _LEAD_WORDS.match(words)
    return words[lead.end() :] if lead else words


def _leaves_it_a_request(head: str, words: str) -> bool:
    """Asked of "you" it is one after any words but a report of what was said; else only after a few known beginnings."""
    if _REPORTS.search(head):
        return False
    return bool(
        _OF_YOU.fullmatch(_without_lead(words)) or _LEAD_WORDS.fullmatch(head) or _BEFORE_A_COMMA.match(head)
    )


def _makes_and_runs(clause: _Clause) -> bool:
    words = _bare(clause.words)
    return bool(_INSTRUCTS.match(words)) and any(
        _ASKED_DIRECTLY.fullmatch(words[joint.end() :]) for joint in _AND.finditer(words)
    )
