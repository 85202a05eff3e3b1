"""Whether the grader is fair: equivalent formats score the same, and nonsense and hedges score nothing."""

from __future__ import annotations

from unseen.answers import wrappings
from unseen.assaying._draws import Draws
from unseen.assaying._report import Check, Row, Unit, at_most

TRIED = 60  # draws whose right and wrong answers are wrapped in every way
NONSENSE = (
    "banana",
    "",
    "   \n\n",
    "I do not know.",
    "As a language model I cannot answer this.",
    "Answer:",
    "?!?",
    "\x00\ufffd",
    "lorem ipsum dolor sit amet",
)


def grading_rows(draws: Draws) -> list[Row]:
    """The rows on the grader."""
    return [_formats(draws), _nonsense(draws)]


def _formats(draws: Draws) -> Row:
    unequal, worst, example, tried = 0, "", None, 0
    for task in draws.tasks[:TRIED]:
        right, wrong = draws.right(task), draws.knowledge.wrong(task, draws.entropy("wrong", task))
        for spelled, should in ((right, True), (wrong, False)):
            for name, reply in wrappings(spelled).items():
                tried += 1
                if draws.passes(task, reply) is not should:
                    unequal += 1
                    if example is None:
                        worst, example = (
                            f"{name}: {'a right answer is refused' if should else 'a wrong answer is taken'}: {reply!r}"[:160],
                            task.id,
                        )
    return at_most(Check.FORMATS, unequal, 0, Unit.COUNT, worst or f"{tried} wrapped replies graded as their bare answer is", example)


def _nonsense(draws: Draws) -> Row:
    taken, worst, example, tried = 0, "", None, 0
    for task in draws.tasks[:TRIED]:
        right, wrong = draws.right(task), draws.knowledge.wrong(task, draws.entropy("wrong", task))
        hedges = (f"{right} or {wrong}", f"Answer: {wrong} or {right}", f"Either {right} or {wrong}.") if "\n" not in right + wrong else ()
        for reply in (*NONSENSE, draws.answer(task).instruction, *hedges):
            tried += 1
            if draws.passes(task, reply):
                taken += 1
                if example is None:
                    worst, example = f"taken: {reply!r}"[:160], task.id
    return at_most(Check.NONSENSE, taken, 0, Unit.COUNT, worst or f"{tried} replies without an answer, none taken", example)
