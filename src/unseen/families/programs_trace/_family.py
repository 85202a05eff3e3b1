"""What a small program prints, in Python or a notation like it, under Python's rules or all of them but one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pydantic import field_validator

from unseen.answers import Answer, IntegerAnswer, TextAnswer
from unseen.choices import Choices
from unseen.errors import CertificateError
from unseen.families.base import Family
from unseen.families.programs_trace._draw import CONSTRUCTS, LARGEST, LONGEST, Writer
from unseen.families.programs_trace._language import Block, Machine, Node, Premise
from unseen.families.programs_trace._names import NAMES, namer
from unseen.families.programs_trace._python import python_source, run
from unseen.families.programs_trace._shape import frozen, require_program
from unseen.families.programs_trace._styles import STYLES, written
from unseen.space import Category, Integer, Setting, Space
from unseen.task import JSON, Prompt
from unseen.task import Problem as Structure


class TraceProblem(Structure):
    """A program in the language of ``_trace_language`` whose last statement prints, and the rule that is not Python's."""

    program: tuple[Any, ...]
    premise: Premise

    @field_validator("program", mode="before")
    @classmethod
    def _well_formed(cls, program: Any) -> Any:
        program = frozen(program)
        require_program(program)
        if not program or program[-1][0] != "print" or len(program[-1]) < 2:
            raise ValueError("the last statement must print")
        return program

    @property
    def prints_number(self) -> bool:
        """Whether the output is one whole number, and not several values or a list."""
        shown = self.program[-1][1:]
        return len(shown) == 1 and str(shown[0])[0] == "n"


@dataclass(frozen=True)
class _Run:
    output: str
    steps: int


@lru_cache(maxsize=512)
def _run(program: Block, premise: Premise) -> _Run:
    machine = Machine(premise)
    machine.run(program)
    return _Run(machine.printed[-1], machine.steps)


class Trace(Family[TraceProblem]):
    """What a program prints. The key comes from a machine for the structured program, and again from CPython.

    Programs end and never fail by construction, under every premise. The construct that an altered rule touches stands
    in nearly every program of five statements or more.
    """

    name, version, domain = "programs/trace", 1, "programming"
    Problem = TraceProblem
    space = Space(
        statements=Integer(0, 15, summary="statements besides setting up and printing"),
        depth=Integer(1, 3, summary="how deep blocks nest"),
        iterations=Integer(2, 10, summary="rounds of loops and recursion"),
        construct=Category(*CONSTRUCTS, summary="what the program is made of besides updates, branches and loops"),
        premise=Category(*(rule.value for rule in Premise), role="premise", summary="the rule that is not Python's"),
        style=Category(*STYLES, role="surface", summary="the notation"),
        names=Category(*NAMES, role="surface", summary="what the names are about"),
    )
    answer = TextAnswer(noun="the exact output")
    guess_rate = 0.05

    number_answer = IntegerAnswer()

    def draw(self, at: Setting, choose: Choices) -> TraceProblem:
        for k in range(6):
            writer = Writer(choose.within(f"attempt/{k}"), depth=at.depth, iterations=at.iterations)
            program = writer.write(at.statements, at.construct)
            output = writer.machine.printed[-1]
            if writer.machine.largest <= LARGEST and len(output) <= LONGEST and not _echoes(program, output):
                return TraceProblem(program=program, premise=Premise(at.premise))
        return TraceProblem(program=_plain_sum(choose.within("last resort")), premise=Premise(at.premise))

    def key(self, problem: TraceProblem) -> JSON:
        return _typed(problem, _run(problem.program, problem.premise).output)

    def solve(self, problem: TraceProblem) -> JSON:
        """CPython's word, from a sandbox."""
        return _typed(problem, run(python_source(problem.program, problem.premise)))

    def certify(self, problem: TraceProblem, key: JSON) -> JSON:
        """How many steps the machine took to print the key: a run that anyone can repeat."""
        return {"steps": _run(problem.program, problem.premise).steps}

    def verify(self, problem: TraceProblem, key: JSON, certificate: JSON) -> None:
        found = _run(problem.program, problem.premise)
        if _typed(problem, found.output) != key:
            raise CertificateError(f"the program prints {found.output}, the key says {key}")
        if not isinstance(certificate, dict) or certificate.get("steps") != found.steps:
            raise CertificateError(f"the program takes {found.steps} steps, the certificate says {certificate}")
        super().verify(problem, key, certificate)

    def answer_for(self, problem: TraceProblem) -> Answer:
        return self.number_answer if problem.prints_number else self.answer

    def accepts(self, problem: TraceProblem, key: JSON, value: Any) -> bool:
        """The values in order, however they are spaced or set apart."""
        if problem.prints_number:
            return super().accepts(problem, key, value)
        return super().accepts(problem, key, value) or _values(str(value)) == _values(str(key))

    def render(self, problem: TraceProblem, at: Setting, choose: Choices) -> Prompt:
        notation = STYLES[at.style]
        rule = notation.rules.get(problem.premise)
        exception = f" One rule is different: {rule}." if rule else ""
        shared = f"{notation.opening}{exception} {self.answer_for(problem).instruction}"
        return Prompt(shared, f"```\n{written(problem.program, at.style, namer(at.names))}\n```\nWhat is printed?")

    def read(self, prompt: str) -> JSON:
        from unseen.families.programs_trace._reading import read_prompt

        output = read_prompt(prompt)
        return int(output) if re.fullmatch(r"-?\d+", output) else output

    def effort(self, problem: TraceProblem) -> float:
        """Statements executed and operations carried out."""
        return max(1, _run(problem.program, problem.premise).steps)

    def features(self, problem: TraceProblem) -> Mapping[str, float]:
        kinds = list(_kinds(problem.program))
        return {
            "lines": sum(kinds.count(kind) for kind in _STATEMENTS),
            "values printed": len(problem.program[-1]) - 1,
            "loops": kinds.count("for") + kinds.count("each") + kinds.count("while"),
            "calls": kinds.count("call"),
        }


_STATEMENTS = ("let", "up", "put", "push", "if", "for", "each", "while", "def", "return", "do", "nonlocal", "print")


def _typed(problem: TraceProblem, output: str) -> JSON:
    return int(output) if problem.prints_number else output


def _values(output: str) -> list[str] | None:
    """The numbers and brackets of an output, or None when it holds anything else."""
    return re.findall(r"-?\d+|[\[\]]", output) if re.fullmatch(r"[-\d\[\], ]*", output) else None


def _echoes(program: Block, output: str) -> bool:
    """Whether the output is a number that stands in the program: copying must not be knowing."""
    return output in {str(literal) for literal in _literals(program)}


def _literals(node: Node) -> list[int]:
    if isinstance(node, int):
        return [node]
    return [found for part in node for found in _literals(part)] if isinstance(node, tuple) else []


def _kinds(node: Node) -> list[str]:
    """Every operator, statement and name of a program, in order."""
    if isinstance(node, str):
        return [node]
    return [found for part in node for found in _kinds(part)] if isinstance(node, tuple) else []


def _plain_sum(choose: Choices) -> Block:
    """A program that is always fit: the sum exceeds both its terms."""
    start, more = choose.integer("start", 3, 29), choose.integer("more", 2, 15)
    return (("let", "n0", start), ("up", "+", "n0", more if more != start else more + 1), ("print", "n0"))
