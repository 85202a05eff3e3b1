"""Wide spaces for the adapting benchmark: difficulty spread evenly over twelve logits, a panel, residuals of families and tasks, and misfit.

One task in ten is not where it is declared to be: its difficulty is anything in the range. So no examinee passes everything easy or fails
everything hard, and the logistic curve the engine assumes holds for nobody.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from scipy.special import expit, ndtri

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.probing.counting import Counting

from unseen.choices import derive_seed
from unseen.outcome import Arm, Outcome, Response
from unseen.plan import Budget, Plan
from unseen.probing import Ability, AbilityPrior, AdaptiveSource, calibrate, interview, reference_loads
from unseen.space import Category, Integer, Space
from unseen.task import Task

SPAN = 12.0  # logits over the declared range
FAMILY_SD, TASK_SD, MISFIT = 0.5, 0.5, 0.1
ABILITIES = 2.5  # of examinees, in logits on either side
BATCH = 4
_AT = np.linspace(-0.3, 1.3, 801)


class Wide(Counting):
    """Counting with four difficulty variables, so that declared load is spread evenly."""

    name = "toy/wide"
    space = Space(
        **{f"part{i}": Integer(0, 60) for i in range(4)},
        rule=Category("plain", "odd", role="premise"),
        story=Category("bare", "shop", "boat", role="surface"),
    )


WIDE = Wide()
FAMILIES = {WIDE.name: WIDE}
MIX = reference_loads(WIDE, {}, 4096)


class Member:
    """An examinee: its ability shifted by a family residual, each task by its own residual, a tenth of the tasks elsewhere altogether."""

    def __init__(self, ability: float, seed: int) -> None:
        self.name, self.seed = f"member {seed}", seed
        self.ability = ability + FAMILY_SD * float(ndtri(_unit("family", seed)))
        self.curve = _curve(round(self.ability, 9))
        self.half = float(np.interp(-0.5, -self.curve, _AT))  # the load where one half is passed, misfit and all
        self.rate = float(np.mean(self.chance(MIX)))

    @classmethod
    def drawn(cls, seed: int) -> Member:
        return cls(ABILITIES * (2 * _unit("ability", seed) - 1), seed)

    def chance(self, loads: np.ndarray) -> np.ndarray:
        """The pass rate over tasks at these declared loads."""
        return np.asarray(np.interp(loads, _AT, self.curve))

    def respond(self, tasks: Sequence[Task]) -> list[Response]:
        return [Response(f"Answer: {task.key + (0 if self._passes(task) else 7)}", input_tokens=10, output_tokens=2) for task in tasks]

    def _passes(self, task: Task) -> bool:
        load = _unit("elsewhere", task.id) if _unit("misfit", task.id) < MISFIT else WIDE.space.load(task.setting)
        difficulty = SPAN * (load - 0.5) + TASK_SD * float(ndtri(_unit("task", task.id)))
        return bool(_unit("answer", self.seed, task.id) < expit(self.ability - difficulty))


@dataclass(frozen=True)
class Interview:
    """What one interview said of one member: errors in true logits, and the outcomes."""

    asked: int
    error: float
    covered: bool
    sd: float
    outcomes: list[Outcome]


@lru_cache(maxsize=1)
def prior() -> AbilityPrior:
    """What a panel of thirty, asked 100 tasks each of the reference mix, teaches about the family."""
    panel = []
    for seed in range(30):
        member, rng = Member.drawn(900_000 + seed), np.random.default_rng([7, seed])
        loads = rng.choice(MIX, 100)
        panel.append([(float(load), bool(rng.random() < p)) for load, p in zip(loads, member.chance(loads), strict=True)])
    return calibrate(panel)


def interviewed(member: Member, seed: int, *, explore: float, target: float | None = None, most: int = 400) -> Interview:
    """The product's own adaptive source, stopped at a standard error of ``target`` true logits, or after ``most``."""
    plan = Plan(seed=seed, explore=explore, twins=0, planted=0, target_se=target * 8 / SPAN if target else 1e-3)
    source = AdaptiveSource(plan, [WIDE], priors={WIDE.name: prior()})
    outcomes = interview(source, member, families=FAMILIES, budget=Budget(tasks=most), batch=BATCH)
    state = source.state()[WIDE.name]
    return Interview(
        len(outcomes),
        SPAN * (state.load_at_half - member.half),
        state.load_low <= member.half <= state.load_high,
        state.sd * SPAN / 8,
        outcomes,
    )


def blind(member: Member, rng: np.random.Generator, target: float, loads: np.ndarray | float) -> int:
    """How many tasks drawn at random from ``loads`` (or all at one load) the same posterior needs; 400 at most."""
    ability = Ability(0.0, prior())
    while ability.n < 400 and (ability.n < 16 or ability.sd * SPAN / 8 > target):
        load = float(rng.choice(loads)) if isinstance(loads, np.ndarray) else loads
        ability.learn(load, bool(rng.random() < member.chance(np.array([load]))[0]))
    return ability.n


def static(member: Member, target: float, rng: np.random.Generator, draws: int = 4000) -> float:
    """How many tasks of a static set a model passes at 95% give a root mean square error of ``target``.

    The most generous reading: tasks are all of one difficulty, 2.94 logits beneath the examinee, its curve is known but for where it stands, and
    errors beyond 3 logits count as 3.
    """
    load = (member.ability - 2.944) / SPAN + 0.5
    rate = float(member.chance(np.array([load]))[0])
    low, high = 10, 20_000
    shifts = np.interp(-np.linspace(0, 1, 2001), -member.curve, SPAN * (_AT - load))  # where the pass rate would be each of these
    true = float(np.interp(-rate, -member.curve, SPAN * (_AT - load)))
    while high - low > max(low // 50, 1):
        n = (low + high) // 2
        found = np.interp(rng.binomial(n, rate, draws) / n, np.linspace(0, 1, 2001), shifts)
        error = np.sqrt(np.mean(np.clip(found - true, -3, 3) ** 2))
        low, high = (n, high) if error > target else (low, n)
    return float(high)


def adapted_only(outcomes: Sequence[Outcome]) -> float:
    """The plain pass rate of all answers, which adaptive choice pulls towards one half."""
    return float(np.mean([o.correct for o in outcomes if o.arm in (Arm.EXPLORE, Arm.ADAPT)]))


@lru_cache(maxsize=4096)
def _curve(ability: float) -> np.ndarray:
    z, w = np.polynomial.hermite_e.hermegauss(21)
    w = w / w.sum()
    placed = expit(ability - SPAN * (_AT[:, None] - 0.5) - TASK_SD * z) @ w
    anywhere = float(np.mean(expit(ability - SPAN * (np.linspace(0, 1, 401)[:, None] - 0.5) - TASK_SD * z) @ w))
    return np.asarray((1 - MISFIT) * placed + MISFIT * anywhere)


def _unit(*parts: object) -> float:
    return (int.from_bytes(derive_seed(*parts)[:7], "big") + 0.5) / 2**56  # type: ignore[arg-type]
