"""What holds for every answer type: right answers pass in every wrapping, wrong ones in none, and nothing raises."""

import time
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from unseen.answers import DecimalAnswer, IntegerAnswer, LabelAnswer, PlanAnswer, SequenceAnswer, SetAnswer, TextAnswer, wrappings
from unseen.verdict import Kind

NAMES = ("Ann", "Bo", "Cyrus", "Dee Lee", "Eve", "Anna")
WORD = st.from_regex(r"[b-df-hj-np-tv-z][aeiou][b-df-hj-np-tv-z][aeiou][b-df-hj-np-tv-z]", fullmatch=True)
BLOCK = st.sampled_from("ABCDEFGH")

TYPES = {
    "integer": (IntegerAnswer(), st.integers(-(10**30), 10**30)),
    "small integer": (IntegerAnswer(), st.integers(-200, 200)),
    "decimal": (DecimalAnswer(2, ("dollars", "$")), st.integers(-(10**8), 10**8).map(lambda cents: f"{Decimal(cents) / 100:.2f}")),
    "label": (LabelAnswer(), st.sampled_from(NAMES)),
    "set": (SetAnswer(), st.lists(WORD, max_size=6, unique=True).map(sorted)),
    "sequence": (SequenceAnswer(), st.lists(WORD, max_size=6)),
    "numbers": (SequenceAnswer(noun="numbers"), st.lists(st.integers(-99, 999), max_size=6)),
    "plan": (PlanAnswer("move A to C"), st.lists(st.tuples(BLOCK, st.one_of(BLOCK, st.just("table"))).map(list), max_size=5)),
    "text": (TextAnswer(), st.lists(WORD, min_size=1, max_size=4).map(" ".join)),
    "exact text": (TextAnswer(case_sensitive=True), st.lists(WORD, min_size=1, max_size=4).map(" ".join)),
}
QUICK = settings(max_examples=40, deadline=None, database=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


def check(answer, reply, key):
    return answer.check(reply, key, options=NAMES if isinstance(answer, LabelAnswer) else ())


@pytest.mark.parametrize("name", TYPES)
def test_a_spelled_key_is_read_back(name):
    answer, keys = TYPES[name]

    @QUICK
    @given(keys)
    def holds(key):
        options = NAMES if name == "label" else ()
        assert answer.equal(answer.parse(answer.spell(key), options), key)

    holds()


@pytest.mark.parametrize("name", TYPES)
def test_every_spelling_is_right_in_every_wrapping(name):
    answer, keys = TYPES[name]

    @QUICK
    @given(keys)
    def holds(key):
        for spelled in (answer.spell(key), *answer.variants(key)):
            for wrapping, reply in wrappings(spelled).items():
                verdict = check(answer, reply, key)
                assert verdict.correct, f"{wrapping}: {reply!r} -> {verdict}"

    holds()


@pytest.mark.parametrize("name", TYPES)
def test_no_other_answer_is_right_in_any_wrapping(name):
    answer, keys = TYPES[name]

    @QUICK
    @given(keys, keys)
    def holds(key, other):
        if answer.spell(key) == answer.spell(other):
            return
        for spelled in (answer.spell(other), *answer.variants(other)):
            for wrapping, reply in wrappings(spelled).items():
                assert not check(answer, reply, key).correct, f"{wrapping}: {reply!r} taken for {key!r}"

    holds()


@pytest.mark.parametrize("name", TYPES)
def test_two_different_answers_offered_at_once_are_never_right(name):
    answer, keys = TYPES[name]

    @QUICK
    @given(keys, keys)
    def holds(key, other):
        mine, theirs = answer.spell(key), answer.spell(other)
        if mine == theirs or not key or not other:
            return
        hedges = (
            f"{mine} or {theirs}",
            f"either {theirs} or {mine}",
            f"Answer: {mine} or {theirs}",
            f"\\boxed{{{theirs}}} or \\boxed{{{mine}}}",
        )
        for reply in (*hedges, f"The answer is {theirs} or the answer is {mine}", f"Answer: {mine}, or maybe {theirs}"):
            assert not check(answer, reply, key).correct, reply

    holds()


@pytest.mark.parametrize("name", TYPES)
@settings(max_examples=120, deadline=None, database=None, derandomize=True)
@given(data=st.data())
def test_no_text_makes_grading_raise(name, data):
    answer, keys = TYPES[name]
    pieces = st.sampled_from(
        [
            "Answer:",
            "\\boxed{",
            "}",
            "<think>",
            "</think>",
            "```",
            "or",
            "not",
            "=",
            "12",
            "1,2",
            "-",
            "Ann",
            "move A to",
            "\x00",
            "\ud800",
            "\n",
        ]
    )
    reply = data.draw(
        st.one_of(st.text(st.characters(), max_size=80), st.lists(st.one_of(pieces, st.text(max_size=5)), max_size=12).map(" ".join))
    )
    verdict = check(answer, reply, data.draw(keys))
    assert verdict.kind in (Kind.CORRECT, Kind.INCORRECT, Kind.UNPARSED)
    assert verdict.answer is None or verdict.answer.encode()


HUGE = {
    "letters": "x" * 10_000_000,
    "digits": "7" * 10_000_000,
    "spaces": "Answer" + " " * 10_000_000,
    "markers": "Answer: " * 1_250_000,
    "open boxes": "\\boxed{" * 1_400_000,
    "broken boxes": "\\boxed{\n" * 1_250_000,
    "stars": "*" * 10_000_000,
    "backticks": "`" * 10_000_000,
    "numbers": "12 or " * 1_700_000,
    "sums": "1 + " * 2_500_000,
    "number words": "one hundred and " * 625_000,
    "brackets": "(" * 5_000_000 + ")" * 5_000_000,
    "commas": "a," * 5_000_000,
    "steps": "move A to B; " * 770_000,
    "steps in lines": "move A to B\n" * 830_000,
    "thoughts": "<think>" * 1_400_000,
    "newlines": "\n" * 10_000_000,
    "quotes": "\"'" * 5_000_000,
    "latex": "\\text{" * 1_600_000,
    "surrogates": "\ud800\x00" * 5_000_000,
    "names": "Ann " * 2_500_000,
}


@pytest.mark.parametrize("shape", HUGE)
def test_ten_megabytes_are_graded_within_two_seconds(shape):
    for answer, key in (
        (IntegerAnswer(), 1),
        (DecimalAnswer(), "1.00"),
        (LabelAnswer(), "Bo"),
        (SetAnswer(), ["b"]),
        (SequenceAnswer(), ["b"]),
        (PlanAnswer(), [["A", "C"]]),
        (TextAnswer(), "b"),
    ):
        start = time.process_time()
        assert not check(answer, HUGE[shape], key).correct or (shape, type(answer)) == ("letters", None)
        assert time.process_time() - start < 2, type(answer).__name__


def test_a_list_of_one_name_is_read_without_its_number() -> None:
    answer, options = LabelAnswer(noun="name"), ("Quin", "Alma")
    assert answer.check("The answer is: 1. Quin speaks fifth.", "Quin", options=options).correct
    assert answer.check("Answer: 1) Quin", "Quin", options=options).correct
    assert not answer.check("Answer: 1. Quin 2. Alma", "Quin", options=options).correct
