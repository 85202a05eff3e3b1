"""A trip through a map: which states a traveller can be in, what a further leg costs, and the cheapest way.

A state is (stop, legs, seen): where the traveller is, how many legs it took (kept at 0 where that is of no
consequence), and whether the stop to be visited has been seen (1) or not (0).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from heapq import heappop, heappush

from unseen.errors import CertificateError

State = tuple[int, int, int]
Road = tuple[int, int, int]  # from, to, toll, as listed


class Rule(StrEnum):
    """What the list of roads and their tolls mean; the first is the habitual rule."""

    USUAL = "usual"  # the cost of a route is the sum of its tolls
    BACKWARDS = "listed backwards"  # roads run against the direction they are listed in
    LARGEST = "largest toll"  # the cost of a route is its largest toll
    DOUBLING = "doubling"  # the first leg costs double, and each further leg double again


class Constraint(StrEnum):
    """What a route must also respect."""

    NONE = "none"
    VISIT = "visit"
    AVOID = "avoid"
    FEW_LEGS = "few legs"


@dataclass(frozen=True)
class Trip:
    """Where from, where to, over which roads, under which rule."""

    stops: int
    roads: Sequence[Road]
    start: int
    end: int
    rule: Rule = Rule.USUAL
    visit: int | None = None
    avoid: int | None = None
    most_legs: int | None = None

    @cached_property
    def onward(self) -> list[list[tuple[int, int]]]:
        """For each stop, the (next stop, toll) pairs that may be travelled, in the order of the stops."""
        onward: list[list[tuple[int, int]]] = [[] for _ in range(self.stops)]
        for a, b, toll in self.roads:
            if self.avoid in (a, b):
                continue
            if self.rule is Rule.BACKWARDS:
                onward[b].append((a, toll))
            else:
                onward[a].append((b, toll))
        for pairs in onward:
            pairs.sort()
        return onward

    @property
    def counts_legs(self) -> bool:
        """Whether the number of legs so far has any bearing on what comes next."""
        return self.rule is Rule.DOUBLING or self.most_legs is not None

    @property
    def origin(self) -> State:
        return (self.start, 0, int(self.visit in (None, self.start)))

    def arrived(self, state: State) -> bool:
        """Whether the trip may end here."""
        return state[0] == self.end and state[2] == 1

    def legs_from(self, state: State) -> Iterator[tuple[State, int]]:
        """The states one leg further, with the toll of that leg."""
        stop, legs, seen = state
        if self.counts_legs:
            if legs == self.most_legs:
                return
            legs += 1
        for to, toll in self.onward[stop]:
            yield (to, legs, seen or int(to == self.visit)), toll

    def further(self, cost: int, state: State, toll: int) -> int:
        """The cost of a route after one more leg from a state."""
        if self.rule is Rule.LARGEST:
            return max(cost, toll)
        return cost + (toll << (state[1] + 1) if self.rule is Rule.DOUBLING else toll)

    @property
    def possible(self) -> bool:
        """Whether the trip can be made at all, if the number of legs is of no consequence."""
        stack = [self.origin]
        reached = set(stack)
        while stack:
            stop, _, seen = state = stack.pop()
            if self.arrived(state):
                return True
            for to, _ in self.onward[stop]:
                onward = (to, 0, seen or int(to == self.visit))
                if onward not in reached:
                    reached.add(onward)
                    stack.append(onward)
        return False

    def cost_of(self, route: Sequence[int]) -> int | None:
        """The cost of a route, or None when it is not one (a missing road, a broken constraint, a wrong end)."""
        if not route or route[0] != self.start:
            return None
        state, cost = self.origin, 0
        for stop in route[1:]:
            step = next((step for step in self.legs_from(state) if step[0][0] == stop), None)
            if step is None:
                return None
            cost, state = self.further(cost, state, step[1]), step[0]
        return cost if self.arrived(state) else None

    def without(self, road: Road) -> Trip:
        """The same trip with one road closed."""
        roads = [other for other in self.roads if other != road]
        return Trip(self.stops, roads, self.start, self.end, self.rule, self.visit, self.avoid, self.most_legs)


@dataclass(frozen=True)
class Search:
    """What a search found: the least cost (None where there is no way), the states cheaper than that, and the work it took."""

    cost: int | None
    cheaper: Mapping[State, int]
    relaxations: int
    digits: int  # written while adding up: the length of every cost that was worked out


def cheapest(trip: Trip) -> Search:
    """Dijkstra's algorithm on the states of a trip (tolls are positive, and costs never fall along a route)."""
    settled: dict[State, int] = {}
    seen: dict[State, int] = {trip.origin: 0}
    queue: list[tuple[int, State]] = [(0, trip.origin)]
    relaxations = digits = 0
    if trip.counts_legs and trip.most_legs is None and not trip.possible:
        queue.clear()  # a doubling trip that never ends would be searched for ever
    while queue:
        cost, state = heappop(queue)
        if trip.arrived(state):
            cheaper = {other: least for other, least in settled.items() if least < cost}
            return Search(cost, cheaper, relaxations, digits)
        if state in settled:
            continue
        settled[state] = cost
        for onward, toll in trip.legs_from(state):
            total = trip.further(cost, state, toll)
            relaxations += 1
            digits += len(str(total))
            if onward not in settled and total < seen.get(onward, total + 1):
                seen[onward] = total
                heappush(queue, (total, onward))
    return Search(None, settled, relaxations, digits)


def best_route(trip: Trip, search: Search) -> list[int]:
    """Of all cheapest routes the one with the fewest legs, and of those the first in the order of the stops."""
    if search.cost is None:
        raise CertificateError("no route meets the conditions")
    layer: dict[State, list[int]] = {trip.origin: [trip.start]}
    reached = set(layer)
    while layer:
        arrived = [route for state, route in layer.items() if trip.arrived(state)]
        if arrived:
            return min(arrived)
        further: dict[State, list[int]] = {}
        for state, route in layer.items():
            for onward, toll in trip.legs_from(state):
                if onward not in reached and _on_a_best_route(trip, search, state, onward, toll):
                    extended = [*route, onward[0]]
                    further[onward] = min(further.get(onward, extended), extended)
        reached.update(further)
        layer = further
    raise CertificateError("the search found a cost that no route has")


def _on_a_best_route(trip: Trip, search: Search, state: State, onward: State, toll: int) -> bool:
    assert search.cost is not None
    if trip.rule is Rule.LARGEST:
        return toll <= search.cost
    total = trip.further(search.cheaper[state], state, toll)
    return total == (search.cost if trip.arrived(onward) else search.cheaper.get(onward))
