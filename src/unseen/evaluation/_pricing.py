"""What a question takes: tokens in, measured on minted tasks; tokens out, dollars and time, from a run like it or as assumed."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from unseen.evaluation._precedent import Amount, Precedent
from unseen.families import Family
from unseen.minting import fixed_source
from unseen.plan import Budget, Plan

SAMPLE = 24  # questions minted per family
TOKENS_PER_BYTE = Amount(0.22, 0.28, 0.4)  # of English text with numbers, over the tokenizers in use
TEMPLATE = Amount(0.0, 16.0, 48.0)  # tokens a chat template adds
REPLY = Amount(5.0, 256.0, 1024.0)  # tokens of a reply nobody measured
_FREE = ("simulated/", "unseen/", "gguf:")  # what runs here costs nothing
_PRICES = "INSPECT_EVAL_MODEL_COST_CONFIG"


@dataclass(frozen=True)
class Sample:
    """Bytes of the prompts of a minted sample, by family."""

    sizes: Mapping[str, tuple[int, ...]]

    @classmethod
    def mint(cls, families: Sequence[Family[Any]], plan: Plan) -> Sample:
        """Questions as the plan would ask them: twins and planted tasks among them, variables held as it says."""
        sizes: dict[str, tuple[int, ...]] = {}
        for kind in families:
            source = fixed_source(
                [kind], SAMPLE, plan.seed or 0, twins=plan.twins, planted=plan.planted, fixed=_held(kind, plan), cross_check=0.0
            )
            sizes[kind.name] = tuple(len(given.task.prompt.encode()) for given in source.take(SAMPLE))
        return cls(sizes)


@dataclass(frozen=True)
class PerQuestion:
    """What one question of each family takes of one model."""

    input_tokens: Mapping[str, Amount]
    output_tokens: Mapping[str, Amount]
    cost: Mapping[str, Amount] | None
    seconds: Amount | None
    notes: tuple[str, ...]

    @classmethod
    def of(cls, model: str, sample: Sample, precedent: Precedent, plan: Plan, reply_tokens: int | None) -> PerQuestion:
        """Measured where it can be, else taken from the precedent, else assumed; ``notes`` say which."""
        inputs = {name: _input(sizes, precedent.tokens_per_byte(name)) for name, sizes in sample.sizes.items()}
        outputs = {name: _output(precedent.replies(name), plan.max_tokens, reply_tokens) for name in sample.sizes}
        cost, said = _cost(model, inputs, outputs, precedent)
        seconds = precedent.seconds()
        notes = [_on_input(precedent, sample), _on_output(precedent, sample, plan.max_tokens, reply_tokens), said]
        notes.append(f"minutes as {precedent.name} took" if seconds else "minutes unknown: --like RUN tells the speed")
        return cls(inputs, outputs, cost, seconds, tuple(notes))

    def total(self, per_family: Amount) -> tuple[Amount, Amount, Amount | None, Amount | None]:
        """Tokens in, tokens out, dollars and minutes of so many questions per family."""
        tokens_in, tokens_out = (_sum(part).times(per_family) for part in (self.input_tokens, self.output_tokens))
        cost = _sum(self.cost).times(per_family) if self.cost is not None else None
        minutes = self.seconds.times(per_family).times(len(self.input_tokens) / 60) if self.seconds else None
        return tokens_in, tokens_out, cost, minutes

    def unpriced(self, budget: Budget) -> list[str]:
        """The limits that nothing tells how to count."""
        return [
            name for name, price in (("cost", self.cost), ("minutes", self.seconds)) if price is None and getattr(budget, name) is not None
        ]

    def per_family_within(self, budget: Budget) -> Amount:
        """How many questions per family every limit leaves room for. Infinite where a limit's price is unknown."""
        each = self.total(Amount(1.0, 1.0, 1.0))
        spent = (each[0].plus(each[1]), each[2], each[3])
        limits = [(limit, of) for limit, of in zip((budget.tokens, budget.cost, budget.minutes), spent, strict=True) if limit is not None]
        rooms = [Amount(*(_room(limit, end) for end in (of.high, of.value, of.low))) for limit, of in limits if of is not None]
        if budget.tasks is not None:
            rooms.append(Amount(*[budget.tasks / len(self.input_tokens)] * 3))
        return Amount(*(min((getattr(room, end) for room in rooms), default=math.inf) for end in Amount._fields))


def _room(limit: float, each: float) -> float:
    return limit / each if each > 0 else math.inf


def _held(kind: Family[Any], plan: Plan) -> dict[str, Any]:
    return {name: value for name, value in plan.settings.items() if name in kind.space.variables}


def _input(sizes: Sequence[int], per_byte: float | None) -> Amount:
    measured = Amount.around(sizes)
    return measured.times(per_byte) if per_byte else measured.times(TOKENS_PER_BYTE).plus(TEMPLATE)


def _output(seen: Amount | None, cap: int | None, stated: int | None) -> Amount:
    found = Amount(float(stated), float(stated), float(stated)) if stated else seen or REPLY
    return Amount(*(min(tokens, cap) for tokens in found)) if cap else found


def _cost(
    model: str, inputs: Mapping[str, Amount], outputs: Mapping[str, Amount], precedent: Precedent
) -> tuple[dict[str, Amount] | None, str]:
    """Dollars per question of each family, and where they come from."""
    if model.startswith(_FREE):
        return dict.fromkeys(inputs, Amount(0.0, 0.0, 0.0)), f"{model} runs here and costs nothing"
    if os.environ.get(_PRICES):
        from unseen.running._prices import stated_prices

        if (prices := stated_prices(model)) is not None:
            dollars = {name: inputs[name].times(prices.input).plus(outputs[name].times(prices.output)) for name in inputs}
            return dollars, f"dollars at the prices {_PRICES} states for {model}"
    same = model == precedent.examinee
    seen = {name: found for name in inputs if same and (found := precedent.costs(name)) is not None}
    if len(seen) == len(inputs):
        return seen, f"dollars per question as {precedent.name} cost"
    return None, f"dollars unknown: state the price of {model} in a file that {_PRICES} names"


def _sum(parts: Mapping[str, Amount]) -> Amount:
    total = Amount(0.0, 0.0, 0.0)
    for part in parts.values():
        total = total.plus(part)
    return total


def _on_input(precedent: Precedent, sample: Sample) -> str:
    measured = f"prompts measured on {SAMPLE} minted questions per family"
    if all(precedent.tokens_per_byte(name) for name in sample.sizes):
        return f"{measured}, tokens per byte as counted for {precedent.name}"
    return f"{measured}; {TOKENS_PER_BYTE.low:g} to {TOKENS_PER_BYTE.high:g} tokens per byte and a chat template assumed"


def _on_output(precedent: Precedent, sample: Sample, cap: int | None, stated: int | None) -> str:
    if stated:
        return f"{stated} tokens per reply, as stated"
    if all(precedent.replies(name) for name in sample.sizes):
        return f"replies as long as those of {precedent.name}"
    return f"replies of {REPLY.low:g} to {min(REPLY.high, cap or REPLY.high):g} tokens assumed: --reply-tokens or --like says better"
