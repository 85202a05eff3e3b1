"""The archive of a duel: every region that ever broke a model, and how each model stands to it. One JSON file that outlives runs.

What broke yesterday's model is asked of today's first. A region is retired for a model when fresh tasks confirm that the failure is
gone; it stays for the other models.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from unseen.errors import TaskFileError
from unseen.minting import atomic_file
from unseen.plan import KnownRegion
from unseen.probing._hunt import Finding, Hunted
from unseen.probing._hunt_confirm import Rate
from unseen.probing._revisit import Revisit, Standing

_GAP = 0.01  # the least that is recorded: a confirmed gap is positive


class Meeting(BaseModel):
    """One model met one region in one run: how it stood to it, and its pass rates inside and elsewhere on fresh tasks."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str
    run: str
    round: int
    state: Standing
    inside: float
    elsewhere: float


class Region(BaseModel):
    """A confirmed failing region: where it is, in which version of its family, its smallest failing task, and every meeting with it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    known: KnownRegion
    version: int
    rule: str
    smallest: str | None
    meetings: tuple[Meeting, ...]

    def standing(self, model: str) -> Standing | None:
        """How a model stood to it last; None when they never met."""
        return next((meeting.state for meeting in reversed(self.meetings) if meeting.model == model), None)


class DuelRound(BaseModel):
    """One round: a model was asked what the archive held, then hunted further."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    round: int
    model: str
    run: str
    seed: int
    families: tuple[str, ...]


class RegionArchive(BaseModel):
    """All regions and rounds, oldest first. ``format`` rises when a field changes its meaning."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    regions: tuple[Region, ...] = ()
    rounds: tuple[DuelRound, ...] = ()

    @classmethod
    def load(cls, path: Path) -> RegionArchive:
        """From a file; empty when there is none. Raises :class:`TaskFileError` for a file that is no archive."""
        if not path.exists():
            return cls()
        try:
            return cls.model_validate_json(path.read_bytes())
        except OSError as error:
            raise TaskFileError(f"cannot read {path}: {error.strerror}") from None
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"])) or "the file"
            raise TaskFileError(f"{path} is no archive of failing regions: {where}: {first['msg']}; choose another --archive") from None

    def save(self, path: Path) -> None:
        """To a file, whole or not at all. Raises :class:`TaskFileError` when it cannot be written."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_file(path) as file:
            file.write(self.model_dump_json(indent=1).encode() + b"\n")

    def to_ask(self, model: str, versions: dict[str, int]) -> tuple[KnownRegion, ...]:
        """The regions to ask a model first: those in these versions of families that are not retired for it; its own failures come first."""
        asked = [one for one in self.regions if versions.get(one.known.family) == one.version]
        asked = [one for one in asked if one.standing(model) is not Standing.SOLVED]
        return tuple(one.known for one in sorted(asked, key=lambda one: one.standing(model) is not Standing.FAILS))

    def after(self, entry: DuelRound, hunted: Sequence[Hunted], versions: dict[str, int]) -> RegionArchive:
        """The archive with what a round came to: meetings noted, confirmed new regions added, a solved one that failed again taken up again."""
        regions = list(self.regions)
        for one in hunted:
            for revisit in one.known:
                at = next(i for i, region in enumerate(regions) if region.known == revisit.region)
                regions[at] = _met(regions[at], entry, revisit)
            for finding in one.findings:
                where = {condition.variable: condition.values for condition in finding.rule.conditions}
                meeting = _meeting(entry, Standing.FAILS, finding.inside, finding.outside)
                same = [i for i, region in enumerate(regions) if (region.known.family, region.known.where) == (one.family, where)]
                same = [i for i in same if regions[i].version == versions[one.family]]
                if same:
                    regions[same[0]] = regions[same[0]].model_copy(update={"meetings": (*regions[same[0]].meetings, meeting)})
                else:
                    regions.append(_new(one.family, versions[one.family], finding, meeting))
        return self.model_copy(update={"regions": tuple(regions), "rounds": (*self.rounds, entry)})


def _new(family: str, version: int, finding: Finding, meeting: Meeting) -> Region:
    where = {condition.variable: condition.values for condition in finding.rule.conditions}
    known = KnownRegion(family=family, where=where, gap=max(meeting.elsewhere - meeting.inside, _GAP))
    case = finding.shrunk.task if finding.shrunk else None
    return Region(known=known, version=version, rule=finding.rule.words, smallest=case.prompt if case else None, meetings=(meeting,))


def _met(region: Region, entry: DuelRound, revisit: Revisit) -> Region:
    meeting = _meeting(entry, revisit.state, revisit.inside, revisit.outside)
    return region.model_copy(update={"meetings": (*region.meetings, meeting)})


def _meeting(entry: DuelRound, state: Standing, inside: Rate, outside: Rate) -> Meeting:
    shares = [rate.value if rate.asked else 0.0 for rate in (inside, outside)]
    return Meeting(model=entry.model, run=entry.run, round=entry.round, state=state, inside=shares[0], elsewhere=shares[1])
