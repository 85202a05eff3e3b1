"""Simulated examinees do what their planted truth says, the same every time."""

import math
from itertools import islice

import pytest

from tests.assaying.honest_family import ThoughtOf
from unseen.answers import wrappings
from unseen.choices import Choices, derive_seed
from unseen.errors import ExamineeError
from unseen.examinees import KINDS, simulated
from unseen.minting import plant
from unseen.verdict import Kind

FAMILY = ThoughtOf()
FAMILIES = {FAMILY.name: FAMILY}
N = 900


def tasks(n=N, label="", **setting):
    return [FAMILY.make({"digits": 4, **setting}, Choices(derive_seed("examinees", label, i))) for i in range(n)]


def grade(name, asked):
    examinee = simulated(name, FAMILIES)
    return [FAMILY.check(task, response.text) for task, response in zip(asked, examinee.respond(asked), strict=True)]


def assert_rate(verdicts, expected):
    """Within 4 binomial standard errors: a false alarm in 16,000 runs (and the seed is fixed)."""
    rate = sum(verdict.correct for verdict in verdicts) / len(verdicts)
    error = math.sqrt(max(expected * (1 - expected), 0.25 / len(verdicts)) / len(verdicts))
    assert abs(rate - expected) <= 4 * error, f"{rate:.3f} for {expected:.3f} ± {error:.3f}"


@pytest.mark.parametrize("steps", [1, 4, 12])
@pytest.mark.parametrize("options", ["ability=2", "ability=2&discrimination=0.5", "ability=1&guess=0.2&slip=0.1"])
def test_item_response_succeeds_at_its_stated_rate(steps, options):
    given = dict(pair.split("=") for pair in options.split("&"))
    guess, slip = float(given.get("guess", 0)), float(given.get("slip", 0))
    advantage = float(given["ability"]) - math.log2(steps)
    expected = guess + (1 - guess - slip) / (1 + math.exp(-float(given.get("discrimination", 1)) * advantage))
    assert_rate(grade(f"simulated/item-response?{options}", tasks(steps=steps, label=str(steps))), expected)


def test_wrong_answers_are_read_as_wrong_and_not_as_unreadable():
    kinds = {verdict.kind for verdict in grade("simulated/item-response?ability=-100", tasks(100))}
    assert kinds == {Kind.INCORRECT}


def test_a_memoriser_knows_the_share_it_has_seen_and_nothing_else():
    assert_rate(grade("simulated/memoriser?ability=-100&share=0.3", tasks()), 0.3)


def test_a_memoriser_knows_the_tasks_of_its_file_by_id_and_by_their_words(tmp_path):
    asked = tasks(20)
    (tmp_path / "seen.txt").write_text(
        "\n".join([*(task.id for task in asked[:5]), *(task.prompt.replace("\n", " ").upper() for task in asked[5:10])])
    )
    right = [verdict.correct for verdict in grade(f"simulated/memoriser?ability=-100&seen={tmp_path / 'seen.txt'}", asked)]
    assert right == [True] * 10 + [False] * 10


def test_a_shortcut_taker_says_what_its_cue_says():
    asked = tasks(50, steps=2)
    replies = simulated("simulated/shortcut-taker?cue=last-number", FAMILIES).respond(asked)
    assert [reply.text for reply in replies] == [f"Answer: {task.problem['end']}" for task in asked]


def test_a_prior_reciter_is_right_under_the_habitual_rule_and_wrong_under_the_other():
    name = "simulated/prior-reciter?ability=100"
    assert all(verdict.correct for verdict in grade(name, tasks(50, counting="usual")))
    assert not any(verdict.correct for verdict in grade(name, tasks(50, counting="generous")))


def test_a_surface_sensitive_examinee_loses_its_penalty_at_the_levels_it_minds():
    name = "simulated/surface-sensitive?ability=2&penalty=3&variable=story&levels=lift|bank"
    for story, advantage in (("number", 0.0), ("basket", 0.0), ("lift", -3.0), ("bank", -3.0)):
        assert_rate(grade(name, tasks(steps=4, label=story, story=story)), 1 / (1 + math.exp(-advantage)))


def test_a_blind_spot_fails_its_share_inside_its_region_and_nothing_elsewhere():
    name = "simulated/blind-spot?ability=1000&where=steps=3..5,story=lift|bank&rate=0.7"
    assert_rate(grade(name, tasks(steps=4, label="inside", story="bank")), 0.3)
    for setting in ({"steps": 2, "story": "bank"}, {"steps": 4, "story": "number"}):
        assert all(verdict.correct for verdict in grade(name, tasks(100, label="outside", **setting)))


def test_a_blind_spot_over_variables_that_a_family_lacks_is_nowhere():
    assert all(verdict.correct for verdict in grade("simulated/blind-spot?ability=1000&where=floors=3&rate=1", tasks(50)))


def test_a_blind_spot_at_a_value_that_does_not_exist_is_an_error_and_not_a_wrong_answer():
    (response,) = simulated("simulated/blind-spot?where=story=castle", FAMILIES).respond(tasks(1))
    assert "where story=castle is not in" in response.error


def test_a_formatter_is_right_in_every_wrapping():
    asked = tasks(300)
    assert all(verdict.correct for verdict in grade("simulated/formatter", asked))
    assert len(
        {
            reply.text.replace(str(task.key), "#")
            for task, reply in zip(asked, simulated("simulated/formatter", FAMILIES).respond(asked), strict=True)
        }
    ) > len(wrappings("x"))


def test_a_flaky_examinee_fails_at_its_rate_with_an_error_and_never_with_a_wrong_answer():
    asked = tasks()
    replies = simulated("simulated/flaky?rate=0.2&ability=100", FAMILIES).respond(asked)
    failed = [reply.error is not None for reply in replies]
    assert abs(sum(failed) / N - 0.2) < 4 * math.sqrt(0.2 * 0.8 / N)
    assert all(FAMILY.check(task, reply.text).correct for task, reply in zip(asked, replies, strict=True) if reply.error is None)


def test_a_flaky_examinee_that_recovers_answers_when_asked_again():
    examinee = simulated("simulated/flaky?rate=1&recovers=3&ability=100", FAMILIES)
    asked = tasks(3)
    assert [[reply.error is None for reply in examinee.respond(asked)] for _ in range(3)] == [[False] * 3, [False] * 3, [True] * 3]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "flaky"])
def test_what_is_said_depends_on_the_seed_and_the_task_alone(kind):
    asked = tasks(30)
    name = f"simulated/{kind}?ability=2"
    together = [reply.text for reply in simulated(name, FAMILIES).respond(asked)]
    apart = [simulated(name, FAMILIES).respond([task])[0].text for task in reversed(asked)]
    assert together == apart[::-1]


def test_another_seed_is_another_examinee_of_the_same_ability():
    asked = tasks(200, steps=4)
    first, second = ([verdict.correct for verdict in grade(f"simulated/item-response?ability=2&seed={seed}", asked)] for seed in (1, 2))
    assert 40 < sum(a != b for a, b in zip(first, second, strict=True)) < 160


def test_a_task_with_a_wrong_key_is_answered_rightly_and_so_marked_wrong():
    task, donor = islice(tasks(2), 2)
    planted = plant(task, donor)
    reply = simulated("simulated/item-response?ability=100", FAMILIES).respond([planted])[0]
    assert reply.text == f"Answer: {task.key}"
    assert not FAMILY.check(planted, reply.text).correct


def test_a_task_of_an_unknown_family_is_a_fault_and_not_a_wrong_answer():
    (response,) = simulated("simulated/item-response").respond(tasks(1))
    assert "no family 'test/thought-of'" in response.error


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("simulated/item-respnse", "simulated/item-response"),
        ("simulated/item-response?abilty=2", "no option 'abilty'; the options are ability"),
        ("simulated/item-response?ability=high", "option ability=high"),
        ("simulated/item-response?ability=nan", "option ability=nan"),
        ("simulated/item-response?guess=2", "option guess=2"),
        ("simulated/shortcut-taker?cue=smell", "the cues are"),
        ("simulated/formatter?style=loud", "the styles are"),
        ("simulated/blind-spot?where=steps", "variable=value"),
        ("simulated/memoriser?seen=/no/such/file", "/no/such/file"),
    ],
)
def test_a_bad_name_or_option_is_named(name, said):
    with pytest.raises(ExamineeError, match=said.replace("?", r"\?")):
        simulated(name)
