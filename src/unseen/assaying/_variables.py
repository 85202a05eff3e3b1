"""Whether variables do what their role declares: each lives, difficulty orders success, premises bite."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import fmean, median, stdev

from unseen.assaying._draws import Draws, ladder
from unseen.assaying._report import Check, Row, Unit, at_least, at_most, not_applicable
from unseen.examinees import ItemResponse
from unseen.space import Role
from unseen.task import Task

BASES = 24  # tasks from which each variable is changed
LEVELS = 6  # levels of a variable that are tried
RUNGS = 5  # levels of a difficulty variable along its ladder
CLIMBS = 40  # tasks that climb each ladder
STRAY = 4.0  # standard errors by which success may rise along a ladder: a false alarm in 30,000 steps
SMALLEST_RISE = 0.005
COUNTERFACTUALS = 60


def variable_rows(draws: Draws) -> list[Row]:
    """The rows on variables."""
    return [_live(draws), _monotone(draws), _premises(draws)]


def _live(draws: Draws) -> Row:
    faults: list[_Fault] = []
    space = draws.family.space
    for name in space.variables:
        faults += _faults_of_surface(draws, name) if space.variables[name].role is Role.SURFACE else _faults_of_substance(draws, name)
    worst = faults[0] if faults else _Fault(f"all {len(space.variables)} variables change what their role says and nothing else")
    return at_most(
        Check.LIVE_VARIABLES, len(faults), 0, Unit.COUNT, "; ".join([worst.text, *(fault.text for fault in faults[1:3])]), worst.example
    )


@dataclass(frozen=True)
class _Fault:
    text: str
    example: str | None = None


def _twins(draws: Draws, name: str) -> list[tuple[Task, Task]]:
    values = ladder(draws.family.space.variables[name], LEVELS)
    return [
        (task, draws.family.twin(task, **{name: value})) for task in draws.tasks[:BASES] for value in values if value != task.setting[name]
    ]


def _faults_of_surface(draws: Draws, name: str) -> list[_Fault]:
    """A surface must change the prompt, at every level, and must leave problem and key alone."""
    twins = _twins(draws, name)
    for task, twin in twins:
        if twin.problem != task.problem or twin.key != task.key:
            return [
                _Fault(
                    f"surface variable '{name}' changes the {'key' if twin.key != task.key else 'problem'} (from {task.setting[name]!r} to {twin.setting[name]!r})",
                    task.id,
                )
            ]
    return _dead_levels(name, [(task, twin, twin.prompt != task.prompt) for task, twin in twins])


def _faults_of_substance(draws: Draws, name: str) -> list[_Fault]:
    """Any other variable must change the problem, and what changes the problem must show in the prompt."""
    twins = _twins(draws, name)
    for task, twin in twins:
        if twin.problem != task.problem and twin.key != task.key and twin.prompt == task.prompt:
            return [_Fault(f"'{name}' changes the key and not the prompt (from {task.setting[name]!r} to {twin.setting[name]!r})", task.id)]
    return _dead_levels(name, [(task, twin, twin.problem != task.problem) for task, twin in twins])


def _dead_levels(name: str, changes: list[tuple[Task, Task, bool]]) -> list[_Fault]:
    if changes and not any(changed for _, _, changed in changes):
        return [_Fault(f"variable '{name}' changes nothing", changes[0][0].id)]
    alive = {value for task, twin, changed in changes if changed for value in (task.setting[name], twin.setting[name])}
    dead = sorted({str(twin.setting[name]) for _, twin, _ in changes if twin.setting[name] not in alive})
    return [_Fault(f"variable '{name}' is dead at {', '.join(dead)}")] if dead else []


def _monotone(draws: Draws) -> Row:
    """Mean success of a simulated examinee along each difficulty variable, everything else kept: it must not rise."""
    names = draws.family.space.named(Role.DIFFICULTY)
    if not names or not draws.tasks:
        return not_applicable(Check.MONOTONE_DIFFICULTY, "no difficulty variables")
    examinee = ItemResponse(ability=median(math.log2(max(task.effort, 2.0**-20)) for task in draws.tasks))
    climbs = {name: _climb(draws, name, examinee) for name in names}
    worst = max(climbs, key=lambda name: climbs[name].steepest)
    falls = ", ".join(f"{name} {climb.first:.0%} → {climb.last:.0%}" for name, climb in climbs.items())
    detail = falls if climbs[worst].steepest <= STRAY else f"success rises with '{worst}' at {climbs[worst].where}; {falls}"
    return at_most(Check.MONOTONE_DIFFICULTY, climbs[worst].steepest, STRAY, Unit.SCORES, detail, draws.tasks[0].id)


@dataclass(frozen=True)
class _Climb:
    """Mean success at the ends of a ladder, and the steepest rise between rungs, in standard errors."""

    first: float
    last: float
    steepest: float
    where: str


def _climb(draws: Draws, name: str, examinee: ItemResponse) -> _Climb:
    rungs = ladder(draws.family.space.variables[name], RUNGS)
    chances = [[examinee.chance(draws.family.twin(task, **{name: value})) for value in rungs] for task in draws.tasks[:CLIMBS]]
    steps = [(low, low + 1) for low in range(len(rungs) - 1)] + [(0, len(rungs) - 1)]
    rises = {f"{rungs[low]} → {rungs[high]}": _score([row[high] - row[low] for row in chances]) for low, high in steps}
    where = max(rises, key=lambda step: rises[step])
    return _Climb(fmean(row[0] for row in chances), fmean(row[-1] for row in chances), rises[where], where)


def _score(rises: list[float]) -> float:
    """The mean rise in standard errors; rises too small to matter count as none."""
    mean = fmean(rises)
    if mean <= SMALLEST_RISE or len(rises) < 2:
        return 0.0
    error = stdev(rises) / math.sqrt(len(rises))
    return mean / max(error, 1e-6)


def _premises(draws: Draws) -> Row:
    """The share of counterfactual twins whose key differs, for the premise that changes it least."""
    space = draws.family.space
    shares: dict[str, float] = {}
    for name in space.named(Role.PREMISE):
        values = space.variables[name].values()
        usual = [draws.family.twin(task, **{name: values[0]}) for task in draws.tasks[:COUNTERFACTUALS]]
        pairs = [(task, draws.family.twin(task, **{name: values[1 + at % (len(values) - 1)]})) for at, task in enumerate(usual)]
        changed = [task.key != twin.key for task, twin in pairs if task.problem != twin.problem]
        if changed:  # a premise that changes no problem at all is dead, which is another check's business
            shares[name] = fmean(changed)
    if not shares:
        return not_applicable(Check.PREMISE_BITES, "no premise variables")
    least = min(shares, key=lambda name: shares[name])
    detail = "share of counterfactual twins whose key differs: " + ", ".join(f"{name} {share:.0%}" for name, share in shares.items())
    return at_least(Check.PREMISE_BITES, shares[least], 1 / COUNTERFACTUALS, Unit.SHARE, detail, draws.tasks[0].id)
