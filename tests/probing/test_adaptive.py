"""The adaptive source."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from tests.probing.counting import Count, Counting, Sibling, Steady
from unseen.choices import Choices
from unseen.errors import PlanError
from unseen.measuring import assisted_rate, family_rate
from unseen.outcome import Arm, Assignment, Outcome, Response
from unseen.plan import Budget, Plan, RateAim
from unseen.probing import AbilityPrior, AdaptiveSource, Stop, interview, reference_loads
from unseen.probing._interview import graded
from unseen.space import Setting

FAMILY, OTHER = Counting(), Sibling()
BOTH = {FAMILY.name: FAMILY, OTHER.name: OTHER}


def source(told: list[Outcome] | None = None, families=(FAMILY,), **fields: object) -> AdaptiveSource:
    plan = Plan.of({"seed": 7, **fields})
    return AdaptiveSource(plan, list(families), told=told or [])


def answer(assignments: list[Assignment], threshold: float = 0.5) -> list[Outcome]:
    examinees = {name: Steady(family, threshold) for name, family in BOTH.items()}
    return [graded(a, "x", examinees[a.task.family].respond([a.task])[0], BOTH[a.task.family]) for a in assignments]


def asked(probe: AdaptiveSource, count: int, threshold: float = 0.5, batch: int = 8) -> list[Outcome]:
    outcomes: list[Outcome] = []
    while len(outcomes) < count and (taken := probe.take(min(batch, count - len(outcomes)))):
        outcomes += (answers := answer(taken, threshold))
        for outcome in answers:
            probe.tell(outcome)
    return outcomes


def test_every_arm_gets_its_share_at_every_moment() -> None:
    arms = [a.arm for a in source(target_se=0.01, explore=0.4, twins=0.2, planted=0.1).take(100)]
    for length in (20, 50, 100):
        counts = Counter(arms[:length])
        for arm, share in {Arm.EXPLORE: 0.4, Arm.ADAPT: 0.3, Arm.TWIN: 0.2, Arm.PLANTED: 0.1}.items():
            assert counts[arm] == pytest.approx(share * length, abs=2)


def test_families_take_turns() -> None:
    taken = source(families=(FAMILY, OTHER)).take(21)
    assert abs(Counter(a.task.family for a in taken)[FAMILY.name] - 10.5) == 0.5


def test_no_task_and_no_prompt_is_asked_twice() -> None:
    taken = source(target_se=0.01).take(300)
    assert len({a.task.id for a in taken}) == len({a.task.prompt for a in taken}) == 300


def test_the_same_plan_asks_the_same() -> None:
    first, second = ([o.task_id for o in asked(source(), 40)] for _ in range(2))
    assert first == second
    assert first != [o.task_id for o in asked(AdaptiveSource(Plan(seed=8), [FAMILY]), 40)]


def test_exploration_does_not_depend_on_what_was_answered() -> None:
    strong, weak = asked(source(target_se=0.05), 60, threshold=0.9), asked(source(target_se=0.05), 60, threshold=0.1)
    explored = [[o.task_id for o in outcomes if o.arm is Arm.EXPLORE] for outcomes in (strong, weak)]
    assert explored[0] == explored[1]
    adapted = [np.mean([o.load for o in outcomes[30:] if o.arm is Arm.ADAPT]) for outcomes in (strong, weak)]
    assert adapted[0] > 0.7 > 0.3 > adapted[1]


def test_draws_carry_the_weight_that_undoes_their_choice() -> None:
    probe = source(target_se=0.05, explore=0.3, twins=0.2, planted=0.1)
    asked(probe, 60)
    taken = probe.take(60)
    weights = {arm: [a.weight for a in taken if a.arm is arm] for arm in Arm}
    assert {*weights[Arm.TWIN], *weights[Arm.PLANTED]} == {None}
    known = [w for w in weights[Arm.EXPLORE] + weights[Arm.ADAPT] if w is not None]
    assert len(known) == len(weights[Arm.EXPLORE] + weights[Arm.ADAPT])
    assert 0 < min(known) < 1 < max(known) <= 1 / (0.3 / 0.7)
    even = source(explore=1.0, twins=0, planted=0).take(20)
    assert {a.weight for a in even} == {1.0}


@pytest.mark.parametrize("threshold", [0.1, 0.8])
def test_asked_for_the_rate_it_stops_when_the_rate_is_known(threshold: float) -> None:
    probe = source(measure_rate=RateAim(within=0.12), twins=0, planted=0)
    outcomes = asked(probe, 400, threshold)
    assert probe.state()[FAMILY.name].stopped == Stop.PRECISE
    assert 16 <= len(outcomes) < 300
    found = assisted_rate(outcomes, reference_loads(FAMILY, {}), anytime=True)
    assert found.high - found.low < 0.3
    assert found.low < np.mean(1 / (1 + np.exp(-8 * (threshold - reference_loads(FAMILY, {}))))) < found.high


def test_asked_to_decide_it_stops_once_the_rate_lies_on_one_side() -> None:
    decided = source(measure_rate=RateAim(within=0.01, decide=0.9), twins=0, planted=0)
    assert len(asked(decided, 400, 0.3)) < 60
    assert decided.state()[FAMILY.name].stopped == Stop.DECIDED
    close = source(measure_rate=RateAim(within=0.01, decide=0.35), twins=0, planted=0)
    assert len(asked(close, 120, 0.3)) == 120


def test_for_a_rate_it_asks_where_answers_vary_and_wider_than_for_ability() -> None:
    spreads = []
    for aim in (None, RateAim(within=0.01)):
        probe = source(target_se=0.05, measure_rate=aim, explore=0.1, twins=0, planted=0)
        spreads.append(np.std([o.load for o in asked(probe, 120)[40:] if o.arm is Arm.ADAPT]))
    assert spreads[1] > 1.5 * spreads[0]


def test_a_calibrated_family_is_known_sooner() -> None:
    prior = AbilityPrior(half=0.5, half_sd=0.15, slope=8.0, slope_log_sd=0.15)
    told, untold = (AdaptiveSource(Plan(seed=3, target_se=0.35), [FAMILY], priors=priors) for priors in ({FAMILY.name: prior}, None))
    assert len(asked(told, 400)) < len(asked(untold, 400))


def test_a_batch_taken_blind_is_spread_out_and_useful() -> None:
    loads = [a.task.setting for a in source(target_se=0.05).take(40) if a.arm is Arm.ADAPT]
    assert np.std([FAMILY.space.load(setting) for setting in loads]) > 0.2


def test_a_twin_changes_one_variable_of_its_anchor_and_shares_its_group() -> None:
    taken = source(target_se=0.05, twins=0.3).take(60)
    anchors = {a.group: a.task for a in taken if a.arm in (Arm.EXPLORE, Arm.ADAPT)}
    twins = [a for a in taken if a.arm is Arm.TWIN]
    changed = []
    for twin in twins:
        anchor = anchors[twin.group]
        differing = [name for name in anchor.setting if anchor.setting[name] != twin.task.setting[name]]
        assert [twin.role] == [f"{name}={twin.task.setting[name]}" for name in differing]
        changed += differing
    assert abs(changed.count("rule") - changed.count("story")) <= 1


def test_a_planted_task_fails_whoever_answers_it_rightly() -> None:
    planted = [a.task for a in source(target_se=0.05, planted=0.3).take(60) if a.arm is Arm.PLANTED]
    assert len(planted) == 18
    assert all(task.key != FAMILY.replay(task.setting, task.choices).key for task in planted)
    assert not any(FAMILY.check(task, f"Answer: {FAMILY.replay(task.setting, task.choices).key}").correct for task in planted)


def test_telling_twice_changes_nothing() -> None:
    probe = source()
    outcomes = asked(probe, 20)
    before = probe.state()
    for outcome in outcomes:
        probe.tell(outcome)
    assert probe.state() == before


@pytest.mark.parametrize("cut", [1, 13, 40])
def test_a_resumed_probe_knows_what_it_knew_and_repeats_nothing(cut: int) -> None:
    first = source(target_se=0.05)
    outcomes = asked(first, 40)[:cut]
    resumed = source(told=list(reversed(outcomes)), target_se=0.05)
    again = source(target_se=0.05)
    for outcome in outcomes:
        again.tell(outcome)
    state = resumed.state()[FAMILY.name]
    assert (state.n, state.mean) == (again.state()[FAMILY.name].n, pytest.approx(again.state()[FAMILY.name].mean))
    taken = resumed.take(100)
    assert not {a.task.id for a in taken} & {o.task_id for o in outcomes}
    assert not {a.task.prompt for a in taken} & {o.prompt for o in outcomes}
    assert not {a.group for a in taken if not a.role} & {o.group for o in outcomes}


def test_groups_of_different_seeds_never_meet() -> None:
    mine, theirs = ({a.group for a in AdaptiveSource(Plan(seed=seed), [FAMILY]).take(20)} for seed in (1, 2))
    assert not mine & theirs


class Few(Counting):
    """Counting over few numbers, so that fresh draws often repeat."""

    def draw(self, at: Setting, choose: Choices) -> Count:
        return Count(number=choose.integer("number", 0, 30), rule=at.rule)


def test_what_another_run_asked_is_not_asked_again() -> None:
    few = Few()
    asked_before = AdaptiveSource(Plan(seed=1, planted=0), [few]).take(20)
    outcomes = [graded(a, "x", Response("Answer: 1"), few) for a in asked_before]
    resumed = AdaptiveSource(Plan(seed=2, planted=0), [few], told=outcomes)
    assert resumed.state()[few.name].n > 0
    assert not {a.task.prompt for a in resumed.take(20)} & {o.prompt for o in outcomes}


def test_a_family_with_nothing_new_left_stops() -> None:
    probe = AdaptiveSource(Plan(seed=1, target_se=0.01), [Few()])
    assert len(probe.take(1000)) < 300
    assert probe.done
    assert probe.state()[FAMILY.name].stopped == Stop.EXHAUSTED


def test_a_seed_is_spent_even_if_its_task_can_no_longer_be_made() -> None:
    """As when a family changed without a new version: the outcome's id is not what its seed gives now."""
    outcomes = [replace(o, task_id=f"old {o.task_id}", prompt="old") for o in asked(source(), 20)]
    assert not {a.group for a in source(told=outcomes, target_se=0.05).take(60) if not a.role} & {o.group for o in outcomes}


def test_earlier_answers_count_against_the_budget() -> None:
    outcomes = asked(source(budget={"tasks": 30}), 12)
    resumed = source(told=outcomes, budget={"tasks": 30})
    assert len(resumed.take(100)) == 18
    assert resumed.done


@pytest.mark.parametrize("budget", [{"tasks": 24}, {"tokens": 24 * 12}])
def test_a_spent_budget_ends_it(budget: dict[str, int]) -> None:
    probe = source(budget=budget)
    assert len(asked(probe, 500, batch=4)) == 24
    assert probe.done


def test_a_family_stops_once_it_is_known_well_enough() -> None:
    probe = source(target_se=0.4)
    outcomes = asked(probe, 500)
    state = probe.state()[FAMILY.name]
    assert probe.done
    assert len(outcomes) < 150
    assert state.stopped == Stop.PRECISE
    assert state.sd <= 0.4


@pytest.mark.parametrize(("threshold", "stop"), [(3.0, Stop.ABOVE), (-3.0, Stop.BELOW)])
def test_a_family_out_of_reach_is_not_asked_for_ever(threshold: float, stop: Stop) -> None:
    probe = source(target_se=0.1)
    assert len(asked(probe, 500, threshold)) < 100
    assert probe.state()[FAMILY.name].stopped == stop


def test_it_waits_for_answers_that_should_suffice() -> None:
    probe = source(target_se=0.5)
    taken = probe.take(500)
    assert len(taken) < 200
    assert not probe.done
    for outcome in answer(taken):
        probe.tell(outcome)
    assert probe.done or probe.take(1)


def test_an_infrastructure_failure_teaches_nothing() -> None:
    probe = source()
    taken = probe.take(10)
    before = probe.state()
    for assignment in taken:
        probe.tell(graded(assignment, "x", Response("", error="timed out"), FAMILY))
    assert probe.state() == before


def test_answers_to_another_version_are_not_learned_from() -> None:
    outcomes = [replace(o, version=2) for o in asked(source(), 10)]
    assert source(told=outcomes).state()[FAMILY.name].n == 0


def test_held_variables_stay_held() -> None:
    taken = source(settings={"rule": "odd", "depth": 3}, target_se=0.05).take(40)
    assert {a.task.setting["depth"] for a in taken} == {3}
    assert {a.task.setting["rule"] for a in taken if a.arm is not Arm.TWIN} == {"odd"}


def test_a_plan_without_a_seed_is_refused() -> None:
    with pytest.raises(PlanError, match="no seed"):
        AdaptiveSource(Plan(), [FAMILY])


def test_exploration_stays_unbiased_while_all_answers_together_do_not() -> None:
    """20 interviews of 48 questions, true rate near .15: Monte Carlo error .010 of the exploration rate's bias, .008 of the assisted one's."""
    biases, assisted, pulls = [], [], []
    for seed in range(20):
        examinee = Steady(FAMILY, 0.1, 12.0, seed=seed)
        probe = AdaptiveSource(Plan(seed=seed, target_se=0.05), [FAMILY])
        outcomes = interview(probe, examinee, families=BOTH, budget=Budget(tasks=48), batch=12)
        everything = AdaptiveSource(Plan(seed=10_000 + seed, target_se=0.01, explore=1.0, twins=0, planted=0), [FAMILY]).take(40)
        truth = float(np.mean([examinee.chance(a.task) for a in everything]))
        biases.append(family_rate(outcomes).value - truth)
        assisted.append(assisted_rate(outcomes, reference_loads(FAMILY, {})).value - truth)
        pulls.append(np.mean([o.correct for o in outcomes if o.arm in (Arm.EXPLORE, Arm.ADAPT)]) - truth)
    assert abs(np.mean(biases)) < 0.03
    assert abs(np.mean(assisted)) < 0.025
    assert np.mean(pulls) > 0.05
