"""``unseen gain``: what the gain from one model to another on a static test is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from unseen.cli._running import Connections, DrawnSeed, Limits, ReplyCap, Resumed, carry_out, plan_of, refuse_with_resume
from unseen.cli._terminal import AsJson, Where, console, print_json, table

if TYPE_CHECKING:
    from unseen.measuring import GainAccount


def gain(
    first: Annotated[str | None, typer.Argument(metavar="A", help="The model before: a model string; without --static, a stored gain run, RUN:EXAMINEE, or an examinee of --run.", show_default=False)] = None,
    second: Annotated[str | None, typer.Argument(metavar="B", help="The model after; likewise.", show_default=False)] = None,
    static: Annotated[str | None, typer.Option("--static", metavar="FILE", help="Ask both models: the static test, a file of `unseen mint` or an edition's .edition.json.", show_default=False)] = None,
    sets: Annotated[int | None, typer.Option("--sets", min=1, metavar="N", help="Only N of its tasks, drawn at random [default: all].", show_default=False)] = None,
    siblings: Annotated[int | None, typer.Option("--siblings", min=1, metavar="K", help="Fresh siblings of each static task [default: 1].", show_default=False)] = None,
    new: Annotated[list[str] | None, typer.Option("--new", metavar="FAMILY", help="A family to take new templates from. Repeatable [default: new structures and stories of the test's families].", show_default=False)] = None,
    run: Annotated[str | None, typer.Option("--run", metavar="RUN", help="A stored gain run that asked both A and B.", show_default=False)] = None,
    level: Annotated[float, typer.Option("--level", help="Level of the intervals and claims of a stored run.")] = 0.95,
    budget: Limits = None,
    seed: DrawnSeed = None,
    max_tokens: ReplyCap = None,
    connections: Connections = None,
    resume: Resumed = None,
    store: Where = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Split the gain from A to B on a static test into item memory, template skill and what transfers; ask both, or read a stored run."""
    from unseen.errors import PlanError

    asking = (sets, siblings, new, budget, seed, max_tokens, connections)
    if resume:
        refuse_with_resume(resume, first, second, static, run, *asking)
        return carry_out(None, resume=resume, store=store, as_json=as_json)
    if not first or not second:
        raise PlanError(
            "name two models and the test: unseen gain A B --static FILE; or two examinees of a stored run: unseen gain A B --run RUN"
        )
    if static is None:
        if any(value is not None and value != [] for value in asking):
            raise PlanError("without --static nothing is asked: leave out the options that say what to ask")
        return _stored(first, second, run, store, level, as_json)
    if run:
        raise PlanError("--static asks both models anew, --run reads what was asked: give one of them")
    wanted = {"static": static, "sets": sets, "siblings": siblings, "new": tuple(new) if new else None}
    fields = {
        "models": (first, second),
        "gain": {name: value for name, value in wanted.items() if value is not None},
        "seed": seed,
        "max_tokens": max_tokens,
        "connections": connections,
    }
    return carry_out(plan_of("unseen gain", fields, budget=budget, settings=[]), resume=None, store=store, as_json=as_json)


def _stored(first: str, second: str, run: str | None, store: str | None, level: float, as_json: bool) -> None:
    from unseen.evaluation import gain as account
    from unseen.storing import Store

    found = account(first, second, run=run, store=Store(store), level=level)
    if as_json:
        return print_json(found.to_json())
    return _print(found)


def _print(found: GainAccount) -> None:
    from unseen.reporting import gain_answer, gain_tables

    out = console()
    out.print(gain_answer(found), markup=False)
    for shown in gain_tables(found):
        out.print(table(shown.caption, shown.columns, shown.rows, right=shown.numeric))
    for note in found.split.notes:
        out.print(note, markup=False)
