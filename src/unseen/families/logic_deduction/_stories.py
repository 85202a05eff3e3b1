"""Six ways to tell an elimination puzzle. Each story says every fact, and its opposite, in its own sentences.

In a template ``{a}``, ``{b}`` and ``{c}`` are names, ``{p}`` is a place, ``{k}`` a count and ``{d}`` a distance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from unseen.families.logic_deduction._clues import Clue, Fact, Form, Reading, Relation

ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth")
COUNTS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")

Phrase = tuple[str, str]  # the fact, and its opposite


@dataclass(frozen=True)
class Story:
    """The words of one story."""

    scene: str
    cast: str
    question: str
    back_to_front: str
    unit: Phrase  # singular and plural of a distance
    ordinal: bool  # places as words ("third") or as numbers ("3")
    phrases: Mapping[Relation, Phrase]
    asides: Sequence[Phrase]

    def place(self, number: int) -> str:
        """A place as this story writes it."""
        return ORDINALS[number - 1] if self.ordinal else str(number)

    def distance(self, number: int) -> str:
        """A distance as this story writes it."""
        return f"{COUNTS[number - 1]} {self.unit[number > 1]}"

    def clause(self, fact: Fact, names: Sequence[str]) -> str:
        """A fact as a clause without a full stop."""
        phrase = self.asides[fact.number] if fact.relation is Relation.ASIDE else self.phrases[fact.relation]
        number = max(fact.number, 1)
        who = dict(zip("abc", (names[entity] for entity in fact.who), strict=False))
        return phrase[not fact.holds].format(p=self.place(number), k=COUNTS[number - 1], d=self.distance(number), **who)

    def sentence(self, clue: Clue, names: Sequence[str]) -> str:
        """A clue as a sentence."""
        return JOINED[clue.form].format(*(self.clause(fact, names) for fact in clue.facts))

    def rule(self, reading: Reading) -> str:
        """How the statements are to be read."""
        return self.back_to_front if reading is Reading.BACK_TO_FRONT else RULES[reading]


JOINED = {
    Form.FACT: "{0}.",
    Form.OR: "Either {0}, or {1}, or both.",
    Form.XOR: "Either {0}, or {1}, but not both.",
    Form.IF: "If {0}, then {1}.",
    Form.IFF: "{0} if and only if {1}.",
    Form.AND: "{0}, and {1}.",
}
RULES = {
    Reading.AS_WRITTEN: "Every statement below is true.",
    Reading.ALL_FALSE: "Every statement below is false; one that has two parts is false as a whole.",
}

RACE = Story(
    scene="Some runners finished a race one after another, with no ties.",
    cast="The runners are {names}.",
    question="Who finished {p}?",
    back_to_front='Every statement below is true, but counts places from the back: "first" means last, "second" means last but one, and so on; '
    '"ahead" means "behind", and "behind" means "ahead". The question counts in the usual way.',
    unit=("place", "places"),
    ordinal=True,
    phrases={
        Relation.AT: ("{a} finished {p}", "{a} did not finish {p}"),
        Relation.EARLY: ("{a} finished among the first {k}", "{a} did not finish among the first {k}"),
        Relation.EVEN: ("{a} finished in an even-numbered place", "{a} finished in an odd-numbered place"),
        Relation.BEFORE: ("{a} finished ahead of {b}", "{a} did not finish ahead of {b}"),
        Relation.OFFSET: ("{a} finished exactly {d} behind {b}", "{a} did not finish exactly {d} behind {b}"),
        Relation.APART: ("{a} and {b} finished exactly {d} apart", "{a} and {b} did not finish exactly {d} apart"),
        Relation.BETWEEN: ("{a} finished somewhere between {b} and {c}", "{a} did not finish between {b} and {c}"),
    },
    asides=(
        ("{a} wore a green cap", "{a} did not wear a green cap"),
        ("{a} drank water on the way", "{a} drank nothing on the way"),
        ("{a} trained with a coach", "{a} trained without a coach"),
        ("{a} ran in new shoes", "{a} ran in old shoes"),
        ("{a} has run a marathon before", "{a} has never run a marathon"),
        ("{a} waved to the crowd", "{a} did not wave to the crowd"),
        ("{a} came to the race by bus", "{a} came to the race on foot"),
        ("{a} is left-handed", "{a} is right-handed"),
    ),
)

TOWER = Story(
    scene="Each floor of a tower has one tenant. Floor 1 is at the bottom.",
    cast="The tenants are {names}.",
    question="Who lives on floor {p}?",
    back_to_front="Every statement below is true, but numbers the floors from the top down, so that floor 1 is the top floor; "
    '"above" means "below", "below" means "above", and "lowest" means "highest". The question numbers the floors in the usual way.',
    unit=("floor", "floors"),
    ordinal=False,
    phrases={
        Relation.AT: ("{a} lives on floor {p}", "{a} does not live on floor {p}"),
        Relation.EARLY: ("{a} lives on one of the {k} lowest floors", "{a} does not live on one of the {k} lowest floors"),
        Relation.EVEN: ("{a} lives on an even-numbered floor", "{a} lives on an odd-numbered floor"),
        Relation.BEFORE: ("{a} lives below {b}", "{a} does not live below {b}"),
        Relation.OFFSET: ("{a} lives exactly {d} above {b}", "{a} does not live exactly {d} above {b}"),
        Relation.APART: ("{a} and {b} live exactly {d} apart", "{a} and {b} do not live exactly {d} apart"),
        Relation.BETWEEN: ("{a} lives somewhere between {b} and {c}", "{a} does not live between {b} and {c}"),
    },
    asides=(
        ("{a} keeps a parrot", "{a} does not keep a parrot"),
        ("{a} plays the piano", "{a} does not play the piano"),
        ("{a} has a blue front door", "{a} has a red front door"),
        ("{a} grows herbs", "{a} does not grow herbs"),
        ("{a} works at night", "{a} works by day"),
        ("{a} owns a bicycle", "{a} does not own a bicycle"),
        ("{a} has lived abroad", "{a} has never lived abroad"),
        ("{a} likes to bake", "{a} does not like to bake"),
    ),
)

QUAY = Story(
    scene="Some boats lie along a quay, one at each berth. Berth 1 is the nearest to the lighthouse.",
    cast="The boats are {names}.",
    question="Which boat lies at berth {p}?",
    back_to_front="Every statement below is true, but numbers the berths from the other end, so that berth 1 is the farthest from the lighthouse; "
    '"nearer" means "farther", "farther" means "nearer", and "nearest" means "farthest". The question numbers the berths in the usual way.',
    unit=("berth", "berths"),
    ordinal=False,
    phrases={
        Relation.AT: ("{a} lies at berth {p}", "{a} does not lie at berth {p}"),
        Relation.EARLY: (
            "{a} lies at one of the {k} berths nearest to the lighthouse",
            "{a} does not lie at one of the {k} berths nearest to the lighthouse",
        ),
        Relation.EVEN: ("{a} lies at an even-numbered berth", "{a} lies at an odd-numbered berth"),
        Relation.BEFORE: ("{a} lies nearer to the lighthouse than {b}", "{a} does not lie nearer to the lighthouse than {b}"),
        Relation.OFFSET: (
            "{a} lies exactly {d} farther from the lighthouse than {b}",
            "{a} does not lie exactly {d} farther from the lighthouse than {b}",
        ),
        Relation.APART: ("{a} and {b} lie exactly {d} apart", "{a} and {b} do not lie exactly {d} apart"),
        Relation.BETWEEN: ("{a} lies somewhere between {b} and {c}", "{a} does not lie between {b} and {c}"),
    },
    asides=(
        ("{a} has a white hull", "{a} has a black hull"),
        ("{a} carries two masts", "{a} carries one mast"),
        ("{a} was built abroad", "{a} was built in this harbour"),
        ("{a} needs new paint", "{a} does not need new paint"),
        ("{a} has a cat on board", "{a} has no cat on board"),
        ("{a} is older than the lighthouse", "{a} is younger than the lighthouse"),
        ("{a} sails on Sundays", "{a} never sails on Sundays"),
        ("{a} once won a regatta", "{a} never won a regatta"),
    ),
)

TALKS = Story(
    scene="At a small meeting the speakers give one talk each, one after another.",
    cast="The speakers are {names}.",
    question="Who speaks {p}?",
    back_to_front='Every statement below is true, but counts talks from the end of the day: "first" means last, "second" means last but one, and so on; '
    '"before" means "after", and "after" means "before". The question counts in the usual way.',
    unit=("talk", "talks"),
    ordinal=True,
    phrases={
        Relation.AT: ("{a} speaks {p}", "{a} does not speak {p}"),
        Relation.EARLY: ("{a} is one of the first {k} speakers", "{a} is not one of the first {k} speakers"),
        Relation.EVEN: ("{a} gives an even-numbered talk", "{a} gives an odd-numbered talk"),
        Relation.BEFORE: ("{a} speaks before {b}", "{a} does not speak before {b}"),
        Relation.OFFSET: ("{a} speaks exactly {d} after {b}", "{a} does not speak exactly {d} after {b}"),
        Relation.APART: ("{a} and {b} speak exactly {d} apart", "{a} and {b} do not speak exactly {d} apart"),
        Relation.BETWEEN: ("{a} speaks some time between {b} and {c}", "{a} does not speak between {b} and {c}"),
    },
    asides=(
        ("{a} has brought slides", "{a} has not brought slides"),
        ("{a} is nervous", "{a} is calm"),
        ("{a} talks about birds", "{a} talks about bridges"),
        ("{a} came by train", "{a} came by car"),
        ("{a} has spoken here before", "{a} has never spoken here"),
        ("{a} is staying for dinner", "{a} is not staying for dinner"),
        ("{a} uses a microphone", "{a} does not use a microphone"),
        ("{a} knows the host", "{a} does not know the host"),
    ),
)

MOONS = Story(
    scene="Each moon of a distant planet has an orbit of its own. Orbit 1 is the innermost.",
    cast="The moons are {names}.",
    question="Which moon moves in orbit {p}?",
    back_to_front="Every statement below is true, but numbers the orbits from the outside in, so that orbit 1 is the outermost; "
    '"inside" means "outside", "outside" means "inside", and "innermost" means "outermost". The question numbers the orbits in the usual way.',
    unit=("orbit", "orbits"),
    ordinal=False,
    phrases={
        Relation.AT: ("{a} moves in orbit {p}", "{a} does not move in orbit {p}"),
        Relation.EARLY: ("{a} moves in one of the {k} innermost orbits", "{a} does not move in one of the {k} innermost orbits"),
        Relation.EVEN: ("{a} moves in an even-numbered orbit", "{a} moves in an odd-numbered orbit"),
        Relation.BEFORE: ("{a} moves inside the orbit of {b}", "{a} does not move inside the orbit of {b}"),
        Relation.OFFSET: ("{a} moves exactly {d} outside the orbit of {b}", "{a} does not move exactly {d} outside the orbit of {b}"),
        Relation.APART: ("{a} and {b} move exactly {d} apart", "{a} and {b} do not move exactly {d} apart"),
        Relation.BETWEEN: ("{a} moves somewhere between {b} and {c}", "{a} does not move between {b} and {c}"),
    },
    asides=(
        ("{a} has an ocean of ice", "{a} has no ice at all"),
        ("{a} is covered in craters", "{a} has no craters"),
        ("{a} looks red", "{a} looks grey"),
        ("{a} was seen first by an amateur", "{a} was seen first by a probe"),
        ("{a} is larger than our Moon", "{a} is smaller than our Moon"),
        ("{a} has a thin atmosphere", "{a} has no atmosphere"),
        ("{a} is the shape of a potato", "{a} is perfectly round"),
        ("{a} has been visited by a probe", "{a} has never been visited by a probe"),
    ),
)

NEST = Story(
    scene="In a nest of young dragons the eggs hatched one at a time.",
    cast="The dragons are {names}.",
    question="Which dragon hatched {p}?",
    back_to_front='Every statement below is true, but tells the story backwards: "first" means last, "second" means last but one, and so on; '
    '"sooner" means "later", and "later" means "sooner". The question counts in the usual way.',
    unit=("egg", "eggs"),
    ordinal=True,
    phrases={
        Relation.AT: ("{a} hatched {p}", "{a} did not hatch {p}"),
        Relation.EARLY: ("{a} was among the first {k} to hatch", "{a} was not among the first {k} to hatch"),
        Relation.EVEN: ("{a} came out of an even-numbered egg", "{a} came out of an odd-numbered egg"),
        Relation.BEFORE: ("{a} hatched sooner than {b}", "{a} did not hatch sooner than {b}"),
        Relation.OFFSET: ("{a} hatched exactly {d} later than {b}", "{a} did not hatch exactly {d} later than {b}"),
        Relation.APART: ("{a} and {b} hatched exactly {d} apart", "{a} and {b} did not hatch exactly {d} apart"),
        Relation.BETWEEN: ("{a} hatched some time between {b} and {c}", "{a} did not hatch between {b} and {c}"),
    },
    asides=(
        ("{a} has golden scales", "{a} has silver scales"),
        ("{a} can already fly", "{a} cannot fly yet"),
        ("{a} breathes smoke", "{a} does not breathe smoke"),
        ("{a} sleeps all day", "{a} hardly sleeps"),
        ("{a} is fond of fish", "{a} is not fond of fish"),
        ("{a} has a crooked tail", "{a} has a straight tail"),
        ("{a} bites", "{a} does not bite"),
        ("{a} is afraid of thunder", "{a} is not afraid of thunder"),
    ),
)

STORIES: Mapping[str, Story] = {"race": RACE, "tower": TOWER, "quay": QUAY, "talks": TALKS, "moons": MOONS, "nest": NEST}
