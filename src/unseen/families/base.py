"""The family contract: a versioned generator of tasks that share a goal and a grading rule.

A new family is one file in this folder and one test::

    class Copy(Family[CopyProblem]):
        '''Say a word back.'''

        name, version, domain = "language/copy", 1, "language"
        Problem = CopyProblem
        space = Space(length=Integer(1, 8), story=Category("plain", "parrot", role="surface"))
        answer = TextAnswer()

        def draw(self, at, choose): ...
        def key(self, problem): ...
        def solve(self, problem): ...
        def render(self, problem, at, choose): ...
        def effort(self, problem): ...

The conformance suite in ``tests/conformance`` and ``unseen assay`` then hold it to the rules.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, ClassVar, Generic, TypeVar

from pydantic import ValidationError

from unseen.answers import Answer
from unseen.choices import Choices, Recorded, derive_seed
from unseen.errors import CertificateError, FamilyError
from unseen.space import Role, Setting, Space, Value
from unseen.task import JSON, Problem, Prompt, Task, canonical_json
from unseen.verdict import Verdict

P = TypeVar("P", bound=Problem)


class Family(ABC, Generic[P]):
    """One family. Every method is pure: no clock, no global randomness, no set-iteration order.

    ``guess_rate`` bounds what any strategy that does not solve the problem can score over the reference mix.
    ``draw`` must not read surface variables, and ``render`` is the only place with words in it.
    """

    name: ClassVar[str]
    version: ClassVar[int]  # bump on any change of output
    domain: ClassVar[str]
    Problem: ClassVar[type[Problem]]
    space: ClassVar[Space]
    answer: ClassVar[Answer]
    guess_rate: ClassVar[float] = 0.0
    certificate_proves: ClassVar[bool] = False  # True where `verify` proves the key from the certificate, without solving again

    @abstractmethod
    def draw(self, at: Setting, choose: Choices) -> P:
        """The structured problem: everything a solver needs, and no words."""

    @abstractmethod
    def key(self, problem: P) -> JSON:
        """The answer key, as canonical JSON (money and other exact decimals as strings)."""

    @abstractmethod
    def solve(self, problem: P) -> JSON:
        """The key again, by an independent method. Raises :class:`CertificateError` when it is not unique."""

    @abstractmethod
    def render(self, problem: P, at: Setting, choose: Choices) -> Prompt:
        """The prompt. Reads the surface variables; every fact in it comes from the problem."""

    @abstractmethod
    def effort(self, problem: P) -> float:
        """Elementary steps of the reference solution (at least 1)."""

    def features(self, problem: P) -> Mapping[str, float]:
        """Other realised covariates (carries, facts to hold, path length)."""
        return {}

    def certify(self, problem: P, key: JSON) -> JSON:
        """Proof data beyond the problem itself: whatever makes re-checking cheaper than re-solving."""
        return {}

    def verify(self, problem: P, key: JSON, certificate: JSON) -> None:
        """Re-check, without the generator, that the key is the only right one. Raises :class:`CertificateError`.

        By default, solve again. Families whose certificate is a proof override it and set ``certificate_proves``.
        """
        if (found := self.solve(problem)) != key:
            raise CertificateError(f"the second solver finds {canonical_json(found)}, the key says {canonical_json(key)}")

    def read(self, prompt: str) -> JSON:
        """The answer worked out from the rendered prompt alone. Raises :class:`NotImplementedError` where no reader exists."""
        raise NotImplementedError

    def check(self, task: Task, response: str) -> Verdict:
        """Grade a response. Families with several right answers (plans, routes) override :meth:`accepts`."""
        problem = self.problem_of(task)
        accepts = partial(self.accepts, problem, task.key)
        return self.answer_for(problem).check(response, task.key, options=self.options(problem), accepts=accepts)

    def answer_for(self, problem: P) -> Answer:
        """The answer type of one problem, for families that ask for different things in different settings."""
        return self.answer

    def options(self, problem: P) -> Sequence[str]:
        """The labels an answer may name, where the answer is a label; empty otherwise."""
        return ()

    def accepts(self, problem: P, key: JSON, value: Any) -> bool:
        """Whether a parsed answer is right. Default: equal to the key under the answer type."""
        return self.answer_for(problem).equal(value, key)

    # ---- what follows from the above; not meant to be overridden ----

    @classmethod
    def has_reader(cls) -> bool:
        return cls.read is not Family.read

    def problem_of(self, task: Task) -> P:
        """The structured problem of a task. Raises :class:`CertificateError` when it has the wrong shape."""
        try:
            return self.Problem.model_validate(task.problem)  # type: ignore[return-value]
        except ValidationError as error:
            first = error.errors()[0]
            raise CertificateError(f"problem field {'.'.join(map(str, first['loc'])) or '(whole)'}: {first['msg']}") from None

    def make(self, setting: Mapping[str, Value], choose: Choices) -> Task:
        """The task at a setting, from choices."""
        at = self.space.validate(setting)
        problem = self.draw(at, choose.within("draw"))
        prompt = self.render(problem, at, choose.within("render"))
        key = self.key(problem)
        return Task(
            family=self.name,
            version=self.version,
            setting=at,
            choices=choose.recorded,
            prompt=prompt.text,
            key=key,
            problem=problem.model_dump(mode="json"),
            certificate=self.certify(problem, key),
            effort=float(self.effort(problem)),
            features=dict(self.features(problem)),
        )

    def replay(self, setting: Mapping[str, Value], choices: Mapping[str, Recorded]) -> Task:
        """The task again, bit for bit, from its recorded choices."""
        return self.make(setting, Choices.replay(choices))

    def twin(self, task: Task, **changes: Value) -> Task:
        """The task with some variables changed and every other choice kept."""
        if task.family != self.name:
            raise FamilyError(f"{self.name} cannot twin a task of {task.family}")
        seed = derive_seed("twin", task.family, task.version, canonical_json(dict(task.choices)))
        return self.make({**task.setting, **changes}, Choices(seed, task.choices))

    def surface_twins(self, task: Task) -> list[Task]:
        """The same problem told in every other way, one surface variable at a time."""
        return self._twins(task, Role.SURFACE)

    def counterfactual_twins(self, task: Task) -> list[Task]:
        """The same choices under every other premise, one premise variable at a time."""
        return self._twins(task, Role.PREMISE)

    def _twins(self, task: Task, role: Role) -> list[Task]:
        return [
            self.twin(task, **{name: value})
            for name in self.space.named(role)
            for value in self.space.variables[name].values()
            if value != task.setting[name]
        ]
