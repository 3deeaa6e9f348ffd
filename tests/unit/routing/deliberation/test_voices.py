"""How the default voices differ, and what each of them is asked."""

from __future__ import annotations

from orchestrator.routing.deliberation.question import Question
from orchestrator.routing.deliberation.voices import QUIZ_HINT, Voice, default_voices
from orchestrator.seams import ChatMessage, TokenTally

OPEN = Question([ChatMessage("user", "What is the capital of France?")])
CHOICE = Question(
    [
        ChatMessage("user", "Hi"),
        ChatMessage("assistant", "Hello"),
        ChatMessage("user", "Which?\nA) x\nB) y\nC) z"),
    ]
)
ORDERED = Question([ChatMessage("user", "Which is the right order?\nA) x, y\nB) y, x")])


def test_the_first_voice_is_greedy_and_the_others_are_sampled() -> None:
    voices = default_voices(OPEN, ["m"], 3, seed=5)
    assert [(voice.temperature, voice.seed, voice.rotation) for voice in voices] == [
        (0.0, 5, 0),
        (0.7, 6, 0),
        (0.7, 7, 0),
    ]


def test_options_are_turned_from_voice_to_voice() -> None:
    voices = default_voices(CHOICE, ["m"], 7)
    assert [(voice.rotation, voice.hint, voice.temperature) for voice in voices] == [
        (0, "", 0.0), (1, "", 0.0), (2, "", 0.0), (0, QUIZ_HINT, 0.0), (1, QUIZ_HINT, 0.0), (2, QUIZ_HINT, 0.0), (0, "", 0.7),
    ]  # fmt: skip
    asked = [voice.ask(CHOICE, 9, TokenTally()).messages[-1].content.splitlines()[1] for voice in voices[:3]]
    assert asked == ["A) x", "A) y", "A) z"]


def test_where_order_means_something_voices_are_sampled() -> None:
    assert [voice.rotation for voice in default_voices(ORDERED, ["m"], 3)] == [0, 0, 0]
    assert Voice("m", rotation=1).rotation_of(ORDERED) == 0


def test_models_take_turns_and_each_begins_plainly() -> None:
    voices = default_voices(OPEN, ["a", "b"], 5)
    assert [(voice.model, voice.temperature) for voice in voices] == [
        ("a", 0.0),
        ("b", 0.0),
        ("a", 0.7),
        ("b", 0.7),
        ("a", 0.7),
    ]


def test_an_ask_carries_the_question_s_own_limits() -> None:
    question = Question(OPEN.messages, json_schema={"type": "object"}, stop=("x",))
    tally = TokenTally()
    ask = Voice("m", temperature=0.3, top_p=0.9, seed=4).ask(question, 17, tally)
    assert (ask.model, ask.max_tokens, ask.temperature, ask.top_p, ask.seed) == ("m", 17, 0.3, 0.9, 4)
    assert (ask.stop, ask.json_schema, ask.want_log_probs) == (("x",), {"type": "object"}, True)
    assert ask.tally is tally
