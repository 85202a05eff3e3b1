"""Integer expressions of several steps, in symbols or told as a story, under the usual rules or stated others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from unseen.answers import IntegerAnswer
from unseen.choices import Choices
from unseen.errors import CertificateError
from unseen.families._digits import carries_of, length, numeral, steps_of
from unseen.families.arithmetic_chain._expression import RANKS, Group, Step, evaluate, parse, work_out
from unseen.families.arithmetic_chain._rules import BASES, read_base, read_precedence, rules_of
from unseen.families.arithmetic_chain._shape import LEVELS, draw_operators, draw_shape, widths
from unseen.families.arithmetic_chain._stories import NAMES, STORIES, Telling
from unseen.families.base import Family
from unseen.space import Category, Integer, Ordinal, Setting, Space
from unseen.task import JSON, Problem, Prompt

_ATTEMPTS = 12
_LARGEST = 10**18  # keys stay below it, so that they fit 64 bits


class ChainProblem(Problem):
    """An infix expression, the order of operations, and the base its numerals (and the answer's) are written in.

    ``idle`` holds the numerals that stand in the story and play no part.
    """

    expression: tuple[str, ...]
    precedence: Literal["usual", "left to right", "sums first"]
    base: Literal[8, 10]
    idle: tuple[str, ...] = ()


class Chain(Family[ChainProblem]):
    """Integer expressions of several steps, in symbols or told as a story.

    The premises replace the order of operations, or the base that every numeral is written in. A premise decides no
    choice: its twins hold the same expression (in base eight with the digits eight and nine replaced).
    """

    name, version, domain = "arithmetic/chain", 1, "mathematics"
    Problem = ChainProblem
    space = Space(
        steps=Integer(1, 16, summary="operations in the expression"),
        digits=Integer(1, 6, summary="digits of each number"),
        operators=Ordinal(*LEVELS, summary="the hardest operation; each level allows the easier ones too"),
        idle=Integer(0, 6, summary="numbers in the story that play no part"),
        brackets=Category("none", "pairs", "nested", role="structure", summary="how parts of the expression are grouped"),
        precedence=Category(*RANKS, role="premise", summary="which operations come first"),
        base=Category(*BASES, role="premise", summary="the base that numbers are written in, the answer included"),
        story=Category(*STORIES, role="surface", summary="how the expression is told"),
    )
    answer = IntegerAnswer()
    guess_rate = 0.03

    def draw(self, at: Setting, choose: Choices) -> ChainProblem:
        shape = draw_shape(at.brackets, at.steps, choose.within("shape"))
        for attempt in range(_ATTEMPTS):
            inner = choose.within(f"attempt/{attempt}")
            expression = draw_operators(shape, at.operators, at.digits, inner)
            codes = [inner.integer(f"number/{i}", _least(width), 10**width - 1) for i, width in enumerate(widths(expression, at.digits))]
            if keys := _sound_keys(expression, codes):
                break
        else:  # a plain sum of the last numbers drawn is always sound
            expression = shape
            keys = _sound_keys(expression, codes)
        base = BASES[at.base]
        idle = [_avoid(choose.integer(f"idle/{i}", _least(at.digits), 10**at.digits - 1), at.digits, keys) for i in range(at.idle)]
        return ChainProblem(
            expression=tuple(expression.tokens([_in_base(code, base) for code in codes])),
            precedence=at.precedence,
            base=base,
            idle=tuple(_in_base(code, base) for code in idle),
        )

    def key(self, problem: ChainProblem) -> JSON:
        return int(numeral(_trace(problem)[-1].value, problem.base))

    def solve(self, problem: ChainProblem) -> JSON:
        return int(numeral(work_out(" ".join(problem.expression), problem.precedence, problem.base), problem.base))

    def render(self, problem: ChainProblem, at: Setting, choose: Choices) -> Prompt:
        expression, numerals = parse(problem.expression)
        story = STORIES[at.story]
        facts = choose.sample("facts", story.facts, len(problem.idle))
        told = Telling(
            expression=expression,
            numerals=numerals,
            facts=[fact.format(number) for fact, number in zip(facts, problem.idle, strict=True)],
            name=choose.pick("name", NAMES),
            signed="-" in problem.expression,
        )
        return Prompt(shared=" ".join((*rules_of(at), self.answer.instruction)), body=story.tell(told))

    def read(self, prompt: str) -> JSON:
        for story in STORIES.values():
            if found := story.pattern.search(prompt):
                base = read_base(prompt)
                return int(numeral(work_out(story.infix(found), read_precedence(prompt), base), base))
        raise CertificateError("the prompt tells no expression that can be read")

    def effort(self, problem: ChainProblem) -> float:
        work = sum(steps_of(step.operator, step.left, step.right, problem.base) for step in _trace(problem))
        return float(work + len(problem.idle))

    def features(self, problem: ChainProblem) -> Mapping[str, float]:
        expression, numerals = parse(problem.expression)
        trace = _trace(problem)
        return {
            "carries": sum(carries_of(step.operator, step.left, step.right, problem.base) for step in trace),
            "numbers": len(numerals) + len(problem.idle),
            "widest": max(length(step.value, problem.base) for step in trace),
            "depth": expression.depth(),
            "products": sum(step.operator in "*/" for step in trace),
        }


def _trace(problem: ChainProblem) -> list[Step]:
    expression, numerals = parse(problem.expression)
    trace: list[Step] = []
    try:
        evaluate(expression, [int(digits, problem.base) for digits in numerals], problem.precedence, trace)
    except (ValueError, ZeroDivisionError) as error:
        raise CertificateError(f"the expression has no value: {error}") from None
    return trace


def _least(width: int) -> int:
    """The smallest number drawn with so many digits: one-digit numbers leave out 0 and 1, which make steps vanish."""
    return 10 ** (width - 1) if width > 1 else 2


def _in_base(code: int, base: int) -> str:
    """The numeral that a drawn code stands for: in bases below ten, digits that do not exist there are replaced."""
    digits = str(code)
    if base == 10:
        return digits
    lead = 2 if len(digits) == 1 else 1
    first = (int(digits[0]) - lead) % (base - lead) + lead
    return str(first) + "".join(str(int(digit) % base) for digit in digits[1:])


def _avoid(code: int, width: int, keys: frozenset[int]) -> int:
    """The first code from this one on that spells none of the keys in any base."""
    codes = 10**width - _least(width)
    for _ in range(codes):
        if all(int(_in_base(code, base)) not in keys for base in BASES.values()):
            break
        code = code + 1 if code + 1 < 10**width else _least(width)
    return code


def _sound_keys(expression: Group, codes: list[int]) -> frozenset[int]:
    """The keys under every premise; none where one of them would make a poor task.

    A poor task divides by something not positive, has a key that is tiny, huge or already stands among the numbers, or does not
    notice that the usual order of operations was replaced although its operators could.
    """
    keys: set[int] = set()
    mixed = (
        len(expression.operators) > 1
        and not {"+", "-"}.isdisjoint(expression.operators)
        and not {"*", "/"}.isdisjoint(expression.operators)
    )
    for base in BASES.values():
        numerals = [_in_base(code, base) for code in codes]
        numbers = [int(digits, base) for digits in numerals]
        values: list[int] = []
        for precedence in RANKS:
            trace: list[Step] = []
            try:
                values.append(evaluate(expression, numbers, precedence, trace))
            except ZeroDivisionError:
                return frozenset()
            if any(step.operator == "/" and step.right <= 0 for step in trace):
                return frozenset()
        found = {int(numeral(value, base)) for value in values}
        if not found.isdisjoint(map(int, numerals)) or any(not 2 <= abs(key) < _LARGEST for key in found):
            return frozenset()
        if mixed and values[0] in values[1:]:
            return frozenset()
        keys |= found
    return frozenset(keys)
