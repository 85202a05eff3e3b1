"""A reply becomes an outcome that can be kept and whose verdict is fair."""

from __future__ import annotations

from dataclasses import replace

from tests.running.sitting import KEYS, SUMS
from unseen.outcome import Arm, Assignment, Response
from unseen.running._grading import KEPT_CHARACTERS, clean, finish, grade
from unseen.verdict import Kind

TASK = SUMS[0]
KEY = KEYS[TASK.prompt]


def test_an_endless_reply_keeps_its_beginning_and_its_end() -> None:
    text = clean(f"start {'x' * 10_000_000} Answer: {KEY}")
    assert len(text) < KEPT_CHARACTERS + 100
    assert text.startswith("start ")
    assert "characters left out" in text
    assert grade(TASK, Response(text)).kind is Kind.CORRECT


def test_what_no_store_can_hold_is_replaced() -> None:
    assert clean("a\ud800b\x00c") == "a?b\N{REPLACEMENT CHARACTER}c"
    assert clean("näher 数 🙂") == "näher 数 🙂"


def test_no_answer_an_empty_answer_and_a_wrong_answer_are_three_things() -> None:
    kinds = [grade(TASK, r).kind for r in (Response("", error="timeout"), Response("  "), Response("Answer: -98765"))]
    assert kinds == [Kind.INFRASTRUCTURE, Kind.UNPARSED, Kind.INCORRECT]


def test_a_task_its_own_family_cannot_read_is_invalid_and_counts_against_nobody() -> None:
    broken = replace(TASK, problem={"nonsense": 1})
    verdict = grade(broken, Response(f"Answer: {KEY}"))
    assert verdict.kind is Kind.INVALID_TASK
    assert not verdict.kind.counts


def test_the_outcome_carries_what_measuring_needs() -> None:
    response = Response(f"Answer: {KEY}", input_tokens=5, output_tokens=2, seconds=1.5, cost=0.25)
    outcome = finish(Assignment(TASK, Arm.TWIN, "group", "story=shop"), "me", response)
    assert (outcome.kind, outcome.key, outcome.arm, outcome.group, outcome.role) == (Kind.CORRECT, KEY, Arm.TWIN, "group", "story=shop")
    assert (outcome.domain, outcome.input_tokens, outcome.output_tokens, outcome.seconds, outcome.cost) == ("mathematics", 5, 2, 1.5, 0.25)
    assert 0 <= outcome.load <= 1
    assert outcome.finished_at.endswith("+00:00")
