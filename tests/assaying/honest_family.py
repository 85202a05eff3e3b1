"""A small honest family that passes the whole assay: find the number somebody thought of, from what became of it."""

from __future__ import annotations

import re

from unseen.answers import IntegerAnswer
from unseen.choices import Choices
from unseen.errors import CertificateError
from unseen.families.base import Family
from unseen.space import Category, Integer, Setting, Space
from unseen.task import JSON, Problem, Prompt

THINKERS = ("Ada", "Bela", "Chen", "Dora", "Emil", "Fay", "Goro", "Hana")
STORIES = {
    "number": "{who} thinks of a whole number from 0 to {top}. {who} {start} it and then adds, one after the other, {steps}. The result is {end}. Which number was it?",
    "basket": "{who} has a basket with 0 to {top} plums. First {who} {start} the plums. Then come {steps} more (fewer, where there is a minus). Now there are {end}. How many were in the basket?",
    "lift": "{who} enters a lift on a floor from 0 to {top}. The panel {start} the floor, then the lift moves by {steps} floors and stops at {end}. On which floor did {who} enter?",
    "bank": "An account of {who} holds a whole balance from 0 to {top}. The bank {start} it and books {steps}. The new balance is {end}. What was the old one?",
    "code": "x is a whole number in 0..{top}, chosen by {who}. The program {start} x, then adds {steps} in turn and prints {end}. Find x.",
}
SCALES = {"keeps": 1, "triples": 3}


class Thought(Problem):
    top: int
    scale: int
    steps: list[int]
    shift: int
    end: int


class ThoughtOf(Family[Thought]):
    """Undo a chain of additions."""

    name, version, domain = "test/thought-of", 1, "mathematics"
    Problem = Thought
    space = Space(
        steps=Integer(1, 12, summary="numbers added"),
        digits=Integer(2, 4, summary="digits of the numbers"),
        scaling=Category("keeps", "triples", role="structure"),
        counting=Category("usual", "generous", role="premise"),
        story=Category(*STORIES, role="surface"),
    )
    answer = IntegerAnswer()
    guess_rate = 0.05

    def draw(self, at: Setting, choose: Choices) -> Thought:
        top = 10**at.digits - 1
        thought = choose.integer("thought", 12, top)
        steps = [choose.integer(f"step/{i}", -top, top) or 1 for i in range(self.count(at))]
        scale = SCALES[at.scaling]
        return Thought(top=top, scale=scale, steps=steps, shift=scale if at.counting == "generous" else 0, end=scale * thought + sum(steps))

    def count(self, at: Setting) -> int:
        return int(at.steps)

    def solutions(self, problem: Thought) -> list[int]:
        return [
            x for x in range(problem.top + 1) if problem.scale * x + sum(problem.steps) + problem.shift * len(problem.steps) == problem.end
        ]

    def key(self, problem: Thought) -> JSON:
        return (problem.end - sum(problem.steps) - problem.shift * len(problem.steps)) // problem.scale

    def solve(self, problem: Thought) -> JSON:
        found = self.solutions(problem)
        if len(found) != 1:
            raise CertificateError(f"{len(found)} numbers fit")
        return found[0]

    def render(self, problem: Thought, at: Setting, choose: Choices) -> Prompt:
        rule = f"In this problem every addition adds {problem.shift} more than it says.\n" if problem.shift else ""
        story = STORIES[at.story].format(
            who=self.narrator(choose),
            top=problem.top,
            start={1: "keeps", 3: "triples"}.get(problem.scale, f"multiplies by {problem.scale}"),
            steps=" and ".join(map(str, problem.steps)),
            end=problem.end,
        )
        return Prompt(shared=self.answer.instruction, body=rule + story)

    def narrator(self, choose: Choices) -> str:
        return choose.pick("narrator", THINKERS)

    def read(self, prompt: str) -> JSON:
        rule = re.search(r"adds (\d+) more than it says\.", prompt)
        body = prompt.replace(self.answer.instruction, "").replace(rule[0] if rule else "", "")
        numbers = [int(found) for found in re.findall(r"-?\d+", re.sub(r"0\.\.|0 to ", "", body))]
        top, *steps, end = numbers
        shift = int(rule[1]) if rule else 0
        scale = 3 if "triples" in prompt else 1
        (found,) = [x for x in range(top + 1) if scale * x + sum(steps) + shift * len(steps) == end]
        return found

    def effort(self, problem: Thought) -> float:
        return float(len(problem.steps) + (problem.scale != 1))
