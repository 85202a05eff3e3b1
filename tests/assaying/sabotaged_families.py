"""Deliberately broken copies of the honest family, one fault each."""

import time

from tests.assaying.honest_family import THINKERS, Thought, ThoughtOf
from unseen.answers import LabelAnswer
from unseen.assaying import Check
from unseen.task import Prompt
from unseen.verdict import Kind, Verdict


class WrongKey(ThoughtOf):
    """One key in ten is off by one."""

    def key(self, problem):
        return super().key(problem) + (problem.end % 10 == 0)


class TwoSolutions(ThoughtOf):
    """One problem in ten is solved by every number."""

    def draw(self, at, choose):
        problem = super().draw(at, choose)
        if not choose.chance("ambiguous", 0.1):
            return problem
        return problem.model_copy(update={"scale": 0, "end": sum(problem.steps) + problem.shift * len(problem.steps)})

    def key(self, problem):
        return super().key(problem) if problem.scale else abs(problem.steps[0]) - problem.shift


class LooseCertificate(ThoughtOf):
    """The certificate proves whatever it is asked to."""

    def verify(self, problem, key, certificate):
        pass


class NothingRead(ThoughtOf):
    """The setting alone gives the answer away."""

    def draw(self, at, choose):
        problem = super().draw(at, choose)
        thought = 12 + 7 * at.steps + (30 if at.scaling == "triples" else 0) + (5 * at.digits)
        return problem.model_copy(update={"end": problem.scale * thought + sum(problem.steps)})


class AnswerInSight(ThoughtOf):
    """The number thought of stands at the end of every prompt."""

    def render(self, problem, at, choose):
        prompt = super().render(problem, at, choose)
        return Prompt(shared=prompt.shared, body=f"{prompt.body}\nTask no. {self.key(problem)}.")

    def read(self, prompt):
        return super().read(prompt.rsplit("\nTask no.", 1)[0])


class OftenOne(ThoughtOf):
    """One key in four is 1."""

    often = 1

    def draw(self, at, choose):
        problem = super().draw(at, choose)
        if not choose.chance("often", 0.25):
            return problem
        return problem.model_copy(update={"end": problem.scale * self.often + sum(problem.steps) + problem.shift * len(problem.steps)})


class OftenSeventyThree(OftenOne):
    """One key in four is 73, which nobody says without having looked at other tasks."""

    often = 73


class SetOrder(ThoughtOf):
    """Who thinks of the number depends on the order of a set of strings."""

    def narrator(self, choose):
        return list(set(THINKERS))[choose.integer("narrator", 0, len(THINKERS) - 1)]


class DeadVariable(ThoughtOf):
    """The story is never told."""

    def render(self, problem, at, choose):
        return super().render(problem, at.but(story="number"), choose)


class LeakySurface(ThoughtOf):
    """One story changes the problem."""

    def draw(self, at, choose):
        problem = super().draw(at, choose)
        return problem.model_copy(update={"end": problem.end + problem.scale}) if at.story == "lift" and problem.end % 2 else problem


class ReversedDifficulty(ThoughtOf):
    """More steps asked for, fewer given."""

    def count(self, at):
        return 13 - int(at.steps)


class ToothlessPremise(ThoughtOf):
    """The premise is stated and changes no answer."""

    def draw(self, at, choose):
        problem = super().draw(at, choose)
        return problem.model_copy(update={"end": problem.end + problem.shift * len(problem.steps)})


class LikesBanana(ThoughtOf):
    """The grader takes "banana"."""

    def check(self, task, response):
        return Verdict(Kind.CORRECT, "banana") if response == "banana" else super().check(task, response)


class HearsTheExaminee(ThoughtOf):
    """The grader does what it is told."""

    def check(self, task, response):
        return Verdict(Kind.CORRECT, response) if "verdict: correct" in response.lower() else super().check(task, response)


class BlindToBoxes(ThoughtOf):
    """The grader does not read boxed answers."""

    def check(self, task, response):
        return Verdict(Kind.UNPARSED, None, "a box") if "boxed" in response else super().check(task, response)


class DeafToWords(ThoughtOf):
    """The grader takes digits and nothing else."""

    def check(self, task, response):
        words = any(letter.isalpha() for letter in response.partition("Answer: ")[2]) and "\n" not in response and "boxed" not in response
        return Verdict(Kind.UNPARSED, None, "words") if words else super().check(task, response)


class FewTasks(ThoughtOf):
    """Three draws in five come from a pool of thirty problems."""

    def draw(self, at, choose):
        problem = super().draw(at, choose)
        if not choose.chance("pool", 0.6):
            return problem
        return Thought(top=99, scale=1, steps=[40], shift=0, end=choose.integer("which", 52, 81))

    def narrator(self, choose):
        return THINKERS[0]


class Lopsided(ThoughtOf):
    """The answer is a label, and stands first more often than not."""

    answer = LabelAnswer()
    guess_rate = 0.6

    def options(self, problem):
        others = [str(abs(problem.end) + 10_000 + step) for step in range(3)]
        right = self.key(problem)
        at = problem.end % 10
        return [right, *others] if at < 5 else [*others[: at % 3 + 1], right, *others[at % 3 + 1 :]]

    def key(self, problem):
        return str(super().key(problem))

    def solve(self, problem):
        return str(super().solve(problem))

    def read(self, prompt):
        return str(super().read(prompt))


class Slow(ThoughtOf):
    """A tenth of a second of hard thought for every draw."""

    def draw(self, at, choose):
        stop = time.process_time() + 0.04
        while time.process_time() < stop:
            pass
        return super().draw(at, choose)


class BadReader(ThoughtOf):
    """A story that lost a fact."""

    def render(self, problem, at, choose):
        if at.story != "bank" or len(problem.steps) < 2:
            return super().render(problem, at, choose)
        return super().render(problem.model_copy(update={"steps": problem.steps[:-1]}), at, choose)


class Crashes(ThoughtOf):
    """Some draws raise."""

    def draw(self, at, choose):
        if at.digits == 3 and choose.chance("crash", 0.5):
            raise ZeroDivisionError("steps ran out")
        return super().draw(at, choose)


SABOTAGE = [
    (Crashes, Check.DRAWS),
    (DeafToWords, Check.KEY_SCORES_ONE),
    (OftenOne, Check.CONSTANT),
    (OftenSeventyThree, Check.MAJORITY),
    (FewTasks, Check.DUPLICATES),
    (WrongKey, Check.SECOND_SOLVER),
    (TwoSolutions, Check.CERTIFICATE),
    (LooseCertificate, Check.CERTIFICATE),
    (NothingRead, Check.ZERO_INFORMATION),
    (AnswerInSight, Check.ECHO),
    (SetOrder, Check.DETERMINISM),
    (DeadVariable, Check.LIVE_VARIABLES),
    (LeakySurface, Check.LIVE_VARIABLES),
    (ReversedDifficulty, Check.MONOTONE_DIFFICULTY),
    (ToothlessPremise, Check.PREMISE_BITES),
    (LikesBanana, Check.NONSENSE),
    (HearsTheExaminee, Check.GRADER_ADDRESSING),
    (BlindToBoxes, Check.FORMATS),
    (BadReader, Check.READER),
    (Lopsided, Check.LABEL_BALANCE),
]
