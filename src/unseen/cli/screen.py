"""``unseen screen``: which variables of a family matter to a model."""

from __future__ import annotations

from typing import Annotated

import typer

from unseen.cli._running import Connections, DrawnSeed, Further, Limits, ReplyCap, Resumed, carry_out, plan_of, refuse_with_resume
from unseen.cli._terminal import AsJson, Settings, Where


def screen(
    model: Annotated[str | None, typer.Argument(help="Any model string that `unseen eval` takes.", show_default=False)] = None,
    families: Annotated[list[str] | None, typer.Argument(metavar="FAMILY...", help="Families to screen.", show_default=False)] = None,
    further: Further = None,
    answers: Annotated[int | None, typer.Option("--answers", metavar="N", help="Most answers of the screening, per family [default: 640].", show_default=False)] = None,
    confirm: Annotated[int | None, typer.Option("--confirm", metavar="N", help="Answers on fresh tasks when something was found, per family [default: 320].", show_default=False)] = None,
    fdr: Annotated[float | None, typer.Option("--fdr", help="False discovery rate among variables [default: 0.1].", show_default=False)] = None,
    margin: Annotated[float | None, typer.Option("--margin", help="An average effect within this share of pass rate counts as none [default: 0.1].", show_default=False)] = None,
    load: Annotated[float | None, typer.Option("--load", help="Declared difficulty around which difficulty variables are set [default: 0.25].", show_default=False)] = None,
    settings: Settings = None,
    budget: Limits = None,
    seed: DrawnSeed = None,
    max_tokens: ReplyCap = None,
    connections: Connections = None,
    resume: Resumed = None,
    store: Where = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Find the variables that matter to a model, those shown not to, and their interactions; confirm them on fresh tasks."""
    from unseen.errors import PlanError

    probe = {"answers": answers, "confirm": confirm, "fdr": fdr, "margin": margin, "load": load}
    if resume:
        refuse_with_resume(resume, model, families, further, *probe.values(), settings, budget, seed, max_tokens, connections)
        return carry_out(None, resume=resume, store=store, as_json=as_json)
    if not model or not families:
        raise PlanError("name a model and at least one family: unseen screen MODEL FAMILY...")
    fields = {
        "models": (model, *(further or ())),
        "families": tuple(families),
        "screen": {name: value for name, value in probe.items() if value is not None},
        "seed": seed,
        "max_tokens": max_tokens,
        "connections": connections,
    }
    carry_out(plan_of("unseen screen", fields, budget=budget, settings=settings or []), resume=None, store=store, as_json=as_json)
