"""The explanatory item response model recovers what was planted, and knows how well."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from tests.measuring.outcomes import outcome
from unseen.measuring import ItemResponseFit, ItemResponses, Priors, fit_item_responses, item_responses
from unseen.measuring._item_response_marginal import Answers, Marginal
from unseen.outcome import Arm, Outcome
from unseen.space import Category, Integer, Space
from unseen.verdict import Kind

ETA = np.array([1.0, -0.5, 0.0, 0.0])
SPACE = Space(steps=Integer(1, 5, role="difficulty"), rule=Category("usual", "odd", "strange", role="premise"))


def planted(seed: int, *, examinees: int = 12, tasks: int = 240, residual: float = 1.0, guess: float = 0.0) -> ItemResponses:
    rng = np.random.default_rng(seed)
    x = rng.integers(0, 2, (tasks, ETA.size)) - 0.5
    family = np.arange(tasks) % 4
    difficulty = x @ ETA + rng.normal(0, 0.7, 4)[family] + rng.normal(0, residual, tasks)
    examinee, task = np.divmod(np.arange(examinees * tasks), tasks)
    p = guess + (1 - guess) / (1 + np.exp(difficulty[task] - np.linspace(-1, 2, examinees)[examinee]))
    names = tuple((f"m{i}", "all") for i in range(examinees))
    return ItemResponses(
        examinee, task, rng.random(p.size) < p, np.full(p.size, guess), x, family, names, ("a", "b", "c", "d"), ("1", "2", "3", "4")
    )


@pytest.fixture(scope="module")
def fits() -> list[ItemResponseFit]:
    return [fit_item_responses(planted(seed)) for seed in range(60)]


def test_planted_effects_are_recovered_without_bias(fits: list[ItemResponseFit]) -> None:
    errors = np.array([[effect.value for effect in fit.effects] for fit in fits]) - ETA
    assert np.all(np.abs(errors.mean(0)) < 4 * errors.std(0) / math.sqrt(len(fits)))  # four Monte Carlo errors


def test_standard_errors_are_those_seen_over_replications(fits: list[ItemResponseFit]) -> None:
    """60 fits x 4 effects: the ratio's Monte Carlo error is about 5%."""
    errors = np.array([[effect.value for effect in fit.effects] for fit in fits]) - ETA
    ses = np.array([[effect.se for effect in fit.effects] for fit in fits])
    assert ses.mean() / np.sqrt(np.mean(errors**2)) == pytest.approx(1, abs=0.2)


def test_the_residual_sd_is_recovered(fits: list[ItemResponseFit]) -> None:
    assert np.mean([fit.residual_sd for fit in fits]) == pytest.approx(1.0, abs=0.05)


def test_differences_of_ability_are_covered(fits: list[ItemResponseFit]) -> None:
    """66 pairs of 60 panels; coverage .95 with a Monte Carlo error of about .01."""
    names = fits[0].responses.abilities
    step = 3 / 11
    hits = [
        found.low <= (i - j) * step <= found.high
        for fit in fits
        for i in range(12)
        for j in range(i)
        for found in [fit.difference(names[i], names[j])]
    ]
    assert 0.92 <= np.mean(hits) <= 0.98


def test_a_guess_floor_is_not_mistaken_for_ability() -> None:
    values = [[effect.value for effect in fit_item_responses(planted(seed, guess=0.25)).effects] for seed in range(20)]
    assert np.mean(values, axis=0) == pytest.approx(ETA, abs=0.15)


def test_without_residuals_standard_errors_are_too_small() -> None:
    responses = planted(1)
    whole, bare = fit_item_responses(responses), fit_item_responses(responses, priors=Priors(residual=1e-3, residual_log_sd=1e-3))
    assert bare.effects[0].se < 0.7 * whole.effects[0].se


@pytest.mark.parametrize("guess", [0.0, 0.2])
def test_gradient_and_information_are_the_derivatives_of_the_likelihood(guess: float) -> None:
    of = planted(2, examinees=4, tasks=40, guess=guess)
    design = np.hstack([of.x, np.eye(4)[of.family]])
    marginal = Marginal(Answers(of.ability, of.task, of.correct, of.guess, design, 4))
    at = np.random.default_rng(3).normal(0, 0.3, 4 + 8 + 1)
    for _ in range(4):
        here = marginal.curvature(at)  # the modes settle
    for i in range(at.size):
        step = np.zeros(at.size)
        step[i] = 1e-4
        up, down = marginal.curvature(at + step), marginal.curvature(at - step)
        assert (up.value - down.value) / 2e-4 == pytest.approx(here.gradient[i], abs=2e-3)
        assert (down.gradient - up.gradient) / 2e-4 == pytest.approx(here.information[i], abs=5e-2)


def test_the_integral_over_a_residual_is_exact() -> None:
    """Against a fine grid, for tasks answered one to thirty times."""
    rng = np.random.default_rng(5)
    task = np.repeat(np.arange(4), [1, 2, 8, 30])
    correct = rng.random(task.size) < 0.6
    marginal = Marginal(Answers(np.zeros(task.size, int), task, correct, np.zeros(task.size), np.zeros((4, 0)), 1))
    z = np.linspace(-9, 9, 20_001)
    p = 1 / (1 + np.exp(-(0.3 - 1.5 * z)))
    density = np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
    right, wrong = np.bincount(task, correct), np.bincount(task, ~correct)
    grid = [np.log(np.trapezoid(p**r * (1 - p) ** w * density, z)) for r, w in zip(right, wrong, strict=True)]
    assert marginal.value(np.array([0.3, math.log(1.5)])) == pytest.approx(sum(grid), abs=1e-3)


def test_declared_orders_are_kept_when_asked() -> None:
    responses = replace(planted(7), increasing=frozenset({"b", "c", "d"}))
    found = {effect.name: effect.value for effect in fit_item_responses(responses).effects}
    assert found["b"] == pytest.approx(0, abs=1e-6)
    assert found["c"] >= -1e-9 and found["d"] >= -1e-9
    assert found["a"] == pytest.approx(1.0, abs=0.5)


def test_a_model_that_answers_everything_right_has_a_finite_ability() -> None:
    of = planted(8)
    fit = fit_item_responses(replace(of, correct=of.correct | (of.ability == 0)))
    assert fit.converged
    assert fit.abilities[0].value > max(ability.value for ability in fit.abilities[1:])


def test_nothing_to_fit_is_refused() -> None:
    none = np.zeros(0, dtype=np.intp)
    with pytest.raises(ValueError, match="no answers"):
        fit_item_responses(ItemResponses(none, none, none.astype(bool), none.astype(float), np.zeros((0, 0)), none, (), (), ()))


def answered(**changes: object) -> list[Outcome]:
    settings = [{"steps": steps, "rule": rule} for steps in (1, 3, 5) for rule in ("usual", "odd")]
    return [outcome(True, setting=setting, **changes) for setting in settings]


def names_of(outcomes: list[Outcome], **options: object) -> tuple[str, ...]:
    make: Callable[..., ItemResponses] = item_responses
    return make(outcomes, {"toy/a": SPACE}, **options).effects


def test_variables_enter_as_main_effects_and_unvaried_levels_do_not() -> None:
    assert names_of(answered()) == ("toy/a: steps", "toy/a: rule=odd")


def test_interactions_enter_on_request() -> None:
    assert names_of(answered(), interactions=[("steps", "rule")]) == ("toy/a: steps", "toy/a: rule=odd", "toy/a: steps × rule=odd")


def test_monotone_steps_replace_the_straight_line() -> None:
    found = item_responses(answered(), {"toy/a": SPACE}, monotone=True)
    assert found.effects == ("toy/a: steps≥0.5", "toy/a: steps≥1", "toy/a: rule=odd")
    assert found.increasing == {"toy/a: steps≥0.5", "toy/a: steps≥1"}


def test_twins_planted_tasks_and_failures_of_infrastructure_are_left_out() -> None:
    others = [
        outcome(setting={"steps": 1, "rule": "odd"}, **change)
        for change in ({"arm": Arm.TWIN}, {"arm": Arm.PLANTED}, {"kind": Kind.INFRASTRUCTURE})
    ]
    assert item_responses([*answered(), *others], {"toy/a": SPACE}).task.size == 6


def test_a_task_two_models_answered_is_one_task_and_siblings_of_a_template_share_a_residual() -> None:
    shared = [outcome(examinee=name, task_id="t", group="t", setting={"steps": 1, "rule": "odd"}) for name in "ab"]
    assert len(set(item_responses(shared, {"toy/a": SPACE}).task.tolist())) == 1
    siblings = [outcome(group="template", setting={"steps": 1, "rule": "odd"}) for _ in range(3)]
    assert len(set(item_responses(siblings, {"toy/a": SPACE}).task.tolist())) == 1


def test_families_can_be_kept_from_shrinking_where_one_model_was_asked_the_easy_ones() -> None:
    """Two equal models, 12 families with an sd of 1 logit; what shrunk families get wrong is credited to the first. 40 simulations."""
    errors = []
    for seed in range(40):
        rng = np.random.default_rng([4, seed])
        hard = np.sort(rng.normal(0, 1, 12))
        family = np.repeat(np.arange(12), 10)
        first = rng.random(120) < 1 - (family + 0.5) / 12
        passed = rng.random(120) < 1 / (1 + np.exp(hard[family] + rng.normal(0, 0.8, 120)))
        of = ItemResponses(
            (~first).astype(np.intp), np.arange(120), passed, np.zeros(120), np.zeros((120, 0)), family,
            (("a", "all"), ("b", "all")), (), tuple(map(str, range(12))),
        )  # fmt: skip
        errors.append([fit_item_responses(of, priors=p).difference(*of.abilities).value for p in (Priors(), Priors.fixed_families())])
    shrunk, fixed = np.mean(errors, axis=0)
    assert shrunk > 0.15
    assert abs(fixed) < 3 * np.std(errors, axis=0)[1] / math.sqrt(40)
