"""The ledger admits a question only when everything spent and promised leaves room for it."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from tests.running.sitting import SUMS
from unseen.outcome import Arm, Assignment, Outcome, Response
from unseen.plan import Budget
from unseen.running._grading import finish
from unseen.running._spending import Ledger, Limit, Prices

TASK = SUMS[0]
OUTCOME = finish(Assignment(TASK, Arm.EXPLORE, "g"), "me", Response("Answer: 1", input_tokens=40, output_tokens=10))


def spent(tokens_in: int, tokens_out: int, cost: float | None = None, seconds: float = 0.0) -> Outcome:
    return replace(OUTCOME, input_tokens=tokens_in, output_tokens=tokens_out, cost=cost, seconds=seconds)


def test_questions_in_flight_count_as_asked() -> None:
    ledger = Ledger(Budget(tasks=2), started=0.0)
    ledger.admit("a", TASK)
    assert ledger.blocked_by(TASK, 0.0) is None
    ledger.admit("b", TASK)
    assert ledger.blocked_by(TASK, 0.0) is Limit.TASKS
    ledger.withdraw("b")
    assert ledger.blocked_by(TASK, 0.0) is None


@pytest.mark.parametrize("seed", range(20))
def test_with_a_known_cap_no_order_of_replies_passes_the_limit_on_tokens_or_cost(seed: int) -> None:
    chance = random.Random(seed)
    cap, prices = 64, Prices(1e-6, 4e-6)
    budget = Budget(tokens=chance.randint(500, 5000), cost=chance.uniform(0.001, 0.01))
    ledger = Ledger(budget, started=0.0, reply_cap=cap, prices=prices)
    flying: list[str] = []
    for step in range(400):
        if chance.random() < 0.6 and ledger.blocked_by(TASK, 0.0) is None:
            ledger.admit(f"q{step}", TASK)
            flying.append(f"q{step}")
        elif flying:
            tokens_in, tokens_out = chance.randint(5, len(TASK.prompt) // 3), chance.randint(0, cap)
            outcome = spent(tokens_in, tokens_out, prices.input * tokens_in + prices.output * tokens_out)
            ledger.settle(flying.pop(chance.randrange(len(flying))), outcome)
    assert ledger.tokens <= (budget.tokens or 0)
    assert ledger.cost <= (budget.cost or 0)
    assert ledger.tasks > 3


def test_without_a_cap_the_first_question_goes_alone_and_teaches_the_bound() -> None:
    ledger = Ledger(Budget(tokens=300), started=0.0)
    assert ledger.blocked_by(TASK, 0.0) is None
    ledger.admit("a", TASK)
    assert ledger.blocked_by(TASK, 0.0) is Limit.TOKENS
    ledger.settle("a", spent(40, 10))
    assert ledger.blocked_by(TASK, 0.0) is None
    assert ledger.promise(TASK).tokens < 200


def test_minutes_leave_time_for_one_more_reply() -> None:
    ledger = Ledger(Budget(minutes=1), started=100.0)
    assert ledger.blocked_by(TASK, 159.0) is None
    for name in "abcdefgh" * 4:
        ledger.settle(name, spent(40, 10, seconds=20.0))
    assert ledger.blocked_by(TASK, 159.0) is Limit.MINUTES
    assert ledger.blocked_by(TASK, 130.0) is None


def test_what_is_left_is_estimated_from_what_tasks_took() -> None:
    ledger = Ledger(Budget(tasks=100, tokens=1000), started=0.0)
    assert ledger.tasks_left() == 100
    for name in "abcd":
        ledger.settle(name, spent(40, 10))
    assert ledger.tasks_left() == 16
    assert Ledger(Budget(minutes=1), started=0.0).tasks_left() is None
