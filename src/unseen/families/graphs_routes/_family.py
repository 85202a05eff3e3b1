"""Cheapest routes over one-way roads, told as travel, networks, recipes and more.

The cost of the cheapest route is unique by definition. Its certificate proves it: a route that has the cost, and
potentials (lower bounds that rise along every leg by no more than its toll) which no route can undercut.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import Any

from pydantic import model_validator

from unseen.answers import Answer, IntegerAnswer, SequenceAnswer
from unseen.choices import Choices
from unseen.errors import CertificateError
from unseen.families.base import Family
from unseen.families.graphs_routes._backward import solve_backward
from unseen.families.graphs_routes._growth import grow_map
from unseen.families.graphs_routes._stories import STORIES, read_trip
from unseen.families.graphs_routes._trip import Constraint, Rule, Search, Trip, best_route, cheapest
from unseen.space import Category, Integer, Setting, Space
from unseen.task import JSON, Problem, Prompt

_NAMES = (
    "Alba Arno Basel Bexo Brix Bund Cado Cerf Clun Corvo Dalt Dorn Dray Dusk Egon Elba Emsa Fado Ferro Fosk Galt Gimo Gorse Gulm Hadd Heron "
    "Holm Ibra Ilex Indo Jasp Jolo Kelp Kiro Kolda Lanz Limo Lorn Luga Marn Melk Miro Mosk Nard Nebo Nolt Oban Olmo Ossa Palu Peri Polt "
    "Quill Quant Rask Remy Rill Rond Salz Sedo Silt Sora Tarn Temo Tilo Tond Ulva Umbo Urso Vald Vero Vint Volt Wend Wold Yelm Ymir Zant Zeko Zorn"
)
NAMES = tuple(_NAMES.split())


class Ask(StrEnum):
    """What is asked of a trip."""

    COST = "cost"
    ROUTE = "route"


class RoutesProblem(Problem):
    """One-way roads (from, to, toll; stops by index), a rule, a constraint, and what is asked."""

    names: tuple[str, ...]
    roads: tuple[tuple[int, int, int], ...]
    start: int
    end: int
    rule: Rule
    visit: int | None = None
    avoid: int | None = None
    most_legs: int | None = None
    ask: Ask = Ask.COST

    @property
    def trip(self) -> Trip:
        return Trip(len(self.names), self.roads, self.start, self.end, self.rule, self.visit, self.avoid, self.most_legs)

    @model_validator(mode="after")
    def _well_formed(self) -> RoutesProblem:
        stops = range(len(self.names))
        if len(set(self.names)) != len(stops) or self.start == self.end:
            raise ValueError("stops have different names, and a trip ends elsewhere than it starts")
        if any(a not in stops or b not in stops or a == b or toll < 1 for a, b, toll in self.roads):
            raise ValueError("a road joins two different stops and has a toll of at least 1")
        if len({(a, b) for a, b, _ in self.roads}) != len(self.roads):
            raise ValueError("two roads join the same stops in the same direction")
        if any(stop not in stops for stop in (self.start, self.end, self.visit or 0, self.avoid or 0)):
            raise ValueError("start, end and constraint are stops of the map")
        return self


class Routes(Family[RoutesProblem]):
    """The cheapest route from one stop to another: its cost, or the route itself."""

    name, version, domain = "graphs/routes", 1, "graphs"
    Problem = RoutesProblem
    space = Space(
        stops=Integer(3, 40, role="difficulty", summary="places on the map"),
        legs=Integer(1, 9, role="difficulty", summary="legs of the planned route, as far as the map has stops"),
        roads=Integer(0, 4, role="difficulty", summary="how densely further roads join the stops"),
        digits=Integer(1, 3, role="difficulty", summary="digits of a typical toll"),
        constraint=Category(*(constraint.value for constraint in Constraint), role="structure", summary="what the route must also respect"),
        ask=Category(*(ask.value for ask in Ask), role="structure", summary="whether the cost or the route is asked for"),
        rule=Category(*(rule.value for rule in Rule), role="premise", summary="what the listed roads and tolls mean"),
        story=Category(*STORIES, role="surface", summary="what is travelled"),
        listing=Category("one by one", "by stop", role="surface", summary="how the roads are listed"),
    )
    answer = IntegerAnswer()
    guess_rate = 0.15
    certificate_proves = True

    def draw(self, at: Setting, choose: Choices) -> RoutesProblem:
        layout = grow_map(at.stops, at.legs, at.roads, at.digits, Constraint(at.constraint), choose.within("map"))
        return RoutesProblem(
            names=tuple(
                sorted(choose.sample("names", NAMES, at.stops))
            ),  # so that "first in the order of the stops" can be seen in the prompt
            roads=tuple(layout.roads),
            start=layout.start,
            end=layout.end,
            rule=Rule(at.rule),
            visit=layout.visit,
            avoid=layout.avoid,
            most_legs=layout.most_legs,
            ask=Ask(at.ask),
        )

    def answer_for(self, problem: RoutesProblem) -> Answer:
        return self.answer if problem.ask is Ask.COST else SequenceAnswer(noun="names")

    def key(self, problem: RoutesProblem) -> JSON:
        search, route = _solved(problem)
        return search.cost if problem.ask is Ask.COST else [problem.names[stop] for stop in route]

    def solve(self, problem: RoutesProblem) -> JSON:
        """By value iteration from the far end."""
        cost, route = solve_backward(problem.trip)
        return cost if problem.ask is Ask.COST else [problem.names[stop] for stop in route]

    def accepts(self, problem: RoutesProblem, key: JSON, value: Any) -> bool:
        """Any route as cheap as the key will do."""
        if problem.ask is Ask.COST:
            return super().accepts(problem, key, value)
        if len(value) > 4 * len(problem.names):
            return False  # endless detours, whose cost under a doubling rule would take longer to write than to reject
        costs = []
        for names in (key, value):
            stops = {name.lower(): stop for stop, name in enumerate(problem.names)}
            route = [stops.get(str(name).lower(), -1) for name in names]
            costs.append(None if -1 in route else problem.trip.cost_of(route))
        return costs[0] is not None and costs[0] == costs[1]

    def certify(self, problem: RoutesProblem, key: JSON) -> JSON:
        search, route = _solved(problem)
        return {"route": route, "potentials": sorted([*state, least] for state, least in search.cheaper.items())}

    def verify(self, problem: RoutesProblem, key: JSON, certificate: JSON) -> None:
        """Walk the route, and see that the potentials rise along each leg by no more than its toll."""
        trip = problem.trip
        try:
            route = [int(stop) for stop in certificate["route"]]
            bound = {(int(stop), int(legs), int(seen)): int(least) for stop, legs, seen, least in certificate["potentials"]}
            longest = 2 * trip.stops  # no state needs to come twice
            well_formed = set(certificate) == {"route", "potentials"} and len(route) <= longest + 1
            well_formed &= all(0 <= stop < trip.stops and 0 <= legs <= longest and seen in (0, 1) for stop, legs, seen in bound)
        except (KeyError, TypeError, ValueError):
            well_formed = False
        if not well_formed:
            raise CertificateError("the certificate does not hold a route and potentials")
        cost = trip.cost_of(route)
        if cost is None:
            raise CertificateError("the certificate's route is not a route of this map, or breaks the constraint")
        _require_lower_bound(trip, cost, bound)
        if problem.ask is Ask.COST and (isinstance(key, bool) or key != cost):
            raise CertificateError(f"the key says {key!r}, the proved cost is {cost}")
        if problem.ask is Ask.ROUTE and not (isinstance(key, list) and self.accepts(problem, [problem.names[stop] for stop in route], key)):
            raise CertificateError(f"the key is not a route of the proved cost {cost}")

    def render(self, problem: RoutesProblem, at: Setting, choose: Choices) -> Prompt:
        story, wants_route = STORIES[at.story], problem.ask is Ask.ROUTE
        told = story.map(problem.names, problem.roads, grouped=at.listing == "by stop")
        question = story.question(problem.names, problem.trip, wants_route=wants_route)
        shared = f"{story.scene} {story.rules[problem.rule]} {self.answer_for(problem).instruction}"
        return Prompt(shared, f"{told}\n{question}")

    def read(self, prompt: str) -> JSON:
        names, trip, wants_route = read_trip(prompt)
        cost, route = solve_backward(trip)
        return [names[stop] for stop in route] if wants_route else cost

    def options(self, problem: RoutesProblem) -> Sequence[str]:
        return problem.names if problem.ask is Ask.ROUTE else ()

    def effort(self, problem: RoutesProblem) -> float:
        """Digits written down while working out, leg by leg, every cost that Dijkstra's algorithm looks at."""
        return float(max(_solved(problem)[0].digits, 1))

    def features(self, problem: RoutesProblem) -> Mapping[str, float]:
        """What the map is really like under its rule: see the keys. ``gap`` is to the next best way, as a share of the best cost."""
        search, route = _solved(problem)
        assert search.cost is not None
        measured = {"legs": float(len(route) - 1), "relaxations": search.relaxations, "roads": len(problem.roads)}
        if (runner_up := _runner_up(problem.trip, route)) is not None:
            measured["gap"] = round((runner_up - search.cost) / search.cost, 6)
        greedy = _greedy(problem.trip)
        measured["greedy_arrives"] = float(greedy is not None)
        if greedy is not None:
            measured["greedy_excess"] = round((greedy - search.cost) / search.cost, 6)
        return measured


@lru_cache(maxsize=4)
def _solved(problem: RoutesProblem) -> tuple[Search, list[int]]:
    search = cheapest(problem.trip)
    return search, best_route(problem.trip, search)


def _require_lower_bound(trip: Trip, cost: int, bound: Mapping[tuple[int, int, int], int]) -> None:
    """Whatever state is missing from ``bound`` counts as bounded by ``cost`` itself; then no route can cost less."""
    if bound.get(trip.origin) != 0:
        raise CertificateError("the potential of the start is not 0")
    for state, least in bound.items():
        if not 0 <= least < cost or trip.arrived(state):
            raise CertificateError(f"the potential of {list(state)} does not belong below the cost {cost}")
        for onward, toll in trip.legs_from(state):
            if bound.get(onward, cost) > trip.further(least, state, toll):
                raise CertificateError(f"the potential of {list(onward)} exceeds what the leg from {list(state)} costs")


def _runner_up(trip: Trip, route: Sequence[int]) -> int | None:
    """The least cost of a route that does without one of the legs of the best one."""
    taken = set(pairwise(route))
    if trip.rule is Rule.BACKWARDS:
        taken = {(b, a) for a, b in taken}
    costs = [cheapest(trip.without(road)).cost for road in trip.roads if road[:2] in taken]
    return min((cost for cost in costs if cost is not None), default=None)


def _greedy(trip: Trip) -> int | None:
    """The cost of always taking the cheapest road to a stop not yet seen; None when that leads nowhere or breaks the constraint."""
    route = [trip.start]
    while route[-1] != trip.end:
        onward = [(toll, stop) for stop, toll in trip.onward[route[-1]] if stop not in route]
        if not onward:
            return None
        route.append(min(onward)[1])
    return trip.cost_of(route)
