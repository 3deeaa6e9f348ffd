"""`stop` and the token limit for answers that no engine generated: clients may rely on them whoever answers."""

from __future__ import annotations

from dataclasses import replace

from orchestrator.inference.tokenizer import ModelTokenizer
from orchestrator.schemas.openai import ChatCompletionRequest
from orchestrator.turn.values import TurnResult


def within_bounds(result: TurnResult, wanted: ChatCompletionRequest, tokenizer: ModelTokenizer) -> TurnResult:
    """The result with its text cut before the first stop string, and at the limit as the decided model counts tokens.

    What was proved is the whole answer: nothing vouches for the part that a limit left of it.
    """
    if result.model is not None:
        return result
    text = _before_stop(result.text, wanted.stop or ())
    limit = wanted.new_tokens
    # No token is longer than its text: a limit that the characters keep is kept.
    if limit is not None and len(text.encode("utf-8", "replace")) > limit:
        ids = tokenizer.encode_text(text)
        if len(ids) > limit:
            cut = b"".join(tokenizer.token_bytes(each) for each in ids[:limit]).decode("utf-8", "ignore")
            return replace(result, text=cut, finish_reason="length", confidence=None)
    return result if text == result.text else replace(result, text=text)


def _before_stop(text: str, stops: list[str] | tuple[str, ...]) -> str:
    found = [place for stop in stops if stop and (place := text.find(stop)) >= 0]
    return text[: min(found)] if found else text
