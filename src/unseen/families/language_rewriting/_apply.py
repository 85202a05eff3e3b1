"""The key of ``language/rewriting``: carries the steps out on lists of letters, turned so that the first stands first."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple, TypeVar

from unseen.errors import CertificateError
from unseen.families.language_rewriting._problem import ALPHABETS, VOWELS, Condition, Operation, RewritingProblem, Step
from unseen.task import JSON

_MOST_REWRITES = 20_000  # far above what the drawn rules can do to the longest word
Letters = list[str]
T = TypeVar("T")


class Applied(NamedTuple):
    """A key and what it took to get there."""

    key: JSON
    effort: float
    rewrites: int
    longest: int  # letters of the longest word met


@lru_cache(maxsize=8)
def apply(problem: RewritingProblem) -> Applied:
    """The answer by direct application, with the count of elementary steps."""
    interpreter = Interpreter(problem)
    key = interpreter.answer(problem)
    return Applied(key, max(interpreter.effort + len(problem.asides), 1.0), interpreter.rewrites, interpreter.longest)


class Interpreter:
    """Words as lists of letters, in the order in which the reading counts places."""

    def __init__(self, problem: RewritingProblem) -> None:
        self.turned = problem.reading != "usual"
        self.rank = {letter: place for place, letter in enumerate(ALPHABETS[problem.reading])}
        self.words: list[Letters] = [self.turn(list(word)) for word in problem.words]
        if self.turned:
            self.words.reverse()
        self.effort, self.rewrites, self.longest = 0.0, 0, max(map(len, problem.words))

    def answer(self, problem: RewritingProblem) -> JSON:
        if problem.procedure == "copy":
            self.effort += len(self.words)
            return ["".join(self.turn(word)) for word in self.words] if len(self.words) > 1 else "".join(self.words[0])
        if problem.procedure == "fixpoint":
            self.settle(problem.steps)
        else:
            for step in problem.steps:
                self.step(step, single=problem.procedure == "rewrite")
        if problem.ask and problem.procedure != "sort":
            self.effort += problem.ask / 2
            return self.written()[-problem.ask if self.turned else problem.ask - 1]
        written = self.written()
        if problem.ask:
            return written[problem.ask - 1]
        return written[0] if problem.procedure in ("rewrite", "fixpoint") else written

    def turn(self, letters: Letters) -> Letters:
        return letters[::-1] if self.turned else letters

    def written(self) -> list[str]:
        """The words as they stand on paper."""
        words = ["".join(self.turn(word)) for word in self.words]
        return words[::-1] if self.turned else words

    def step(self, step: Step, single: bool) -> None:
        operation = step.do
        self.effort += len(step.conditions)
        if not all(self.holds(condition, single) for condition in step.conditions):
            if step.otherwise is None:
                return
            operation = step.otherwise
        if operation.each or single:
            self.words = [self.word(operation, word) for word in self.words]
            self.longest = max(self.longest, *map(len, self.words))
        else:
            self.rearrange(operation)

    # ---- one word ----

    def word(self, operation: Operation, word: Letters) -> Letters:
        kind, places = operation.kind, operation.places
        self.effort += 1 + len(word) / 8
        if kind in ("every", "once"):
            return self.replace(word, operation.letters[0], self.turn(list(operation.letters[1])), once=kind == "once")
        if kind == "rotate":
            return [*word[places[0] :], *word[: places[0]]]
        if kind == "reverse":
            return word[::-1]
        if kind == "double":
            return [*word, word[-1]]
        if kind == "remove":
            return [letter for place, letter in enumerate(word, 1) if place != places[0]]
        return _swapped(word, places[0], places[1])

    def replace(self, word: Letters, letter: str, by: Letters, once: bool) -> Letters:
        if letter not in word:
            return word
        if once:
            place = word.index(letter)
            return [*word[:place], *by, *word[place + 1 :]]
        new: Letters = []
        for here in word:
            if here == letter:
                new += by
            else:
                new.append(here)
        return new

    # ---- a list ----

    def rearrange(self, operation: Operation) -> None:
        kind, places, words = operation.kind, operation.places, self.words
        self.effort += 1 + len(words) / 4
        if kind == "rotate":
            self.words = [*words[places[0] :], *words[: places[0]]]
        elif kind == "reverse":
            self.words = words[::-1]
        elif kind == "remove":
            self.words = [word for place, word in enumerate(words, 1) if place != places[0]]
        elif kind == "swap":
            self.words = _swapped(words, places[0], places[1])
        else:
            self.sort(operation)

    def sort(self, operation: Operation) -> None:
        """Sort the row as it stands on paper, from left to right, ties as they were."""
        kind, row = operation.kind, self.words[::-1] if self.turned else self.words[:]
        self.effort += len(row) * len(row).bit_length() / 4
        if kind == "front":
            row.sort(key=lambda word: operation.letters[0] not in word)
        elif kind == "alphabet":
            row.sort(key=self.ranks)
        elif kind == "length":
            row.sort(key=len)
        elif kind == "vowels":
            row.sort(key=lambda word: sum(map(VOWELS.__contains__, word)))
        elif kind == "count":
            row.sort(key=lambda word: word.count(operation.letters[0]))
        else:
            row.sort(key=lambda word: self.rank[word[operation.places[0] - 1]])
        self.words = row[::-1] if self.turned else row

    # ---- conditions ----

    def holds(self, condition: Condition, single: bool) -> bool:
        first, last = self.words[0], self.words[-1]
        if not single:
            if condition.kind == "item":
                return condition.number <= len(self.words) and condition.letter in self.words[condition.number - 1]
            if condition.kind == "length":
                return len(first) > len(last)
            return self.ranks(first) < self.ranks(last)
        return self.word_holds(condition, first)

    def word_holds(self, condition: Condition, word: Letters) -> bool:
        if condition.kind == "contains":
            return condition.letter in word
        if condition.kind == "longer":
            return len(word) > condition.number
        if condition.kind == "even":
            return len(word) % 2 == 0
        if condition.kind == "vowel":
            return word[0] in VOWELS
        return self.rank[word[0]] < self.rank[word[-1]]

    def ranks(self, word: Letters) -> list[int]:
        return [self.rank[letter] for letter in self.turn(word)]

    # ---- rules until none fits ----

    def settle(self, steps: tuple[Step, ...]) -> None:
        rules = {tuple(self.turn(list(s.do.letters[0]))): (self.turn(list(s.do.letters[1])), s.conditions) for s in steps}
        word, start = list(self.words[0]), 0
        steady = not any(conditions for _, conditions in rules.values())
        while self.rewrites < _MOST_REWRITES:
            for place in range(start, len(word) - 1):
                rule = rules.get((word[place], word[place + 1]))
                if rule and all(self.word_holds(condition, word) for condition in rule[1]):
                    break
            else:
                self.words = [word]
                self.effort += 2 * self.rewrites + len(rules)
                return
            word[place : place + 2] = rule[0]
            self.rewrites += 1
            start = max(place - 1, 0) if steady else 0  # nothing fitted further to the front, and nothing there changed
        raise CertificateError(f"the rules still fit after {_MOST_REWRITES} rewrites")


def _swapped(items: list[T], one: int, other: int) -> list[T]:
    new = list(items)
    if max(one, other) <= len(new):
        new[one - 1], new[other - 1] = new[other - 1], new[one - 1]
    return new
