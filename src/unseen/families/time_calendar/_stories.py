"""Six settings in which the dates of ``time/calendar`` come up, each with its own sentences."""

from __future__ import annotations

from dataclasses import dataclass, fields

from unseen.families._phrasebook import Phrase
from unseen.families.time_calendar._worlds import MONTHS, WORLDS

_MONTH = "|".join(MONTHS)
_DAY = "|".join(sorted({day for world in WORLDS.values() for day in world.week}))
_DATE = rf"\d{{1,2}} (?:{_MONTH}) \d{{4}}"
PATTERNS = {
    "date": _DATE,
    "first": _DATE,
    "last": _DATE,
    "day": rf"(?:(?:{_DAY}), )?{_DATE}",
    "weekday": _DAY,
    "gap": r"[\d,]+ (?:days?|weeks?)",
    "span": r"[\d,]+ days?",
    "nth": r"[\d,]+(?:st|nd|rd|th)",
    "time": r"\d\d:\d\d",
    "zone": r"UTC(?:[+-]\d+(?::30)?)?",
    "duration": r"[\d,]+ hours?(?: and \d+ minutes?)?",
    "teams": r"[A-Z][A-Za-z, ]+",
    "lead": r"[A-Z][a-z]+",
    "number": r"\d+",
    "closed": r"[^.?]+",
    "ends": r"both its first and its last day|its last day but not its first",
}
ENDS = {True: "both its first and its last day", False: "its last day but not its first"}


@dataclass(frozen=True)
class Story:
    """The sentences of one story. Where there are several, a problem's steps take them in turn."""

    start: str
    later: tuple[str, ...]
    earlier: tuple[str, ...]
    weekday: str
    month: str
    working: tuple[str, ...]
    on: str
    ask_date: str
    ask_weekday: str
    entry: str
    ask_entry: str
    ask_rank: str
    stretch: tuple[str, ...]
    ask_count: str
    depart: str
    leg: tuple[str, ...]
    ask_moment: str
    rota: str
    rest: str
    reverse: str
    turns: str
    ask_team: str
    closed: str
    asides: tuple[str, ...]


_STORIES = {
    "bakery": Story(
        start="The bakery takes an order for a cake on {day}.",
        later=("The cake is baked {gap} later.", "A second cake is ordered {gap} after that.", "The thank-you card arrives {gap} later."),
        earlier=("Its flour had been bought {gap} before that.", "Its recipe had been chosen {gap} earlier."),
        weekday="A tray of buns is promised for the first {weekday} after that.",
        month="The bill is paid on the {nth} of the following month.",
        working=("The oven is cleaned on the {nth} working day after that.", "New flour comes in on the {nth} working day after that."),
        on="The big tasting is on {date}.",
        ask_date="On what date does the event told last take place?",
        ask_weekday="On which day of the week does the event told last take place?",
        entry="Cake {number} in the order book is for {date}.",
        ask_entry="What is the date of cake {number}?",
        ask_rank="If the cakes are put in order of time, what is the date of the {nth}?",
        stretch=("The stone oven rests from {first} to {last}.", "The tea room is shut for painting from {first} to {last}."),
        ask_count="Counting {ends} of every rest and every shutting, how many days do these come to when added up?",
        depart="The bread van leaves at {time} local time on {day}, from a depot where clocks show {zone}.",
        leg=("It drives for {duration} to a market where clocks show {zone}.", "After another {duration} it unloads in a town on {zone}."),
        ask_moment="What are the local date and time at the end of the trip?",
        rota="The early shift at the bakery passes between {teams}, in that order and {span} at a time; {lead} begins on {day}.",
        rest="On {date} whichever baker is on shift drops to the end of the order, and the rota starts again that day from the top.",
        reverse="On {date} the order is turned round, and the rota starts again that day from its new top.",
        turns="From {date} each baker stays for {span}, and the rota starts again that day from the top of the order.",
        ask_team="Which baker has the early shift on {date}?",
        closed="The bakery is closed {closed}.",
        asides=(
            "The baker's grandmother opened the shop on {date}.",
            "The rye flour in the cellar keeps for {span}.",
            "A rival on the square has advertised every week since {date}.",
            "The shop window was last painted on {date}, which took {span}.",
        ),
    ),
    "hospital": Story(
        start="A patient is admitted to the clinic on {day}.",
        later=("The first scan is done {gap} later.", "The next check-up follows {gap} after that.", "A nurse telephones {gap} later."),
        earlier=("The blood sample it relies on was taken {gap} before that.", "The letter that announced it was posted {gap} earlier."),
        weekday="The dressing is changed on the first {weekday} after that.",
        month="The consultant visits on the {nth} of the following month.",
        working=("The laboratory reports on the {nth} working day after that.", "The insurer writes on the {nth} working day after that."),
        on="The final examination is on {date}.",
        ask_date="What is the date of the event mentioned last?",
        ask_weekday="Which day of the week is it when the event mentioned last happens?",
        entry="Visit {number} in the clinic's diary is on {date}.",
        ask_entry="On what date is visit {number}?",
        ask_rank="In order of time, what is the date of the {nth} visit?",
        stretch=("A first medicine is taken from {first} to {last}.", "A course of exercises runs from {first} to {last}."),
        ask_count="How many days of treatment is that in all, counting for each course {ends} and adding the courses up?",
        depart="A donor organ leaves the clinic at {time} local time on {day}; clocks there show {zone}.",
        leg=("A courier carries it for {duration} to an airfield on {zone}.", "A plane takes it on for {duration} to a city on {zone}."),
        ask_moment="What does the local calendar and clock say when it reaches the last place?",
        rota="On the ward, nurses {teams} share the night duty in that order, {span} each, and {lead} takes it first on {day}.",
        rest="On {date} the nurse then on duty moves to the end of the order, and the duty passes that day to the first in the order.",
        reverse="On {date} the order is reversed, and the duty passes that day to the first in the new order.",
        turns="From {date} on a duty lasts {span}, and it passes that day to the first in the order.",
        ask_team="Which nurse has the night duty on {date}?",
        closed="The clinic is closed {closed}.",
        asides=(
            "The new wing was opened on {date}.",
            "Another patient, in the next room, has been there for {span}.",
            "The lift was last inspected on {date}.",
            "The previous matron retired on {date} after a leave of {span}.",
        ),
    ),
    "shipping": Story(
        start="The freighter Marigold is loaded on {day}.",
        later=("She drops anchor {gap} later.", "Her cargo is sold {gap} after that.", "A receipt reaches the owners {gap} later."),
        earlier=("The pilot's pass used for this had been stamped {gap} earlier.", "The berth had been booked {gap} before that."),
        weekday="The harbour council meets on the first {weekday} after that.",
        month="Harbour dues fall due on the {nth} of the following month.",
        working=("Customs release papers on the {nth} working day after that.", "The agent is paid on the {nth} working day after that."),
        on="The insurance ends on {date}.",
        ask_date="What is the date of the last thing listed?",
        ask_weekday="What day of the week is it at the last thing listed?",
        entry="Voyage {number} of the Marigold begins on {date}.",
        ask_entry="On what date does voyage {number} begin?",
        ask_rank="Counted from the earliest, on what date does the {nth} voyage begin?",
        stretch=("Hold one is let from {first} to {last}.", "The dry dock is hired from {first} to {last}."),
        ask_count="If each hire is charged for {ends}, for how many days must be paid altogether?",
        depart="The ferry casts off at {time} ship's local time on {day} from a harbour that keeps {zone}.",
        leg=(
            "A crossing of {duration} brings her to an island that keeps {zone}.",
            "She then sails {duration} to a port that keeps {zone}.",
        ),
        ask_moment="Give the local date and time of her last arrival.",
        rota="Watches {teams} stand guard in this order, {span} at a stretch, starting with {lead} on {day}.",
        rest="On {date} the watch standing guard is put at the bottom of the list, and the top of the list takes over that day.",
        reverse="On {date} the list is read backwards from then on, and its new top takes over that day.",
        turns="From {date} a stretch is {span} long, and the top of the list takes over that day.",
        ask_team="Which watch stands guard on {date}?",
        closed="The harbour is closed {closed}.",
        asides=(
            "Her sister ship Tansy was launched on {date}.",
            "The lighthouse has been dark for {span}.",
            "A storm was logged on {date}.",
            "The old captain gave up the sea on {date}, {span} after his last voyage.",
        ),
    ),
    "letters": Story(
        start="The oldest letter in the bundle is dated {day}.",
        later=(
            "The answer to it was written {gap} later.",
            "A postcard followed {gap} after that.",
            "Then comes a note written {gap} later.",
        ),
        earlier=("It quotes a telegram sent {gap} earlier.", "Pinned to it is a ticket from {gap} before that."),
        weekday="The sheet beneath it was written on the first {weekday} after that.",
        month="The invitation that comes next is for the {nth} of the following month.",
        working=("It was stamped on the {nth} working day after that.", "The copy was made on the {nth} working day after that."),
        on="The last page was written on {date}.",
        ask_date="Which date belongs to the paper described last?",
        ask_weekday="Which day of the week belongs to the paper described last?",
        entry="Letter {number} of the bundle is dated {date}.",
        ask_entry="What is the date of letter {number}?",
        ask_rank="With the letters laid out by date, earliest first, what is the date of the {nth}?",
        stretch=("One diary covers {first} to {last}.", "A ledger was kept from {first} to {last}."),
        ask_count="Taking {ends} for each volume, how many days do the volumes cover when their lengths are added up?",
        depart="A telegram is handed in at {time} local time on {day} in a town that keeps {zone}.",
        leg=(
            "A rider takes {duration} to bring it to a station that keeps {zone}.",
            "It travels on for {duration} to an office that keeps {zone}.",
        ),
        ask_moment="What local date and time does the last postmark show?",
        rota="Readers {teams} sort the bundle by turns in that order, {span} a turn; the first turn is {lead}'s and begins on {day}.",
        rest="On {date} the reader whose turn it is goes to the end of the order, and a fresh round begins that day with the first reader.",
        reverse="On {date} the order is turned about, and a fresh round begins that day with the first reader of the new order.",
        turns="From {date} a turn takes {span}, and a fresh round begins that day with the first reader of the order.",
        ask_team="Whose turn is it on {date}?",
        closed="The reading room is closed {closed}.",
        asides=(
            "The family's house burned down on {date}.",
            "The ink takes {span} to fade.",
            "A stamp of that kind was first sold on {date}.",
            "The reading lamp, bought on {date}, broke after {span}.",
        ),
    ),
    "spaceport": Story(
        start="The probe Wren is fuelled on {day}.",
        later=("It is launched {gap} later.", "It fires its engine {gap} after that.", "Its next signal comes {gap} later."),
        earlier=("The command for that had been sent {gap} earlier.", "The software used had been frozen {gap} before that."),
        weekday="The control room is briefed on the first {weekday} after that.",
        month="A course correction is made on the {nth} of the following month.",
        working=("Engineers report on the {nth} working day after that.", "The software is renewed on the {nth} working day after that."),
        on="The probe lands on {date}.",
        ask_date="Give the date of the final item of this log.",
        ask_weekday="Give the day of the week of the final item of this log.",
        entry="Signal {number} from the probe Wren came on {date}.",
        ask_entry="On what date did signal {number} come?",
        ask_rank="If the signals are put in order of time, what is the date of the {nth}?",
        stretch=("The antenna is switched on from {first} to {last}.", "The furnace runs from {first} to {last}."),
        ask_count="Adding up all the runs, and counting {ends} for each, for how many days is something switched on?",
        depart="A shuttle lifts off at {time} local time on {day} from a dome where clocks show {zone}.",
        leg=(
            "It coasts for {duration} and docks at a station set to {zone}.",
            "A transfer of {duration} ends at an outpost set to {zone}.",
        ),
        ask_moment="What is the local date and time at the last docking?",
        rota="Crews {teams} man the console one after another in that order, {span} each, with {lead} on from {day}.",
        rest="On {date} the crew at the console becomes the last of the order, and the sequence restarts that day with the first crew.",
        reverse="On {date} the order is flipped, and the sequence restarts that day with the first crew of the flipped order.",
        turns="From {date} each crew mans it for {span}, and the sequence restarts that day with the first crew.",
        ask_team="Which crew mans the console on {date}?",
        closed="The launch site is closed {closed}.",
        asides=(
            "The comet was discovered on {date}.",
            "A spare battery lasts {span}.",
            "An earlier probe fell silent on {date}.",
            "The visitors' centre opened on {date} and welcomed its first class {span} later.",
        ),
    ),
    "court": Story(
        start="The judgment is served on {day}.",
        later=("An appeal is lodged {gap} later.", "The reply is filed {gap} after that.", "A hearing is held {gap} later."),
        earlier=("The notice of it had gone out {gap} before that.", "The fee for it had been paid {gap} earlier."),
        weekday="The clerk reads the list on the first {weekday} after that.",
        month="Costs are assessed on the {nth} of the following month.",
        working=("The order is sealed on the {nth} working day after that.", "A receipt is issued on the {nth} working day after that."),
        on="The final session is on {date}.",
        ask_date="On what date does the last-named act fall?",
        ask_weekday="On which weekday does the last-named act fall?",
        entry="Hearing {number} is fixed for {date}.",
        ask_entry="For what date is hearing {number} fixed?",
        ask_rank="For what date is the {nth} hearing fixed, going from the earliest to the latest?",
        stretch=("Interest runs from {first} to {last}.", "The licence was suspended from {first} to {last}."),
        ask_count="How many days of interest and suspension are there in total, if each period is counted with {ends}?",
        depart="A bailiff sets out at {time} local time on {day} from a county on {zone}.",
        leg=("He rides {duration} to a county on {zone}.", "He goes on for {duration} to a county on {zone}."),
        ask_moment="What are the local date and hour when he reaches the last county?",
        rota="Judges {teams} sit by rotation in that order, {span} apiece, beginning with {lead} on {day}.",
        rest="On {date} the judge then sitting is moved to the end of the order, and the rotation begins afresh that day with its first judge.",
        reverse="On {date} the order is inverted, and the rotation begins afresh that day with its new first judge.",
        turns="From {date} a judge sits for {span}, and the rotation begins afresh that day with its first judge.",
        ask_team="Which judge sits on {date}?",
        closed="The court is closed {closed}.",
        asides=(
            "The statute in question came into force on {date}.",
            "The witness had been abroad for {span}.",
            "A similar case was decided on {date}.",
            "The courthouse roof, damaged on {date}, was mended in {span}.",
        ),
    ),
}

NAMES = tuple(_STORIES)


@dataclass(frozen=True)
class Phrases:
    """The story's sentences as phrases, by the name of their part. The part ``anchor`` is the same in all."""

    by_part: dict[str, tuple[Phrase, ...]]

    def tell(self, part: str, turn: int = 0, **values: object) -> str:
        """The part's sentence for the turn-th step, filled in."""
        variants = self.by_part[part]
        return variants[turn % len(variants)].tell(**values)

    def read(self, sentence: str) -> tuple[str, dict[str, str]] | None:
        """The part and field values of a sentence of this story; None for any other sentence and for asides."""
        for part, variants in self.by_part.items():
            if part == "asides":
                continue
            for phrase in variants:
                if (found := phrase.read(sentence)) is not None:
                    return part, found
        return None


def _phrases(story: Story) -> Phrases:
    parts = {field.name: getattr(story, field.name) for field in fields(story)}
    parts["anchor"] = "Note that {date} is a {weekday}."
    return Phrases(
        {name: tuple(Phrase(text, PATTERNS) for text in ([value] if isinstance(value, str) else value)) for name, value in parts.items()}
    )


STORIES = {name: _phrases(story) for name, story in _STORIES.items()}
