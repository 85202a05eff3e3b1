"""``unseen hunt``: where does a model fail?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from unseen.cli._terminal import AsJson, Settings, bar, console, print_json

if TYPE_CHECKING:
    from unseen.probing import Finding


def hunt(
    model: Annotated[str, typer.Argument(help="Any model string that `unseen eval` takes.")],
    family: Annotated[list[str], typer.Argument(help="The families to hunt in, one after the other.")],
    answers: Annotated[int, typer.Option("--answers", metavar="N", help="Questions per family, in all.")] = 2000,
    alpha: Annotated[float, typer.Option("--alpha", help="Bound on the expected share of false claims.")] = 0.05,
    least_gap: Annotated[float, typer.Option("--least-gap", help="How much higher the failure rate inside must be to be worth a claim.")] = 0.1,
    confirm: Annotated[int, typer.Option("--confirm", metavar="N", help="Fresh tasks that test each rule from inside.")] = 40,
    shrink: Annotated[int, typer.Option("--shrink", metavar="N", help="Most questions spent on shrinking one finding; 0: do not shrink.")] = 140,
    most: Annotated[int, typer.Option("--most", metavar="N", help="Most rules put to the test per family.")] = 6,
    settings: Settings = None,
    budget: Annotated[str | None, typer.Option("--budget", metavar="tasks=,tokens=,cost=,minutes=", help="Ends the hunt early; what is unfinished then claims nothing.", show_default=False)] = None,
    seed: Annotated[int | None, typer.Option("--seed", help="Same seed, same questions [default: drawn, and printed].", show_default=False)] = None,
    max_tokens: Annotated[int | None, typer.Option("--max-tokens", help="Cap on a reply.", show_default=False)] = None,
    logs: Annotated[Path, typer.Option("--logs", help="Where Inspect's logs go.")] = Path("logs"),
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Find the regions where a model fails, confirm each on fresh tasks, and shrink it to its smallest case."""
    import secrets

    from unseen.families import family as family_named
    from unseen.minting import parse_overrides
    from unseen.plan import Budget
    from unseen.probing import HuntOptions, hunt_document
    from unseen.probing import hunt as hunt_model

    options = HuntOptions(answers, alpha=alpha, least_gap=least_gap, confirm=confirm, shrink=shrink, most=most)
    held = parse_overrides(settings or [], *(family_named(name).space for name in family))
    limits = Budget.parse(budget) if budget else None
    seed = secrets.randbelow(2**31) if seed is None else seed
    with bar(model, answers * len(family)) as shown:
        hunted = hunt_model(
            model, family, seed=seed, options=options, budget=limits, held=held, max_tokens=max_tokens, logs=logs,
            progress=lambda now: shown(now.finished), say=lambda what: shown(0, note=what),
        )  # fmt: skip
    if as_json:
        return print_json(hunt_document(hunted, model=model, seed=seed))
    out = console()
    for one in hunted:
        out.print(f"{one.family}: {len(one.findings)} confirmed of {one.proposed} tested, {one.answers} answers", markup=False)
        for finding in one.findings:
            out.print(f"  {finding.words}; {finding.rule.volume:.1%} of the space", markup=False)
        if not one.finished:
            out.print("The hunt was cut short: nothing could be confirmed.", markup=False)
        for finding in one.findings:
            _print_smallest(finding)
    out.print(f"Seed {seed}", markup=False)


def _print_smallest(finding: Finding) -> None:
    case, out = finding.shrunk, console()
    if case is None or case.task is None:
        return
    out.print(f"\nSmallest task that fails, {finding.rule.words}:\n\n{case.task.prompt}\n", markup=False)
    if case.twin is not None:
        out.print(f"With {case.changed} = {case.twin.setting[case.changed]} it passes:\n\n{case.twin.prompt}\n", markup=False)
