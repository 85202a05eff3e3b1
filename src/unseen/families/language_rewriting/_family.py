"""Stated procedures over invented words: copy, pick, sort, rewrite, rewrite until nothing fits, and programs of all these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from unseen.answers import Answer, LabelAnswer, SequenceAnswer, TextAnswer
from unseen.choices import Choices
from unseen.families.base import Family
from unseen.families.language_rewriting._apply import apply
from unseen.families.language_rewriting._draw import draw_rewriting
from unseen.families.language_rewriting._engine import engine
from unseen.families.language_rewriting._problem import ALPHABETS, PROCEDURES, RewritingProblem
from unseen.families.language_rewriting._stories import NAMES
from unseen.families.language_rewriting._text import body_text, read_problem, rules_text
from unseen.space import Category, Integer, Setting, Space
from unseen.task import JSON, Prompt

_ONE_OF = LabelAnswer(noun="word")
_WORD = TextAnswer(noun="the word")
_LIST = SequenceAnswer(noun="words")


class Rewriting(Family[RewritingProblem]):
    """Follow a stated procedure over invented words, under the usual or an altered alphabet and count of places.

    The key comes from an interpreter on lists of letters; the second solver works with regular expressions on strings
    and sorts by insertion; the reader does so from the prompt alone.
    """

    name, version, domain = "language/rewriting", 1, "language"
    Problem = RewritingProblem
    space = Space(
        words=Integer(4, 24, summary="words in the list; where there is one word to rewrite until nothing fits, its length grows with it"),
        length=Integer(2, 6, summary="syllables of the longest words"),
        steps=Integer(1, 24, summary="orders to carry out, or words to copy; rules, at half that number, where they apply until none fits"),
        conditions=Integer(0, 3, summary="conditions that one step may hang on"),
        distractors=Integer(0, 4, summary="other words that are mentioned and do not matter"),
        procedure=Category(*PROCEDURES, role="structure", summary="what is done to the words"),
        reading=Category(*ALPHABETS, role="premise", summary="the order of the alphabet and the end from which places are counted"),
        story=Category(*NAMES, role="surface", summary="where the words stand"),
    )
    answer = _WORD
    guess_rate = 0.12  # plain copying, a sixth of the mix, is an echo wherever the reading is the usual one

    def draw(self, at: Setting, choose: Choices) -> RewritingProblem:
        return draw_rewriting(at, choose)

    def key(self, problem: RewritingProblem) -> JSON:
        return apply(problem).key

    def solve(self, problem: RewritingProblem) -> JSON:
        return engine(problem)

    def read(self, prompt: str) -> JSON:
        return engine(read_problem(prompt))

    def render(self, problem: RewritingProblem, at: Setting, choose: Choices) -> Prompt:
        places = [choose.integer(f"aside/{i}", 0, 1 + len(problem.steps)) for i in range(len(problem.asides))]
        rules = rules_text(problem.reading, problem.procedure, several=at.steps > 1, conditions=at.conditions > 0)
        instruction = self.answer_for(problem).instruction
        return Prompt(f"{rules} {instruction}" if rules else instruction, body_text(problem, at.story, places))

    def effort(self, problem: RewritingProblem) -> float:
        return apply(problem).effort

    def features(self, problem: RewritingProblem) -> Mapping[str, float]:
        found = apply(problem)
        return {
            "rewrites": float(found.rewrites),
            "longest": float(found.longest),
            "letters": float(sum(map(len, problem.words))),
            "conditions": float(sum(len(step.conditions) for step in problem.steps)),
        }

    def answer_for(self, problem: RewritingProblem) -> Answer:
        if problem.procedure in ("rewrite", "fixpoint") or len(problem.words) == 1:
            return _WORD
        if not problem.ask:
            return _LIST
        return _WORD if problem.procedure == "program" else _ONE_OF

    def options(self, problem: RewritingProblem) -> Sequence[str]:
        return problem.words if self.answer_for(problem) is _ONE_OF else ()
