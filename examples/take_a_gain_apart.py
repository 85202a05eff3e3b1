"""Three models that all gain on a static test, for three reasons: one has seen its items, one its stories, one is simply better.

    python examples/take_a_gain_apart.py

Put real model strings into BASE and TUNED (openai/…, ollama/…), and a file of your own for the static test, to take a real gain apart.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import unseen
from unseen.evaluation import gain
from unseen.families import family
from unseen.minting import mint, write_tasks
from unseen.plan import GainPlan

BASE = "simulated/item-response?ability=3.5"
OTHER_STORIES = "|".join(story for story in map(str, family("arithmetic/chain").space.variables["story"].values()) if story != "shop")

with TemporaryDirectory() as folder:
    static = Path(folder) / "static.jsonl"
    write_tasks(static, mint(["arithmetic/chain"], 60, seed=7, fixed={"story": "shop", "steps": (1, 5), "base": "ten"}))
    tuned = {
        "has seen the items": f"simulated/memoriser?ability=3.5&seed=1&seen={static}",
        "was trained on shop stories": f"simulated/surface-sensitive?ability=6.5&penalty=3&variable=story&levels={OTHER_STORIES}&seed=2",
        "is better": "simulated/item-response?ability=6&seed=3",
    }
    plan = unseen.Plan(models=(BASE, *tuned.values()), seed=11, gain=GainPlan(static=str(static)))
    store = unseen.Store(folder)
    run = unseen.evaluate(plan, store=store, folder=Path(folder))
    for why, model in tuned.items():
        split = gain(BASE, model, run=run.id, store=store).split
        print(f"{why}: {100 * split.rates[0].points.value:+.0f} points on the static test")
        for part in split.parts:
            points = part.points
            print(
                f"  {part.name}: {100 * points.value:+.0f} ({100 * points.low:+.0f} to {100 * points.high:+.0f}){' *' if part.shown else ''}"
            )
