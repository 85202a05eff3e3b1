"""The report: what was asked, of whom, and what follows from the answers, ready for any rendering."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unseen import __version__
from unseen.errors import UnseenError
from unseen.measuring import Summary, Usage, plain
from unseen.outcome import Arm, Outcome
from unseen.reporting._section import Section

if TYPE_CHECKING:
    import altair as alt
    from rich.console import RenderableType

SCHEMA = 2  # of to_json(); raised when a field is renamed or removed, or changes its meaning
LEFT_OUT = ("features",)  # fields of an outcome that a failure does not show


@dataclass(frozen=True)
class Asked:
    """What one run asked of one examinee: how many questions of each arm, and what they took."""

    examinee: str
    usage: Usage
    arms: Mapping[Arm, int]

    @classmethod
    def of(cls, examinee: str, outcomes: Sequence[Outcome]) -> Asked:
        """Counted from its outcomes."""
        return cls(examinee, Usage.of(outcomes), Counter(outcome.arm for outcome in outcomes))


@dataclass(frozen=True)
class ReportedRun:
    """A run a report draws on: its id, when, under which plan and versions, and how it ended."""

    id: str
    status: str
    started_at: str
    finished_at: str | None
    plan: Mapping[str, Any]
    versions: Mapping[str, Any]
    note: str
    asked: tuple[Asked, ...]

    @property
    def outcomes(self) -> int:
        """How many questions were asked, of all examinees together."""
        return sum(one.usage.questions for one in self.asked)


@dataclass(frozen=True)
class Report:
    """Everything a reader is shown.

    ``summaries`` has one entry per examinee that was asked a representative mix, ``sections`` one per further question (which
    variables matter, where it fails, which model is better), ``failures`` a sample of failed outcomes in full.
    """

    runs: tuple[ReportedRun, ...]
    summaries: tuple[Summary, ...]
    failures: tuple[Outcome, ...]
    sections: tuple[Section, ...] = ()

    @property
    def models(self) -> list[str]:
        """Everyone who was asked, in the order of the runs."""
        planned = (str(model) for run in self.runs for model in run.plan["models"])
        return list(dict.fromkeys([*(summary.examinee for summary in self.summaries), *planned]))

    def to_json(self) -> dict[str, Any]:
        """The report as plain JSON, with a schema number."""
        return {
            "schema": SCHEMA,
            "unseen": __version__,
            "runs": [plain(run) for run in self.runs],
            "examinees": [summary.to_json() for summary in self.summaries],
            "sections": [section.to_json() for section in self.sections],
            "failures": [_failure(outcome) for outcome in self.failures],
        }

    @cached_property
    def charts(self) -> Mapping[str, alt.LayerChart]:
        """Every chart of the page, by name."""
        from unseen.reporting._figures import figures

        drawn = figures(self.summaries)
        for section in self.sections:
            drawn |= {f"{section.name}-{figure.name}": figure.chart for figure in section.figures}
        return drawn

    def to_html(self) -> str:
        """One self-contained page: no script, no network."""
        from unseen.reporting._page import page

        return page(self)

    def to_terminal(self) -> RenderableType:
        """The first screen of the report, for a terminal."""
        from unseen.reporting._terminal import first_screen

        return first_screen(self)

    def save(self, path: str | Path) -> Path:
        """Write the report; the ending decides how: ``.html`` or ``.json``. Raises :class:`UnseenError`."""
        path = Path(path)
        if path.suffix not in (".html", ".json"):
            raise UnseenError(f"cannot write a report to {path}: the name must end in .html or .json")
        text = self.to_html() if path.suffix == ".html" else json.dumps(self.to_json(), indent=1, ensure_ascii=False, allow_nan=False)
        _write(path, text.encode("utf-8", "replace"))
        return path

    def save_charts(self, folder: str | Path) -> list[Path]:
        """Write every chart as ``.png`` (three times the size of the page) and ``.json`` (Vega-Lite)."""
        folder, written = Path(folder), []
        for name, chart in self.charts.items():
            for path, content in ((folder / f"{name}.png", _png(chart)), (folder / f"{name}.json", chart.to_json().encode())):
                _write(path, content)
                written.append(path)
        return written


def _png(chart: alt.LayerChart) -> bytes:
    import vl_convert

    return bytes(vl_convert.vegalite_to_png(chart.to_json(), scale=3))


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(path.name + ".partial")
        partial.write_bytes(content)
        partial.replace(path)
    except OSError as error:
        raise UnseenError(f"cannot write {path}: {error.strerror}") from None


def _failure(outcome: Outcome) -> dict[str, Any]:
    return {name: value for name, value in plain(outcome).items() if name not in LEFT_OUT}


def sample_failures(outcomes: Sequence[Outcome], per_family: int = 4) -> tuple[Outcome, ...]:
    """The easiest failures of each family and examinee: the ones that say most. Planted tasks are left out."""
    failed = [o for o in outcomes if o.counts and not o.correct and o.arm is not Arm.PLANTED]
    taken: dict[tuple[str, str], list[Outcome]] = {}
    for outcome in sorted(failed, key=lambda o: (o.family, o.examinee, o.load, o.task_id)):
        taken.setdefault((outcome.family, outcome.examinee), []).append(outcome)
    return tuple(outcome for group in taken.values() for outcome in group[:per_family])
