"""Whether words that name a programming language want code: `python` is a snake too, and who made SQL is a question of facts.

For rules alone. The learned policy has its own cue, which it weighs; these lists change nothing of what it was trained on.
"""

from __future__ import annotations

from orchestrator.routing.words import Words, vocabulary

_CERTAIN = vocabulary(
    "javascript, typescript, js, c ++, c #, golang, kotlin, php, sql, html, css, regex, regexp, dockerfile, numpy, pandas, npm, haskell",
    "ocaml, powershell, vba, matlab, graphql, pytest, postgres, terraform, kubernetes, node js, json, yaml, solidity",
)
_ALSO_OTHER_THINGS = vocabulary(
    "python, java, rust, go, swift, ruby, perl, c, r, bash, shell, scala, lua, julia, elixir, dart, react, node, git, docker, linux"
)
LANGUAGES = _CERTAIN | _ALSO_OTHER_THINGS
_NOUNS = vocabulary(
    "function, functions, script, scripts, program, programs, code, class, classes, method, methods, loop, loops, module, library",
    "decorator, decorators, dictionary, dict, snippet, compiler, struct, pointer, one liner, regex, test, tests, package, exception",
    "syntax, generator, iterator, template, query, queries, app, component, hook, macro, trait, interface, lambda, array, string, list",
    "list comprehension, extension, compose, alias, command, commands, file, container, image, repo, rebase, commit, webserver, server, api, cli, parser",
)
_MAKING = vocabulary(
    "write, implement, code, create, make, build, fix, debug, refactor, convert, parse, sort, reverse, port, translate, rewrite",
    "generate, solve, optimise, optimize, give, show, program, how do i, how do you, how can i, how to, help me, i need",
)
_IN = ("in", "into", "using", "to")
_TURNING = vocabulary("port, convert, translate, rewrite")
_OF_FACTS = vocabulary("who, when, whose, wer, wann, qui, quand, quién, cuándo, chi, quando")
_EXPLAINED = vocabulary(
    "what is, what's, what are, what does, what was, why is, why are, why do, why does, explain, which, where"
)
_ASKED_FOR = vocabulary(
    "regex for, regex to, regex that, sql for, sql to, query for, query to, css for, html for"
)
_TO_WRITE_OR_ADVISE = vocabulary(
    "poem, haiku, story, essay, letter, song, lyrics, speech, slogan, tweet, post, headline, limerick, article, blog, biography",
    "recommend, should i, book, books, course, courses, history, joke, jokes, career, job, jobs, salary of, pros and cons",
)
_NO_LANGUAGE = vocabulary(
    "vitamin c, hepatitis c, plan c, grade c, type c, section c, shell company, ruby wedding"
)


def wants_code(words: Words) -> bool:
    """A language with what it is made of ("a python function"), a making in it ("quicksort in rust"), or one whose name
    means nothing else and that is neither explained nor written about ("regex for emails")."""
    if not words.order or words.order[0] in _OF_FACTS or words.has(_NO_LANGUAGE):
        return False
    certain = words.has(_CERTAIN)
    if not certain and not words.has(_ALSO_OTHER_THINGS):
        return False
    if _is_of_a_language(words) or _is_made_in_a_language(words):
        return True
    return certain and _is_wanted(words)


def _is_of_a_language(words: Words) -> bool:
    return any(f"{name} {noun}" in words.known for name in _named(words) for noun in _NOUNS)


def _is_made_in_a_language(words: Words) -> bool:
    ways = _IN if words.has(_TURNING) else _IN[:-1]
    return words.has(_MAKING) and any(
        f"{way} {name}" in words.known for way in ways for name in _named(words)
    )


def is_explained_or_told_of(words: Words) -> bool:
    """A question for a fact or an explanation, or a wish for advice or a text about it."""
    return words.order[0] in _OF_FACTS or not _is_no_explanation(words)


def _is_wanted(words: Words) -> bool:
    return words.has(_ASKED_FOR) or _is_no_explanation(words)


def _is_no_explanation(words: Words) -> bool:
    explained = bool(_EXPLAINED & {words.order[0], " ".join(words.order[:2])})
    return not explained and not words.has(_TO_WRITE_OR_ADVISE)


def _named(words: Words) -> frozenset[str]:
    return words.known & LANGUAGES
