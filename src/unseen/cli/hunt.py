"""``unseen hunt``: where does a model fail?"""

from __future__ import annotations

from typing import Annotated

import typer

from unseen.cli._running import Connections, DrawnSeed, Further, Limits, ReplyCap, Resumed, carry_out, plan_of, refuse_with_resume
from unseen.cli._terminal import AsJson, Settings, Where


def hunt(
    model: Annotated[str | None, typer.Argument(help="Any model string that `unseen eval` takes.", show_default=False)] = None,
    families: Annotated[list[str] | None, typer.Argument(metavar="FAMILY...", help="The families to hunt in, one after the other.", show_default=False)] = None,
    further: Further = None,
    answers: Annotated[int | None, typer.Option("--answers", metavar="N", help="Questions per family, in all [default: 2000].", show_default=False)] = None,
    alpha: Annotated[float | None, typer.Option("--alpha", help="Bound on the expected share of false claims [default: 0.05].", show_default=False)] = None,
    least_gap: Annotated[float | None, typer.Option("--least-gap", help="How much higher the failure rate inside must be to be worth a claim [default: 0.1].", show_default=False)] = None,
    confirm: Annotated[int | None, typer.Option("--confirm", metavar="N", help="Fresh tasks that test each rule from inside [default: 40].", show_default=False)] = None,
    shrink: Annotated[int | None, typer.Option("--shrink", metavar="N", help="Most questions spent on shrinking one finding; 0: do not shrink [default: 140].", show_default=False)] = None,
    most: Annotated[int | None, typer.Option("--most", metavar="N", help="Most rules put to the test per family [default: 6].", show_default=False)] = None,
    near: Annotated[float | None, typer.Option("--near", help="Chance that a drawn setting leaves a variable at its default, for models that fail almost everywhere [default: 0].", show_default=False)] = None,
    settings: Settings = None,
    budget: Limits = None,
    seed: DrawnSeed = None,
    max_tokens: ReplyCap = None,
    connections: Connections = None,
    resume: Resumed = None,
    store: Where = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Find the regions where a model fails, confirm each on fresh tasks, and shrink it to its smallest case."""
    from unseen.errors import PlanError

    probe = {"answers": answers, "alpha": alpha, "least_gap": least_gap, "confirm": confirm, "shrink": shrink, "most": most, "near": near}
    if resume:
        refuse_with_resume(resume, model, families, further, *probe.values(), settings, budget, seed, max_tokens, connections)
        return carry_out(None, resume=resume, store=store, as_json=as_json)
    if not model or not families:
        raise PlanError("name a model and at least one family: unseen hunt MODEL FAMILY...")
    fields = {
        "models": (model, *(further or ())),
        "families": tuple(families),
        "hunt": {name: value for name, value in probe.items() if value is not None},
        "seed": seed,
        "max_tokens": max_tokens,
        "connections": connections,
    }
    carry_out(plan_of("unseen hunt", fields, budget=budget, settings=settings or []), resume=None, store=store, as_json=as_json)
