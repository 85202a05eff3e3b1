"""Elimination puzzles: who has a given place, when clues leave exactly one answer?

A puzzle arranges a few named entities in a row. Its clues settle one place (not always all of them), and every
needed clue is needed: without it a second answer appears. Both facts are in the certificate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pydantic import model_validator

from unseen.answers import LabelAnswer
from unseen.choices import Choices
from unseen.errors import CertificateError
from unseen.families.base import Family
from unseen.families.logic_deduction._clues import ARITY, Clue, Form, Reading, Relation, meaning
from unseen.families.logic_deduction._growth import ASIDES, Level, Scene, grow
from unseen.families.logic_deduction._reader import read_puzzle
from unseen.families.logic_deduction._sat import Prover
from unseen.families.logic_deduction._search import Tally, examine
from unseen.families.logic_deduction._stories import STORIES
from unseen.space import Category, Integer, Ordinal, Setting, Space
from unseen.task import JSON, Problem, Prompt

_NAMES = (
    "Ada Alma Bram Bodo Cleo Cato Dara Dunja Edda Ebbo Fenna Flip Greta Gorm Hedda Hugo Ilse Ivo Juno Jaro Kaja Kuno Lena Lars "
    "Milo Mara Nell Nuri Otto Orla Pia Piet Quin Rosa Remo Suki Sven Tess Tibo Ugo Vera Vito Walt Wanda Xenia Yara Yuri Zoe Zeno"
)
NAMES = tuple(_NAMES.split())
_EFFORT_LIMIT = 40  # suppositions after which the reference solution stops counting


class DeductionProblem(Problem):
    """Statements about a row of entities, how to read them, and the place asked for (counted from 1, in the usual way)."""

    names: tuple[str, ...]
    reading: Reading
    statements: tuple[Clue, ...]
    place: int

    @property
    def size(self) -> int:
        return len(self.names)

    @property
    def clues(self) -> list[Clue]:
        """What the statements mean, read as prescribed."""
        return [meaning(statement, self.reading, self.size) for statement in self.statements]

    @model_validator(mode="after")
    def _well_formed(self) -> DeductionProblem:
        size = self.size
        if not 2 <= size <= 12 or len(set(self.names)) != size or not 1 <= self.place <= size:
            raise ValueError("a puzzle has 2 to 12 different names and asks for one of their places")
        for clue in self.statements:
            if len(clue.facts) != (1 if clue.form is Form.FACT else 2):
                raise ValueError(f"a clue of the form '{clue.form.value}' with {len(clue.facts)} facts")
            for fact in clue.facts:
                aside = fact.relation is Relation.ASIDE
                who, highest = set(fact.who), ASIDES - 1 if aside else size
                if len(who) != len(fact.who) or len(who) != ARITY.get(fact.relation, 1) or not who <= set(range(size)):
                    raise ValueError(f"a fact '{fact.relation.value}' about entities {list(fact.who)} of {size}")
                if not 0 <= fact.number <= highest or (aside and clue.form is not Form.FACT):
                    raise ValueError(f"a fact '{fact.relation.value}' with the number {fact.number} in a '{clue.form.value}' clue")
        return self


@dataclass(frozen=True)
class Proof:
    """An arrangement that keeps every clue; whether the answer follows; for each needed clue, what could be without it."""

    arrangement: list[int]
    settled: bool
    otherwise: dict[int, list[int]]


class Deduction(Family[DeductionProblem]):
    """Elimination puzzles with exactly one answer, told as races, towers, harbours, meetings, moons or nests."""

    name, version, domain = "logic/deduction", 1, "logic"
    Problem = DeductionProblem
    space = Space(
        people=Integer(4, 12, role="difficulty", summary="how many have a place in the row"),
        depth=Integer(1, 7, role="difficulty", summary="links in the chain of deduction, as far as the row has room"),
        clues=Ordinal(*(level.value for level in Level), role="difficulty", summary="what the clues are made of"),
        herrings=Integer(2, 10, role="difficulty", summary="true statements that are not needed"),
        order=Category(
            "as deduced", "shuffled", role="structure", summary="whether the needed statements come in the order of the deduction"
        ),
        reading=Category(*(reading.value for reading in Reading), role="premise", summary="how statements are to be read"),
        story=Category(*STORIES, role="surface", summary="what stands in a row"),
        layout=Category("list", "prose", role="surface", summary="numbered statements, or running text"),
    )
    answer = LabelAnswer(noun="name")
    guess_rate = 0.2
    certificate_proves = True

    def draw(self, at: Setting, choose: Choices) -> DeductionProblem:
        size, reading = at.people, Reading(at.reading)
        names = choose.sample("names", NAMES, size)
        row = choose.shuffle("row", range(size))
        place = choose.pick("place", [place for place in range(1, size + 1) if 2 * place != size + 1])
        if reading is Reading.ALL_FALSE:
            row = [*row[1:], row[0]]  # so that the twin under the habitual reading has another answer
        stated = size + 1 - place if reading is Reading.BACK_TO_FRONT else place
        scene = Scene(tuple(row.index(entity) + 1 for entity in range(size)))
        chain, herrings = grow(scene, row[stated - 1], at.depth, Level(at.clues), at.herrings, choose.within("clues"))
        statements = self._in_order(chain, herrings, at, choose)
        if reading is Reading.ALL_FALSE:
            statements = [statement.negated() for statement in statements]
        return DeductionProblem(names=tuple(names), reading=reading, statements=tuple(statements), place=place)

    @staticmethod
    def _in_order(chain: Sequence[Clue], herrings: Sequence[Clue], at: Setting, choose: Choices) -> list[Clue]:
        """All statements mixed; those that are needed keep the order of the deduction if the setting says so."""
        count = len(chain) + len(herrings)
        mixed = choose.shuffle("statements", range(count))
        if at.order == "shuffled":
            return [[*chain, *herrings][index] for index in mixed]
        last_herring = max(place for place, index in enumerate(mixed) if index >= len(chain)) if herrings else -1
        mixed[last_herring], mixed[-1] = mixed[-1], mixed[last_herring]  # or the last name read would too often be the answer
        needed = iter(chain)
        return [next(needed) if index < len(chain) else herrings[index - len(chain)] for index in mixed]

    def key(self, problem: DeductionProblem) -> JSON:
        return problem.names[_prove(problem).arrangement.index(problem.place)]

    def solve(self, problem: DeductionProblem) -> JSON:
        """By elimination and supposition, which shares nothing with the satisfiability solver."""
        found = examine(problem.size, problem.clues, problem.place).found
        if len(found) != 1:
            raise CertificateError(f"{len(found)} of {problem.size} names can have place {problem.place}, not exactly one")
        return problem.names[found[0]]

    def certify(self, problem: DeductionProblem, key: JSON) -> JSON:
        proof = _prove(problem)
        if not proof.settled:
            raise CertificateError(f"the clues leave more than one answer for place {problem.place}")
        return {"arrangement": proof.arrangement, "needed": list(proof.otherwise), "otherwise": list(proof.otherwise.values())}

    def verify(self, problem: DeductionProblem, key: JSON, certificate: JSON) -> None:
        """Check the arrangement and every "otherwise" by evaluating clues, and that nothing else follows by satisfiability."""
        clues, size = problem.clues, problem.size
        try:
            row, needed, otherwise = certificate["arrangement"], certificate["needed"], certificate["otherwise"]
            cases = dict(zip(needed, otherwise, strict=True))
            well_formed = all(sorted(case) == list(range(1, size + 1)) for case in (row, *otherwise)) and all(
                0 <= i < len(clues) for i in needed
            )
        except (KeyError, TypeError, ValueError):
            well_formed = False
        if not well_formed or set(certificate) != {"arrangement", "needed", "otherwise"} or len(cases) != len(needed):
            raise CertificateError("the certificate does not hold an arrangement and one case for each needed clue")
        holder = row.index(problem.place)
        if problem.names[holder] != key or not all(clue.true_in(row) for clue in clues):
            raise CertificateError("the certificate's arrangement breaks a clue, or does not give the key")
        for index, case in cases.items():
            if case[holder] == problem.place or [i for i, clue in enumerate(clues) if not clue.true_in(case)] != [index]:
                raise CertificateError(f"the certificate does not show that statement {index + 1} is needed")
        with Prover(size, [clues[index] for index in needed]) as prover:
            if not prover.settled(range(len(needed)), holder, problem.place):
                raise CertificateError("the clues said to be needed leave more than one answer")

    def render(self, problem: DeductionProblem, at: Setting, choose: Choices) -> Prompt:
        story, names = STORIES[at.story], problem.names
        sentences = [story.sentence(statement, names) for statement in problem.statements]
        told = " ".join(sentences) if at.layout == "prose" else "\n".join(f"{i}. {sentence}" for i, sentence in enumerate(sentences, 1))
        cast = story.cast.format(names=", ".join(names[:-1]) + f" and {names[-1]}")
        question = story.question.format(p=story.place(problem.place))
        return Prompt(f"{story.scene} {story.rule(problem.reading)} {self.answer.instruction}", f"{cast}\n{told}\n{question}")

    def read(self, prompt: str) -> JSON:
        names, reading, statements, place = read_puzzle(prompt)
        return self.solve(DeductionProblem(names=tuple(names), reading=reading, statements=tuple(statements), place=place))

    def options(self, problem: DeductionProblem) -> Sequence[str]:
        return problem.names

    def effort(self, problem: DeductionProblem) -> float:
        """Clues read and places crossed out by the reference solution (counted up to a limit where it needs many suppositions)."""
        tally = _reference(problem)
        return float(tally.readings + tally.eliminations)

    def features(self, problem: DeductionProblem) -> Mapping[str, float]:
        tally, needed = _reference(problem), len(_prove(problem).otherwise)
        return {
            "options": problem.size,
            "needed_clues": needed,
            "red_herrings": len(problem.statements) - needed,
            "rounds": tally.rounds,
            "suppositions": tally.suppositions,
        }


@lru_cache(maxsize=4)
def _reference(problem: DeductionProblem) -> Tally:
    return examine(problem.size, problem.clues, problem.place, limit=_EFFORT_LIMIT)


@lru_cache(maxsize=4)
def _prove(problem: DeductionProblem) -> Proof:
    """By satisfiability: a model, that its answer cannot be negated, and which clues that takes."""
    clues = problem.clues
    everything = range(len(clues))
    with Prover(problem.size, clues) as prover:
        arrangement = prover.arrangement(everything)
        if arrangement is None:
            raise CertificateError("the clues contradict each other")
        holder = arrangement.index(problem.place)
        settled = prover.settled(everything, holder, problem.place)
        otherwise = {}
        for index in everything:
            if prover.possible([other for other in everything if other != index], holder, problem.place, has=False):
                otherwise[index] = prover.found()
        return Proof(arrangement, settled, otherwise)
