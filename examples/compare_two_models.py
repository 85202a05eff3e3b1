"""Two examinees on the same tasks: their pass rates, and the paired difference, whose interval is the narrower one.

    python examples/compare_two_models.py

Put real model strings into MODELS (openai/…, ollama/…) to compare real models.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import unseen
from unseen.measuring import paired_difference
from unseen.outcome import Arm

MODELS = ("simulated/item-response?ability=3", "simulated/item-response?ability=6")

with TemporaryDirectory() as folder:
    store = unseen.Store(folder)
    plan = unseen.Plan(models=MODELS, families=("arithmetic/chain", "language/rewriting"), fixed=60, seed=1)
    run = unseen.evaluate(plan, store=store, folder=Path(folder))
    report = unseen.report([run.id], store=store)
    answers = {model: {o.task_id: o for o in store.outcomes(run.id, model) if o.arm is Arm.EXPLORE and o.counts} for model in MODELS}

for summary in report.summaries:
    rate = summary.overall
    print(f"{summary.examinee}: {rate.value:.0%} ({rate.low:.0%} to {rate.high:.0%})")

first, second = (answers[model] for model in MODELS)
both = sorted(first.keys() & second.keys())
differences = [int(second[task].correct) - int(first[task].correct) for task in both]
value, low, high = paired_difference(differences, [first[task].group for task in both])
print(f"the second passes {100 * value:.0f} points more often ({100 * low:.0f} to {100 * high:.0f}) on the {len(both)} tasks both answered")

assert len(both) == len(first) == len(second), "a fixed plan asks every model the same tasks"
assert low > 0
