"""Six ways to tell a trip, and a reader that gets the trip back out of the words.

In a template ``{a}`` and ``{b}`` are stops, ``{w}`` is a toll with its unit, ``{x}`` the stop of a constraint and ``{k}`` a number of legs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from unseen.errors import CertificateError
from unseen.families.graphs_routes._trip import Constraint, Road, Rule, Trip


@dataclass(frozen=True)
class Story:
    """The words of one story."""

    scene: str
    rules: Mapping[Rule, str]
    leg: tuple[str, str]
    unit: tuple[str, str]
    line: str  # one road a line
    group: tuple[str, str]  # all that leaves one stop: the head, and each item
    cost: str  # the question for the cost
    route: str  # the question for the route
    limits: Mapping[Constraint, str]

    def toll(self, toll: int) -> str:
        """A toll with its unit."""
        return f"{toll} {self.unit[toll != 1]}"

    def map(self, names: Sequence[str], roads: Sequence[Road], *, grouped: bool) -> str:
        """Every road, one a line or grouped by the stop listed first."""
        if not grouped:
            return "\n".join(self.line.format(a=names[a], b=names[b], w=self.toll(toll)) for a, b, toll in roads)
        by_stop: dict[int, list[str]] = {}
        for a, b, toll in roads:
            by_stop.setdefault(a, []).append(self.group[1].format(b=names[b], w=self.toll(toll)))
        return "\n".join(self.group[0].format(a=names[a]) + ", ".join(items) + "." for a, items in by_stop.items())

    def question(self, names: Sequence[str], trip: Trip, *, wants_route: bool) -> str:
        """What is asked, constraint and all."""
        limit, x, k = self.limits[constraint_of(trip)], "", ""
        if trip.most_legs is not None:
            k = f"{trip.most_legs} {self.leg[trip.most_legs != 1]}"
        for stop in (trip.visit, trip.avoid):
            x = names[stop] if stop is not None else x
        text = (self.route if wants_route else self.cost).replace("{limit}", limit)
        return text.format(a=names[trip.start], b=names[trip.end], x=x, k=k)


def constraint_of(trip: Trip) -> Constraint:
    """Which constraint a trip is under."""
    if trip.visit is not None:
        return Constraint.VISIT
    if trip.avoid is not None:
        return Constraint.AVOID
    return Constraint.NONE if trip.most_legs is None else Constraint.FEW_LEGS


STORIES: Mapping[str, Story] = {
    "roads": Story(
        scene="One-way roads join some towns, and each road has a toll.",
        rules={
            Rule.USUAL: "The cost of a route is the sum of its tolls.",
            Rule.BACKWARDS: 'The list below gives every road backwards: where it says "from A to B", one can only drive from B to A. '
            "The cost of a route is the sum of its tolls.",
            Rule.LARGEST: "The cost of a route is not the sum of its tolls but the largest of them: all smaller tolls on the way are waived.",
            Rule.DOUBLING: "Tolls double all the way: the first road of a route costs twice its toll, the second four times its toll, "
            "the third eight times its toll, and so on. The cost of a route is the sum of all this.",
        },
        leg=("road", "roads"),
        unit=("coin", "coins"),
        line="From {a} to {b}: {w}",
        group=("From {a}: ", "to {b} for {w}"),
        cost="What is the cost, in coins, of the cheapest route from {a} to {b}{limit}?",
        route="Which route from {a} to {b}{limit} is the cheapest? List its towns from {a} to {b}.",
        limits={
            Constraint.NONE: "",
            Constraint.VISIT: " that passes through {x} (towns may repeat)",
            Constraint.AVOID: " that keeps away from {x}",
            Constraint.FEW_LEGS: " that takes at most {k}",
        },
    ),
    "network": Story(
        scene="Computers pass messages on over links, each of which works one way and has a delay.",
        rules={
            Rule.USUAL: "A message takes as long as all the delays on its way together.",
            Rule.BACKWARDS: 'The table below has the ends of every link swapped: "A -> B" is a link that carries messages from B to A only. '
            "A message takes as long as all the delays on its way together.",
            Rule.LARGEST: "The links work at the same time, so a message takes only as long as the largest single delay on its way, not their sum.",
            Rule.DOUBLING: "A message grows as it travels: the first link takes twice its delay, the second link four times its delay, "
            "the third link eight times its delay, and so on. A message takes as long as all this together.",
        },
        leg=("link", "links"),
        unit=("ms", "ms"),
        line="{a} -> {b}: {w}",
        group=("{a} -> ", "{b} ({w})"),
        cost="In how many ms, at the least, can a message get from {a} to {b}{limit}?",
        route="On which path from {a} to {b}{limit} is a message the fastest? List its computers from {a} to {b}.",
        limits={
            Constraint.NONE: "",
            Constraint.VISIT: " by way of {x} (computers may repeat)",
            Constraint.AVOID: " with {x} switched off",
            Constraint.FEW_LEGS: " over at most {k}",
        },
    ),
    "kitchen": Story(
        scene="A cook can turn one mixture into another, each step taking some time.",
        rules={
            Rule.USUAL: "The time of a recipe is the time of all its steps together.",
            Rule.BACKWARDS: 'The notes below were written backwards: "A becomes B" means that B can be turned into A, and not the other way. '
            "The time of a recipe is the time of all its steps together.",
            Rule.LARGEST: "In this kitchen only the longest step of a recipe counts: the time of a recipe is that of its longest single step, not the sum.",
            Rule.DOUBLING: "The cook tires quickly: the first step of a recipe takes twice the time noted, the second four times the time noted, "
            "the third eight times, and so on. The time of a recipe is all this together.",
        },
        leg=("step", "steps"),
        unit=("minute", "minutes"),
        line="{a} becomes {b} in {w}",
        group=("{a} becomes ", "{b} in {w}"),
        cost="How many minutes does the quickest recipe take that starts with {a} and ends with {b}{limit}?",
        route="Which recipe that starts with {a} and ends with {b}{limit} is the quickest? List its mixtures from {a} to {b}.",
        limits={
            Constraint.NONE: "",
            Constraint.VISIT: " and has {x} on the way (mixtures may repeat)",
            Constraint.AVOID: " and does without {x}",
            Constraint.FEW_LEGS: " and has at most {k}",
        },
    ),
    "market": Story(
        scene="At a market goods can be swapped, each swap for a fee.",
        rules={
            Rule.USUAL: "A chain of swaps costs the sum of its fees.",
            Rule.BACKWARDS: 'The price list below is printed the wrong way round: "one A for one B" means that you hand in B and receive A. '
            "A chain of swaps costs the sum of its fees.",
            Rule.LARGEST: "You pay only once: a chain of swaps costs its highest single fee, not the sum of its fees.",
            Rule.DOUBLING: "Fees double with every swap: the first swap costs twice its fee, the second four times its fee, "
            "the third eight times its fee, and so on. A chain of swaps costs all this together.",
        },
        leg=("swap", "swaps"),
        unit=("penny", "pence"),
        line="Swap one {a} for one {b}: {w}",
        group=("Swap one {a} for ", "one {b} ({w})"),
        cost="You have one {a}. What is the least you can pay, in pence, to get one {b}{limit}?",
        route="You have one {a} and want one {b}{limit}. Which chain of swaps costs the least? List the goods you hold, from {a} to {b}.",
        limits={
            Constraint.NONE: "",
            Constraint.VISIT: " after holding one {x} (goods may repeat)",
            Constraint.AVOID: " without ever holding one {x}",
            Constraint.FEW_LEGS: " with at most {k}",
        },
    ),
    "interpreters": Story(
        scene="Interpreters each translate from one language into one other, and charge for it.",
        rules={
            Rule.USUAL: "The price of a translation is what all its interpreters charge together.",
            Rule.BACKWARDS: "In the register below the two languages of each interpreter were mixed up: "
            'one who is listed as "A into B" translates from B into A only. '
            "The price of a translation is what all its interpreters charge together.",
            Rule.LARGEST: "The price of a translation is what the dearest of its interpreters charges; the others work for nothing.",
            Rule.DOUBLING: "Prices double with every interpreter: the first takes twice the price listed, the second four times the price listed, "
            "the third eight times, and so on. The price of a translation is all this together.",
        },
        leg=("interpreter", "interpreters"),
        unit=("euro", "euros"),
        line="{a} into {b} for {w}",
        group=("{a} into ", "{b} for {w}"),
        cost="What is the lowest price, in euros, of a translation from {a} into {b}{limit}?",
        route="Which translation from {a} into {b}{limit} has the lowest price? List its languages from {a} to {b}.",
        limits={
            Constraint.NONE: "",
            Constraint.VISIT: " by way of {x} (languages may repeat)",
            Constraint.AVOID: " that leaves out {x}",
            Constraint.FEW_LEGS: " by at most {k}",
        },
    ),
    "portals": Story(
        scene="Portals lead from island to island, each one way only, and drain the sparks of whoever steps through.",
        rules={
            Rule.USUAL: "A journey drains what all its portals drain together.",
            Rule.BACKWARDS: 'A wizard has turned every portal round: one that is listed as "A leads to B" now leads from B to A only. '
            "A journey drains what all its portals drain together.",
            Rule.LARGEST: "A journey does not drain what its portals drain together, but only as much as the strongest single portal on it.",
            Rule.DOUBLING: "Portals drain more the more you use: the first drains twice what is listed, the second four times what is listed, "
            "the third eight times, and so on. A journey drains all this together.",
        },
        leg=("portal", "portals"),
        unit=("spark", "sparks"),
        line="{a} leads to {b} and drains {w}",
        group=("{a} leads to ", "{b} ({w})"),
        cost="With how few sparks can one travel from {a} to {b}{limit}?",
        route="Which journey from {a} to {b}{limit} drains the fewest sparks? List its islands from {a} to {b}.",
        limits={
            Constraint.NONE: "",
            Constraint.VISIT: " with a stop on {x} (islands may repeat)",
            Constraint.AVOID: " without setting foot on {x}",
            Constraint.FEW_LEGS: " through at most {k}",
        },
    ),
}

_NAME = r"[A-Z]\w+"
_TOLL = r"(?P<w>\d+) \w+"


def read_trip(prompt: str) -> tuple[list[str], Trip, bool]:
    """The names, the trip, and whether the route is wanted. Raises :class:`CertificateError` on foreign text."""
    story = next((story for story in STORIES.values() if story.scene in prompt), None)
    if story is None:
        raise CertificateError("the prompt tells none of the known stories")
    rule = next(rule for rule in (Rule.BACKWARDS, Rule.LARGEST, Rule.DOUBLING, Rule.USUAL) if story.rules[rule] in prompt)
    lines = prompt.split("\n\n", 1)[1].splitlines()
    named = [road for line in lines[:-1] for road in _roads(story, line)]
    names = sorted({name for a, b, _ in named for name in (a, b)})
    roads = [(names.index(a), names.index(b), toll) for a, b, toll in named]
    for wants_route in (False, True):
        for constraint, limit in story.limits.items():
            text = (story.route if wants_route else story.cost).replace("{limit}", limit)
            if found := _pattern(text).fullmatch(lines[-1]):
                stops = {letter: names.index(found[letter]) for letter in "abx" if letter in found.groupdict()}
                visit, avoid = (stops["x"] if constraint is wanted else None for wanted in (Constraint.VISIT, Constraint.AVOID))
                most_legs = int(found["k"]) if constraint is Constraint.FEW_LEGS else None
                return names, Trip(len(names), roads, stops["a"], stops["b"], rule, visit, avoid, most_legs), wants_route
    raise CertificateError(f"not a question of this story: {lines[-1]!r}")


def _roads(story: Story, line: str) -> list[tuple[str, str, int]]:
    if found := _pattern(story.line).fullmatch(line):
        return [(found["a"], found["b"], int(found["w"]))]
    head, items = (_pattern(template) for template in story.group)
    start = head.match(line)
    if start is None:
        raise CertificateError(f"not a line of this story: {line!r}")
    matches = [items.fullmatch(item) for item in line[start.end() :].removesuffix(".").split(", ")]
    return [(start["a"], item["b"], int(item["w"])) for item in matches if item]


def _pattern(template: str) -> re.Pattern[str]:
    """The template as a pattern; a name that comes twice must be the same twice."""
    text, seen = "", set()
    for index, piece in enumerate(re.split(r"\{(\w)\}", template)):
        if index % 2 == 0:
            text += re.escape(piece)
        elif piece in seen:
            text += f"(?P={piece})"
        else:
            seen.add(piece)
            text += _TOLL if piece == "w" else r"(?P<k>\d+) \w+" if piece == "k" else f"(?P<{piece}>{_NAME})"
    return re.compile(text)
