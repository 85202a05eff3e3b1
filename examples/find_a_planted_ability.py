"""Ask adaptively, and see whether the 50% horizon that comes out is the ability that was put in.

    python examples/find_a_planted_ability.py

An item-response examinee of ability 5 passes half of the tasks of 2^5 = 32 elementary steps. Each run asks other tasks; about nineteen
in twenty of the intervals should hold the truth.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import unseen

TRUTH = 2**5
MODEL = "simulated/item-response?ability=5&discrimination=2"

covered = 0
with TemporaryDirectory() as folder:
    store = unseen.Store(folder)
    for seed in (11, 12, 13, 14):
        plan = unseen.Plan(models=(MODEL,), families=("arithmetic/chain",), seed=seed, budget=unseen.Budget(tasks=150))
        run = unseen.evaluate(plan, store=store, folder=Path(folder))
        family = unseen.report([run.id], store=store).summaries[0].families[0]
        steps, low, high = family.horizon_effort.steps
        holds = low <= TRUTH <= high
        covered += holds
        print(
            f"{family.horizon_effort.n} answers: half pass at {steps:.0f} steps ({low:.0f} to {high:.0f}), "
            f"which {'holds' if holds else 'misses'} the {TRUTH} that were planted; "
            f"easy to hard {family.rate.value:.0%} pass ({family.rate.low:.0%} to {family.rate.high:.0%})"
        )

assert covered >= 3
