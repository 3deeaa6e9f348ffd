"""Guided decoding with llguidance: which tokens may come next."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from llguidance import LLMatcher, LLTokenizer, grammar_from
from llguidance.numpy import allocate_token_bitmask, fill_next_token_bitmask

GUIDE_TYPES = ("json", "json_schema", "regex", "ebnf_grammar")

# A small model that may put white space anywhere in JSON tends to emit it until its tokens run out.
_COMPACT_JSON = {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": "}


# Every refusal of a guide begins with it, so that a client can tell it from a refusal of something else.
PREFIX = "Guided decoding"


# A compiled list of 15,000 words of 190 bytes holds 36 MB, and so many guides as slots and the queue have may be held at once.
LONGEST_GUIDE_BYTES = 256 * 1024

_IN_WORDS = {"NoExtensionBias": "no text can match it"}


class GuideError(ValueError):
    """The schema, expression or grammar cannot be compiled, or it cannot be followed any further."""


class GuideCompiler:
    """Builds matchers for one vocabulary. Thread-safe; what a guide may take is for GuideTrial to find out."""

    def __init__(self, tokenizer_json: Path, vocab_size: int, end_id: int) -> None:
        self._tokenizer = LLTokenizer(str(tokenizer_json), n_vocab=vocab_size, eos_token=end_id)
        self._vocab_size = vocab_size
        self._grammar_end = end_id

    def compile(self, guide_type: str, guide: str, end_id: int | None = None) -> GuideState:
        """A guide for a request that ends with `end_id` (None: the vocabulary's own). Raises GuideError."""
        if (size_bytes := len(guide.encode())) > LONGEST_GUIDE_BYTES:
            raise GuideError(f"{PREFIX}: the guide has {size_bytes} bytes, at most {LONGEST_GUIDE_BYTES}")
        try:
            grammar = _grammar(guide_type, guide)
        except (ValueError, TypeError, RecursionError) as error:
            raise GuideError(f"{PREFIX}: {error}") from error
        matcher = LLMatcher(self._tokenizer, grammar, log_level=0)
        _raise_failure(matcher)
        # Some faults show first when a token is to be allowed: a schema that refers to nothing but itself.
        matcher.compute_bitmask()
        _raise_failure(matcher)
        return GuideState(matcher, self._vocab_size, self._grammar_end, end_id)


def _raise_failure(matcher: LLMatcher) -> None:
    """Raise GuideError when the matcher has failed: from then on it would allow the end token, as if all matched."""
    if matcher.is_error():
        # What follows this line is the matcher's state, with the text that was generated.
        reason = " ".join(str(matcher.get_error()).partition("<state>")[0].split())[:500]
        raise GuideError(f"{PREFIX}: {_IN_WORDS.get(reason, reason)}")


def _grammar(guide_type: str, guide: str) -> str:
    if guide_type == "json":
        return LLMatcher.grammar_from_json_schema("{}", overrides=_COMPACT_JSON)
    if guide_type == "json_schema":
        schema = json.loads(guide)
        if not isinstance(schema, dict | bool):
            raise GuideError("a JSON schema is an object")
        return LLMatcher.grammar_from_json_schema(guide, overrides=_COMPACT_JSON)
    if guide_type == "regex":
        return LLMatcher.grammar_from_regex(guide)
    if guide_type == "ebnf_grammar":
        return grammar_from("ebnf", guide)
    raise GuideError(f"unknown guide type {guide_type!r}; known: {', '.join(GUIDE_TYPES)}")


class GuideState:
    """One request's place in its grammar."""

    def __init__(self, matcher: LLMatcher, vocab_size: int, grammar_end: int, end_id: int | None) -> None:
        self._matcher = matcher
        self._vocab_size = vocab_size
        self._grammar_end = grammar_end
        self._end_id = grammar_end if end_id is None else end_id
        self._bitmask = allocate_token_bitmask(1, vocab_size)

    def mask(self, logits: np.ndarray) -> None:
        """Set the logits of forbidden tokens to minus infinity, in place. Raises GuideError when it grew too large."""
        fill_next_token_bitmask(self._matcher, self._bitmask, 0)
        _raise_failure(self._matcher)
        bits = np.unpackbits(self._bitmask.view(np.uint8), bitorder="little")[: self._vocab_size]
        if self._end_id != self._grammar_end:
            # The grammar knows only the vocabulary's end token; the request's own stands in its place.
            bits[self._end_id], bits[self._grammar_end] = bits[self._grammar_end], 0
        logits[bits == 0] = -np.inf

    def accept(self, token: int) -> None:
        """Raises GuideError when the token does not fit, which the mask rules out, or the grammar grew too large."""
        if not self._matcher.consume_token(token):
            _raise_failure(self._matcher)
            raise GuideError("a token outside the grammar was drawn")

    @property
    def is_complete(self) -> bool:
        """True when the grammar allows nothing but the end token."""
        return bool(self._matcher.is_stopped())
