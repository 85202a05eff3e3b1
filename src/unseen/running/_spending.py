"""The budget of one model, held at every moment: what was spent, what is promised to questions in flight, what is left.

A question is admitted only when everything spent, everything promised and its own upper bound fit together, so a limit on
tasks, tokens or cost is never passed where the reply's cap (and the price) is known. Where it is not, a first question is
asked alone, the bound is learnt from the longest (dearest) reply so far, and the limit may be passed by what the replies in
flight exceed it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from unseen.outcome import Outcome
from unseen.plan import Budget
from unseen.task import Task

_FIRST_REPLY = 1024  # tokens promised to a reply while no cap and no reply is known
_TEMPLATE = 48  # tokens a chat template adds around a prompt


class Limit(StrEnum):
    """Which part of a budget ran out."""

    TASKS = "tasks"
    TOKENS = "tokens"
    COST = "cost"
    MINUTES = "minutes"


@dataclass(frozen=True)
class Prices:
    """US dollars per token."""

    input: float
    output: float


@dataclass(frozen=True)
class Promise:
    """The most one question may take."""

    tokens: int
    cost: float


class Ledger:
    """One model's account. Times are seconds on one monotonic clock; ``reply_cap`` is the most tokens a reply may have."""

    def __init__(self, budget: Budget, *, started: float, reply_cap: int | None = None, prices: Prices | None = None) -> None:
        self.budget = budget
        self.prices = prices
        self.tasks = 0
        self.tokens = 0
        self.cost = 0.0
        self.in_flight: dict[str, Promise] = {}
        self._reply_cap = reply_cap
        self._started = started
        self._longest_reply = 0
        self._tokens_per_byte = 0.4
        self._latency = 0.0
        self._dearest = 0.0

    @property
    def deadline(self) -> float:
        """When the minutes run out; infinite without such a limit."""
        return math.inf if self.budget.minutes is None else self._started + 60 * self.budget.minutes

    def blocked_by(self, task: Task, now: float) -> Limit | None:
        """Which limit forbids asking this task now; None when it may be asked."""
        budget, promise = self.budget, self._first_promise() or self.promise(task)
        if budget.tasks is not None and self.tasks + len(self.in_flight) >= budget.tasks:
            return Limit.TASKS
        if budget.tokens is not None and self.tokens + self._promised_tokens + promise.tokens > budget.tokens:
            return Limit.TOKENS
        if budget.cost is not None and self.cost + self._promised_cost + promise.cost > budget.cost:
            return Limit.COST
        if now + self._latency >= self.deadline:
            return Limit.MINUTES
        return None

    def promise(self, task: Task) -> Promise:
        """An upper bound on what a task takes."""
        prompt = _TEMPLATE + math.ceil(len(task.prompt.encode()) * self._tokens_per_byte * 1.25)
        reply = self._reply_cap or math.ceil(1.5 * self._longest_reply) or _FIRST_REPLY
        cost = self.prices.input * prompt + self.prices.output * reply if self.prices else self._dearest
        return Promise(prompt + reply, cost)

    def _first_promise(self) -> Promise | None:
        """A first question whose reply has no known bound may take what is there, but goes alone."""
        if self._reply_cap is None and not self._longest_reply and not self.in_flight:
            return Promise(1, 0.0)
        return None

    def admit(self, name: str, task: Task) -> None:
        """A question is on its way."""
        self.in_flight[name] = self.promise(task)

    def withdraw(self, name: str) -> None:
        """A question will not be answered any more."""
        self.in_flight.pop(name, None)

    def settle(self, name: str, outcome: Outcome) -> None:
        """A question was answered, or failed."""
        self.withdraw(name)
        self.count(outcome)
        if outcome.input_tokens:
            seen = outcome.input_tokens / max(1, len(outcome.prompt.encode()))
            self._tokens_per_byte = max(self._tokens_per_byte, seen)
        self._longest_reply = max(self._longest_reply, outcome.output_tokens)
        self._dearest = max(self._dearest, outcome.cost or 0.0)
        self._latency += 0.1 * (outcome.seconds - self._latency)

    def count(self, outcome: Outcome) -> None:
        """Add an outcome to what was spent (also one of an earlier part of the same run)."""
        self.tasks += 1
        self.tokens += outcome.input_tokens + outcome.output_tokens
        self.cost += outcome.cost or 0.0

    def tasks_left(self) -> int | None:
        """How many further tasks the limits on tasks, tokens and cost leave, in-flight ones included; None without such limits."""
        left: list[float] = []
        if self.budget.tasks is not None:
            left.append(self.budget.tasks - self.tasks)
        if self.budget.tokens is not None and self.tokens:
            left.append((self.budget.tokens - self.tokens) / (self.tokens / self.tasks))
        if self.budget.cost is not None and self.cost:
            left.append((self.budget.cost - self.cost) / (self.cost / self.tasks))
        return max(0, math.floor(min(left))) if left else None

    @property
    def _promised_tokens(self) -> int:
        return sum(promise.tokens for promise in self.in_flight.values())

    @property
    def _promised_cost(self) -> float:
        return math.fsum(promise.cost for promise in self.in_flight.values())
