"""From stored runs and what the models cost to train: improvement per tenfold compute."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from unseen.errors import FamilyError, UnseenError
from unseen.evaluation._report import report
from unseen.families import all_families
from unseen.measuring import ComputeTable, Condition, Emergence, compute_emergence, compute_table, conditions_of, plain
from unseen.outcome import Outcome
from unseen.reporting import Report, scaling_section
from unseen.storing import Store


@dataclass(frozen=True)
class Scaling:
    """The compute table, and how abruptly capability on fresh tasks rises with compute (None for fewer than three models).

    ``left_out`` counts the tasks to which one of the models has no answer.
    """

    table: ComputeTable
    emergence: Emergence | None
    left_out: int

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return dict(plain(self))


def scaling_report(found: Scaling, runs: Sequence[str], *, store: Store | None = None, level: float = 0.95) -> Report:
    """The report of the runs with the compute table as its first section."""
    whole = report(runs, store=store, level=level)
    section = scaling_section(found.table, found.emergence, found.left_out)
    return replace(whole, sections=(section, *whole.sections))


def parse_compute(texts: Sequence[str]) -> dict[str, float]:
    """From ``MODEL=FLOPS`` texts; the last ``=`` counts, since model names may hold some. Raises :class:`UnseenError`."""
    found: dict[str, float] = {}
    for text in texts:
        name, separator, written = text.rpartition("=")
        try:
            value = float(written)
        except ValueError:
            value = math.nan
        if not separator or not name or not (value > 0 and math.isfinite(value)):
            raise UnseenError(f"--compute '{text}': write MODEL=NUMBER, the number positive (FLOPs, or parameters): gpt-x=3e23")
        if name in found:
            raise UnseenError(f"--compute '{text}': {name} is given twice")
        found[name] = value
    return found


def scaling(runs: Sequence[str], compute: Mapping[str, float], *, store: Store | None = None, level: float = 0.95) -> Scaling:
    """Improvement per tenfold compute on static, fresh, composed and counterfactual tasks that every model of ``compute`` answered.

    Args:
        runs: stored runs; outcomes of one examinee in several are taken together. Gain runs hold static tasks beside fresh ones.
        compute: by examinee, FLOPs of training, parameters, or any other positive size.

    Raises :class:`UnseenError` when a run or an examinee is not there, or no task was answered by all.
    """
    if not 0.5 <= level < 1:
        raise UnseenError(f"--level {level:g}: write a level from 0.5 up to, but not including, 1")
    outcomes = _outcomes(runs, store or Store())
    if missing := sorted(set(compute) - set(outcomes)):
        raise UnseenError(f"the runs have no examinee '{missing[0]}'; there are: {', '.join(outcomes)}")
    models = list(compute)
    installed = all_families()
    asked = {o.family for model in models for o in outcomes[model]}
    if gone := sorted(asked - set(installed)):
        raise FamilyError(f"the runs asked {', '.join(gone)}, not installed here")
    conditions, left_out = conditions_of(outcomes, {name: installed[name].space for name in asked}, models)
    if not any(len(answers.tasks) for answers in conditions.values()):
        raise UnseenError("no task was answered by all of these models: ask them the same tasks, with --fixed or `unseen gain`")
    try:
        table = compute_table(compute, conditions, level=level)
    except ValueError as error:
        raise UnseenError(f"--compute: {error}") from None
    fresh = conditions[Condition.FRESH]
    emergence = None
    if len(models) > 2 and len(fresh.tasks):
        sizes = [compute[model] for _ in fresh.tasks for model in models]
        groups = [task for task in fresh.tasks for _ in models]
        emergence = compute_emergence(sizes, fresh.passed.ravel(), groups=groups, level=level)
    return Scaling(table, emergence, left_out)


def _outcomes(runs: Sequence[str], store: Store) -> dict[str, list[Outcome]]:
    found: dict[str, list[Outcome]] = {}
    for run in dict.fromkeys(runs):
        record = store.run(run)
        if record.plan.get("hunt") or record.plan.get("screen"):
            raise UnseenError(f"run {record.id} is a screen or a hunt: its tasks stand for no mix, and no slope can be read off them")
        for outcome in store.outcomes(record.id):
            found.setdefault(outcome.examinee, []).append(outcome)
    return found
