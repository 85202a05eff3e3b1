"""Screens of examinees with planted truth find what was planted, ask twins, stop, resume, and repeat themselves."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pytest

from tests.probing.counting import Counting, Sibling
from unseen.choices import derive_seed
from unseen.outcome import Arm, Outcome, Response
from unseen.plan import ScreenPlan
from unseen.probing import ScreenReport, ScreenSource, ScreenVerdict, interview
from unseen.task import Task

FAMILIES = {"toy/counting": Counting(), "toy/sibling": Sibling()}
PLAN = ScreenPlan(answers=320, confirm=160)


class Planted:
    """Passes by a logistic law over values: ``{("story", "shop"): -2.0}``; the task's own hardness follows from its number."""

    name = "planted"

    def __init__(
        self, effects: Mapping[tuple[str, str], float], *, together: float = 0.0, intercept: float = 1.0, faults: float = 0.0
    ) -> None:
        self.effects, self.together, self.intercept, self.faults = effects, together, intercept, faults

    def respond(self, tasks: Sequence[Task]) -> list[Response]:
        return [self._one(task) for task in tasks]

    def _one(self, task: Task) -> Response:
        if _unit("fault", task.id) < self.faults:
            return Response("", error="no line")
        logits = self.intercept + 0.8 * math.log(1 / max(_unit("hard", str(task.problem["number"])), 1e-9) - 1) * 0.55
        logits += sum(effect for (name, value), effect in self.effects.items() if str(task.setting[name]) == value)
        logits += self.together * (1 if (task.setting["rule"] == "odd") == (task.setting["size"] == 10) else -1)
        right = _unit("answer", task.id) < 1 / (1 + math.exp(-logits))
        return Response(f"Answer: {task.key if right else task.key + 7}", 10, 2)


def _unit(*parts: str) -> float:
    return int.from_bytes(derive_seed(*parts)[:7], "big") / 2**56


def run(examinee: Planted, plan: ScreenPlan = PLAN, seed: int = 5) -> tuple[ScreenReport, list[Outcome]]:
    source = ScreenSource([FAMILIES["toy/counting"]], seed, plan)
    outcomes = interview(source, examinee, families=FAMILIES)
    assert source.done
    return source.reports(examinee.name)[0], outcomes


def verdicts(report: ScreenReport) -> dict[str, ScreenVerdict]:
    return {found.name: found.verdict for found in report.variables}


def test_a_planted_effect_is_found_confirmed_and_measured_and_idle_variables_are_not_accused() -> None:
    report, _ = run(Planted({("rule", "odd"): -2.0}, intercept=1.0))
    found = {variable.name: variable for variable in report.variables}
    rule = found["rule"]
    assert rule.verdict is ScreenVerdict.MATTERS and rule.confirmation is not None and rule.confirmation.confirmed
    assert {value: round(rate.value, 1) for value, rate in rule.confirmation.rates}["plain"] >= 0.6
    assert all(found[name].verdict is not ScreenVerdict.MATTERS for name in ("size", "depth", "story"))


def test_effects_on_fresh_tasks_are_unbiased() -> None:
    found = [run(Planted({("rule", "odd"): -2.0}), seed=seed)[0].variables[2].largest for seed in range(10)]
    # -2.0 given the task is -1.75 over tasks; the Monte Carlo error is .32 / sqrt(10)
    assert sum(effect.logits for effect in found) / len(found) == pytest.approx(-1.75, abs=0.25)


def test_a_surface_variable_with_one_bad_level_is_found_and_the_level_named() -> None:
    report, _ = run(Planted({("story", "boat"): -2.5}), ScreenPlan(answers=640, confirm=320), seed=1)
    story = next(found for found in report.variables if found.name == "story")
    assert story.verdict is ScreenVerdict.MATTERS
    assert story.largest.target == "boat"
    assert report.ranked[0] is story


def test_variables_that_act_only_together_are_found_with_their_partner() -> None:
    report, _ = run(Planted({}, together=1.2, intercept=0.0))
    assert verdicts(report)["rule"] is verdicts(report)["size"] is ScreenVerdict.MATTERS
    pair = report.interactions[0]
    assert {pair.first, pair.second} == {"rule", "size"} and pair.confirmed
    assert next(found for found in report.variables if found.name == "rule").through == ("size",)


def test_what_makes_no_difference_is_shown_not_to_matter_within_a_margin_it_can_reach() -> None:
    report, outcomes = run(Planted({}, intercept=3.5), ScreenPlan(answers=640, confirm=160, margin=0.2), seed=2)
    assert set(verdicts(report).values()) == {ScreenVerdict.EQUIVALENT}
    assert report.settled and report.confirming == 0
    assert len(outcomes) < 640  # all was settled at an early look
    few, _ = run(Planted({}, intercept=0.0), ScreenPlan(answers=32, confirm=0, margin=0.05), seed=2)
    assert set(verdicts(few).values()) == {ScreenVerdict.NOT_SHOWN}


def test_clusters_are_twins_from_the_same_choices_and_confirmation_uses_fresh_ones() -> None:
    _, outcomes = run(Planted({("rule", "odd"): -2.0}))
    clusters: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        clusters.setdefault(outcome.group, []).append(outcome)
    assert all(len(cluster) == 4 and outcome.arm is Arm.ADAPT for cluster in clusters.values() for outcome in cluster)
    numbers = {group: {_number(outcome) for outcome in cluster} for group, cluster in clusters.items()}
    assert all(len(found) == 1 for found in numbers.values())
    screened, fresh = (
        frozenset().union(*(found for group, found in numbers.items() if phase in group)) for phase in ("/screen/", "/confirm/")
    )
    assert len(fresh) == 40 and not screened & fresh


def test_survivors_are_asked_at_their_middle_on_fresh_tasks() -> None:
    _, outcomes = run(Planted({("size", "10"): -2.5}))
    assert {o.setting["size"] for o in outcomes if "/screen/" in o.group} == {0, 10}
    assert {o.setting["size"] for o in outcomes if "/confirm/" in o.group} == {0, 5, 10}


def test_a_screen_cut_short_goes_on_with_the_very_tasks_and_ends_with_the_same_report() -> None:
    examinee = Planted({("rule", "odd"): -2.0})
    whole, outcomes = run(examinee)
    resumed = ScreenSource([FAMILIES["toy/counting"]], 5, PLAN)
    for outcome in outcomes[:150]:
        resumed.tell(outcome)
    rest = interview(resumed, examinee, families=FAMILIES)
    assert {o.task_id for o in rest} == {o.task_id for o in outcomes[150:]}
    assert resumed.reports("planted")[0] == whole


def test_answers_may_come_in_any_order() -> None:
    examinee = Planted({("rule", "odd"): -2.0})
    whole, outcomes = run(examinee)
    known = {outcome.task_id: outcome for outcome in outcomes}
    source = ScreenSource([FAMILIES["toy/counting"]], 5, PLAN)
    while not source.done:
        for assignment in reversed(source.take(1000)):
            source.tell(known[assignment.task.id])
    assert source.reports("planted")[0] == whole


def test_failures_to_answer_neither_count_nor_hold_up_the_screen() -> None:
    report, _ = run(Planted({("rule", "odd"): -2.5}, faults=0.2))
    assert report.screened < 320 and verdicts(report)["rule"] is ScreenVerdict.MATTERS


def test_families_take_turns_and_each_has_its_report() -> None:
    source = ScreenSource(list(FAMILIES.values()), 0, ScreenPlan(answers=32, confirm=0))
    assert {assignment.task.family for assignment in source.take(8)} == set(FAMILIES)
    assert [report.family for report in source.reports("nobody")] == list(FAMILIES)
    assert source.reports("nobody")[0].variables == ()


@pytest.mark.parametrize("field", ["answers", "fdr", "margin", "load"])
def test_a_plan_out_of_range_is_refused(field: str) -> None:
    with pytest.raises(ValueError, match=field):
        ScreenPlan.model_validate({field: -1})


def _number(outcome: Outcome) -> int:
    return int(outcome.prompt.split("follows ")[1].split()[0])
