"""Fills in what a plan leaves open, and checks it against the families before anything is asked."""

from __future__ import annotations

import platform
import secrets
from collections.abc import Callable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from unseen import __version__
from unseen.errors import PlanError
from unseen.evaluation._audit import read_audit
from unseen.evaluation._gain import gain_families, gain_source
from unseen.families import all_families, family
from unseen.minting import Edition, edition_source, fixed_source
from unseen.outcome import Source
from unseen.plan import Plan

_PACKAGES = ("inspect_ai", "numpy", "scipy", "pydantic", "xllamacpp", "python-sat")


def resolve(plan: Plan) -> Plan:
    """The plan with families named and the seed drawn. Raises :class:`UnseenError` for what cannot be carried out."""
    edition = Edition.load(plan.edition) if plan.edition else None
    if edition is not None and (plan.families or plan.settings):
        raise PlanError("an edition settles families and settings; leave out --family and --set")
    asked = gain_families(plan) if plan.gain else plan.families
    names = asked or tuple(edition.manifest.families if edition else all_families())
    if not plan.models:
        raise PlanError("no model was named; --model MODEL names one, the default is unseen/smollm2")
    chosen = [family(name) for name in names]
    known = {name for kind in chosen for name in kind.space.variables}
    for name in plan.settings:
        if name not in known:
            raise PlanError(f"--set {name}: no family of the plan has this variable; there are: {', '.join(sorted(known))}")
    if plan.error_audit:
        read_audit(Path(plan.error_audit))
    seed = secrets.randbelow(2**53) if plan.seed is None else plan.seed
    return plan.model_copy(update={"families": tuple(kind.name for kind in chosen), "seed": seed})


def source_factory(plan: Plan) -> Callable[[str], Source]:
    """What makes the source of one model. Every model of a run is asked from the same seed: fixed runs ask the same tasks."""
    if plan.edition:
        return lambda _model: edition_source(Edition.load(str(plan.edition)), plan.edition_arm, cross_check=plan.cross_check)
    if plan.fixed:
        per_family, seed = plan.fixed, plan.seed or 0
        return lambda _model: fixed_source(
            plan.families,
            per_family,
            seed,
            siblings=plan.siblings,
            twins=plan.twins,
            planted=plan.planted,
            fixed=plan.settings,
            cross_check=plan.cross_check,
        )
    if plan.gain:
        return lambda _model: gain_source(plan)
    from unseen.probing import AdaptiveSource, HuntSource, ScreenSource

    if plan.screen:
        return lambda _model: ScreenSource.of(plan)
    if plan.hunt:
        return lambda _model: HuntSource.of(plan)
    return lambda _model: AdaptiveSource(plan)


def versions(plan: Plan) -> Mapping[str, Any]:
    """The versions behind a run: the package, Python, the platform, the libraries that matter, every family that may be asked."""
    new = (plan.gain.new or tuple(all_families())) if plan.gain else ()
    return {
        "unseen": __version__,
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        "packages": {name: found for name in _PACKAGES if (found := _installed(name))},
        "families": {name: family(name).version for name in dict.fromkeys((*plan.families, *new))},
    }


def _installed(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
