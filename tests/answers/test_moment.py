"""MomentAnswer reads dates and times in every usual spelling, and refuses what commits to no one date."""

import pytest

from unseen.answers import MomentAnswer, Unreadable
from unseen.verdict import Kind

DATE, MOMENT = MomentAnswer(), MomentAnswer(clock=True)


@pytest.mark.parametrize(
    "text",
    [
        "9 August 2031",
        "9 Aug 2031",
        "9 Aug. 2031",
        "9th August 2031",
        "the 9th of August 2031",
        "the 9th of August, 2031",
        "9 August, 2031",
        "09 August 2031",
        "August 9, 2031",
        "August 9th, 2031",
        "Aug 9 2031",
        "Saturday, 9 August 2031",
        "2031 August 9",
        "2031-08-09",
        "2031/08/09",
        "2031-8-9",
        "It is 9 august 2031.",
        "9-Aug-2031",
        "9 August 2031 (2031-08-09)",
    ],
)
def test_a_date_in_every_usual_spelling(text: str) -> None:
    assert DATE.parse(text) == "2031-08-09"


@pytest.mark.parametrize(
    "text",
    [
        "9 August 2031, 07:05",
        "9 August 2031, 7:05",
        "9 August 2031 at 7:05 am",
        "07:05 on 9 August 2031",
        "7:05 a.m. on August 9, 2031",
        "2031-08-09 07:05",
        "2031-08-09T07:05",
        "2031-08-09 07:05:00",
        "9 August 2031, 07:05 (UTC+3)",
    ],
)
def test_a_date_and_time_in_every_usual_spelling(text: str) -> None:
    assert MOMENT.parse(text) == "2031-08-09 07:05"


@pytest.mark.parametrize(("text", "clock"), [("12:30 am", "00:30"), ("12:30 pm", "12:30"), ("7 pm", "19:00"), ("19.05", "19:05")])
def test_times_of_the_twelve_hour_clock(text: str, clock: str) -> None:
    assert MOMENT.parse(f"9 August 2031, {text}") == f"2031-08-09 {clock}"


def test_digits_are_read_day_first_or_month_first_only_where_one_reading_makes_sense() -> None:
    assert DATE.parse("25/08/2031") == DATE.parse("08/25/2031") == "2031-08-25"
    assert DATE.parse("8/8/2031") == "2031-08-08"
    with pytest.raises(Unreadable, match="month's name"):
        DATE.parse("08/09/2031")


@pytest.mark.parametrize(
    "text",
    [
        "9 August",
        "August 2031",
        "banana",
        "9 August 2031 or 10 August 2031",
        "9 August 2031, 10 August 2031",
        "either 9 August 2031",
        "not 9 August 2031",
        "40 August 2031",
        "2031-13-09",
    ],
)
def test_what_commits_to_no_one_date_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable):
        DATE.parse(text)


@pytest.mark.parametrize("text", ["9 August 2031", "9 August 2031, 07:05 or 08:05", "9 August 2031, 07:05, 08:05", "07:05"])
def test_a_moment_needs_one_date_and_one_time(text: str) -> None:
    with pytest.raises(Unreadable):
        MOMENT.parse(text)


def test_days_that_only_other_calendars_have_can_be_answered() -> None:
    assert DATE.parse("30 February 2031") == "2031-02-30"
    assert DATE.parse("3 May 980") == "0980-05-03"


@pytest.mark.parametrize(
    ("answer", "key"), [(DATE, "2031-08-09"), (DATE, "0980-12-31"), (MOMENT, "2031-08-09 07:05"), (MOMENT, "1999-01-30 00:00")]
)
def test_a_key_is_read_back_from_its_spelling_and_its_variants(answer: MomentAnswer, key: str) -> None:
    for text in (answer.spell(key), *answer.variants(key)):
        assert answer.check(f"I counted.\nAnswer: {text}", key).kind is Kind.CORRECT, text


def test_verdicts_tell_wrong_from_unread() -> None:
    assert DATE.check("Answer: 10 August 2031", "2031-08-09").kind is Kind.INCORRECT
    assert DATE.check("Answer: no idea", "2031-08-09").kind is Kind.UNPARSED
    assert DATE.check("Answer: 1 May 2031. Wait.\nAnswer: 9 August 2031", "2031-08-09").kind is Kind.CORRECT


def test_the_form_gives_no_date_away() -> None:
    assert not any(character.isdigit() for answer in (DATE, MOMENT) for character in answer.instruction)
