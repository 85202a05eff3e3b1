"""``unseen hunt``: hunts any model through :mod:`unseen.running`, and puts what was found as data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unseen.families.registry import family as family_named
from unseen.plan import Budget, Plan
from unseen.probing._hunt import Finding, Hunted, HuntOptions, HuntSource
from unseen.space import Value

if TYPE_CHECKING:
    from unseen.running import Progress


def hunt(
    model: str,
    families: Sequence[str],
    *,
    seed: int,
    options: HuntOptions | None = None,
    budget: Budget | None = None,
    held: Mapping[str, Value | tuple[Value, Value]] | None = None,
    max_tokens: int | None = None,
    logs: Path = Path("logs"),
    progress: Callable[[Progress], object] | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> tuple[Hunted, ...]:
    """Hunt a model, named as for ``unseen eval``, through families; what was found, family by family.

    ``budget`` ends the hunt early: a family whose hunt was cut short claims nothing. Raises :class:`UnseenError` for a model or a
    family that cannot be asked.
    """
    from unseen.running import evaluate

    source = HuntSource([family_named(name) for name in families], seed, options, held)
    plan = Plan(models=(model,), families=tuple(families), seed=seed, budget=budget or Budget(), max_tokens=max_tokens)
    evaluate(plan, source_factory=lambda _: source, record=lambda _: None, progress=progress, log_dir=logs, run_id="hunt", say=say)
    return source.results()


def hunt_document(hunted: Sequence[Hunted], **about: Any) -> dict[str, Any]:
    """A hunt as one JSON object; ``about`` (model, seed) stands beside it. ``format`` rises when a field changes its meaning."""
    families = [
        {
            "family": one.family,
            "answers": one.answers,
            "finished": one.finished,
            "tested": one.proposed,
            "findings": [_finding(finding) for finding in one.findings],
        }
        for one in hunted
    ]
    return {"format": 1, **about, "families": families}


def _finding(finding: Finding) -> dict[str, Any]:
    rule, case = finding.rule, finding.shrunk
    return {
        "rule": rule.words,
        "conditions": [{"variable": c.variable, "values": list(c.values)} for c in rule.conditions],
        "share_of_space": rule.volume,
        "pass_rate_inside": asdict(finding.inside),
        "pass_rate_elsewhere": asdict(finding.outside),
        "e_value": finding.e_value,
        "smallest": case
        and {
            "setting": dict(case.setting),
            "minimal": case.minimal,
            "fails": case.task and case.task.to_row(),
            "passes": case.twin and case.twin.to_row(),
            "changed": case.changed,
        },
    }
