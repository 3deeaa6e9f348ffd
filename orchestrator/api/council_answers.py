"""A turn's result in v2's shapes: the union of what its documents and both of its applications gave, measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from time import time
from typing import Any
from uuid import uuid4

from orchestrator.accounts.prices import Prices, usd
from orchestrator.api.council_fields import result_fields
from orchestrator.telemetry.request_context import current_request
from orchestrator.turn.note import current_note
from orchestrator.turn.values import TurnResult


def model_name(result: TurnResult) -> str:
    """What wrote the text: a model, or the skill that computed it without one."""
    return result.model or result.skill


def extension(result: TurnResult, warnings: Sequence[str] = ()) -> dict[str, Any]:
    """The `council` field of every answer; `request_id` finds it again at `/api/decisions`."""
    fields = result_fields(result)
    return {**fields, "request_id": current_request.get().request_id, "warnings": list(warnings)}


def cost_usd(prices: Prices) -> float:
    """What the running request has cost so far."""
    return usd(prices.cost(current_request.get().used))


def hybrid(result: TurnResult, prices: Prices, warnings: Sequence[str]) -> dict[str, Any]:
    """`POST /hybrid`."""
    latency_ms = result.timings.total_ms
    return {
        "text": result.text,
        "answer": result.text,
        "response": result.text,
        "model": model_name(result),
        "model_used": model_name(result),
        "provider": provider(result),
        "skill_type": result.skill,
        "specialist": result.skill,
        "confidence": result.confidence,
        "latency_ms": latency_ms,
        "hybrid_latency_ms": latency_ms,
        "timestamp": str(time()),
        "cloud_consulted": current_note().cloud is not None,
        "cost_cents": cost_usd(prices) * 100,
        "council_used": deliberated(result),
        "council_voices": voice_texts(result) if deliberated(result) else None,
        "council": extension(result, warnings),
    }


def provider(result: TurnResult) -> str:
    note = current_note()
    cloud = note.cloud
    if note.is_clouds and cloud is not None:
        return f"cloud_{cloud['provider']}"
    return "council" if deliberated(result) else "local" if result.model else result.skill


def chat_completion(result: TurnResult) -> dict[str, Any]:
    """What `/hybrid` adds when it was asked with `messages`, as OpenAI's clients read it."""
    usage = result.usage
    message = {"role": "assistant", "content": result.text}
    return {
        "id": f"chatcmpl-{uuid4().hex}",
        "object": "chat.completion",
        "created": int(time()),
        "choices": [{"index": 0, "message": message, "finish_reason": result.finish_reason}],
        "usage": {
            "prompt_tokens": usage.prompt_tokens,
            "completion_tokens": usage.completion_tokens,
            "total_tokens": usage.prompt_tokens + usage.completion_tokens,
        },
    }


def orchestrate(result: TurnResult, prices: Prices, warnings: Sequence[str]) -> dict[str, Any]:
    """`POST /orchestrate`. v2 echoed `route[0]` as the model; this is the one that wrote."""
    return {
        "text": result.text,
        "model_used": model_name(result),
        "latency_ms": result.timings.total_ms,
        "cost_cents": cost_usd(prices) * 100,
        "council": extension(result, warnings),
    }


def chat(result: TurnResult, warnings: Sequence[str] = ()) -> dict[str, Any]:
    """`POST /api/chat`."""
    return {
        "text": result.text,
        "model": model_name(result),
        "latency_ms": result.timings.total_ms,
        "skill_type": result.skill,
        "confidence": result.confidence,
        "timestamp": time(),
        "council_used": deliberated(result),
        "memory_context": "memory" in result.evidence and bool(result.evidence["sources"]),
        "council": extension(result, warnings),
    }


def vote(
    result: TurnResult,
    prices: Prices,
    candidates: Sequence[str],
    top_k: int | None,
    warnings: Sequence[str],
) -> dict[str, Any]:
    """`POST /vote`: both applications' fields. `candidates` are who voted when none were named.

    `top_k` candidates are told, the foremost; None tells all.

    A candidate that was named is in `all_candidates` also when it was not asked, as the answer was computed: its text
    is then empty, its `outcome` says why.
    """
    heard = sorted(voices(result), key=lambda voice: _standing(voice, result), reverse=True)
    entries = [*heard, *_not_asked(result, candidates)]
    ranked = [{**voice, "confidence": _confidence_of(voice, result)} for voice in entries]
    scores = [voice["confidence"] for voice in ranked if voice["confidence"] is not None]
    return {
        "text": result.text,
        "model_used": model_name(result),
        "latency_ms": result.timings.total_ms,
        "confidence": result.confidence,
        "candidates": list(candidates) or list(dict.fromkeys(voice["model"] for voice in ranked)),
        "total_cost_cents": cost_usd(prices) * 100,
        "winner": {"model": model_name(result), "confidence": result.confidence},
        "all_candidates": ranked[:top_k],
        "voting_stats": {
            "total_candidates": len(ranked),
            "winner_confidence": result.confidence,
            "confidence_spread": max(scores) - min(scores) if scores else None,
            "voting_time_ms": result.timings.total_ms,
        },
        "council_voices": voice_texts(result),
        "council_consensus": result.evidence.get("consensus"),
        "council_used": deliberated(result),
        "council": extension(result, warnings),
    }


def _standing(voice: Mapping[str, Any], result: TurnResult) -> tuple[bool, float]:
    """Whose text the answer is stands first, then whoever more agree with."""
    evidence = result.evidence
    return voice == evidence["voices"][evidence["winner"]], voice["share"] or 0.0


def _not_asked(result: TurnResult, candidates: Sequence[str]) -> list[dict[str, Any]]:
    """One entry a named candidate."""
    asked: Sequence[Mapping[str, Any]] = result.evidence.get("voices", ())
    spared = {voice["model"]: dict(voice) for voice in asked if voice["outcome"] == "not_asked"}
    return [spared[name] for name in dict.fromkeys(candidates) if name in spared]


def _confidence_of(voice: Mapping[str, Any], result: TurnResult) -> float | None:
    """Certain where it was checked, the council's where it is the council's answer, else nothing that was measured."""
    if voice["verified"] is not None:
        return float(voice["verified"])
    chosen = result.evidence["voices"][result.evidence["winner"]]
    is_chosen = result.method == "voted" and voice["cluster"] == chosen["cluster"] is not None
    return result.confidence if is_chosen else None


def council(result: TurnResult, prices: Prices) -> dict[str, Any]:
    """`POST /council`. Risks are not guessed from words: `risk_flags` is always empty."""
    return {
        "text": result.text,
        "council_used": deliberated(result),
        "voice_responses": voice_texts(result),
        "total_latency_ms": result.timings.total_ms,
        "total_cost_dollars": cost_usd(prices),
        "consensus_achieved": bool(result.evidence.get("consensus")),
        "risk_flags": [],
        "council": extension(result),
    }


def deliberated(result: TurnResult) -> bool:
    """Whether a vote was held, also where the exact solver's voice decided it before the others were asked. What memory
    says is none.
    """
    return "voices" in result.evidence and result.method != "cited"


def voices(result: TurnResult) -> list[dict[str, Any]]:
    """The voices whose texts were counted, in the order they were asked; all of them are in `council.evidence`."""
    asked: Sequence[Mapping[str, Any]] = result.evidence.get("voices", ())
    return [dict(voice) for voice in asked if voice["cluster"] is not None]


def voice_texts(result: TurnResult) -> dict[str, str]:
    """Text by voice. Voices of one model are told apart by their number."""
    return {f"{number}:{voice['model']}": voice["text"] for number, voice in enumerate(voices(result), 1)}
