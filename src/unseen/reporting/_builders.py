"""The sections a report may have, in the order in which they stand. To add one, write a builder (see ``_section.py``) and name it here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from unseen.reporting._comparison_section import comparisons
from unseen.reporting._gain_section import gains
from unseen.reporting._hunt_section import hunts
from unseen.reporting._power_section import powers
from unseen.reporting._screen_section import screenings
from unseen.reporting._section import Section, StoredRun
from unseen.reporting._siblings_section import consistencies

Builder = Callable[[Sequence[StoredRun], float], Iterable[Section]]

BUILDERS: tuple[Builder, ...] = (
    comparisons,
    gains,
    consistencies,
    screenings,
    hunts,
    powers,
)


def sections(runs: Sequence[StoredRun], level: float) -> tuple[Section, ...]:
    """Every section that these runs give rise to; ``level`` is that of the intervals, where the section leaves a choice."""
    return tuple(section for build in BUILDERS for section in build(runs, level))
