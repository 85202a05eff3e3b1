"""Commit, seal, ask, reveal, verify: and a memoriser that gives itself away.

    python examples/life_of_an_edition.py

The public tasks leak into somebody's training data. Nobody can have seen the secret ones, and a coin decided which were which,
so the difference between the arms measures the leak.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import unseen
from unseen.measuring import paired_difference


def passed(edition: unseen.Edition, arm: str, model: str, folder: Path) -> dict[str, bool]:
    """Whether the model passes each task of an arm, by the group that a task shares with its sibling in the other arm."""
    store = unseen.Store(folder)
    run = unseen.evaluate(unseen.Plan(models=(model,), edition=str(edition.manifest_path), edition_arm=arm), store=store, folder=folder)
    right = {outcome.task_id: outcome.correct for outcome in store.outcomes(run.id)}
    return {found.group: right[found.task.id] for found in edition.tasks(arm)}


with TemporaryDirectory() as name:
    folder = Path(name)
    edition = unseen.Edition.new("spring", ["arithmetic/chain"], per_family=60, directory=folder)
    print(f"committed to {edition.manifest.commitment[:16]}…, nothing minted yet")
    edition.seal()
    print(f"sealed: {dict(edition.manifest.counts)}, fingerprint {edition.manifest.fingerprint[:16]}…")

    for model in ("simulated/item-response?ability=4", f"simulated/memoriser?ability=4&seen={edition.public_path}"):
        public, secret = (passed(edition, arm, model, folder) for arm in ("public", "secret"))
        value, low, high = paired_difference([int(public[group]) - int(secret[group]) for group in public], list(public))
        print(f"{model.split('?')[0]}: public minus secret {100 * value:+.0f} points ({100 * low:+.0f} to {100 * high:+.0f})")
        assert low > 0 or "memoriser" not in model

    edition.reveal()
    checked = unseen.Edition.load(edition.manifest_path).verify()
    print(f"revealed: {checked.tasks} tasks minted again from the key, {len(checked.problems)} problems")
    assert checked.ok and checked.regenerated
