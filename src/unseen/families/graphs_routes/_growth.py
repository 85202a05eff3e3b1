"""Grows a map around two planned ways: one along the listed directions, one against them.

Every stop gets a position between the start (0) and the end (1). Roads that lead towards the end cost at least what
the planned way costs over the same stretch, and a little more: so under the habitual rule the planned way is the
cheapest, near-misses abound, and short hops lure the greedy. The same holds for the other direction. What a map is
really like is measured afterwards, under its own rule; nothing below depends on the rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from unseen.choices import Choices
from unseen.families.graphs_routes._trip import Constraint, Road

_FINE = 1000  # positions are counted in thousandths


@dataclass
class Map:
    """A map under construction: the tolls of its roads, and where its stops stand along each planned way."""

    stops: int
    start: int
    end: int
    there: dict[int, int] = field(default_factory=dict)  # planned cost from the start, along the listed directions
    back: dict[int, int] = field(default_factory=dict)  # the same for one who travels against them
    tolls: dict[tuple[int, int], int] = field(default_factory=dict)

    def connect(self, a: int, b: int, extra: int) -> None:
        """A road from a to b that is no shortcut either way, unless there is one already."""
        if a != b and (a, b) not in self.tolls:
            stretch = max(self.there[b] - self.there[a], self.back[a] - self.back[b], 0)
            self.tolls[(a, b)] = stretch + extra

    def legs_needed(self, *, backwards: bool = False, closed: int | None = None) -> int | None:
        """The fewest legs from start to end, or None when there is no way."""
        onward: dict[int, list[int]] = {}
        for a, b in self.tolls:
            if closed not in (a, b):
                onward.setdefault(b if backwards else a, []).append(a if backwards else b)
        layer, reached, legs = [self.start], {self.start}, 0
        while layer:
            if self.end in reached:
                return legs
            layer = [to for to in dict.fromkeys(to for stop in layer for to in onward.get(stop, ())) if to not in reached]
            reached.update(layer)
            legs += 1
        return None


@dataclass(frozen=True)
class Layout:
    """A finished map and the parameters of its constraint."""

    roads: list[Road]
    start: int
    end: int
    visit: int | None
    avoid: int | None
    most_legs: int | None


def grow_map(stops: int, legs: int, roads: int, digits: int, constraint: Constraint, choose: Choices) -> Layout:
    """A map on which start and end can be reached from each other whatever the rule, with the constraint met."""
    order = choose.shuffle("stops", range(stops))
    start, end, inner = order[0], order[1], order[2:]
    planned = min(legs, stops - 1)
    onward, others = inner[: planned - 1], inner[planned - 1 :]
    backward, rest = others[: planned - 1], others[planned - 1 :]
    chart = Map(stops, start, end)
    tolls = _place(chart, [start, *onward, end], [start, *backward, end], rest, digits, choose)
    extra = _extras(digits)
    for (a, b), toll in tolls.items():
        chart.tolls[(a, b)] = toll
    _add_skips(chart, [start, *onward, end], extra, choose.within("there"))
    _add_skips(chart, [end, *backward[::-1], start], extra, choose.within("back"))
    _attach(chart, rest, extra, choose)
    _add_roads(chart, [start, *sorted(inner, key=lambda stop: chart.there[stop]), end], roads, extra, choose)
    visit, avoid, most_legs = _constrain(
        chart, constraint, planned, [*onward, *rest, *backward], [*rest, *backward, *onward], extra, choose
    )
    listed = choose.shuffle("listing", sorted((a, b, toll) for (a, b), toll in chart.tolls.items()))
    return Layout(listed, start, end, visit, avoid, most_legs)


def _extras(digits: int) -> tuple[int, int]:
    """The range of what a road costs beyond the planned stretch."""
    return (1, 3) if digits == 1 else (1, 4 * 10 ** (digits - 1))


def _place(
    chart: Map, onward: Sequence[int], backward: Sequence[int], rest: Iterable[int], digits: int, choose: Choices
) -> dict[tuple[int, int], int]:
    """Give every stop its planned costs, and return the roads of the two planned ways."""
    low, high = (1, 9) if digits == 1 else (10 ** (digits - 1), 10**digits - 1)
    roads: dict[tuple[int, int], int] = {}
    totals = []
    for name, way, cost in (("there", onward, chart.there), ("back", backward, chart.back)):
        cost[way[0]] = 0
        for number, (a, b) in enumerate(pairwise(way)):
            toll = choose.integer(f"{name}/{number}", low, high)
            cost[b] = cost[a] + toll
            roads[(a, b) if name == "there" else (b, a)] = toll
        totals.append(cost[way[-1]])
    for way, cost, total in ((backward, chart.there, totals[0]), (onward, chart.back, totals[1])):
        for number, stop in enumerate(way[1:-1], 1):
            cost[stop] = total * number // (len(way) - 1)
    for stop in rest:
        position = choose.integer(f"position/{stop}", 1, _FINE - 1)
        chart.there[stop], chart.back[stop] = (total * position // _FINE for total in totals)
    return roads


def _add_skips(chart: Map, way: Sequence[int], extra: tuple[int, int], choose: Choices) -> None:
    """Roads that save a leg of a planned way at a little extra toll: near-misses, and better wherever legs matter."""
    for number, (a, b) in enumerate(zip(way, way[2:], strict=False)):
        if len(way) > 3 and choose.chance(f"skip/{number}", 0.5):
            chart.connect(a, b, choose.integer(f"skip/{number}/extra", *extra))


def _attach(chart: Map, rest: Sequence[int], extra: tuple[int, int], choose: Choices) -> None:
    """Give each remaining stop a road in and a road out, onward or backward, so that it can be reached and left."""
    known = [stop for stop in chart.there if stop not in rest]
    for stop in rest:
        known.sort(key=lambda other: (chart.there[other], other))
        split = sum(chart.there[other] <= chart.there[stop] for other in known)
        near = (max(split - 4, 0), max(split - 1, 0))
        far = (min(split, len(known) - 1), min(split + 3, len(known) - 1))
        before = known[choose.integer(f"before/{stop}", *near)]
        after = known[choose.integer(f"after/{stop}", *far)]
        onward = before == after or choose.chance(f"onward/{stop}", 0.5)
        a, b = (before, after) if onward else (after, before)
        chart.connect(a, stop, choose.integer(f"in/{stop}", *extra))
        chart.connect(stop, b, choose.integer(f"out/{stop}", *extra))
        known.append(stop)


def _add_roads(chart: Map, along: Sequence[int], roads: int, extra: tuple[int, int], choose: Choices) -> None:
    """Further roads between stops that stand near each other, and now and then straight from start to end."""
    for number in range(roads * chart.stops // 2):
        at = choose.integer(f"road/{number}/from", 0, len(along) - 2)
        to = choose.integer(f"road/{number}/to", at + 1, min(at + 4, len(along) - 1))
        a, b = (along[at], along[to]) if choose.chance(f"road/{number}/onward", 0.5) else (along[to], along[at])
        chart.connect(a, b, choose.integer(f"road/{number}/extra", *extra))
    for name, a, b in (("there", chart.start, chart.end), ("back", chart.end, chart.start)):
        if choose.chance(f"straight/{name}", 0.15):
            chart.connect(a, b, choose.integer(f"straight/{name}/extra", *extra))


def _constrain(
    chart: Map, constraint: Constraint, planned: int, telling: Sequence[int], aside: Sequence[int], extra: tuple[int, int], choose: Choices
) -> tuple[int | None, int | None, int | None]:
    """The stop to visit, the stop to avoid, or the most legs: met by some route in either direction."""
    if constraint is Constraint.VISIT:
        return aside[choose.integer("visit", 0, max(len(aside) - planned, 0))], None, None
    if constraint is Constraint.AVOID:
        for stop in telling:
            if all(chart.legs_needed(backwards=backwards, closed=stop) is not None for backwards in (False, True)):
                return None, stop, None
    if constraint is Constraint.FEW_LEGS:
        fewest = max(chart.legs_needed(backwards=backwards) or 0 for backwards in (False, True))
        if fewest < planned:
            return None, None, choose.integer("most legs", fewest, planned - 1)
    if constraint is Constraint.NONE:
        return None, None, None
    by_way_of = [aside[0]] if constraint is Constraint.FEW_LEGS and planned > 2 else []
    for name, way in (("there", [chart.start, *by_way_of, chart.end]), ("back", [chart.end, *by_way_of, chart.start])):
        for number, (a, b) in enumerate(pairwise(way)):
            chart.connect(a, b, choose.integer(f"detour/{name}/{number}", *extra))
    if constraint is Constraint.AVOID:
        return None, telling[0], None
    return None, None, choose.integer("most legs", len(by_way_of) + 1, max(planned - 1, 1))
