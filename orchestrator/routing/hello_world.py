"""Whether a text wants the program that says "hello world": its first word is a greeting everywhere else.

It is wanted where something makes or shows it ("print hello world"), where a language is named for it ("hello world in
rust", "go hello world"), or where it is one kind of program ("hello world express server"). A clause goes no farther than its
punctuation: "Hello world! Write me a poem" greets. Quotation marks around the two words alone are not seen, as in `print "hello world"`;
what else is quoted is not asked for.
"""

from __future__ import annotations

import re

from orchestrator.routing.code_lines import QUOTED
from orchestrator.routing.policies.language_words import LANGUAGES, is_explained_or_told_of
from orchestrator.routing.words import Words, split, vocabulary

_PHRASE = re.compile(r"\bhello,?\s{1,3}world\b", re.IGNORECASE)
_QUOTED_ALONE = re.compile(r"[\"'“‘«](hello,?\s{1,3}world)[!.]?[\"'”’»]", re.IGNORECASE)
_CLAUSE_ENDS = re.compile(r"[.!?,;:\n]")
_NEAR_CHARS = 80
_MAKING = vocabulary(
    "write, print, prints, printing, println, printf, echo, show, give, display, displays, output, outputs, make, create, build, code, program",
    "implement, compile, log, logs, return, returns, render, renders, serve, serves, deploy, generate",
)
_LEADING_UP = vocabulary(
    "a, an, the, me, us, out, just, simple, basic, small, minimal, tiny, classic, short, text, string, message, words, phrase, my, first"
)
_PROGRAMS = vocabulary(
    "program, programs, programme, server, app, application, script, code, example, tutorial, api, endpoint, page, website, component",
    "service, webserver, function, container, module, lambda, plugin, bot, snippet, project, template, cli, kernel, class, handler, route",
)
_WAYS = vocabulary("in, using, with, for, on")
_PLAIN = vocabulary("the, plain, pure, modern, vanilla, simple, x86, arm, 6502")
_RARER_LANGUAGES = vocabulary(
    "assembly, assembler, asm, zig, nim, fortran, cobol, pascal, basic, brainfuck, lisp, clojure, scheme, racket, prolog, erlang, ada, d, f #",
    "objective c, wasm, webassembly, x86, express, flask, django, fastapi, spring, vue, svelte, angular, rails, laravel, qt, tkinter, forth, tcl",
    "crystal, groovy, apl, smalltalk, awk, sed, batch, cmake, arduino, cuda, verilog, vhdl, malbolge, whitespace, befunge, lolcode, postscript",
)
_NAMES = LANGUAGES | _RARER_LANGUAGES
_SPOKEN = vocabulary(
    "french, german, spanish, italian, portuguese, english, latin, greek, russian, polish, dutch, swedish, danish, norwegian, finnish, czech, turkish",
    "arabic, hebrew, hindi, chinese, mandarin, japanese, korean, esperanto, klingon, welsh, irish, ukrainian, hungarian, romanian, vietnamese, thai, morse",
)
_GOES_ON = vocabulary("to, please, using, with, from, twice, ten, three, five, again, and")
_OPENS_A_SENTENCE = vocabulary(
    "my, our, the, a, an, your, i, we, you, is, are, this, that, it, and, but, in, to, of, from, please, can, what, how"
)


def wants_hello_world(prose: str, words: Words) -> bool:
    """`prose` has no code in it and still its quotations, `words` are those outside them."""
    if _PHRASE.search(prose) is None or (words.order and is_explained_or_told_of(words)):
        return False
    plain = QUOTED.sub(" ", _QUOTED_ALONE.sub(r" \1 ", prose))
    return any(_is_wanted(plain, found) for found in _PHRASE.finditer(plain))


def _is_wanted(prose: str, found: re.Match[str]) -> bool:
    before = split(_CLAUSE_ENDS.split(prose[max(found.start() - _NEAR_CHARS, 0) : found.start()])[-1])
    behind = split(_CLAUSE_ENDS.split(prose[found.end() : found.end() + _NEAR_CHARS], maxsplit=1)[0])
    if _is_said_in(behind, _SPOKEN):
        return False
    return (
        (_is_made(before) and _is_no_others_name(behind))
        or " ".join(before) in _NAMES
        or " ".join(behind) in _NAMES
        or _is_said_in(behind, _NAMES)
        or _is_kind_of_program(behind)
    )


def _is_made(before: list[str]) -> bool:
    leading = next((word for word in reversed(before) if word not in _LEADING_UP), "")
    return leading in _MAKING


def _is_no_others_name(behind: list[str]) -> bool:
    """What is made is called so, and not "a hello world banner"."""
    return not behind or behind[0].isdigit() or behind[0] in _GOES_ON


def _is_said_in(behind: list[str], languages: frozenset[str]) -> bool:
    """ "in rust", "using plain C", "in C++"."""
    if not behind or behind[0] not in _WAYS:
        return False
    named = behind[2:] if behind[1:2] and behind[1] in _PLAIN else behind[1:]
    return any(" ".join(part[:size]) in languages for part in (behind[1:], named) for size in (1, 2))


def _is_kind_of_program(behind: list[str]) -> bool:
    """ "hello world server", "hello world express server"."""
    if behind[:1] and behind[0] in _PROGRAMS:
        return True
    return len(behind) > 1 and behind[1] in _PROGRAMS and behind[0] not in _OPENS_A_SENTENCE
