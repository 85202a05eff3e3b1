from collections.abc import Iterator
from itertools import islice

import pytest

from unseen.choices import Choices, derive_seed
from unseen.errors import CertificateError
from unseen.families.planning_blocks._family import Blocks, BlocksProblem
from unseen.families.planning_blocks._search import Physics, canonical, execute, moves, satisfied, shortest_plan
from unseen.task import Task
from unseen.verdict import Kind

FAMILY = Blocks()


def tasks(count: int, tag: str = "blocks", **fixed: int | str) -> Iterator[Task]:
    for index in range(count):
        seed = derive_seed(tag, index)
        yield FAMILY.make(FAMILY.space.sample_near(Choices(seed), index / count, fixed=fixed), Choices(seed))


def problem(**changes: object) -> BlocksProblem:
    """B on C, D alone; D is wanted on B."""
    plain: dict[str, object] = {
        "ask": "length",
        "physics": "usual",
        "places": 0,
        "start": [["C", "B"], ["D"]],
        "goal": [["D", "B"]],
        "whole": False,
    }
    return BlocksProblem.model_validate({**plain, **changes})


def test_both_planners_and_the_reader_agree_over_the_reference_mix():
    for task in tasks(150):
        structured = FAMILY.problem_of(task)
        assert FAMILY.solve(structured) == task.key, task.prompt
        assert FAMILY.read(task.prompt) == task.key, task.prompt


@pytest.mark.parametrize(("name", "value"), [(n, v) for n, variable in FAMILY.space.variables.items() for v in variable.values()])
def test_every_level_of_every_variable_gives_certified_tasks(name, value):
    for task in tasks(4, f"level {name} {value}", **{name: value, "blocks": value if name == "blocks" else 4}):
        FAMILY.verify(FAMILY.problem_of(task), task.key, task.certificate)
        assert FAMILY.read(task.prompt) == task.key


def test_a_plan_is_accepted_by_execution_and_any_other_shortest_plan_too():
    several = 0
    for task in islice((t for t in tasks(200, ask="plan") if len(t.key) > 1), 80):
        structured = FAMILY.problem_of(task)
        assert FAMILY.check(task, f"Answer: {FAMILY.plan_answer.spell(task.key)}").kind is Kind.CORRECT
        other = _last_shortest_plan(structured)
        several += other != [tuple(step) for step in task.key]
        assert FAMILY.accepts(structured, task.key, tuple(other))
        assert not FAMILY.accepts(structured, task.key, tuple(other[:-1]))
        assert not FAMILY.accepts(structured, task.key, (*other, other[-1]))
    assert several > 10


def _last_shortest_plan(structured: BlocksProblem) -> list[tuple[str, str]]:
    """A shortest plan found without the planner's preference: always the last step that brings the goal one move nearer."""
    state, plan = structured.state, []
    left = len(shortest_plan(state, structured.wanted, structured.physics, structured.places))
    while left:
        left -= 1
        options = list(moves(state, structured.physics, structured.places))
        step, state = next(
            (step, after)
            for step, after in reversed(options)
            if len(shortest_plan(after, structured.wanted, structured.physics, structured.places)) == left
        )
        plan.append(step)
    return plan


@pytest.mark.parametrize("word", ["empty", "the table", "an empty place", "the quay", "EMPTY"])
def test_an_empty_place_may_be_called_what_the_story_calls_it(word):
    structured = problem(ask="plan", goal=[["B", "empty"]])
    assert FAMILY.key(structured) == [["B", "empty"]]
    assert (
        FAMILY.answer_for(structured)
        .check(f"Answer: B to {word}", [["B", "empty"]], accepts=lambda value: FAMILY.accepts(structured, [["B", "empty"]], value))
        .correct
    )


@pytest.mark.parametrize(
    ("physics", "plan", "end"),
    [
        ("usual", [("B", "empty")], ("B", "CD")),
        ("whole tower", [("D", "empty")], ("C", "DB")),
        ("turned over", [("D", "empty")], ("BD", "C")),
        ("turned over", [("C", "empty")], ("BDC",)),
        ("from below", [("C", "empty")], ("C", "DB")),
    ],
)
def test_each_physics_moves_as_it_says(physics, plan, end):
    assert execute(canonical([["C", "D", "B"]]), plan, Physics(physics), 0) == end


def test_moves_that_no_physics_allows_are_refused():
    state = canonical([["C", "D", "B"]])
    assert execute(state, [("D", "empty")], Physics.USUAL, 0) is None
    assert execute(state, [("C", "empty")], Physics.TOWER, 0) is None
    assert execute(state, [("B", "D")], Physics.USUAL, 0) is None
    assert execute(canonical([["B", "C"], ["D"], ["E"]]), [("C", "empty")], Physics.USUAL, 3) is None


def test_full_room_costs_moves():
    crowded = problem(start=[["B", "C"], ["D", "E"], ["F", "G"]], goal=[["B", "C"], ["D", "E"], ["F", "G"]], places=3)
    roomy = crowded.model_copy(update={"places": 0})
    assert FAMILY.key(crowded) > FAMILY.key(roomy) == FAMILY.solve(roomy)


def test_tampered_keys_and_certificates_are_rejected():
    for task in tasks(40, "tamper"):
        structured = FAMILY.problem_of(task)
        if structured.ask == "length":
            faults = [(task.key + 1, task.certificate), (task.key, {}), (task.key, {"plan": task.certificate["plan"][:-1]})]
            faults.append((task.key + 2, {"plan": [*task.certificate["plan"], *_there_and_back(structured)]}))
        else:
            faults = [
                (task.key[:-1], task.certificate),
                (task.key, {"length": len(task.key) + 1}),
                (task.key, {}),
                ("none", task.certificate),
            ]
        for key, certificate in faults:
            with pytest.raises(CertificateError):
                FAMILY.verify(structured, key, certificate)


def _there_and_back(structured: BlocksProblem) -> list[list[str]]:
    plan = shortest_plan(structured.state, structured.wanted, structured.physics, structured.places)
    end = execute(structured.state, plan, structured.physics, structured.places)
    assert end is not None and satisfied(end, structured.wanted)
    step, away = next(iter(moves(end, structured.physics, structured.places)))
    back = next(iter(moves(away, structured.physics, structured.places)))[0]
    return [list(step), list(back)]


@pytest.mark.parametrize(
    "changes",
    [
        {"start": [["B", "B"]]},
        {"start": [["B"], ["C"], ["D"], ["E"]], "places": 3},
        {"goal": [["D", "B"], ["C", "B"]]},
        {"goal": [["D", "B"], ["B", "D"]]},
        {"goal": [["D", "Q"]]},
        {"goal": []},
        {"ask": "both"},
        {"places": 1},
        {"whole": True},
    ],
)
def test_impossible_problems_are_refused_before_any_search(changes):
    with pytest.raises(ValueError):
        problem(**changes)


def test_replay_gives_every_byte_back():
    for task in tasks(60, "replay"):
        again = FAMILY.replay(task.setting, task.choices)
        assert again.to_row() == task.to_row()
        assert Task.from_row(task.to_row()).content() == task.id


def test_a_story_changes_neither_problem_nor_key():
    for task in tasks(25, "surface"):
        twins = FAMILY.surface_twins(task)
        assert len({twin.prompt for twin in twins} | {task.prompt}) == 6
        assert all((twin.key, twin.problem, twin.effort) == (task.key, task.problem, task.effort) for twin in twins)


def test_altered_physics_keeps_the_stacks_and_usually_changes_the_length():
    """With five blocks or more; 3 × 90 pairs, Monte Carlo error of a share near .9 about .02."""
    changed = total = 0
    for task in tasks(90, "premise", ask="length", physics="usual", blocks=5):
        for twin in FAMILY.counterfactual_twins(task):
            assert (twin.problem["start"], twin.problem["goal"]) == (task.problem["start"], task.problem["goal"])
            changed, total = changed + (twin.key != task.key), total + 1
    assert changed / total > 0.8


def test_effort_rises_with_every_difficulty_variable():
    for name in ("blocks", "room", "distractors"):
        variable = FAMILY.space.variables[name]
        means = [_mean_effort(name, value) for value in (variable.values()[0], variable.values()[-1])]
        assert means[0] < means[1], name


def _mean_effort(name: str, value: int | str) -> float:
    fixed = {"blocks": 5, "goal": "whole", "physics": "usual", "distractors": 0, "room": "any number", name: value}
    return sum(task.effort for task in tasks(60, "effort", **fixed)) / 60


def test_draws_do_not_repeat_even_at_the_easiest_setting():
    easiest = {FAMILY.make(FAMILY.space.default, Choices(derive_seed("easy", k))).prompt for k in range(100)}
    assert len(easiest) > 90
    mixed = [task.prompt for task in tasks(150, "distinct")]
    assert len(set(mixed)) > 0.98 * len(mixed)


def test_no_answer_given_blindly_scores_more_than_the_guess_rate():
    """Best constant, the number of blocks, and the number of demands, over 400 tasks of both kinds (error .02)."""
    drawn = list(tasks(400, "guess"))
    lengths = [task for task in drawn if task.setting.ask == "length"]
    constant = max(sum(task.key == guess for task in lengths) for guess in range(1, 16))
    blocks = sum(task.key == task.setting.blocks for task in lengths)
    demands = sum(task.key == len(task.problem["goal"]) for task in lengths)
    assert max(constant, blocks, demands) / len(drawn) <= FAMILY.guess_rate


def test_prompts_end_with_the_question_and_hold_nothing_unfilled():
    for task in tasks(60, "clean"):
        assert task.prompt.endswith("?")
        assert "  " not in task.prompt and "None" not in task.prompt and "{}" not in task.prompt


def test_the_hard_end_needs_long_plans():
    fixed = {"blocks": 7, "room": "3 places", "goal": "whole", "physics": "usual", "ask": "length"}
    assert max(task.key for task in tasks(30, "hard", **fixed)) >= 12


def test_version_1_mints_these_tasks():
    """A change here changes every task: bump the version."""
    seeds = [derive_seed("golden", k) for k in range(5)]
    found = [FAMILY.make(FAMILY.space.sample_near(Choices(seed), k / 4), Choices(seed)).id for k, seed in enumerate(seeds)]
    assert FAMILY.version == 1
    assert found == [
        "8cbbbda51be11c96f2a53842e414007b",
        "961e32171e0ae156945bda44b064a83f",
        "c90488d9994f001eea5b49303e3dc525",
        "9c9417e1fb5365d6430526032e4f4438",
        "8a2d38d253d6d811a1e36ff4413867b1",
    ]
