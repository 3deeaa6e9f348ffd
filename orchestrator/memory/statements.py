"""Which of a user's own sentences are statements to remember: about themselves, or said to be remembered.

A rule on the form of English sentences: it understands nothing, and leaves a sentence out in doubt. What is asked,
ordered, quoted, imagined, pasted, code or about a fault of the moment is no statement.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from orchestrator.memory.acquaintances import tells_of
from orchestrator.memory.deeds import is_of_the_talk, tells_a_deed, without_time_before
from orchestrator.text import ends_in_abbreviation

LONGEST_TURN_CHARS = 4000
LONGEST_SENTENCE_CHARS = 300
LONGEST_PARAGRAPH_CHARS = 800
MOST_STATEMENTS = 8
_FEWEST_WORDS, _MOST_WORDS = 2, 45

_FENCED = re.compile(r"```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)|`[^`\n]*`", re.S)
_QUOTED_LINE = re.compile(r"^\s*>.*$", re.M)
_QUOTED = re.compile(r"“[^”]{12,}”|\"[^\"\n]{12,}\"|«[^»]{12,}»|„[^“”]{12,}[“”]")
_END = re.compile(r"(?<=[.!?])[\"'”’)]*\s+|\n+")

# The turn works on a text or plays a part: what it says is not said of the user.
_ABOUT_A_TEXT = re.compile(
    r"\b(?:translate|summari[sz]e|proof-?read|re-?write|rephrase|paraphrase|correct|edit|reword|classify|shorten|improve|continue"
    r"|complete|analy[sz]e|polish)\b[^.?!\n]{0,60}?(?::|\b(?:this|the following|these|text|sentences?|paragraph|e-?mail|message|grammar)\b)",
    re.I,
)
_IMAGINED = re.compile(
    r"\b(?:imagine|pretend|suppose|assume|role-?play|let'?s (?:say|play|pretend)|act as|hypothetically|what if|in (?:a|my) (?:story|novel|dream)"
    r"|(?:respond|reply|answer|speak|talk) (?:to me )?as (?:the|an?|if)|write (?:me )?an? (?:story|poem|song|letter|essay|dialogue|scene))\b",
    re.I,
)
_ACCOUNT = (
    r"(?:g-?mail|e-?mail|outlook|hotmail|yahoo|icloud|netflix|spotify|amazon|facebook|instagram|twitter|tiktok|linkedin|github|gitlab|google|apple id|paypal|ebay"
    r"|steam|discord|slack|zoom|dropbox|wi-?fi|router|vpn|server|database|laptop|computer|pc|phone|tablet|bank(?:ing)?|e-?banking|crypto|wallet|admin|root|account|accounts"
    r"|disney\+?|hulu|prime|ssh|nas)"
)
# What is signed in to, and is no thing that is old and slow.
_SERVICE = (
    r"(?:g-?mail|e-?mail|outlook|hotmail|yahoo|icloud|netflix|spotify|amazon|facebook|instagram|twitter|tiktok|linkedin|github|gitlab|google|apple id|paypal|ebay|steam|discord|slack|zoom"
    r"|dropbox|e-?banking|disney\+?|hulu|prime)"
)
_SECRET = re.compile(
    r"\b(?:p[a4@][s5$]{2}(?:[ -]?(?:w[o0]r[dt]|code|phrase|wd))?s?|passw[0o]rds?|pwds?|pws?|p/w|psw|pswd|pass ?keys?|pins?|puk|secrets?|key(?! (?:west|largo|biscayne|role|player))s?|key ?codes?|(?:key|code|watch|pass) ?words?|tokens?"
    r"|bearer|credentials?|cvv|cvc|otp|2fa|mfa|totp|codes?|combination|log-?ins?|sign-?ins?|user ?names?|recovery|(?:seed|backup|wallet|magic|safe|code|security) ?(?:words?|phrases?)|(?:security|memorable) (?:words?|answers?|questions?|names?|dates?|places?|hints?)|(?<!favou?rite )phrases?|sudo|(?:bitcoin|crypto|metamask|ledger|trezor|exodus|ethereum|hardware|wallet|vault|backup|master|recovery)(?:['’]s)? (?:\w+ )?(?:seed|words?|backup)|(?:my|our|the) seed(?= (?:is|was)\b|:| of (?:my|our|the) (?:\w+ )?(?:wallet|ledger|account))|(?:wrote|memori[sz]ed|noted)(?: down)? (?:my|our|the) seed"
    r"|(?:(?:un)?lock|swipe|pattern|screen) ?(?:pattern|lock)"
    r"|mnemonic|licen[cs]e(?! plate)s?|tax (?:id\w*|number|no|file|reference|payer)|routing|iban|sort number|account (?:number|no|id|is|was)"
    r"|national insurance|insurance (?:\w+ )?(?:number|no|id|card|policy)|mastercard|visa card|(?:credit|debit|bank|id|identity|health) card|card number|amex|ssn|nhs number"
    r"|social security|passport|maiden name)\b|\bI use \S+ for (?:all|every)\b".replace(
        "(?<!favou?rite )", "(?<!favourite )(?<!favorite )"
    ),
    re.I,
)
# What lets one in, whatever it is called: "my laptop opens with ...", "... gets you in", "the alarm is 9932".
_LETS_IN = re.compile(
    r"\b(?:opens?|opened|unlock(?:s|ed)?|disarm(?:s|ed)?|deactivates?|decrypts?|starts) (?:\w+ ){0,3}?(?:with|by|using|via|when you (?:say|type|enter))\b"
    r"|\bunlock(?:s|ed|ing)?\b|\bdisarms?\b|\bopens? (?:up )?(?:my|our|the)\b|\b(?:gets?|lets?|logs?|signs?) (?:you|me|us|one|him|her|them|anyone) (?:in|into|on)\b|\b(?:type|enter|say) \S+ to\b"
    r"|\blog(?:s|ged|ging)? ?(?:in|on)(?: ?to)?\b|\bsign(?:s|ed|ing)? (?:in|on|up)(?: ?to)?\b[^.!?]*?\b(?:with|using|as|by)\b"
    r"|(?<!\w)(?!(?:locker|door|gate|garage) (?:number|no\.?|nr\.?) (?:is |was )?\d{1,3}(?![\d-]))(?!(?:locker|door|gate|garage) (?:is|was) (?:number|no\.?|nr\.?) \d{1,3}(?![\d-]))(?:alarm|(?:pad)?lock|safe|locker|vault|doors?|gate|garage|wallet|suitcase|luggage|briefcase|entry|entrance|sim|phone(?! number)|tablet|laptop|computer|wi-?fi|router|keypad|card|voicemail)\b"
    r"[^.!?]*?\b(?:is|are|was|with|to|by|on)\W{0,3}(?:\d+(?:[ -]\d+)+|\d{3,})(?![:\d])"
    r"|\b\d{3,} (?:for|at|on|in|into) (?:the |my |our )?(?:alarm|(?:pad)?lock|safe|locker|vault|doors?|gate|garage|suitcase|luggage|keypad)\b"
    rf"|\b(?:use|used|remember|note|have|type|set|set up|chose|picked|memori[sz]ed|it'?s)\s+\S+ (?:for|with|as) (?:my |our |the )?{_ACCOUNT}\b|\b(?:typed|entered)\s+\S+ (?:for|into|at|on) (?:my |our |the )?{_ACCOUNT}\b|\b(?:my|our|the) (?:\w+ )?{_ACCOUNT}(?: (?:account|admin|user))?(?: is|:) \S+ ?[/|:] ?\S+"
    rf"|\b(?:registered|protect(?:ed|s)?|secured?)\b[^.!?]{{0,40}}?\b{_ACCOUNT} (?:with|by|using) \S+\W*$"
    r"|\b(?:punched|keyed|dialled|typed|entered) (?:in )?\d{3,}|\b(?:named|called|changed)\b[^.!?]{0,30}?\b(?:wi-?fi|wlan|hotspot|network)\b[^.!?]{0,40}?\b(?:with|word|phrase)\b"
    # One word, and no maker's name: "my wifi is bluehorse".
    r"|(?:\b(?:my|our|the) (?:[\w'’]+ )?(?:wi-?fi|wlan|hotspot|vpn|router|ssh|nas|root|admin|superuser|su)(?: is|:)|^\W*remember\W+(?:that )?(?:the |my |our )?(?:wi-?fi|wlan|hotspot|vpn|router)(?: is|:)?)"
    r" (?-i:[a-z0-9])\S*(?:\W*$|,? (?:please )?(?:remember|don['’]?t forget)\b)"
    r"|\b(?:wi-?fi|wlan|hotspot|vpn|router|alarm|safe|lock|vault)\b(?: is| was| has been)?(?: changed| set| reset)? to (?!be\b|the\b|my\b|our\b)\S+\W*$|\b(?:wi-?fi|wlan|vpn|bank|router) words?\b|\b(?:12|24|twelve|twenty-?four) words (?:are|is|:)"
    r"|\b(?:remember|note|use|used|wrote(?: down)?)\s+(?:\S+ ){1,24}?(?:for|as) (?:my |our |the )?(?:ledger|trezor|wallet|vault|safe|bitcoin|metamask|exodus)\b"
    # A name and what goes with it: "our wifi is Skynet with tulipgarden", "my Apple ID is bob@x.org, tulip".
    rf"|\b(?:my|our) (?:\w+ )?{_ACCOUNT}(?: account)?(?: is|:) (?:\S+@\S+?,? (?:with|and|using|plus|by|then|-)\s|\S+ (?:with|using|plus) (?!(?:an?|the|my|our|no)\b)\S+$|\S+@\S+?,? \S+\W*$)"
    rf"|\b(?:my|our) (?:\w+ )?{_SERVICE}(?: account)?(?: is|:) [^\s,]+(?:,| and|, and) \S+$"
    # "admin panel is root / toor", "my Netflix under paul@example.com / monkey"
    rf"|\b(?:{_ACCOUNT}|panel|console|dashboard)\b[^.!?]{{0,40}}?(?:[^\s/]+@)?[^\s/]+ ?/ ?[^\s/]+\W*$|\b(?:{_ACCOUNT})\b.{{0,40}}?\S+@\S+ ?[/|:] ?\S+"
    # A combination beside what it opens, or beside the word for it: "the vault: 31-7-22", "our safe is behind the painting, 10-20-30"
    r"|\b(?:alarm|(?:pad)?lock|safe|locker|vault|doors?|gate|garage|shed|cellar|suitcase|luggage|briefcase|keypad|intercom|bike)\b[^.!?]*?(?<![\d:.])\d{1,2}(?:(?:[ -]| then | and then |, ?)\d{1,2}){2,5}(?![\d:]|\.\d)"
    r"|\b(?:cash machine|atm|sim(?: card)?|sim|debit card|credit card)\b[^.!?]*?\b\d{3,}\b|\b\d{3,}\b[^.!?]*?\b(?:cash machine|atm|sim(?: card)?|debit card|credit card)\b|\b\d[\d -]{2,} (?:gets?|lets?|confirms?|authori[sz]es|verifies)\b"
    rf"|\b(?:same|one) \S+ (?:\S+ )?(?:for|on|in|across) (?:all|every|each)\b|\bfor (?:all|every|each)(?: one)?(?: of)? (?:my |our )?(?:accounts?|sites?|services?|devices?|log-?ins?)\b"
    rf"|\b{_SERVICE}(?: is|:) (?-i:[A-Z])\S+\W*$|\b(?:my|our|the) {_ACCOUNT} (?:wants|asks for|takes|expects|accepts)\b|\batm (?:number|code|card|machine)\b"
    r"|\b(?:my|our) (?-i:[A-Z])\w+ is (?!(?:19|20)\d\d)\d{4}(?!\d| ?(?:[€$£]|[a-z]{2,}s\b|cm|mm|km|kg|cc))"
    r"|\b(?:my|our) (?:\w+ )?(?:wi-?fi|wlan|network|router|vpn|ssid)(?: is|:) \S+?,? (?:and|with|using|plus|-) \S+$|\b(?:my|our) (?:\w+ )?(?:wi-?fi|wlan|network|router|vpn|ssid)(?: is|:) \S+, \S+$",
    re.I,
)
# The number of a document or an account: six digits and more of what is called a number, and is no telephone's.
_NUMBER_OF = re.compile(
    r"\b(?:number|numbers|no|nr|id|ref|reference|serial|licen[cs]e|permit|policy|account|visa|registration|membership)\b\W*(?:is|are|was)?\W*[a-z]{0,4}[ -]?\d(?:[ -]?\d){5,}",
    re.I,
)
# A bare number of four digits and more is taken for one that lets in, save what is on a door, a ticket or a shirt.
_BARE_NUMBER = re.compile(
    r"\b(?!(?:tele|mobile|cell|fax|house|home|street|flat|apartment|favou?rite|lucky|flight|train|bus|tram|line|room|desk|office|table|seat|gate|extension|model|jersey|shirt|bib|race"
    r"|start|edition|issue|ticket|version|the|a|one|is|are|was|phone|telephone|contact|landline|emergency|parking|track)\b)[\w-]+ (?:number|no|nr)\b\.?\W{0,3}(?:(?:is|are|was)\b|:)?\W*\d{4,}(?![:\d])|\batm\b[^.!?]*\d{3,}",
    re.I,
)
_TELEPHONE = re.compile(r"\b(?:tele)?phone|\bmobile\b|\bcell\b|\bfax\b", re.I)
# Somebody's number is a telephone's, where no paper is spoken of.
_THEIR_NUMBER = re.compile(r"\b(?:his|her|their) number\b", re.I)
_PAPER = re.compile(
    r"\b(?:account|polic(?:y|ies)|insurance|licen[cs]e|permit|visa|passport|card|member\w*|registration|tax|bank)\b",
    re.I,
)
# Where a key is kept is a place: "the spare key is under the blue pot", "I left my keys with Anna".
_PLACE = r"(?:hidden |kept |always |still )*(?:under|in|on|behind|at|with|near|inside|beside|above|below|by|next to) (?:the|an?|my|our|his|her|(?-i:[A-Z])\w+)\b"
_KEY_IN_A_PLACE = re.compile(
    rf"\b(?<!api )(?<!ssh )(?<!access )(?<!encryption )(?<!private )(?<!public )(?<!wi-fi )(?<!wifi )(?<!network )(?<!recovery )(?<!product )(?<!license )(?<!licence )keys?"
    rf"(?: to (?:the|my|our) [\w-]+)? (?:(?:is|are|was|hangs?|lies?|lie) )?{_PLACE}"
    # Or whom it was given: "I gave the spare key to Lou", "I lost my keys".
    r"|\b(?:gave|lent|handed|returned|brought|took|lost|found|forgot|dropped|misplaced|picked up) (?:the|my|our|a|his|her) (?:(?:spare|house|car|front door|back door|garage|shed|office|bike) )?keys?\b(?! (?:phrase|word|code|is|was))",
    re.I,
)
# A word of letters and digits is more often a password, or the number of a document, than anything a person is asked for later.
_MIXED = re.compile(r"(?<![\w.])(?=\w*[^\W\d_])(?=\w*\d)[\w$@!#%&*]{6,}", re.I)
# ... also in groups, and one with a sign amid its letters.
_GROUPS = re.compile(r"(?<![\w.])[^\W_]+(?:-[^\W_]+)+(?![\w.]*\w)")
_SIGN_AMID = re.compile(r"(?<![\w@./])[^\W\d_]{2,}[!#%^*?$]\w{2,}")
_CALLED_NUMBER = re.compile(
    r"\b(?:number|numbers|no|nr|id|ref|reference|serial|permit|policy|registration|membership|medicare|medicaid|visa)\b\.?\W{0,3}(?:(?:is|are|was)\b|:)?\W*"
    r"(?P<of>[^\W_]+(?:[ -]+[^\W_]+)*)",
    re.I,
)
_FEWEST_IN_NUMBER = 7
_MIXED_PLAIN = re.compile(
    r"(?:\d+[a-z]{1,4}|(?:python|iphone|ipad|pixel|galaxy|windows|rtx|gtx|node|vue|web|postgres|postgresql|formula|area|covid)\d+\w?)",
    re.I,
)


# Papers of which when they end, where they lie and the like may be told, and no number or code.
_PAPERS = re.compile(
    r"\b(?:passports?|licen[cs]es?|(?:credit|debit|bank|id|identity|health|visa|insurance) cards?|insurance policy)\b",
    re.I,
)
_NUMBER_OR_CODE = re.compile(
    r"\b(?i:number|numbers|no|nr|id|ref|reference|code|pin|key|serial)\b|\b[A-Z]{3,}\b|(?<!\d)(?!(?:19|20)\d\d(?!\d))\d{3,}|\d[ -]+\d|[A-Za-z]\d{2,}"
)


def _without_papers(sentence: str) -> str:
    plain = _PAPERS.sub("paper", sentence)
    return sentence if _NUMBER_OR_CODE.search(plain) else plain


def _is_secret(sentence: str) -> bool:
    sentence = _without_papers(_KEY_IN_A_PLACE.sub("thing there", sentence))
    if _SECRET.search(sentence) or _LETS_IN.search(sentence):
        return True
    if _BARE_NUMBER.search(sentence):
        return True
    if _NUMBER_OF.search(sentence) and not _is_a_telephones(sentence):
        return True
    if _SIGN_AMID.search(sentence) or any(_is_in_groups(each) for each in _GROUPS.findall(sentence)):
        return True
    if any(_is_number(each["of"]) for each in _CALLED_NUMBER.finditer(sentence)):
        return True
    return any(not _MIXED_PLAIN.fullmatch(word) for word in _MIXED.findall(sentence))


def _is_a_telephones(sentence: str) -> bool:
    if _TELEPHONE.search(sentence):
        return True
    return _THEIR_NUMBER.search(sentence) is not None and _PAPER.search(sentence) is None


def _is_in_groups(word: str) -> bool:
    """ "1EG4-TE5-MK73", "ABCD-1234-EFGH", and neither "100-year-old" nor "post-1990"."""
    groups = word.split("-")
    plain = "".join(groups)
    if len(plain) < _FEWEST_IN_NUMBER or sum(map(str.isdigit, plain)) < 2 or plain.isdigit():
        return False
    mixed = sum(not group.isdigit() and not group.isalpha() for group in groups)
    return mixed > 1 or (len(groups) > 2 and plain.isupper())


def _is_number(words: str) -> bool:
    """Whether what is called a number begins with letters and digits that make one, in groups or not: "AB 12 34 56 C"."""
    held = ""
    for group in re.split(r"[ -]+", words):
        if not (any(map(str.isdigit, group)) or (group.isupper() and len(group) < 5)):
            break
        held += group
    return len(held) >= _FEWEST_IN_NUMBER and not held.isdigit() and sum(map(str.isdigit, held)) > 1


# Said not to be kept: then nothing of the turn is. "Don't forget" and "I don't remember" are no such words.
_KEEPING = r"(?:remember|save|store|keep|memori[sz]e|record|note|log|retain|write)"
_NOT_TO_BE_KEPT = re.compile(
    rf"(?<!\bi )(?<!\bwe )(?<!\bthey )(?<!\byou )\b(?:do not|don['’]?t|never|please not|not to|without|no need to|need not|needn['’]?t|mustn['’]?t|must not|shouldn['’]?t|should not)"
    rf" (?:ever |please |you )?(?:{_KEEPING}|saving|storing|remembering|recording|be (?:remembered|saved|stored|kept|recorded))\b"
    rf"|\b(?:do not|don['’]?t) (?:want|need|wish|like) (?:you |this |that |it )?(?:to )?(?:be )?(?:{_KEEPING}|remembered|saved|stored|kept|recorded)\b"
    r"|(?<!not )(?<!n't )(?<!n’t )(?<!dont )(?<!never )(?<!to )\bforget (?:it|this|that|about (?:it|this|that)|what i|i (?:said|told)|everything|all)\b"
    r"|\boff the record\b|\bkeep (?:it|this|that) (?:to yourself|out of (?:your )?memory)\b|\bjust between (?:us|you and me)\b",
    re.I,
)
# An exercise in numbers, however it is put.
_EXERCISE = re.compile(
    r"(?<![\w])[a-z]\s*=\s*-?\w|\bequations?\b|\bunknowns?\b|\bmph\b|\bkm/h\b|\b(?:the|our|my) (?:final )?(?:result|solution|sum|product|remainder|quotient|equation) is\b",
    re.I,
)

_LEAD = (
    r"(?:(?:hi|hello|hey|please|also|and|so|well|ok(?:ay)?|oh|btw|by the way|fyi|for your information|just so you know|you should know(?: that)?"
    r"|actually|yes|no|wait|sorry|oops|correction|update|small change|scratch that|i got (?:that|it) wrong|my mistake|(?:it )?turns out(?: that)?|(?:i was|that was|that['’]s) wrong|i meant|i mean|rather|now|one more thing|for the record|in case it helps|fun fact)\b[\s,.:!-]*)*"
)
_OPENS = re.compile(rf"^\W*{_LEAD}", re.I)
_TO_KEEP = re.compile(
    r"^(?:(?:can|could|will|would) you )?(?:please )?(?:(?:do not|don'?t|never) forget|remind me that|remember|keep in mind|bear in mind|make a note|note"
    r"|take note)\b(?:(?: that)?\s*[:,]?\s*)(?P<what>.+)$",
    re.I,
)
# "The spare key is under the blue pot, remember that."
_KEEP_THAT = re.compile(
    r"^(?P<what>[^?]+?),? (?:and )?(?:please )?(?:remember (?:that|this|it)|don['’]?t forget (?:that|this|it)|keep (?:that|this|it) in mind)(?:,? please)?\W*$",
    re.I,
)
# "Remember to answer in JSON" is an order to the assistant, "remember when" a reminiscence.
_NOT_TO_KEEP = re.compile(
    r"^(?:to (?:always |never |only )?(?:answer|reply|respond|use|write|speak|talk|say|be|give|keep|format|include|return|stay|act|run|ignore|do)\b"
    r"|when\b|what\b|who\b|where\b|which\b|me\b\W*$|this\W*$|that\W*$|it\W*$|how\b|always\b|never\b|ignore\b|you\b|your\b|(?:the |all )?(?:answers?|repl(?:y|ies)|responses?|outputs?)\b|[b-hj-z]\b)",
    re.I,
)

_ADVERB = (
    r"(?:(?:also|really|usually|always|never|often|currently|still|just|both|only|mostly|actually|now|recently|already|mainly|sometimes|absolutely"
    r"|especially|probably)\s+)?"
)
_NOT = r"(?:(?:do not|don'?t|did not|didn'?t|can'?t|cannot|can not|won'?t|no longer)\s+)?"
_OWN_VERB = (
    r"(?:live|lived|parked|deploy|work|worked|study|studied|prefer|preferred|like|liked|love|loved|hate|hated|dislike|drive|drove|own|owned|play|played|speak|spoke"
    r"|use|used|moved|grew up|graduated|got|bought|sold|drink|eat|ate|teach|taught|weigh|support|smoke|sing|paint|cook|collect|commute|wear|retired"
    r"|relocated|traded|swapped|lent|borrowed|owe|pay|earn|want to (?=(?:learn|visit|move to|become|live in|travel|retire|marry|adopt|run an?|buy an? (?:house|flat|car|home|boat|bike))\b)|married|divorced|met|booked|ordered|adopted|named|call|called|decided|chose|agreed|plan|planned|intend|promised|started|joined|left|quit|visited"
    r"|travel|believe in|vote|voted|run|ride|swim|train|practi[sc]e|volunteer|take|go to|belong|come from|came from|was|were|have|had|'ve|enjoy|share"
    r"|gave up|given up|stopped|switched|changed|resigned|(?:lost|broke|gave|cancell?ed|postponed|rescheduled|moved|returned|see|am seeing)(?= (?:my|our|the (?:dentist|doctor|vet|therapist))\b)"
    r"|(?:split|broke) up(?= with\b)|start(?= (?:at|in|with|on|my)\b)|finished(?= (?:reading|watching|school|high school|university|college|my (?:degree|studies|phd|training|apprenticeship))\b)"
    r"|bank(?= (?:with|at)\b)|(?:get|wake) up(?= (?:at|around|before|after|early|late)\b)"
    r"|rented|reserved|hired|broke up|(?<=n't )stand|(?<=n’t )stand|(?<=cannot )stand"
    r"|(?:will|'ll|’ll) (?:be (?:in|at|away|on)|go|visit|fly|travel|move|marry|start|turn))"
)
_I = re.compile(
    rf"^(?:I|we)(?:'m|’m|'re|’re|'ve|’ve)?\s*(?=\s|'ll|’ll)\s*{_ADVERB}{_NOT}{_ADVERB}(?P<verb>{_OWN_VERB})\b(?P<rest>.*)$",
    re.I,
)
_AM = re.compile(
    rf"^(?:I am|I'm|I’m|Im|we are|we're|we’re|I have been|I've been|I’ve been)\s+(?:not\s+)?{_ADVERB}(?P<rest>.+)$",
    re.I,
)
_HAVE = re.compile(rf"^(?:I|we)(?:'ve|’ve)\s+{_ADVERB}(?:got\s+)?(?P<rest>.+)$", re.I)
_MY = re.compile(
    r"^(?:my|our)\s+(?P<what>(?:[^.!?]|(?<=\bDr)\.|(?<=\bMr)\.|(?<=\bMs)\.|(?<=\bMrs)\.){1,60}?)(?:'s|’s)?\s+(?P<verb>go|attends?|live|work|play|study|speak|come|eat|drink|wear|own|sleep|meet|arrive|is|are|was|were|has|have|had|lives?|lived|works?|worked|likes?|loves?|hates?|prefers?"
    r"|leaves?|starts?|begins?|ends?|closes?|opens?|turned|turns|moved|died|studies|plays?|speaks?|uses?|means|weighs?|costs?|goes|comes|ran|runs|meets?"
    r"|belongs|decided|chose|agreed|won|lost|got|bought|needs|pays|earns|owes|keeps|sleeps|will|expires?|arrives?|departs?|takes?|drinks?|eats?|teaches|owns|drives|started|finished|ended|stopped|quit|left|broke(?! up with me\b)|fired|hired|joined|married|adopted|graduated|retired"
    r"|passed away|used to be|sold|changed|cancelled|canceled|gave up|became|wears?|smokes?|knows|cooks?|bakes?|sings?|sees|visits|visited|runs|flies|flew|came|went|hates|and I)\b(?P<rest>.*)$",
    re.I,
)
_NAME_OF_MINE = re.compile(
    r"^(?:my|our) (?:[\w-]+(?:['’]s)? ){0,3}name['’]s (?-i:[A-Z])[\w'’-]+(?: [\w'’-]+){0,3}\W*$"
    r"|^the (?:names?|nickname|birthday|age|colou?r|breed|address) of (?:my|our) (?:[\w'’-]+ ){1,4}(?:is|are) [^?]+$",
    re.I,
)
# "The deadline for my thesis is ..."
_OF_WHAT_IS_MINE = re.compile(
    r"^the (?P<what>(?:[\w-]+ ){0,2}[\w-]+) (?:of|for|from|in|at|with) (?:my|our) (?P<whose>(?:[\w'’-]+ ){0,3}?[\w'’-]+) (?:is|are|was|were) [^?]+$",
    re.I,
)
# "The spare key is with our neighbour Joan."
_THE_IS_AT_MINE = re.compile(
    r"^the (?P<what>(?:[\w'’-]+ ){0,2}[\w'’-]+) (?:is|are|was|were|hangs?|lies?) (?:kept |hidden |stored |always |still )*"
    r"(?:under|in|on|behind|at|with|near|inside|beside|above|below|by|next to) (?:my|our) (?P<whose>(?:[\w'’-]+ ){0,3}?[\w'’-]+)\W*$",
    re.I,
)
_IS_MINE = re.compile(
    r"^(?!(?:Here|This|That|There|These|Those|What|It)\b)[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)? (?:is|are|was|were)(?:n['’]t| not| no longer| now| also)? (?:my|our) (?P<rest>.+)$"
)
# "The allergist says I'm not allergic to nuts after all."
_SAYS_OF_ME = re.compile(
    r"^(?:the|my|our) (?:[\w'’-]+ ){1,3}?(?:says|said|told (?:me|us)|thinks|confirmed)(?: that)? (?:I|we|my|our)\b(?!['’]d\b| should| could| must| need)",
    re.I,
)
_BIRTHDAY = re.compile(
    r"^(?:it(?:['’]s| is| was)|today is|tomorrow is) (?:my|our) (?:[\w'’-]+ )?(?:birthday|anniversary)\b",
    re.I,
)
_KEY_IS_THERE = re.compile(rf"^the (?:[\w'’-]+ ){{0,2}}keys? (?:is|are|hangs?|lies?) {_PLACE}", re.I)
# What one is to do, or whom one sees, at a told time.
_APPOINTED = re.compile(
    r"^(?:I|we)(?: need to| have to|['’]ve got to| must| am| are|['’]m|['’]re) (?!(?:know|find|write|make|create|use|get|do|calculate|compute|trying|looking|wondering)\b)"
    r"(?P<does>[a-z]+)\b (?P<rest>.*\b(?:(?:on|next|this|every) (?:mon|tues|wednes|thurs|fri|satur|sun)day|tomorrow|tonight|at (?:noon|\d{1,2})|by \d{1,2}[ap:]|on (?:the )?\d{1,2}|on \w+ \d{1,2}|\d{1,2}:\d\d)\b.*)$",
    re.I,
)
# Said by another: "My name is Paul, said the fox."
_REPORTED = re.compile(
    r"[,!\"”'’]\s*(?:(?:said|says|asked|replied|answered|whispered|cried|shouted|thought|murmured|wrote)\b|(?:the \w+|he|she|they|(?-i:[A-Z])\w+) (?:said|says|asked|replied|answered|whispered|cried|shouted|thought|murmured|wrote)\b\W*$)",
    re.I,
)
_CALL_ME = re.compile(
    r"^(?:you (?:can|may) |just )?call me (?!(?:when|if|an?|the|back|later|maybe|crazy|at|on|in|tomorrow|tonight|as|once|after|before|now|again|it|names?)\b)"
    r"(?:by )?[\w'’-]{1,30}(?: [\w'’-]{1,30})?[.!]?$",
    re.I,
)

# What people say of themselves that is a wish, a mood, a fault of the moment or an act in the talk.
_PASSING_MY = re.compile(
    r"^(?:code|function|script|program|programme|query|class|method|loop|regex|tests?|build|bug|error|output|input|question|problem|issue|point|request"
    r"|guess|bad|mistake|prompt|task|answer|apologies|turn|goodness|god|essay|text|sentence|homework|assignment|array|list|data|dataset|data ?frame|string"
    r"|variable|table|matrix|vector|file|csv|json|point|character|protagonist|hero|heroine|villain|poem|story|novel|script|lyrics|draft|letter)\b",
    re.I,
)
_FAULT = re.compile(
    r"\b(?:error|exception|fails?|failed|failing|crash\w*|broken|bug|throws?|undefined|stack ?trace|stuck|trouble|wrong|"
    r"does(?: not|n'?t) work|not working|isn'?t working)\b",
    re.I,
)
_PASSING_AM = re.compile(
    r"^(?:a (?:bit|little)\b|trying(?! to (?:learn|quit|stop|lose|save|get (?:pregnant|fit)|have a)\b)|looking for|looking at|wondering|getting(?! (?:married|engaged|divorced|an? [\w-]*(?:dog|puppy|cat|kitten)\b))|going to (?:ask|need|try)|not sure|sure|confused|writing|making|building|asking"
    r"|curious|stuck|thinking|thinking of|afraid|having|interested in knowing|sorry|ready|here\b|fine|good|great|ok|okay|tired|bored|hungry|sad|happy|glad|lost"
    r"|done|back|testing|reading(?! (?-i:[A-Z]))|seeing|right|wrong|aware|unable|able|doing|talking|referring|saying|very (?:happy|sad|confused|tired)|so (?:happy|sad|tired)"
    r"|given|told|supposed|about to|just|kidding|joking|following|running|using this|needing|hoping(?! to (?:run|go|visit|move|travel|retire|study|buy|become)\b)|struggling|worried|in need|in a (?:hurry|rush)|it\b|that\b|sad|impressed|your?\b)\b|^an? (?:(?:large|small) )?(?:ai|a\.i\.|language model|llm|(?:ai )?(?:chat)?bot|ai assistant|ai model)\W*$",
    re.I,
)
_PASSING_HAVE = re.compile(
    r"^\s*(?:an? )?(?:\w+ )?(?:question|problem|issue|idea|doubt|request|task|list|array|string|function|class|script|code|file|dataset|data ?frame|table|bug"
    r"|moment|minute|enough|feeling|no idea|to\b|been trying|the following|this\b|following|tried|seen|read|heard|noticed|forgotten)s?\b",
    re.I,
)
_GOT_TO_BE = re.compile(
    r"(?:engaged|married|divorced|separated|promoted|fired|hired|laid off|accepted|pregnant|diagnosed|vaccinated|baptised|baptized)\b",
    re.I,
)
_HANDLING = frozenset(
    {
        "have",
        "had",
        "got",
        "get",
        "bought",
        "eat",
        "ate",
        "sold",
        "run",
        "ran",
        "call",
        "called",
        "use",
        "used",
        "take",
        "started",
    }
)
# Of exercises in arithmetic and of programs, what they handle.
_OF_A_TASK = re.compile(
    r"\b(?:code|functions?|scripts?|program|arrays?|variables?|loop|arguments?|methods?|files?|columns?|query|command|rule|formula|equation|matrix|triangle|rectangle"
    r"|circle|square|dice|die|bag|urn|(?:\d+|two|three|four|five|six|seven|eight|nine|ten|some) (?:\w+ )?(?:apples|oranges|bananas|marbles|coins|candies|sweets|pencils"
    r"|eggs|cookies|balls|cards|pies|boxes|dollars|euros))\b",
    re.I,
)
_OF_THE_TALK_TOO = frozenset({"changed", "moved", "called", "chose", "spoke", "switched", "started", "named"})
_PASSING_VERB = re.compile(
    r"^\s*(?:(?:with|for|to) you|it|that|this|them|to know|your|you|how|the (?:answer|idea|result))\b",
    re.I,
)
_ORDER_BEHIND = re.compile(
    r"(?:[,;]|\b(?:and|so|then))\s*(?:please\s+)?(?:give|write|tell|show|explain|help|make|list|create|suggest|can you|could you|how|what|why|which|is it|should"
    r"|(?:i )?(?:need|want|would like))\b",
    re.I,
)


# Beside a statement nothing else is said in a turn that tells: a letter, a part, an exercise and a quotation tell things, too.
_SOCIAL = re.compile(
    r"^\W*(?:hi|hello|hey|good (?:morning|afternoon|evening)|thanks|thank you|ok(?:ay)?|yes|no|sorry|please|btw|by the way|fyi|nice to meet you|how are you)"
    r"(?: (?:there|council|everyone|all|again|very much|so much|a lot|please))?\W*$",
    re.I,
)


# Said beside the matter of the turn, and of the user: "By the way, my husband is coeliac. What can I bake for him?"
_BY_THE_WAY = re.compile(
    r"^\W*(?:(?:hi|hello|hey|oh|and|also|so|ok(?:ay)?)\b[\s,.:!-]*)*(?:btw|by the way|fyi|for your information|just so you know|you should know|for the record|in case it helps)\b",
    re.I,
)
# ... save in a letter, or in a part that is played.
_A_PART = re.compile(
    r"\b(?:dear|regards|sincerely|character|novel|story|scene|role)\b|\byou(?:['’]re| are) (?:an?|the|now|(?-i:[A-Z])\w+)\b",
    re.I,
)
_ORDER_BESIDE = re.compile(
    r"(?:,? (?:and|so)|[,;])\s+(?=(?:please\b|(?:can|could|will|would) you\b|i(?:['’]d| would)? (?:need|want|like)\b))",
    re.I,
)
_INTRODUCES = re.compile(
    r"^(?:my name(?: is|['’]s) (?-i:[A-Z])[\w'’-]+(?: (?-i:[A-Z])[\w'’-]+)*$|(?:my|our) (?:[\w-]+ )?(?:husband|wife|partner|sons?|daughters?|child|children|kids?|mother|father|mum|mom|dad|sister|brother"
    r"|girlfriend|boyfriend|dog|cat)\b)",
    re.I,
)


def _without_order(sentence: str) -> str:
    """ "My name is Omar and I need a recipe": what is told before the order, where that tells who somebody is."""
    order = _ORDER_BESIDE.search(sentence)
    if order is None or "?" in sentence:
        return sentence
    told = sentence[: order.start()]
    said = told[_OPENS.match(told).end() :]  # type: ignore[union-attr]  # it matches the empty text
    return told if _INTRODUCES.match(said) and not _OF_A_TASK.search(sentence) else sentence


def statements(
    text: str,
    is_secret: Callable[[str], bool] = lambda sentence: False,
    known: frozenset[str] = frozenset(),
) -> list[str]:
    """The sentences to remember, as they were written, at most MOST_STATEMENTS. Pure; a millisecond for a usual turn.

    `is_secret` tells of a sentence whether it holds what must not be kept; `known` are the names of those told of before.
    """
    if len(text) > LONGEST_TURN_CHARS:
        return []
    is_statement = partial(_is_statement, known=known)
    plain = _QUOTED_LINE.sub("\ufffc", _FENCED.sub("\ufffc", text))
    if _NOT_TO_BE_KEPT.search(plain) or _ABOUT_A_TEXT.search(plain) or _IMAGINED.search(plain):
        return []
    plain = _QUOTED.sub("\ufffc", plain)
    sentences = [_without_order(each) for each in _sentences(plain)]
    is_telling = len(text) == len(plain) and all(
        is_statement(each) or _SOCIAL.match(each) for each in sentences
    )
    is_talk = "\n" not in text.strip() and not _A_PART.search(plain)
    kept = [
        each
        for each in sentences
        if is_statement(each) and (is_telling or _is_to_keep(each) or (is_talk and _BY_THE_WAY.match(each)))
    ]
    if is_talk and len(plain) <= LONGEST_SENTENCE_CHARS:
        told = _with_companions(sentences, is_statement, lambda each: _is_secret(each) or is_secret(each))
        kept = list(told) or kept
    harmless = dict.fromkeys(each for each in kept if not _is_secret(each) and not is_secret(each))
    return list(harmless)[:MOST_STATEMENTS]


_SAYS_NOTHING = re.compile(
    r"^\W*(?:(?:hi|hello|hey|also|and|so|well|ok(?:ay)?|oh|oops|btw|by the way|fyi|for your information|just so you know|you should know(?: that)?|(?:it )?turns out(?: that)?"
    r"|one more thing|for the record|in case it helps|fun fact|remember(?: that)?)\b[\s,.:!-]*)+(?=\w)",
    re.I,
)


def meant(statement: str) -> str:
    """What of a statement is to be found by its meaning: all but the words that open it."""
    return _SAYS_NOTHING.sub("", statement)


# A quotation's or a riddle's: "I am the walrus. Who sang that?", "I have keys but no locks. What am I?"
_ASKS_FOR_ITS_SOURCE = re.compile(
    r"^\W*(?:who|whose|which|what|where)\b[^?]*\b(?:it|that|this)\b|\b(?:who|what) am i\b", re.I
)
# An exercise's: "I drive 60 km in 45 minutes. How fast?"
_RECKONS = re.compile(
    r"\bhow (?:much|many|old|fast|far|high|long|tall|heavy)\b|\b(?:age|speed|velocity|average|total|profit|revenue|turnover|loss|tax|salary|probability|interest|area|volume|percentage|acceleration)\b",
    re.I,
)
_NUMBERS = re.compile(
    r"\d|\b(?:twice|half|double|triple|two|three|four|five|six|seven|eight|nine|ten|dozen)\b", re.I
)
_OF_WORDS = re.compile(
    r"\b(?:sentences?|tense|voice|grammar|grammatical\w*|correct\w*|polite\w*|formal|spell\w*|translat\w*|synonyms?|do you say|does (?:it|this|that) mean"
    r"|in (?:english|german|french|spanish|italian|dutch|portuguese|japanese|chinese|russian|latin))\b",
    re.I,
)
_COMPANION = re.compile(
    r"^(?:and |but |so |also,? )?(?:I|we|he|she|it|they|his|her|its|their|my|our|there|this|that)\b", re.I
)
_IT_IS = re.compile(r"[.!]\s+(?:it|he|she|they|this|that)(?:['’]s| is|['’]re| are)?\s+", re.I)


def _with_companions(
    sentences: Sequence[str], is_statement: Callable[[str], bool], is_secret: Callable[[str], bool]
) -> Iterator[str]:
    """Of a short turn that begins with a statement: each statement with the sentences behind it that go on about it ("He is
    from Denmark."). What is asked or ordered there is left out; an exercise, a quotation and a secret keep nothing."""
    said = [each for each in sentences if not _SOCIAL.match(each)]
    if not said or not is_statement(said[0]):
        return
    if any(is_secret(each) for each in said) or _is_of_a_task(said, is_statement):
        return
    groups: list[str] = []
    goes_on = False
    for each in said:
        if is_statement(each):
            groups.append(each)
            goes_on = True
        elif goes_on := goes_on and _is_companion(each):
            groups[-1] += f" {each}"
    yield from (each for each in groups if not is_secret(_IT_IS.sub(" and ", each)))


def _is_of_a_task(sentences: Sequence[str], is_statement: Callable[[str], bool]) -> bool:
    has_numbers = _NUMBERS.search(" ".join(sentences)) is not None
    return any(
        _OF_WORDS.search(each)
        or ("?" in each and (_ASKS_FOR_ITS_SOURCE.search(each) or (has_numbers and _RECKONS.search(each))))
        for each in sentences
        if not (is_statement(each) or _is_companion(each))
    )


def _is_companion(sentence: str) -> bool:
    is_plain = not ("?" in sentence or _FAULT.search(sentence) or _ORDER_BEHIND.search(sentence))
    return is_plain and _COMPANION.match(sentence) is not None and not _WISHES.match(sentence)


# "I need a recipe.": of this turn alone.
_WISHES = re.compile(
    r"^(?:and |but |so |also,? )?(?:I|we)(?:['’]d| would)? (?:need|want|like to|am looking|was wondering|wonder|have a question)\b"
    r"|^(?:I['’]m|I am) (?:looking|trying|wondering|not sure)\b",
    re.I,
)


def _sentences(text: str) -> Iterator[str]:
    for paragraph in re.split(r"\n\s*\n", text):
        if len(paragraph) > LONGEST_PARAGRAPH_CHARS:
            continue
        held = ""
        parts = _END.split(paragraph)
        for part, behind in zip(parts, [*parts[1:], ""], strict=True):
            held = f"{held} {part}".strip() if held else part.strip()
            if ends_in_abbreviation(held, behind):
                continue
            if held:
                yield held
            held = ""
        if held:
            yield held


def _is_statement(sentence: str, known: frozenset[str]) -> bool:
    words = sentence.split()
    if not _FEWEST_WORDS <= len(words) <= _MOST_WORDS:
        return False
    if (
        len(sentence) > LONGEST_SENTENCE_CHARS
        or "\ufffc" in sentence
        or "?" in sentence
        or _EXERCISE.search(sentence)
        or _REPORTED.search(sentence)
    ):
        return False
    said = sentence[_OPENS.match(sentence).end() :].strip()  # type: ignore[union-attr]  # it matches the empty text
    told = _TO_KEEP.match(said) or _KEEP_THAT.match(said)
    if told is not None:
        return _is_worth(told["what"])
    if _ORDER_BEHIND.search(said):
        return False
    said = without_time_before(said)
    if tells_of(said, known):
        return not _FAULT.search(said)
    return any(
        is_it(said)
        for is_it in (
            _is_of_what_is_mine,
            _is_of_what_i_am,
            _is_of_what_i_do,
            _is_named,
            _is_of_a_deed,
            _is_appointed,
        )
    )


def _is_to_keep(sentence: str) -> bool:
    """Said to be remembered, in so many words."""
    said = sentence[_OPENS.match(sentence).end() :].strip()  # type: ignore[union-attr]  # it matches the empty text
    return (_TO_KEEP.match(said) or _KEEP_THAT.match(said)) is not None


def _is_worth(what: str) -> bool:
    return len(what.split()) > 1 and not _NOT_TO_KEEP.match(what) and not _NO_MORE_THAN_A_NAME.match(what)


# "Remember the Alamo": a thing alone, of which nothing is said.
_NO_MORE_THAN_A_NAME = re.compile(r"^the(?! [\w'’-]+(?: [\w'’-]+)? (?:is|are|was|were|has|have|at|on|in|[a-z]+s)\b)(?: [\w'’-]+){1,3}\W*$", re.I)  # fmt: skip


def _is_of_what_is_mine(said: str) -> bool:
    mine = _MY.match(said)
    if mine is None:
        return bool(_NAME_OF_MINE.match(said)) or _is_of_a_thing_of_mine(said)
    if mine["what"].casefold() == "heart" and mine["verb"].casefold() in ("will", "goes", "belongs"):
        return False
    return not _PASSING_MY.match(mine["what"]) and not _FAULT.search(said)


def _is_of_a_thing_of_mine(said: str) -> bool:
    of = _OF_WHAT_IS_MINE.match(said) or _THE_IS_AT_MINE.match(said)
    if of is None or _FAULT.search(said):
        return False
    last = of["what"].split()[-1]
    return not (_PASSING_MY.match(of["whose"]) or _PASSING_MY.match(last) or _OF_A_TASK.search(said))


def _is_of_what_i_am(said: str) -> bool:
    am = _AM.match(said)
    return am is not None and not _PASSING_AM.match(am["rest"]) and not _FAULT.search(said)


def _is_of_what_i_do(said: str) -> bool:
    if _FAULT.search(said):
        return False
    does = _I.match(said)
    if does is None:
        have = _HAVE.match(said)
        return have is not None and not _PASSING_HAVE.match(have["rest"])
    verb, rest = does["verb"].lower(), does["rest"].strip(" .!")
    if verb in ("was", "were"):
        return len(rest) > 1 and not _PASSING_AM.match(rest)
    if verb in _HANDLING and _OF_A_TASK.search(rest):
        return False
    if verb in _OF_THE_TALK_TOO and (is_of_the_talk(rest) or rest.startswith("too ")):
        return False
    if verb == "got" and _PASSING_VERB.match(does["rest"]):
        return False
    if verb == "got" and _GOT_TO_BE.match(rest):
        return True
    passing = _PASSING_HAVE if verb in ("have", "had", "got") else _PASSING_VERB
    if not rest:
        return verb == "smoke"
    return len(rest) > 1 and not passing.match(does["rest"])


def _is_of_a_deed(said: str) -> bool:
    if (mine := _OPENS_MINE.match(said)) and _PASSING_MY.match(said[mine.end() :]):
        return False
    return not _FAULT.search(_CRASHED.sub("", said)) and tells_a_deed(said)


_OPENS_MINE = re.compile(r"(?:my|our) ", re.I)
_CRASHED = re.compile(r"^(?:I|we) crashed\b", re.I)  # a car, and what is of the talk is known by its noun


def _is_named(said: str) -> bool:
    return bool(
        _CALL_ME.match(said)
        or _IS_MINE.match(said)
        or _BIRTHDAY.match(said)
        or _SAYS_OF_ME.match(said)
        or _KEY_IS_THERE.match(said)
    )


def _is_appointed(said: str) -> bool:
    appointed = _APPOINTED.match(said)
    return appointed is not None and not is_of_the_talk(appointed["rest"]) and not _FAULT.search(said)
