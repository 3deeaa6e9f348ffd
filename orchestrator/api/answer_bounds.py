"""`stop` and the token limit for answers that no engine generated: clients may rely on them whoever answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from orchestrator.inference.registry import ModelRegistry
from orchestrator.inference.tokenizer import ModelTokenizer
from orchestrator.schemas.openai import ChatCompletionRequest
from orchestrator.turn.values import TurnResult


def within_bounds(result: TurnResult, wanted: ChatCompletionRequest, registry: ModelRegistry) -> TurnResult:
    """The result with its text cut before the first stop string, and at the limit as the decided model counts tokens.
    Where none is installed a token is a byte.

    What was computed is never cut at the limit, as a number without its last digits is another number: a sentence that
    is too long gives way to its bare value. A value that is too long itself is given whole, and the answer ends with
    `length`. Nothing vouches for the part of an answer that a stop string or the limit left of it.
    """
    if result.model is not None:
        return result
    decided = result.decision.model
    tokenizer = registry.get(decided).tokenizer if decided else None
    stops = wanted.stop or ()
    cut = _before_stop(result, stops)
    if _is_within(cut.text, wanted.new_tokens, tokenizer):
        return cut
    if result.method == "computed":
        return _bare(result, stops, wanted.new_tokens, tokenizer)
    return replace(
        cut, text=_first(cut.text, wanted.new_tokens, tokenizer), finish_reason="length", confidence=None
    )


def _before_stop(result: TurnResult, stops: Sequence[str]) -> TurnResult:
    found = [place for stop in stops if stop and (place := result.text.find(stop)) >= 0]
    return replace(result, text=result.text[: min(found)], confidence=None) if found else result


def _bare(
    result: TurnResult, stops: Sequence[str], limit: int | None, tokenizer: ModelTokenizer | None
) -> TurnResult:
    """The value alone, in the form for a person where it has one, or all of the text where there is none. One with a stop
    string in it is not shown at all.
    """
    value = result.evidence.get("short") or result.evidence.get("exact")
    whole = replace(result, text=value) if isinstance(value, str) else result
    if _before_stop(whole, stops) is not whole:
        return replace(whole, text="", confidence=None)
    return whole if _is_within(whole.text, limit, tokenizer) else replace(whole, finish_reason="length")


def _is_within(text: str, limit: int | None, tokenizer: ModelTokenizer | None) -> bool:
    # No token is longer than its text: a limit that the characters keep is kept.
    if limit is None or len(text.encode("utf-8", "replace")) <= limit:
        return True
    return tokenizer is not None and len(tokenizer.encode_text(text)) <= limit


def _first(text: str, tokens: int | None, tokenizer: ModelTokenizer | None) -> str:
    if tokenizer is None:
        return text.encode("utf-8", "replace")[:tokens].decode("utf-8", "ignore")
    ids = tokenizer.encode_text(text)[:tokens]
    return b"".join(tokenizer.token_bytes(each) for each in ids).decode("utf-8", "ignore")
