"""``unseen duel``: rounds of hunting, with an archive of failing regions that outlives models and months."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from unseen.cli._running import Connections, DrawnSeed, Further, Limits, Live, ReplyCap, plan_of
from unseen.cli._terminal import AsJson, Settings, Where, console, print_json

if TYPE_CHECKING:
    from unseen.evaluation import Duelled


def duel(
    model: Annotated[str, typer.Argument(help="Any model string that `unseen eval` takes.")],
    families: Annotated[list[str], typer.Argument(metavar="FAMILY...", help="The families to hunt in, one after the other.")],
    archive: Annotated[Path, typer.Option("--archive", metavar="FILE", help="The regions found so far; made when it is not there, and added to.")],
    rounds: Annotated[int, typer.Option("--rounds", min=1, metavar="N", help="Rounds per model.")] = 1,
    further: Further = None,
    answers: Annotated[int | None, typer.Option("--answers", metavar="N", help="Questions per family and round, in all [default: 2000].", show_default=False)] = None,
    alpha: Annotated[float | None, typer.Option("--alpha", help="Bound on the expected shares of false claims and of false retirements, per round [default: 0.05].", show_default=False)] = None,
    least_gap: Annotated[float | None, typer.Option("--least-gap", help="How much higher the failure rate inside must be to be worth a claim [default: 0.1].", show_default=False)] = None,
    confirm: Annotated[int | None, typer.Option("--confirm", metavar="N", help="Fresh tasks that test each rule from inside [default: 40].", show_default=False)] = None,
    shrink: Annotated[int | None, typer.Option("--shrink", metavar="N", help="Most questions spent on shrinking one finding; 0: do not shrink [default: 140].", show_default=False)] = None,
    most: Annotated[int | None, typer.Option("--most", metavar="N", help="Most new rules put to the test per family and round [default: 6].", show_default=False)] = None,
    near: Annotated[float | None, typer.Option("--near", help="Chance that a drawn setting leaves a variable at its default [default: 0].", show_default=False)] = None,
    settings: Settings = None,
    budget: Limits = None,
    seed: DrawnSeed = None,
    max_tokens: ReplyCap = None,
    connections: Connections = None,
    resume: Annotated[str | None, typer.Option("--resume", metavar="RUN", help="Go on with a round that was cut short, as the first one.", show_default=False)] = None,
    store: Where = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Ask models first what broke earlier ones, retire what is solved, hunt for new regions, and keep them all in an archive."""
    import secrets

    from unseen.evaluation import duel as carry_out
    from unseen.storing import DEFAULT_FOLDER, Status, Store

    probe = {"answers": answers, "alpha": alpha, "least_gap": least_gap, "confirm": confirm, "shrink": shrink, "most": most, "near": near}
    fields = {
        "models": (model, *(further or ())),
        "families": tuple(families),
        "hunt": {name: value for name, value in probe.items() if value is not None},
        "seed": secrets.randbelow(2**31) if seed is None else seed,
        "max_tokens": max_tokens,
        "connections": connections,
    }
    plan = plan_of("unseen duel", fields, budget=budget, settings=settings or [])
    folder = Path(store) if store and "://" not in store else DEFAULT_FOLDER
    with Live() as live:
        done = carry_out(
            plan, archive, rounds=rounds, resume=resume, store=Store(store), folder=folder, progress=live.progress, say=live.say
        )
    if as_json:
        print_json({"seed": plan.seed, "archive": str(archive), "rounds": [_as_json(one) for one in done]})
    else:
        for one in done:
            _print(one)
        console().print(f"Seed {plan.seed}. Archive: {archive}, {len(done[-1].archive.regions)} confirmed so far", markup=False)
    if done[-1].record.status is Status.INTERRUPTED:
        raise typer.Exit(130)
    if done[-1].record.status is Status.FAILED:
        raise typer.Exit(2)


def _as_json(one: Duelled) -> dict[str, object]:
    return {
        "run": one.record.id,
        "model": one.model,
        "status": one.record.status.value,
        "families": [hunted.to_json() for hunted in one.hunted],
        "regions": len(one.archive.regions),
    }


def _print(one: Duelled) -> None:
    out = console()
    out.print(f"{one.model}, run {one.record.id}: {one.record.status.value}, {one.record.outcomes} outcomes", markup=False)
    for hunted in one.hunted:
        for revisit in hunted.known:
            inside, elsewhere = revisit.inside.value, revisit.outside.value
            out.print(
                f"  {revisit.state.value}: {hunted.family}, {revisit.rule.words}: {inside:.0%} against {elsewhere:.0%} elsewhere",
                markup=False,
            )
        for finding in hunted.findings:
            out.print(f"  new: {hunted.family}, {finding.words}", markup=False)
    if one.record.status.value != "finished":
        out.print(f"The archive is as it was. Go on with the same command and --resume {one.record.id}", markup=False)
