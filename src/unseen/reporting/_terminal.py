"""The terminal rendering: the report's first screen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from unseen.reporting import _wording as say

if TYPE_CHECKING:
    from unseen.reporting._report import Report
    from unseen.reporting._section import Section
    from unseen.reporting._section import Table as SectionTable


def first_screen(report: Report) -> RenderableType:
    """Headline numbers, one row per family and model, then the sections."""
    parts: list[RenderableType] = []
    for summary in report.summaries:
        head = Text(f"{summary.examinee}: ", style="bold")
        head.append(
            f"passes {say.interval(summary.overall)} over easy to hard; corrected for wrong keys {say.interval(summary.calibrated.rate)}",
            style="",
        )
        parts += [head, Text(f"  another story: {say.effect(summary.surface)}: {say.conclusion(summary.surface)}")]
        parts += [Text(f"  rule against habit: {say.effect(summary.premise)}: {say.conclusion(summary.premise)}")]
        parts += [Text(f"  note: {note}", style="dim") for note in summary.notes]
    if report.summaries:
        parts.append(_families(report))
    return Group(*parts, *(part for section in report.sections for part in _section(section)))


def _families(report: Report) -> Table:
    several = len(report.summaries) > 1
    shown = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in ("family", *(("model",) if several else ()), "asked", "pass rate", "50% horizon"):
        shown.add_column(column, justify="right" if column == "asked" else "left", no_wrap=column == "family")
    for name in sorted({family.name for summary in report.summaries for family in summary.families}):
        for summary in report.summaries:
            for family in (found for found in summary.families if found.name == name):
                model = (summary.examinee,) if several else ()
                shown.add_row(name, *model, str(family.usage.questions), say.interval(family.rate), say.horizon(family.horizon_effort))
    return shown


def _section(section: Section) -> Iterator[RenderableType]:
    """Question and answer; of the rest the first table and the first exhibit, where the section is not brief."""
    yield Text(section.title, style="bold")
    yield Text(f"  {section.answer}")
    for note in section.notes:
        yield Text(f"  note: {note}", style="dim")
    for shown in section.tables[: 0 if section.brief else 1]:
        yield _table(shown)
    for exhibit in section.exhibits[:1]:
        yield Text(f"\n{exhibit.title}:\n", style="bold")
        yield Text(exhibit.text)
        if exhibit.beside:
            yield Text(f"\n{exhibit.beside_title}:\n", style="bold")
            yield Text(f"{exhibit.beside}\n")


def _table(shown: SectionTable) -> Table:
    made = Table(title=Text(shown.caption, style="dim"), title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for at, column in enumerate(shown.columns):
        made.add_column(column, justify="right" if column in shown.numeric else "left", no_wrap=at == 0)
    for row in shown.rows:
        made.add_row(*(Text(cell) for cell in row))
    return made
