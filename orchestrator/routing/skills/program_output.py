"""What a program did, as text for a person and as evidence."""

from __future__ import annotations

from typing import Any

from orchestrator.seams import CodeResult

MAX_SHOWN_CHARS = 4000


def output_text(result: CodeResult) -> str:
    """A paragraph to put behind an answer. The output stands in a fence that it cannot close."""
    return (
        f"\n\n{_headline(result)}\n{_fenced(_shown(result))}"
        if _shown(result)
        else f"\n\n{_headline(result)}"
    )


def result_fields(result: CodeResult) -> dict[str, Any]:
    return {
        "exit_code": result.exit_code,
        "stdout": result.stdout[:MAX_SHOWN_CHARS],
        "stderr": result.stderr[:MAX_SHOWN_CHARS],
        "timed_out": result.timed_out,
        "elapsed_ms": result.elapsed_ms,
    }


def _headline(result: CodeResult) -> str:
    if result.timed_out:
        return f"The program was stopped after {result.elapsed_ms / 1e3:.1f} s."
    if result.exit_code:
        return f"The program failed with exit code {result.exit_code}."
    return "Output:" if _shown(result) else "The program ran to its end and printed nothing."


def _shown(result: CodeResult) -> str:
    text = result.stdout if not (result.exit_code or result.timed_out) else result.stdout + result.stderr
    text = text.strip("\n")
    return (
        text if len(text) <= MAX_SHOWN_CHARS else f"{text[:MAX_SHOWN_CHARS]}\n[cut: {len(text)} characters]"
    )


def _fenced(text: str) -> str:
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}\n{text}\n{fence}"
