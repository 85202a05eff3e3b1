"""``unseen eval``: the main job."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from unseen.cli._running import Connections, DrawnSeed, Limits, ReplyCap, Resumed, carry_out, plan_of, refuse_with_resume
from unseen.cli._terminal import AsJson, Settings, Where


def evaluate(
    model: Annotated[list[str] | None, typer.Option("--model", help="Any Inspect model string, gguf:FILE, or simulated/KIND. Repeatable [default: unseen/smollm2].", show_default=False)] = None,
    family: Annotated[list[str] | None, typer.Option("--family", help="A family to ask. Repeatable [default: every one].", show_default=False)] = None,
    budget: Limits = None,
    fixed: Annotated[int | None, typer.Option("--fixed", min=1, metavar="N", help="Ask N tasks per family, spread evenly over difficulty.", show_default=False)] = None,
    siblings: Annotated[int | None, typer.Option("--siblings", min=1, metavar="K", help="With --fixed: ask K tasks at each setting, for pass@k and consistency [default: 1].", show_default=False)] = None,
    adaptive: Annotated[bool, typer.Option("--adaptive", help="Choose difficulty from the answers so far (the default).")] = False,
    edition: Annotated[str | None, typer.Option("--edition", metavar="FILE", help="Ask the tasks of a sealed edition.", show_default=False)] = None,
    edition_arm: Annotated[str | None, typer.Option("--arm", metavar="public|secret|train", help="Which arm of the edition [default: public].", show_default=False)] = None,
    settings: Settings = None,
    seed: DrawnSeed = None,
    max_tokens: ReplyCap = None,
    connections: Connections = None,
    error_audit: Annotated[str | None, typer.Option("--error-audit", metavar="FILE", help="Audited tasks (JSONL: id, valid), to estimate the generation error rate.", show_default=False)] = None,
    config: Annotated[Path | None, typer.Option("--config", metavar="PLAN.TOML", help="A plan; options given beside it win.", show_default=False)] = None,
    resume: Resumed = None,
    store: Where = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Mint tasks, ask models, store every outcome, write the report. Ctrl-C loses nothing: go on with --resume."""
    from unseen.errors import PlanError
    from unseen.plan import Plan

    given: dict[str, Any] = {
        "models": tuple(model) if model else None,
        "families": tuple(family) if family else None,
        "fixed": fixed,
        "siblings": siblings,
        "edition": edition,
        "edition_arm": edition_arm,
        "seed": seed,
        "max_tokens": max_tokens,
        "connections": connections,
        "error_audit": error_audit,
    }
    if adaptive and fixed:
        raise PlanError("--adaptive and --fixed exclude each other")
    if resume:
        refuse_with_resume(resume, config, budget, settings, *given.values())
        return carry_out(None, resume=resume, store=store, as_json=as_json)
    fields = Plan.load(config).model_dump() if config else {}
    fields |= {name: value for name, value in given.items() if value is not None}
    plan = plan_of(str(config) if config else "unseen eval", fields, budget=budget, settings=settings or [])
    carry_out(plan, resume=None, store=store, as_json=as_json)
