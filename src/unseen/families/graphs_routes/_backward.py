"""The cheapest way found from its far end: what each stop is worth, by value iteration.

A second solver. Nothing here is ordered by cost, and a doubling rule unrolls from the end (twice a leg and
the rest), where the search in :mod:`unseen.families.graphs_routes._trip` unrolls it from the start.
"""

from __future__ import annotations

from collections.abc import Mapping

from unseen.errors import CertificateError
from unseen.families.graphs_routes._trip import Rule, Trip

Rest = tuple[int, int]  # cost and legs from here to the end
Worth = Mapping[tuple[int, int], Rest]  # by stop, and whether the stop to be visited has been seen


def solve_backward(trip: Trip) -> tuple[int, list[int]]:
    """The least cost, and of all cheapest routes the one with the fewest legs that comes first in the order of the stops.

    Raises :class:`CertificateError` when no route meets the conditions.
    """
    if trip.rule is not Rule.LARGEST:
        tables = _worth(trip, trip.rule)
        return _value(trip, tables)[0], _follow(trip, tables, trip.rule)
    cost = _value(trip, _worth(trip, Rule.LARGEST))[0]
    passable = [(a, b, 0) for a, b, toll in trip.roads if toll <= cost]
    free = Trip(trip.stops, passable, trip.start, trip.end, Rule.USUAL, trip.visit, trip.avoid, trip.most_legs)
    return cost, _follow(free, _worth(free, Rule.USUAL), Rule.USUAL)


def _join(rule: Rule, toll: int, rest: Rest) -> Rest:
    cost, legs = rest
    if rule is Rule.LARGEST:
        return max(toll, cost), 0  # legs are not counted: a cheaper rest need not be part of a shorter whole
    return (2 if rule is Rule.DOUBLING else 1) * (toll + cost), legs + 1


def _worth(trip: Trip, rule: Rule) -> list[Worth]:
    """Tables for at most 0, 1, 2, ... legs; the last one holds for all that follow unless legs are limited."""
    tables: list[Worth] = [{(trip.end, 1): (0, 0)}]
    while trip.most_legs is None or len(tables) <= trip.most_legs:
        last = tables[-1]
        table = dict(last)
        for stop in range(trip.stops):
            for seen in (0, 1):
                options = [_join(rule, toll, last[after]) for after, toll in _after(trip, stop, seen) if after in last]
                if options and (best := min(options)) < table.get((stop, seen), (best[0] + 1, 0)):
                    table[(stop, seen)] = best
        if table == last:
            break
        tables.append(table)
    return tables


def _after(trip: Trip, stop: int, seen: int) -> list[tuple[tuple[int, int], int]]:
    return [((to, int(seen or to == trip.visit)), toll) for to, toll in trip.onward[stop]]


def _at_start(trip: Trip) -> tuple[int, int]:
    return trip.start, int(trip.visit in (None, trip.start))


def _value(trip: Trip, tables: list[Worth]) -> Rest:
    if _at_start(trip) not in tables[-1]:
        raise CertificateError("no route meets the conditions")
    return tables[-1][_at_start(trip)]


def _follow(trip: Trip, tables: list[Worth], rule: Rule) -> list[int]:
    _value(trip, tables)
    here, left, route = _at_start(trip), len(tables) - 1, [trip.start]
    while here != (trip.end, 1):
        value = tables[left][here]
        left = max(left - 1, 0) if trip.most_legs is not None else left
        rest = tables[left]
        here = next(after for after, toll in _after(trip, *here) if after in rest and _join(rule, toll, rest[after]) == value)
        route.append(here[0])
    return route
