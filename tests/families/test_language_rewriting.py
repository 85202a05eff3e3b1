"""language/rewriting: two solvers and a reader agree in every reading; prompts are whole; twins differ in one thing."""

import json
import re
from statistics import mean

import pytest

from unseen.choices import Choices, derive_seed
from unseen.families.language_rewriting import Rewriting
from unseen.families.language_rewriting._apply import apply
from unseen.families.language_rewriting._engine import engine
from unseen.families.language_rewriting._problem import ALPHABETS, Condition, Operation, RewritingProblem, Step
from unseen.families.language_rewriting._words import how_many, next_free, word
from unseen.task import Task, canonical_json

FAMILY = Rewriting()
LEVELS = [(name, value) for name, variable in FAMILY.space.variables.items() for value in variable.values()]


def mixed(index: int, **fixed: int | str) -> Task:
    """The index-th task of the reference mix."""
    seed = derive_seed("rewriting test", index)
    load = Choices(seed).integer("load", 0, 1000) / 1000
    return FAMILY.make(FAMILY.space.sample_near(Choices(seed), load, fixed=fixed), Choices(derive_seed("draw", index)))


TASKS = [mixed(i) for i in range(300)]


@pytest.mark.parametrize(("name", "value"), LEVELS)
def test_key_second_solver_and_reader_agree_at_every_level_of_every_variable(name: str, value: int | str) -> None:
    for index in range(6):
        task = mixed(1000 + index, **{name: value})
        problem = FAMILY.problem_of(task)
        assert FAMILY.key(problem) == FAMILY.solve(problem) == FAMILY.read(task.prompt) == task.key, task.prompt


def test_key_second_solver_and_reader_agree_over_the_reference_mix() -> None:
    for task in TASKS:
        assert FAMILY.solve(FAMILY.problem_of(task)) == FAMILY.read(task.prompt) == task.key, task.prompt


def order(kind: str, *letters: str, places: tuple[int, ...] = (), each: bool = False) -> Operation:
    return Operation.model_validate({"kind": kind, "letters": letters, "places": places, "each": each})


def answers(procedure: str, words: str, *steps: Operation | Step, ask: int = 0) -> list[object]:
    """The key in the usual and in the backwards reading, each confirmed by the second solver."""
    told = tuple(step if isinstance(step, Step) else Step(do=step) for step in steps)
    keys: list[object] = []
    for reading in ("usual", "backwards"):
        problem = RewritingProblem.model_validate(
            {"reading": reading, "procedure": procedure, "words": tuple(words.split()), "steps": told, "ask": ask}
        )
        assert apply(problem).key == engine(problem)
        keys.append(apply(problem).key)
    return keys


@pytest.mark.parametrize(
    ("operation", "usual", "backwards"),
    [
        (order("every", "a", "oz"), "bozkozno", "bozkozno"),
        (order("once", "a", "oz"), "bozkano", "bakozno"),
        (order("rotate", places=(2,)), "kanoba", "nobaka"),
        (order("reverse"), "onakab", "onakab"),
        (order("double"), "bakanoo", "bbakano"),
        (order("remove", places=(1,)), "akano", "bakan"),
        (order("swap", places=(1, 3)), "kabano", "bakona"),
        (order("swap", places=(1, 9)), "bakano", "bakano"),
        (order("once", "z", "t"), "bakano", "bakano"),
    ],
)
def test_each_order_on_a_word_from_either_end(operation: Operation, usual: str, backwards: str) -> None:
    assert answers("rewrite", "bakano", operation) == [usual, backwards]


@pytest.mark.parametrize(
    ("operation", "usual", "backwards"),
    [
        (order("rotate", places=(1,)), "ozo elk bab taku", "bab taku ozo elk"),
        (order("reverse"), "bab elk ozo taku", "bab elk ozo taku"),
        (order("remove", places=(2,)), "taku elk bab", "taku ozo bab"),
        (order("swap", places=(1, 2)), "ozo taku elk bab", "taku ozo bab elk"),
        (order("alphabet"), "bab elk ozo taku", "taku ozo elk bab"),
        (order("length"), "ozo elk bab taku", "ozo elk bab taku"),
        (order("vowels"), "elk bab taku ozo", "elk bab taku ozo"),
        (order("count", "b"), "taku ozo elk bab", "taku ozo elk bab"),
        (order("front", "k"), "taku elk ozo bab", "taku elk ozo bab"),
        (order("letter", places=(2,)), "taku bab elk ozo", "ozo elk taku bab"),
        (order("double", each=True), "takuu ozoo elkk babb", "ttaku oozo eelk bbab"),
    ],
)
def test_each_order_on_a_list_from_either_end(operation: Operation, usual: str, backwards: str) -> None:
    assert answers("program", "taku ozo elk bab", operation) == [usual.split(), backwards.split()]


def test_copying_goes_from_the_first_to_the_last() -> None:
    assert answers("copy", "bakano") == ["bakano", "onakab"]
    assert answers("copy", "taku ozo elk") == [["taku", "ozo", "elk"], ["elk", "ozo", "taku"]]


def test_places_of_an_answer_follow_the_reading() -> None:
    assert answers("pick", "taku ozo elk bab", ask=1) == ["taku", "bab"]


def test_conditions_decide_between_two_orders() -> None:
    step = Step(
        do=order("reverse"),
        conditions=(Condition(kind="order"), Condition(kind="longer", number=5)),
        otherwise=order("double"),
    )
    # b comes before o: reversed. Backwards, the first letter is o, and o comes before b: reversed too.
    assert answers("rewrite", "bakano", step) == ["onakab", "onakab"]
    assert answers("rewrite", "okab", step) == ["okabb", "ookab"]


def test_rules_apply_at_the_first_fit_until_none_fits() -> None:
    rules = [order("rule", "ab", "c"), order("rule", "bc", "a")]
    assert answers("fixpoint", "abc", *rules) == ["cc", "aa"]
    assert answers("fixpoint", "bbbaaa", order("rule", "ba", "ab")) == ["aaabbb", "aaabbb"]


def test_alphabets_are_permutations_and_the_first_is_the_usual_one() -> None:
    assert next(iter(ALPHABETS)) == "usual"
    assert all(sorted(order) == sorted(ALPHABETS["usual"]) for order in ALPHABETS.values())
    assert len(set(ALPHABETS.values())) == len(ALPHABETS)


def test_words_are_invented_pronounceable_and_distinct() -> None:
    for task in TASKS:
        words = [*task.problem["words"], *task.problem["asides"]]
        assert len(set(words)) == len(words)
        if task.setting["procedure"] != "fixpoint":
            assert all(re.fullmatch(r"(?:[a-z]{0,2}[aeiou])+[a-z]?", word) for word in words), words
            assert not {"album", "opera", "forum", "adam", "gazebo"} & set(words)


def test_a_number_that_spells_an_english_word_gives_the_next_one() -> None:
    numbers = {word(number, 2): number for number in range(how_many(2))}
    assert "album" in numbers
    assert next_free(numbers["album"], 2, []) != "album"
    free = next(spelled for spelled in numbers if next_free(numbers[spelled], 2, []) == spelled)
    assert next_free(numbers[free], 2, [free]) != free


def test_replay_gives_the_task_back_bit_for_bit() -> None:
    for task in TASKS[:60]:
        again = FAMILY.replay(task.setting, task.choices)
        assert canonical_json(again.to_row()) == canonical_json(task.to_row())


def test_problems_round_trip_through_json() -> None:
    for task in TASKS[:60]:
        told = RewritingProblem.model_validate(json.loads(json.dumps(task.problem)))
        assert told == FAMILY.problem_of(task)
        assert FAMILY.key(told) == task.key


def test_another_story_keeps_the_problem_and_the_key() -> None:
    for task in TASKS[:40]:
        for twin in FAMILY.surface_twins(task):
            assert (twin.problem, twin.key) == (task.problem, task.key)
            assert twin.prompt != task.prompt


def test_stories_share_no_sentence() -> None:
    from unseen.families.language_rewriting._stories import SENTENCES

    told = [{phrase.text for phrases in story.values() for phrase in phrases} for story in SENTENCES.values()]
    assert sum(map(len, told)) == len(set().union(*told))
    assert len(told) >= 5


def test_another_reading_keeps_all_else_and_changes_the_answer() -> None:
    pairs = [(task, twin) for task in TASKS[:80] for twin in FAMILY.counterfactual_twins(task)]
    assert all({**twin.problem, "reading": ""} == {**task.problem, "reading": ""} for task, twin in pairs)
    usual = [(FAMILY.twin(task, reading="usual"), FAMILY.twin(task, reading=name)) for task in TASKS[:80] for name in list(ALPHABETS)[1:]]
    assert mean(one.key != other.key for one, other in usual) > 0.95


def test_prompts_are_whole_and_end_with_the_question() -> None:
    for task in TASKS:
        assert not re.search(r"[{}]|  |\bNone\b| ,|\.\.|\b1 (?:letters|words)\b", task.prompt), task.prompt
        assert task.prompt.endswith("?")
        assert not re.search(r"(?<!1)(?:1th|2th|3th)\b|1[123](?:st|nd|rd)\b", task.prompt), task.prompt


def test_the_easiest_prompt_is_short_and_varied() -> None:
    easiest = [FAMILY.make({}, Choices(derive_seed("easy", i))) for i in range(120)]
    assert max(len(task.prompt.split()) for task in easiest) < 40
    assert len({task.prompt for task in easiest}) >= 100


@pytest.mark.parametrize("name", FAMILY.space.named("difficulty"))
def test_effort_rises_with_every_difficulty_variable(name: str) -> None:
    """Mean over 80 settings drawn alike (common random numbers); the ends of the domain and its middle are in order."""
    values = list(FAMILY.space.variables[name].values())
    ends = [
        mean(
            FAMILY.make(FAMILY.space.sample(Choices(derive_seed("effort", i)), {name: value}), Choices(derive_seed("d", i))).effort
            for i in range(80)
        )
        for value in (values[0], values[len(values) // 2], values[-1])
    ]
    assert ends == sorted(ends)
    assert ends[0] < ends[-1]


def test_echoing_the_list_or_a_word_of_it_stays_within_the_guess_rate() -> None:
    """300 tasks: the standard error of a rate near .1 is .017, and two of them are allowed for."""
    limit = FAMILY.guess_rate + 0.035
    assert mean(FAMILY.check(task, f"Answer: {', '.join(task.problem['words'])}").correct for task in TASKS) <= limit
    for place in (0, 1, -1):
        assert (
            mean(FAMILY.check(task, f"Answer: {task.problem['words'][place % len(task.problem['words'])]}").correct for task in TASKS)
            <= limit
        )


def test_the_right_answer_is_accepted_as_spelled_and_a_wrong_one_is_not() -> None:
    for task in TASKS[:80]:
        told = FAMILY.problem_of(task)
        answer = FAMILY.answer_for(told)
        assert FAMILY.check(task, f"Answer: {answer.spell(task.key)}").correct
        assert not FAMILY.check(task, "Answer: banana").correct


def test_few_tasks_repeat() -> None:
    assert len({task.prompt for task in TASKS}) > 0.98 * len(TASKS)


def test_version_1_tasks_keep_their_ids() -> None:
    assert FAMILY.version == 1
    assert [FAMILY.make({"procedure": p}, Choices(derive_seed("golden", p))).id[:12] for p in ("copy", "rewrite", "fixpoint")] == [
        "a022e9f3595a",
        "64eed8fd2578",
        "81f627856cfa",
    ]
    hard = {"words": 9, "steps": 9, "conditions": 2, "distractors": 2, "procedure": "program", "reading": "vowels last", "story": "radio"}
    assert FAMILY.make(hard, Choices(derive_seed("golden"))).id[:12] == "a06d03fbfbc3"
