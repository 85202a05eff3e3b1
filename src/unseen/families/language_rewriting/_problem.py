"""The structured problem of ``language/rewriting``: words, steps that may hang on conditions, what is asked."""

from __future__ import annotations

from typing import Literal

from unseen.task import Problem

Procedure = Literal["copy", "pick", "sort", "rewrite", "fixpoint", "program"]
PROCEDURES: tuple[Procedure, ...] = ("copy", "pick", "sort", "rewrite", "fixpoint", "program")
Reading = Literal["usual", "backwards", "vowels last", "from m"]

VOWELS = "aeiou"
ALPHABETS: dict[str, str] = {
    "usual": "abcdefghijklmnopqrstuvwxyz",
    "backwards": "zyxwvutsrqponmlkjihgfedcba",
    "vowels last": "bcdfghjklmnpqrstvwxyzaeiou",
    "from m": "mnopqrstuvwxyzabcdefghijkl",
}


OfWord = Literal["every", "once", "rotate", "reverse", "double", "remove", "swap", "rule"]
OfList = Literal["front", "alphabet", "length", "vowels", "count", "letter"]
Kind = OfWord | OfList


class Operation(Problem):
    """One thing to do, by kind; places count from 1 and follow the reading.

    On a word (or, with ``each`` set, on every word of the list): ``every`` and ``once`` (letter, replacement), ``rotate``
    (letters moved to the other end), ``reverse``, ``double`` (the last letter), ``remove`` (place), ``swap`` (places), and
    ``rule`` (pair, replacement), which is applied until no rule fits. On a list: ``rotate``, ``reverse``, ``remove``,
    ``swap``, ``front`` (words with a letter), and the stable sorts ``alphabet``, ``length``, ``vowels``, ``count`` (letter)
    and ``letter`` (place).
    """

    kind: Kind
    letters: tuple[str, ...] = ()
    places: tuple[int, ...] = ()
    each: bool = False


class Condition(Problem):
    """A condition on the word (``contains``, ``longer``, ``even``, ``vowel``, ``order``) or on the list (``item``, ``order``, ``length``)."""

    kind: Literal["contains", "longer", "even", "vowel", "order", "item", "length"]
    letter: str = ""
    number: int = 0


class Step(Problem):
    """Do one thing if all conditions hold, otherwise the other; a rule without its conditions does not fit."""

    do: Operation
    conditions: tuple[Condition, ...] = ()
    otherwise: Operation | None = None


class RewritingProblem(Problem):
    """Everything a solver needs. In every reading but the usual one, places are counted from the end.

    To copy one word is to write its letters, and to copy several is to write the words, from the first to the last.
    ``ask`` is 0 for everything there is in the end, or the place of one word: counted from the left after ``sort``,
    by the reading otherwise.
    """

    reading: Reading
    procedure: Procedure
    words: tuple[str, ...]
    steps: tuple[Step, ...]
    ask: int = 0
    asides: tuple[str, ...] = ()
