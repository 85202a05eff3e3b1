"""``unseen selfcheck``: do the engine's estimators find what was planted, and nothing else?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from unseen.cli._terminal import AsJson, Seed, bar, console, print_json, table

if TYPE_CHECKING:
    from unseen.validating import Selfcheck


def selfcheck(
    quick: Annotated[bool, typer.Option("--quick", help="Fewer questions; under a minute on one core.")] = False,
    only: Annotated[list[str] | None, typer.Option("--only", metavar="CHECK", help="Only this check. Repeatable.")] = None,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Put every estimator to the test on simulated examinees with planted truth; exit 1 when one misses or flags what is not there."""
    from unseen.validating import checks_named
    from unseen.validating import selfcheck as run_selfcheck

    checks = checks_named(only or [])
    with bar("Checking") as progress:
        found = run_selfcheck(quick=quick, seed=seed, checks=checks, progress=lambda done, total, name: progress(done, total, name))
    if as_json:
        print_json(found.to_json())
    else:
        _print(found)
    if not found.passed:
        raise typer.Exit(1)


def _print(found: Selfcheck) -> None:
    out, seen = console(), set[str]()
    rows = []
    for line in found.lines:
        check = "" if line.check in seen else line.check
        seen.add(line.check)
        rows.append((check, "ok" if line.passed else "FAILS", f"{line.kind}: {line.planted}", line.rule, line.found))
    failed = sum(not line.passed for line in found.lines)
    title = f"Selfcheck, seed {found.seed}: {f'{failed} of {len(found.lines)} lines FAIL' if failed else 'all ' + str(len(found.lines)) + ' lines pass'}"
    out.print(table(title, ("check", "", "planted", "rule", "found"), rows))
    out.print(
        f"A flag that must not be raised has an error rate of {found.alpha:.2g}: together at most {found.false_alarm:.0%}. {found.seconds:.0f} s.",
        markup=False,
    )
