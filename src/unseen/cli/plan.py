"""``unseen plan``: what a wanted certainty takes, before anything is spent; or what a budget will buy."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from unseen.cli._terminal import AsJson, Settings, Where, console, print_json, table

if TYPE_CHECKING:
    from unseen.evaluation import Amount, Forecast


def plan(
    model: Annotated[list[str] | None, typer.Option("--model", help="A model to be asked. Repeatable [default: unseen/smollm2].", show_default=False)] = None,
    family: Annotated[list[str] | None, typer.Option("--family", help="A family to be asked. Repeatable [default: every one].", show_default=False)] = None,
    width: Annotated[float | None, typer.Option("--width", metavar="W", help="Wanted half-width of the overall pass rate's interval: 0.05 for five points either way.", show_default=False)] = None,
    difference: Annotated[float | None, typer.Option("--difference", metavar="D", help="Difference of two models' pass rates to be found: 0.03 for three points.", show_default=False)] = None,
    budget: Annotated[str | None, typer.Option("--budget", metavar="tasks=,tokens=,cost=,minutes=", help="Limits per model: what interval will they buy?", show_default=False)] = None,
    power: Annotated[float, typer.Option("--power", help="Wanted chance of finding the difference.")] = 0.8,
    unpaired: Annotated[bool, typer.Option("--unpaired", help="The two models answer different tasks.")] = False,
    adaptive: Annotated[bool, typer.Option("--adaptive", help="For an adaptive run, of which only the explored share feeds the overall rate.")] = False,
    like: Annotated[str | None, typer.Option("--like", metavar="RUN[:EXAMINEE]", help="A stored run whose pass rates, replies and speed are to be expected.", show_default=False)] = None,
    rate: Annotated[float, typer.Option("--rate", help="Pass rate assumed of families that no run tells about.")] = 0.5,
    reply_tokens: Annotated[int | None, typer.Option("--reply-tokens", min=1, help="Tokens per reply, where known.", show_default=False)] = None,
    max_tokens: Annotated[int | None, typer.Option("--max-tokens", min=1, help="Cap on a reply.", show_default=False)] = None,
    settings: Settings = None,
    config: Annotated[Path | None, typer.Option("--config", metavar="PLAN.TOML", help="A plan to start from; options given beside it win.", show_default=False)] = None,
    level: Annotated[float, typer.Option("--level", help="Level of the intervals.")] = 0.95,
    store: Where = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Work out how many tasks a wanted certainty takes, and what they cost; nothing is asked."""
    from unseen.evaluation import Goal, forecast
    from unseen.families import all_families
    from unseen.families import family as family_named
    from unseen.minting import parse_overrides
    from unseen.plan import Budget, Plan
    from unseen.storing import Store

    limits = Budget.parse(budget) if budget is not None else None
    goal = Goal(width, difference, limits, power=power, paired=not unpaired, adaptive=adaptive, level=level)
    fields: dict[str, Any] = Plan.load(config).model_dump() if config else {}
    fields |= {name: tuple(given) for name, given in (("models", model), ("families", family)) if given}
    if max_tokens is not None:
        fields["max_tokens"] = max_tokens
    if settings:
        spaces = [family_named(name).space for name in fields.get("families") or all_families()]
        fields["settings"] = {**fields.get("settings", {}), **parse_overrides(settings, *spaces)}
    asked = Plan.of(fields, where=str(config) if config else "plan")
    found = forecast(asked, goal, like=like, rate=rate, reply_tokens=reply_tokens, store=Store(store) if like else None)
    if as_json:
        print_json(found.to_json())
    else:
        _print(found)


def _print(found: Forecast) -> None:
    out = console()
    width, questions = found.half_width, found.questions
    many = f"{found.per_family} questions per family, {questions.value:,.0f} in all ({_range(questions)}) for each model"
    out.print(f"{many}: overall pass rate ± {_points(width.value)} points ({_points(width.low)} to {_points(width.high)}).", markup=False)
    if not math.isnan(found.sampled_half_width):
        out.print(f"For domains like these instead of these: ± {_points(found.sampled_half_width)} points.", markup=False)
    if found.difference is not None and found.power is not None:
        how = "on the same tasks" if found.paired else "on different tasks"
        out.print(f"Two models {_points(found.difference)} points apart are told apart {how} with chance {found.power:.2f}.", markup=False)
    families = [
        (
            f.family,
            f.questions,
            f"{f.rate:.0%}",
            f"± {_points(f.half_width)}",
            f"{f.input_tokens.value:,.0f}",
            f"{f.output_tokens.value:,.0f}",
        )
        for f in found.families
    ]
    columns = ("family", "questions", "expected rate", "points", "tokens in", "tokens out")
    out.print(table("", columns, families, right=columns[1:]))
    models = [
        (m.model, f"{m.questions.value:,.0f}", _spread(m.input_tokens), _spread(m.output_tokens), _money(m.cost), _minutes(m.minutes))
        for m in found.models
    ]
    columns = ("model", "questions", "tokens in", "tokens out", "dollars", "minutes")
    out.print(table("", columns, models, right=columns[1:]))
    effects = ", ".join(f"{name} × {value:.2f}" for name, value in found.effects.items() if abs(value - 1) > 0.005)
    out.print(f"Design effect {found.design_effect:.2f}{': ' if effects else ''}{effects}.", markup=False)
    for note in dict.fromkeys([*found.assumptions, *(note for m in found.models for note in m.notes)]):
        out.print(f"{note[0].upper()}{note[1:]}.", markup=False)
    out.print(f"To ask: {found.command}", markup=False, soft_wrap=True)


def _points(value: float) -> str:
    return f"{100 * value:.1f}"


def _range(amount: Amount) -> str:
    return f"{amount.low:,.0f} to {amount.high:,.0f}"


def _spread(amount: Amount) -> str:
    return f"{amount.value:,.0f} ({_range(amount)})"


def _money(amount: Amount | None) -> str:
    return "unknown" if amount is None else f"{amount.value:.2f} ({amount.low:.2f} to {amount.high:.2f})"


def _minutes(amount: Amount | None) -> str:
    return "unknown" if amount is None else f"{amount.value:.1f} ({amount.low:.1f} to {amount.high:.1f})"
