"""A small, cheap, complete family for the tests of minting: sums of a few numbers, in symbols or as a story."""

from __future__ import annotations

import re
from collections.abc import Mapping

from unseen.answers import IntegerAnswer
from unseen.choices import Choices
from unseen.errors import CertificateError
from unseen.families.base import Family
from unseen.space import Category, Integer, Setting, Space
from unseen.task import JSON, Problem, Prompt

ASK = {
    "symbols": "What is {sum}? {rule}",
    "shop": "A shop sells {sum} apples. How many is that? {rule}",
    "harbour": "Ships bring {sum} crates. How many is that? {rule}",
}
RULES = {"usual": "", "one more": "Here every sum counts one more than usual."}


class SumProblem(Problem):
    numbers: list[int]
    extra: int


class Sums(Family[SumProblem]):
    """Add a few numbers."""

    name, version, domain = "test/sums", 1, "mathematics"
    Problem = SumProblem
    space = Space(
        terms=Integer(2, 9, summary="numbers to add"),
        digits=Integer(1, 9, summary="digits of each number"),
        counting=Category("usual", "one more", role="premise"),
        story=Category("symbols", "shop", "harbour", role="surface"),
    )
    answer = IntegerAnswer()

    def draw(self, at: Setting, choose: Choices) -> SumProblem:
        numbers = [choose.integer(f"number/{i}", 10 ** (at.digits - 1), 10**at.digits - 1) for i in range(at.terms)]
        return SumProblem(numbers=numbers, extra=int(at.counting == "one more"))

    def key(self, problem: SumProblem) -> JSON:
        return sum(problem.numbers) + problem.extra

    def solve(self, problem: SumProblem) -> JSON:
        total = problem.extra
        for number in reversed(problem.numbers):
            total += number
        return total

    def render(self, problem: SumProblem, at: Setting, choose: Choices) -> Prompt:
        text = ASK[at.story].format(sum=" + ".join(map(str, problem.numbers)), rule=RULES[at.counting])
        return Prompt(shared="", body=f'{text}\nEnd with "Answer:" and a whole number.')

    def effort(self, problem: SumProblem) -> float:
        return float(len(problem.numbers))

    def features(self, problem: SumProblem) -> Mapping[str, float]:
        return {"longest": float(max(len(str(number)) for number in problem.numbers))}

    def read(self, prompt: str) -> JSON:
        return sum(map(int, re.findall(r"\d+", prompt))) + int("one more" in prompt)


class Doubles(Sums):
    """The same under another name, for tests that need two families."""

    name, version, domain = "test/doubles", 3, "bookkeeping"


class Proved(Sums):
    """Its certificate is its own; the second solver comes in on top."""

    name = "test/proved"

    def certify(self, problem: SumProblem, key: JSON) -> JSON:
        return {"total": sum(problem.numbers)}

    def verify(self, problem: SumProblem, key: JSON, certificate: JSON) -> None:
        if certificate["total"] + problem.extra != key:
            raise CertificateError("the total does not lead to the key")


class SecondSolverDisagrees(Proved):
    """Its certificates hold, but its second solver is one off for every third key."""

    name = "test/disagrees"

    def solve(self, problem: SumProblem) -> JSON:
        key = super().solve(problem)
        return key + (key % 3 == 0)


class WrongKey(Sums):
    """Its key is wrong whenever the first number ends in 7."""

    name = "test/wrong"

    def key(self, problem: SumProblem) -> JSON:
        return super().key(problem) + (problem.numbers[0] % 10 == 7)


SUMS, DOUBLES = Sums(), Doubles()
FAMILIES = {family.name: family for family in (SUMS, DOUBLES, Proved(), SecondSolverDisagrees(), WrongKey())}
