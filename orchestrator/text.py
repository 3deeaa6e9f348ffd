"""What a text is, apart from any feature."""

from __future__ import annotations

import re
import unicodedata

_UNSEEN = frozenset(("Zs", "Zl", "Zp", "Cc", "Cf"))
# Fillers that Unicode calls letters, signs or marks; nothing is drawn for them either. Variation selectors choose how
# the character before them looks.
_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")


def is_blank(text: str) -> bool:
    """Whether it holds nothing but white space, control and format characters, and fillers."""
    return all(map(_is_unseen, text))


def _is_unseen(char: str) -> bool:
    return (
        unicodedata.category(char) in _UNSEEN
        or char in _FILLERS
        or "\ufe00" <= char <= "\ufe0f"
        or "\U000e0100" <= char <= "\U000e01ef"
    )


# A stop behind these ends no sentence, whatever follows.
_NEVER_LAST = (
    "Mr Mrs Ms Dr Prof St Messrs Mme Rev Hon Gen Col Capt Lt Sgt approx ca max min e.g i.e vs cf viz incl excl esp resp "
    "bzw ggf evtl inkl zzgl"
)
# These ends one as often: only before a number, or before a word that begins no sentence.
_LAST_AT_TIMES = (
    "Inc Ltd Co Corp Bros dept Dept tel Tel ext Ext ed Ed vol Vol fig Fig sec Sec art Art para est Est a.m p.m etc Jr Sr "
    "Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec Mon Tue Tues Wed Thu Thur Thurs Fri Sat Sun Ave Blvd Rd"
)
_BEFORE_A_NUMBER = "No Nos no nos Nr p pp Art Sec Fig Vol Ch ch"
_ABBREVIATION = re.compile(rf"(?<![\w.])(?i:{'|'.join(map(re.escape, _NEVER_LAST.split()))})\.$")
# "J. Smith", "by J. R. Smith"; and "Ann B. Reed", but not "Plan B. We ...".
_INITIAL = re.compile(
    r"(?:^|[.!?:,(\"“]\s|\b[A-Z]\.[ -]?|\b(?:by|of|and|from|to|with|than|or|for|is|was)\s)(?!I\.)[A-Z]\.$"
)
_MIDDLE_INITIAL = re.compile(
    r"\b(?!(?:Plan|Team|Section|Part|Vitamin|Class|Group|Grade|Type|Contract|Option|Building|Block|Hall|Room|Terminal|Gate|Appendix"
    r"|Annex|Item|Model|Schedule|Exhibit|Hepatitis|Product|Version|Zone|Line|Row|Level|Area|Category|Course|Answer)\b)"
    r"[A-Z][a-z]+ (?!I\.)[A-Z]\.$"
)
_OPENS_A_SENTENCE = re.compile(
    r"(?:It|The|We|He|She|They|This|That|These|Those|I|You|An?|In|On|At|If|No|Yes|But|And|So|For|From|Its|His|Her|Their|Our|My|There"
    r"|When|While|After|Before|All|Both|Each|Please|What|Who|How|Where|Why|Which|Is|Are|Do|Does|Can)\b"
)
_AT_TIMES = re.compile(rf"(?<![\w.])(?:{'|'.join(map(re.escape, _LAST_AT_TIMES.split()))})\.$")
_NUMBERING = re.compile(rf"(?<![\w.])(?:{'|'.join(map(re.escape, _BEFORE_A_NUMBER.split()))})\.$")


# "Der Kurs beginnt am 5. September."
_DAY = re.compile(r"(?<![\w.,])\d{1,2}\.$")
_MONTH_BEHIND_ORDINAL = re.compile(
    r"(?:Jan(?:uar|\.)|J[äa]nner|Feb(?:ruar|\.)|März|Apr(?:il|\.)|Mai|Juni|Juli|Aug(?:ust|\.)|Sept?(?:ember|\.)|Okt(?:ober|\.)|Nov(?:ember|\.)|Dez(?:ember|\.))(?!\w)"
)


def ends_in_abbreviation(text: str, behind: str) -> bool:
    """Whether the stop at the end of a text is that of an abbreviation or an initial, and the sentence goes on `behind`."""
    text = text[-40:]
    if _DAY.search(text) and _MONTH_BEHIND_ORDINAL.match(behind):
        return True
    if _ABBREVIATION.search(text) or (_INITIAL.search(text) and behind[:1].isupper()):
        return True
    if _MIDDLE_INITIAL.search(text) and behind[:1].isupper() and not _OPENS_A_SENTENCE.match(behind):
        return True
    if behind[:1].isdigit():
        return bool(_AT_TIMES.search(text) or _NUMBERING.search(text))
    return behind[:1].islower() and _AT_TIMES.search(text) is not None
