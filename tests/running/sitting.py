"""Helpers that put a list of tasks to a model and collect what comes back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.running.local_server import Behave, Reply
from unseen.minting import FixedSource, mint
from unseen.outcome import Arm, Assignment, Outcome
from unseen.plan import Plan
from unseen.running import Evaluation, Patience, Progress, evaluate
from unseen.running._grading import spell_key
from unseen.task import Task

MODEL = "openai-api/local/m"
PATIENT = Patience(attempt_seconds=60, retries=0, preflight_seconds=60)  # a busy machine is no failing model
IMPATIENT = Patience(attempt_seconds=6, retries=0, preflight_seconds=3)  # where somebody does hang
SUMS: list[Task] = list(mint(["arithmetic/chain"], 40, 7, fixed={"steps": 1, "digits": 1, "idle": 0}))
KEYS = {task.prompt: spell_key(task) for task in SUMS}


def source(tasks: Sequence[Task]) -> FixedSource:
    """Each task once, in order."""
    return FixedSource([Assignment(task, Arm.EXPLORE, task.id) for task in tasks])


def knows(prompt: str) -> Reply:
    """A model that knows every answer."""
    return Reply(f"Answer: {KEYS.get(prompt, 'OK')}")


def on_tasks(behave: Behave) -> Behave:
    """Behave so when asked a task; be friendly to everything else, such as the first greeting."""
    return lambda prompt: behave(prompt) if prompt in KEYS else Reply("OK")


@dataclass
class Sitting:
    """One call of ``evaluate`` over a list of tasks, and everything it handed over."""

    log_dir: Path
    patience: Patience = PATIENT
    outcomes: list[Outcome] = field(default_factory=list)
    seen: list[Progress] = field(default_factory=list)

    def ask(
        self,
        tasks: Sequence[Task],
        models: Sequence[str] = (MODEL,),
        *,
        already: Iterable[Outcome] = (),
        record: Callable[[Outcome], object] | None = None,
        **plan: Any,
    ) -> Evaluation:
        return evaluate(
            Plan.of({"models": tuple(models), **plan}),
            source_factory=lambda _: source(tasks),
            record=record or self.outcomes.append,
            already=already,
            progress=self.seen.append,
            log_dir=self.log_dir,
            run_id="test",
            patience=self.patience,
        )
