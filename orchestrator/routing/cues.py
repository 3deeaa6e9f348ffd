"""Cues in a text for what is wanted of it, each with a name for people.

They are evidence that a trained classifier weighs, never a decision. Words count only as words: `hi` is not found in
`this`, and what stands inside code or quotation marks is not asked for.
"""

from __future__ import annotations

import re
from math import log1p

import numpy as np

from orchestrator.routing.code_signs import CodeSigns
from orchestrator.routing.languages import foreign
from orchestrator.routing.words import Words, vocabulary

_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_EMOJI = re.compile(r"[\u2600-\u27bf\U0001f300-\U0001faff]")
_SUM = re.compile(r"\d\s*[-+*/×÷^]\s*\(?\s*\d")
_ERROR = re.compile(r"(?:Error|Exception)\b|\berror\[")

_WORD_CUES = {
    "a word for calculating": vocabulary(
        "calculate, compute, solve, simplify, factor, factorial, derivative, differentiate, integral, integrate, equation",
        "percent, percentage, sqrt, square root, sum, product, divided by, times, plus, minus, multiply, multiplied, probability",
        "average, mean, median, remainder, modulo, mod, prime, lcm, gcd, binary, fraction, convert, determinant, matrix",
        "logarithm, log, area, volume, perimeter, squared, cubed, divide, subtract, add up, digits, decimal, prozent, mal, fois",
    ),
    "a question for an amount": vocabulary(
        "how many, how much, how long, how far, how fast, how often, wie viel, wie viele, combien, cuánto, cuántos, quanto, сколько, ile"
    ),
    "a unit or a currency": vocabulary(
        "km, kilometre, kilometres, mile, miles, metre, metres, cm, kg, gram, grams, litre, litres, hour, hours, minute, minutes",
        "dollar, dollars, euro, euros, degrees, seconds, per hour, per minute, feet, inches, celsius, fahrenheit",
    ),
    "a programming language": vocabulary(
        "python, javascript, typescript, java, c ++, c #, rust, golang, kotlin, swift, ruby, php, perl, bash, sql, html, css, react",
        "haskell, scala, regex, dockerfile, docker, git, numpy, pandas, node, npm, c program, go program, ocaml, elixir, lua, julia",
        "powershell, vba, solidity, matlab, json, yaml, linux, terraform, kubernetes, postgres, graphql, pytest",
    ),
    "a name or a number of somebody": vocabulary(
        "phone, telephone, phone number, mobile, my number, call me, reach me, extension, address, zip, zip code, postcode, postal code",
        "area code, flight, room, locker, flat, order number, passport, iban, birthday, telefonnummer, numéro, teléfono, número",
    ),
    "a puzzle": vocabulary(
        "riddle, puzzle, knight, knights, knave, knaves, liar, liars, lies, lying, lügt, truth, prisoners, switches, weighings, doors",
        "guards, islanders, islander, zebra, sudoku, goat, cabbage, torch, jug, counterfeit, odd one out",
    ),
    "a word for reasoning": vocabulary(
        "all, some, no, every, therefore, implies, imply, follows, follow, conclude, conclusion, valid, argument, fallacy, premise",
        "deduce, contradiction, consistent, either, neither, must be, truth table, logically, if, alle, tous, todos, tutti, если",
    ),
    "an order of things": vocabulary(
        "taller, shorter, older, younger, heavier, left of, right of, next to, sits, opposite, between, order them, in which order, before, after"
    ),
    "a word for documents": vocabulary(
        "document, documents, attached, attachment, report, reports, file, files, notes, transcript, contract, source, sources, passage",
        "handbook, manual, minutes, according to, provided text, uploaded, paper, agreement, policy, section, lease, dokument, contrat",
    ),
    "something told before": vocabulary(
        "remember, remind, recall, i told, i mentioned, i said, did i, you know about, my favourite, my favorite, we decide, we decided"
    ),
    "a wish to write": vocabulary(
        "poem, haiku, story, essay, letter, email, mail, song, lyrics, speech, slogan, tweet, post, headline, limerick, dialogue, scene",
        "toast, invitation, note, draft, rewrite, rephrase, translate, proofread, grammar, summarise, summarize, paragraph, sentence",
        "synonym, gedicht, poème, cuento, poesia, poesía, lettre, стихотворение, polite, product description, agenda",
    ),
    "a wish for advice": vocabulary(
        "should i, recommend, suggest, suggestion, suggestions, idea, ideas, tips, advice, plan, help me, do you think, which is better",
        "pros and cons, gift, how can i, how should i, stop procrastinating, feel",
    ),
    "words about oneself": vocabulary("i, me, my, i'm, we, our, ich, mir, je, moi"),
    "words about the assistant": vocabulary("you, your, you're, yourself, du, dir, tu, vous"),
    "an instruction to the router": vocabulary(
        "ignore previous instructions, ignore all previous, previous instructions, system prompt, your instructions, developer mode",
        "system override, use model, the biggest model, route this, set skill",
    ),
    "a wish for a name or a title": vocabulary(
        "name for, names for, suggest a name, name ideas, name suggestions, name my, name our, nickname, nicknames, title for, a title, motto, call my",
        "call it, what to call, slogan, caption, einen namen, namen für, un nom, nom pour, un nombre, nombre para, un nome, имя, назвать",
        "名字, 起名, 名前, اسم, اسما, 이름",
    ),
    "a list of named things": vocabulary(
        "name the, name all, name some, name two, name three, name four, name five, name a, list the, list all, list three, list five",
        "list some, enumerate, examples of, an example of, which are the, nenne, cite, cites, nombra, enumera, elenca, назови, 列出",
    ),
    "a comparison": vocabulary(
        "compare, compared, comparison, difference, differences, differ, differs, versus, vs, unterschied, différence, diferencia",
        "differenza, diferença, różnica, разница, отличается, 区别, 不同, 違い, الفرق, 차이",
    ),
    "computing as a subject": vocabulary(
        "ip, ip address, dns, domain, http, https, tcp, udp, ipv4, ipv6, ftp, wifi, bluetooth, router, modem, ram, rom, cpu, gpu, ssd, vpn",
        "cloud, blockchain, bitcoin, encryption, cryptography, malware, phishing, firewall, virus, operating system, internet, browser, wlan",
        "open source, hardware, software, database, server, servers, computer, computers, processor, windows, ai, artificial intelligence",
        "neural network, neural networks, language model, machine learning, search engine, programming language, data centre, data center",
        "verschlüsselung, betriebssystem, intelligence artificielle, inteligencia artificial, интернет, 人工智能, クラウド, الذكاء الاصطناعي",
    ),
    "a wish for a proof": vocabulary(
        "prove, proof, proves, disprove, show that, show by, derive, derivation, if and only, by induction, theorem, lemma, irrational"
    ),
    "a wish for depth": vocabulary(
        "analyse, analyze, evaluate, critically, critique, assess, weigh, discuss, justify, argue, objections, trade offs, tradeoffs, rigorous",
        "design, architecture, strategy, formulate, optimal, optimise, optimize, implications, consequences, evidence, hypotheses, distributed",
        "consistency, correctness, failure modes, risks, scenarios, liability, jurisprudence, differential diagnosis, treatment, in depth",
        "step by step, words essay, competing, interpretations, methodology, confounding, bias, ethics, invariants, guarantees, without downtime",
    ),
    "an explanation or a cause": vocabulary("why, how does, how do, how is, how are, explain, what causes, overview, cause, causes, reasons"),
}  # fmt: skip

_VOCABULARIES = tuple(words | foreign(name) for name, words in _WORD_CUES.items())

_PROGRAMMING = foreign("a word for programming") | vocabulary(
    "algorithm, debug, refactor, unit test, unit tests, traceback, stack trace, api, endpoint, repository, snippet, recursive, recursion",
    "async, compiler, segmentation fault, struct, one liner, my code, this code, your code, fix code, source code, the bug, a bug, this bug",
    "for loop, while loop, this function, my function, a function that, function that, this script, my script, a script that",
    "program that, program which, function which, script which, script to, function to, my program, this program, this method, this query, funktion, fonction, función, функцию, programm",
)
_SHARED_WITH_PROGRAMMING = vocabulary(
    "code, function, functions, script, scripts, program, class, classes, method, methods, implement, bug, bugs, exception, loop, loops",
    "array, variable, variables, query, pointer, return, returns, string, strings, object, table, branch, module, library, command, field",
)

_GREETINGS = vocabulary(
    "hi, hello, hey, good morning, good evening, good afternoon, hallo, guten tag, guten morgen, bonjour, salut, hola, ciao, olá, привет",
    "salut, buongiorno, buenos días, cześć, hej, merhaba, 你好, こんに, おはよ, 안녕, مرحبا, здравствуйте, доброе утро",
)
_SMALL_TALK = _GREETINGS | vocabulary(
    "thanks, thank you, thank, you, bye, ok, okay, yes, no, there, all, everyone, good, morning, evening, afternoon, guten, tag, morgen",
    "how, are, what's, up, lol, cool, wow, please, danke, merci, gracias, a, lot, going, спасибо, grazie, obrigado, dziękuję, شكرا",
)
_FACT_WORDS = vocabulary(
    "who, what, what's, when, where, which, whose, name, define, wer, was, wann, wo, qui, que, quand, où, quelle, quién, qué, cuándo",
    "cuál, dónde, chi, cosa, quando, dove, qual, кто, что, когда, где, jaka, capital",
)
_EXPLAIN = vocabulary(
    "explain, how do, how does, why is, why are, why do, why does, what causes, what is, what are, what does"
)

_SUMMARY = vocabulary(
    "summarise, summarize, summary, sum up, sum it up, key points, main points, gist, tl dr, tldr, shorten, zusammenfassung, fasse, resume",
    "résume, résumé, resumen, riassumi, resumo, outline, overview",
)

_MEASURED = (
    "fenced code", "code given along", "a request to run", "a request to run the code given along",
    "lines of code", "function calls", "digits", "signs of arithmetic", "supplied documents", "its length",
    "its brevity", "letters outside ASCII", "Chinese, Japanese or Korean", "emoji", "no words at all",
    "a sum with digits", "an error message", "a greeting", "a greeting and no more", "a question for a fact",
    "a question for an explanation", "a word for programming", "a word that programming shares with all else",
    "a summary of supplied documents",
)  # fmt: skip
CUE_NAMES: tuple[str, ...] = (*_MEASURED, *_WORD_CUES)


def cues(text: str, signs: CodeSigns, documents: int) -> np.ndarray:
    """float64 in the order of CUE_NAMES."""
    return np.array([*_measured(text, signs, documents), *_word_cues(signs)])


def _measured(text: str, signs: CodeSigns, documents: int) -> list[float]:
    prose, words, size = signs.prose, signs.words, max(len(text), 1)
    order, prose_size = words.order, max(len(prose), 1)
    ascii_only = text.isascii()
    greets = _greets(signs)
    return [
        float(signs.fenced),
        float(signs.supplied),
        float(signs.asked_to_run),
        float(signs.runnable),
        signs.line_share,
        log1p(signs.calls),
        sum(map(prose.count, "0123456789")) / prose_size,
        sum(map(prose.count, "+*/=^%")) / prose_size,
        log1p(documents),
        log1p(len(order)),
        float(len(order) <= 3),
        0.0 if ascii_only else sum(ord(char) > 127 for char in text) / size,
        0.0 if ascii_only else len(_CJK.findall(text)) / size,
        0.0 if ascii_only else min(len(_EMOJI.findall(text)), 5) / 5,
        float(not order),
        float(bool(_SUM.search(prose))),
        float(bool(_ERROR.search(text))),
        float(greets),
        float(greets and _SMALL_TALK.issuperset(order)),
        float(not _FACT_WORDS.isdisjoint(order[:3]) or words.has(foreign("a question for a fact"))),
        float(words.has(_EXPLAIN)),
        *_programming(words),
        float(documents > 0 and words.has(_SUMMARY)),
    ]


def _greets(signs: CodeSigns) -> bool:
    words = signs.words
    if signs.is_hello_world or not words.has(_GREETINGS):
        return False
    return bool(_GREETINGS & {words.order[0], " ".join(words.order[:2])})


def _programming(words: Words) -> tuple[float, float]:
    """A word of programming alone, or two of those that mean other things too; and only one of the latter."""
    shared = len(words.known & _SHARED_WITH_PROGRAMMING)
    certain = words.has(_PROGRAMMING) or shared > 1
    return float(certain), float(shared == 1 and not certain)


def _word_cues(signs: CodeSigns) -> list[float]:
    return [float(signs.words.has(vocabulary)) for vocabulary in _VOCABULARIES]
