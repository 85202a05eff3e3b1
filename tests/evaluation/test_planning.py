"""What a run takes is told before it is asked, and is then what it took."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

import unseen
from tests.measuring.outcomes import outcome
from unseen.errors import PlanError, UnseenError
from unseen.evaluation import Goal, forecast
from unseen.plan import Budget, Plan
from unseen.storing import Status, Store, utc_now

FAMILIES = ("arithmetic/chain", "time/calendar")
MODEL = "simulated/item-response?ability=3.5"
PLAN = Plan(models=(MODEL,), families=FAMILIES, cross_check=0.0, seed=1)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A run of two models on the same eighty questions a family, called ``pilot`` by its tests."""
    folder = tmp_path_factory.mktemp("runs")
    return Store(folder)


@pytest.fixture(scope="module")
def pilot(store: Store, tmp_path_factory: pytest.TempPathFactory) -> str:
    plan = PLAN.model_copy(update={"models": (MODEL, "simulated/item-response?ability=2.5&seed=1"), "fixed": 80})
    return unseen.evaluate(plan, store=store, folder=tmp_path_factory.mktemp("folders")).id


def test_the_promised_interval_is_what_the_run_gives(store: Store, pilot: str, tmp_path: Path) -> None:
    """One run of two families: its half-width lies within 15% of the promise, which is how much single runs and the pilot vary."""
    promised = forecast(PLAN, Goal(half_width=0.05), like=pilot, store=store)
    run = unseen.evaluate(PLAN.model_copy(update={"fixed": promised.per_family, "seed": 5}), store=Store(tmp_path), folder=tmp_path)
    overall = unseen.report([run.id], store=Store(tmp_path)).summaries[0].overall
    assert promised.half_width.value <= 0.0505
    assert (overall.high - overall.low) / 2 == pytest.approx(promised.half_width.value, rel=0.15)
    assert overall.n == pytest.approx(promised.draws * 2, abs=4)


def test_the_promised_tokens_are_what_the_run_took(store: Store, pilot: str, tmp_path: Path) -> None:
    promised = forecast(PLAN, Goal(budget=Budget(tasks=160)), like=pilot, store=store).models[0]
    run = unseen.evaluate(PLAN.model_copy(update={"fixed": 80, "seed": 6}), store=Store(tmp_path), folder=tmp_path)
    usage = unseen.report([run.id], store=Store(tmp_path)).summaries[0].usage
    assert promised.input_tokens.low * 0.9 <= usage.input_tokens <= promised.input_tokens.high * 1.1
    assert promised.output_tokens.value == pytest.approx(usage.output_tokens, rel=0.15)
    assert promised.cost == (0.0, 0.0, 0.0)
    assert promised.minutes is not None and promised.minutes.low <= promised.minutes.value <= promised.minutes.high


def test_a_budget_is_the_inverse_of_a_goal(store: Store, pilot: str) -> None:
    goal = forecast(PLAN, Goal(half_width=0.06), like=pilot, store=store)
    back = forecast(PLAN, Goal(budget=Budget(tasks=2 * goal.per_family)), like=pilot, store=store)
    assert (back.per_family, back.half_width) == (goal.per_family, goal.half_width)


def test_a_difference_takes_fewer_tasks_on_the_same_tasks_than_on_different_ones(store: Store, pilot: str) -> None:
    paired, unpaired = (forecast(PLAN, Goal(difference=0.08, paired=p), like=pilot, store=store) for p in (True, False))
    assert paired.power is not None and 0.8 <= paired.power < 0.85
    assert paired.per_family < unpaired.per_family
    assert paired.questions.low <= paired.questions.value <= paired.questions.high


def test_without_a_run_to_go_by_everything_assumed_is_said() -> None:
    found = forecast(PLAN, Goal(half_width=0.08))
    assert "every family assumed to pass 50% at every difficulty" in found.assumptions[0]
    assert found.questions.low < found.questions.value == found.questions.high  # a usual curve takes fewer
    assert found.models[0].minutes is None and math.isnan(found.sampled_half_width)
    assert any("tokens assumed" in note for note in found.models[0].notes)
    low, value, high = found.models[0].input_tokens
    assert 0 < low < value < high


def test_prompts_are_measured_on_the_very_tasks_a_run_would_ask(store: Store, pilot: str) -> None:
    held = PLAN.model_copy(update={"families": ("arithmetic/chain",), "settings": {"steps": 2}})
    short = forecast(held, Goal(half_width=0.1)).models[0].input_tokens.value
    long = forecast(held.model_copy(update={"settings": {"steps": 12}}), Goal(half_width=0.1)).models[0].input_tokens.value
    assert short < long


def test_an_adaptive_run_asks_more_for_the_same_interval_and_says_that_it_may_stop_before() -> None:
    fixed, adaptive = (forecast(PLAN, Goal(half_width=0.08, adaptive=a)) for a in (False, True))
    assert adaptive.per_family == pytest.approx(fixed.per_family * 0.75 / 0.3, rel=0.03)
    assert adaptive.effects["questions that do not feed the rate"] == pytest.approx(1 / 0.3, rel=0.03)
    assert adaptive.command.endswith(f"--budget tasks={2 * adaptive.per_family}")
    assert any("stops a family" in said for said in adaptive.assumptions)


def test_the_design_effect_is_the_product_of_its_parts_and_near_the_variance_ratio(store: Store, pilot: str) -> None:
    found = forecast(PLAN, Goal(half_width=0.05), like=pilot, store=store)
    rate = sum(family.rate for family in found.families) / 2
    simple = 1.96 * math.sqrt(rate * (1 - rate) / (2 * found.per_family))
    assert math.prod(found.effects.values()) == found.design_effect
    assert found.design_effect == pytest.approx((found.half_width.value / simple) ** 2, rel=0.1)


def test_dollars_come_from_the_price_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prices = tmp_path / "prices.yaml"
    prices.write_text("openai/some-model: {input: 1.0, output: 10.0, input_cache_write: 1.0, input_cache_read: 0.1}\n")
    monkeypatch.setenv("INSPECT_EVAL_MODEL_COST_CONFIG", str(prices))
    plan = PLAN.model_copy(update={"models": ("openai/some-model",)})
    (found,) = forecast(plan, Goal(half_width=0.1), reply_tokens=50).models
    assert found.cost is not None
    assert found.cost.value == pytest.approx((found.input_tokens.value + 10 * 50 * found.questions.value) / 1e6)
    bought = forecast(plan, Goal(budget=Budget(cost=found.cost.value)), reply_tokens=50)
    assert bought.questions.value == pytest.approx(found.questions.value, abs=2)


def test_a_limit_nobody_can_price_is_refused_alone_and_named_beside_others() -> None:
    plan = PLAN.model_copy(update={"models": ("openai/some-model",)})
    with pytest.raises(PlanError, match="nothing tells the price"):
        forecast(plan, Goal(budget=Budget(cost=5.0)))
    found = forecast(plan, Goal(budget=Budget(cost=5.0, tasks=100)))
    assert any("limit on cost was left out" in said for said in found.assumptions)


def test_siblings_in_the_run_to_go_by_raise_the_price(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with store.begin("clustered", PLAN, {}) as writer:
        for at in range(100):
            passed, template = at // 10 % 2 == 0, f"template {at // 10}"  # ten siblings each, all alike
            writer.append(replace(outcome(passed, family="arithmetic/chain", group=template, load=(at % 10) / 10), examinee=MODEL))
        writer.finish(Status.FINISHED, utc_now())
    alone = PLAN.model_copy(update={"families": ("arithmetic/chain",)})
    clustered, free = forecast(alone, Goal(half_width=0.1), like="clustered", store=store), forecast(alone, Goal(half_width=0.1))
    assert clustered.effects["siblings"] > 5
    assert clustered.per_family > 5 * free.per_family


def test_siblings_that_nobody_asked_before_are_assumed_alike_and_the_forecast_says_so() -> None:
    plan = PLAN.model_copy(update={"fixed": 10, "siblings": 3})
    found = forecast(plan, Goal(half_width=0.1))
    assert found.effects["siblings"] == pytest.approx(2, rel=0.1)
    assert "answers of siblings assumed to correlate by 0.5" in found.assumptions


def test_only_plain_evaluations_are_planned_ahead() -> None:
    with pytest.raises(PlanError, match="this plan names edition"):
        forecast(PLAN.model_copy(update={"edition": "x.edition.json"}), Goal(half_width=0.1))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "by one of"),
        ({"half_width": 0.1, "difference": 0.1}, "by one of"),
        ({"half_width": 0.7}, "--width 0.7"),
        ({"difference": -0.1}, "--difference -0.1"),
        ({"budget": Budget()}, "names no limit"),
        ({"difference": 0.1, "adaptive": True}, "add --unpaired"),
        ({"half_width": 0.1, "level": 1.0}, "--level 1"),
        ({"difference": 0.1, "power": 1.0}, "--power 1"),
    ],
)
def test_goals_that_are_none_are_refused(given: dict[str, object], message: str) -> None:
    with pytest.raises(PlanError, match=message):
        Goal(**given)  # type: ignore[arg-type]


def test_what_cannot_be_reached_or_found_is_refused(store: Store, pilot: str) -> None:
    with pytest.raises(PlanError, match="200,000"):
        forecast(PLAN, Goal(half_width=1e-5))
    with pytest.raises(PlanError, match="does not reach"):
        forecast(PLAN, Goal(budget=Budget(tasks=1)))
    with pytest.raises(UnseenError, match="no examinee 'nobody'"):
        forecast(PLAN, Goal(half_width=0.1), like=f"{pilot}:nobody", store=store)
