"""A duel: rounds of hunting, in which an archive of failing regions grows, and what broke one model is asked of the next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from unseen.choices import derive_seed
from unseen.errors import PlanError
from unseen.evaluation._evaluate import evaluate
from unseen.families import family
from unseen.plan import Plan
from unseen.probing import DuelRound, Hunted, RegionArchive, replay_hunt
from unseen.running import Progress
from unseen.storing import DEFAULT_FOLDER, RunRecord, Status, Store


@dataclass(frozen=True)
class Duelled:
    """One round of a duel: its stored run, what came of it (nothing when the run did not finish), and the archive after it."""

    record: RunRecord
    model: str
    hunted: tuple[Hunted, ...]
    archive: RegionArchive


def duel(
    plan: Plan,
    archive: Path,
    *,
    rounds: int = 1,
    resume: str | None = None,
    store: Store | None = None,
    folder: Path = DEFAULT_FOLDER,
    progress: Callable[[Progress], object] | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> list[Duelled]:
    """Hunt each model of the plan in turn, ``rounds`` times, from and into the archive file; every round is a stored run of its own.

    A round first asks the archived regions of the plan's families that are not retired for the model, then hunts outside of those
    that still fail. The archive is written after each finished round, whole or not at all; a run that does not finish ends the
    duel and leaves the archive alone. ``resume`` goes on with such a run as the first round.

    Raises:
        UnseenError: the plan does not hunt or names no seed or families, or a round cannot be carried out.
    """
    if plan.hunt is None or plan.seed is None or not plan.families:
        raise PlanError("a duel needs a plan that hunts, with families and a seed")
    store, done = store or Store(folder), list[Duelled]()
    versions = {name: family(name).version for name in plan.families}
    for at in range(rounds * len(plan.models)):
        held, model = RegionArchive.load(archive), plan.models[at % len(plan.models)]
        if resume is not None and at == 0:
            record = evaluate(resume=resume, store=store, folder=folder, progress=progress, say=say)
        else:
            record = evaluate(_round_plan(plan, model, held, versions), store=store, folder=folder, progress=progress, say=say)
        if record.status is not Status.FINISHED:
            return [*done, Duelled(record, model, (), held)]
        ran = Plan.of(dict(record.plan), where=f"plan of run {record.id}")
        hunted = replay_hunt(ran, list(store.outcomes(record.id)))
        entry = DuelRound(round=len(held.rounds) + 1, model=ran.models[0], run=record.id, seed=ran.seed or 0, families=ran.families)
        held = held.after(entry, hunted, versions)
        held.save(archive)
        done.append(Duelled(record, ran.models[0], hunted, held))
    return done


def _round_plan(plan: Plan, model: str, held: RegionArchive, versions: dict[str, int]) -> Plan:
    """The plan of the next round: the model alone, a seed of its own, and the regions to ask first."""
    assert plan.hunt is not None
    drawn = derive_seed("duel", plan.seed or 0, len(held.rounds) + 1)
    hunt = plan.hunt.model_copy(update={"known": held.to_ask(model, versions)})
    return plan.model_copy(update={"models": (model,), "hunt": hunt, "seed": int.from_bytes(drawn[:4], "big") >> 1})
