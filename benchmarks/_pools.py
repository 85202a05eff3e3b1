"""Real answers for the adapting benchmark: a fixed pool, one model left out, the others as the panel."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from unseen.measuring import PoolItems
from unseen.probing import PoolProbe


@dataclass(frozen=True)
class Responses:
    """First answers of every model that answered nearly all easy tasks: (models, tasks), NaN where it did not, and each task's domain."""

    models: tuple[str, ...]
    passed: np.ndarray
    domains: np.ndarray

    @classmethod
    def read(cls, path: Path) -> Responses:
        """From KUMO's response format (.csv.gz)."""
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            rows = [row for row in csv.DictReader(lines) if row["n_truths"] == "4" and row["repeat"] == "0"]
        counts = Counter(row["model"] for row in rows)
        models = tuple(sorted(name for name, count in counts.items() if count > 0.9 * max(counts.values())))
        tasks = {key: at for at, key in enumerate(sorted({(row["domain"], row["seed"]) for row in rows}))}
        passed = np.full((len(models), len(tasks)), np.nan)
        for row in rows:
            if row["model"] in models:
                passed[models.index(row["model"]), tasks[row["domain"], row["seed"]]] = int(row["correct"])
        return cls(models, passed, np.array([domain for domain, _ in tasks]))

    def pool(self, *left_out: int) -> Pool:
        """The tasks that all these models answered, calibrated on the others."""
        both = np.flatnonzero(~np.isnan(self.passed[list(left_out)]).any(axis=0))
        items = PoolItems.from_panel(np.delete(self.passed, left_out, axis=0), self.domains)
        kept = PoolItems(items.difficulty[both], items.spread[both], items.ability, items.ability_sd)
        return Pool(kept, self.domains[both], self.passed[np.ix_(left_out, both)] == 1)


@dataclass(frozen=True)
class Pool:
    """Calibrated tasks and what the models left out would answer: (models, tasks)."""

    items: PoolItems
    domains: np.ndarray
    passed: np.ndarray

    def errors(self, count: int, rng: np.random.Generator, seed: int) -> dict[str, float]:
        """The error of the first model's pass rate from ``count`` answers, by each method; and whether the intervals held."""
        y = self.passed[0]
        truth, drawn = float(y.mean()), rng.choice(y.size, count, replace=False)
        strata = self._stratified(count, rng)
        probe = PoolProbe(self.items, seed=seed, domains=self.domains)
        self._ask(probe, y, count)
        fixed, anytime, modelled = probe.rate(), probe.rate(anytime=True), probe.modelled_rate()
        cat = self._most_informative(count, rng)
        return {
            "random": float(y[drawn].mean()) - truth,
            "stratified": float(y[strata].mean()) - truth,
            "p-IRT": self.items.imputed_rate(drawn, y[drawn]).value - truth,
            "CAT": self._rasch.imputed_rate(cat, y[cat]).value - truth,
            "assisted": fixed.value - truth,
            "model-based": modelled.value - truth,
            "model-based covered": float(modelled.low <= truth <= modelled.high),
            "covered": float(fixed.low <= truth <= fixed.high),
            "anytime": float(anytime.low <= truth <= anytime.high),
        }

    def gaps(self, count: int, rng: np.random.Generator, seed: int) -> dict[str, float]:
        """The estimated difference between the two models from ``count`` tasks each: apart, paired, and by paired adaptive draws."""
        apart = [float(row[rng.choice(row.size, count, replace=False)].mean()) for row in self.passed]
        drawn = rng.choice(self.passed.shape[1], count, replace=False)
        probes = [PoolProbe(self.items, seed=2 * seed + i, domains=self.domains) for i in (0, 1)]
        while (left := count - probes[0].asked) > 0:
            tasks = probes[0].take(left, beside=probes[1:])
            for probe, row in zip(probes, self.passed, strict=True):
                probe.tell(row[tasks])
        return {
            "random": apart[0] - apart[1],
            "random, paired": float(self.passed[0, drawn].mean() - self.passed[1, drawn].mean()),
            "adaptive": probes[0].rate().value - probes[1].rate().value,
        }

    def _ask(self, probe: PoolProbe, y: np.ndarray, count: int) -> None:
        while (left := count - probe.asked) > 0:
            probe.tell(y[probe.take(left)])

    def _stratified(self, count: int, rng: np.random.Generator) -> np.ndarray:
        """An even draw balanced over predicted difficulty and domain."""
        return PoolProbe(self.items, seed=int(rng.integers(2**31)), domains=self.domains, batch=count).take()

    @property
    def _rasch(self) -> PoolItems:
        """The same with difficulties taken as known."""
        return PoolItems(self.items.difficulty, 0 * self.items.spread, self.items.ability, self.items.ability_sd)

    def _most_informative(self, count: int, rng: np.random.Generator) -> np.ndarray:
        """Plain computerised adaptive testing: the task whose pass probability is nearest one half, one after the other."""
        y, items = self.passed[0], self._rasch
        tasks: list[int] = []
        left = np.ones(y.size, bool)
        ties = 1e-4 * rng.random(y.size)
        for _ in range(count):
            distance = np.abs(items.predict(tasks, y[tasks]) - 0.5) + ties
            tasks.append(int(np.where(left, distance, np.inf).argmin()))
            left[tasks[-1]] = False
        return np.array(tasks)
