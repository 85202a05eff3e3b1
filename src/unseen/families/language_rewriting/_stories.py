"""Six settings in which words are sorted and rewritten, each with its own sentences."""

from __future__ import annotations

from dataclasses import dataclass, fields

from unseen.families._phrasebook import Phrase
from unseen.families.language_rewriting._wordings import PATTERNS


@dataclass(frozen=True)
class Story:
    """The sentences of one story. ``frames`` hold an order in their turn; ``wording`` picks how operations are said."""

    wording: int
    given: str
    given_one: str
    frames: tuple[str, ...]
    rule: str
    copy_one: tuple[str, str]  # what is there, and the question
    copy_all: tuple[str, str]
    ask_only: str
    ask_place: str
    ask_sorted: str
    ask_all: str
    ask_word: str
    asides: tuple[str, ...]


_STORIES = {
    "list": Story(
        wording=0,
        given="Here is a list of words: {words}.",
        given_one="Here is a word: {word}.",
        frames=("Step {count}: {do}.",),
        rule="Rule {count}: {do}.",
        copy_one=('Here is a word: "{word}".', "What is the word?"),
        copy_all=("Here are some words: {words}.", "What are the words?"),
        ask_only="Which is the {place} word of the list?",
        ask_place="Which word is then the {place} word of the list?",
        ask_sorted="Which word is then the {place} from the left?",
        ask_all="What is the list in the end, from left to right?",
        ask_word="What is the word in the end?",
        asides=("The word {word} is only an example and does not count.", "An older list also had {word}, which was crossed out."),
    ),
    "puppets": Story(
        wording=1,
        given="The puppets of a street theatre hold up cards that read, from left to right, {words}.",
        given_one="The puppets of a street theatre hold up letters that spell {word}.",
        frames=("The drum beats, which means: {do}.", "The flute plays, which means: {do}."),
        rule="The puppet master may {do}.",
        copy_one=('A puppet in a street theatre holds up a card that reads "{word}".', "What does the card read?"),
        copy_all=("Puppets in a street theatre hold up cards that read {words}.", "What do the cards read?"),
        ask_only="What does the {place} card read?",
        ask_place="What does the {place} card read after that?",
        ask_sorted="What does the {place} card from the left read after that?",
        ask_all="What do the cards read, from left to right, when the show is over?",
        ask_word="What do the letters spell when the show is over?",
        asides=("A poster on the wall says {word}, but nobody looks at it.", "Yesterday's show was called {word}."),
    ),
    "spells": Story(
        wording=0,
        given="On a page of an old spell book stand the charms {words}, written from left to right.",
        given_one="A wizard's pupil writes the charm {word} on a slate.",
        frames=("The book commands: {do}.", "The wizard's voice adds: {do}."),
        rule="The book allows this: {do}.",
        copy_one=('The charm on this page of the spell book is "{word}".', "Which charm is it?"),
        copy_all=("The charms on this page of the spell book are {words}.", "Which charms are they?"),
        ask_only="Which charm is the {place} one?",
        ask_place="Which charm has become the {place} one?",
        ask_sorted="Which charm now stands in the {place} place from the left?",
        ask_all="Which charms stand on the page at last, from left to right?",
        ask_word="Which charm is on the slate at last?",
        asides=("The wizard's cat is called {word}.", "Somebody has scratched {word} into the table."),
    ),
    "seeds": Story(
        wording=1,
        given="The drawers of a seed cabinet are labelled, from left to right, {words}.",
        given_one="A gardener has bred a new bean and calls it {word}.",
        frames=("In spring the gardener is told: {do}.", "In autumn a letter asks: {do}."),
        rule="The seed office lets the gardener {do}.",
        copy_one=('A gardener calls a new bean "{word}".', "What is the bean called?"),
        copy_all=("A gardener calls some new beans {words}.", "What are the beans called?"),
        ask_only="Which label does the {place} drawer bear?",
        ask_place="Which label does the {place} drawer bear now?",
        ask_sorted="Which label does the {place} drawer from the left bear now?",
        ask_all="Which labels are on the drawers by then, from left to right?",
        ask_word="What is the bean called by then?",
        asides=("The neighbour grows a pea named {word}.", "An empty packet on the floor once held {word}."),
    ),
    "files": Story(
        wording=0,
        given="A clerk finds folders on the shelf marked, from left to right, {words}.",
        given_one="A clerk is handed a folder marked {word}.",
        frames=("The office rule says: {do}.", "A note from upstairs adds: {do}."),
        rule="Paragraph {count} reads: {do}.",
        copy_one=('A clerk is handed a folder marked "{word}".', "How is the folder marked?"),
        copy_all=("A clerk is handed folders marked {words}.", "How are the folders marked?"),
        ask_only="How is the {place} folder marked?",
        ask_place="How is the {place} folder marked after all this?",
        ask_sorted="How is the {place} folder from the left marked after all this?",
        ask_all="How are the folders marked after all this, from left to right?",
        ask_word="How is the folder marked after all this?",
        asides=("The folder {word} was lost years ago.", "The clerk's password, {word}, is nobody's business."),
    ),
    "radio": Story(
        wording=1,
        given="A radio log shows the call signs {words}, from left to right.",
        given_one="A radio operator hears the call sign {word}.",
        frames=("The next signal means: {do}.", "After a crackle comes the order: {do}."),
        rule="The code book tells the operator to {do}.",
        copy_one=('A radio operator hears the call sign "{word}".', "Which call sign does the operator hear?"),
        copy_all=("A radio operator hears the call signs {words}.", "Which call signs does the operator hear?"),
        ask_only="Which call sign is the {place} in the log?",
        ask_place="Which call sign is the {place} in the log from then on?",
        ask_sorted="Which call sign is the {place} from the left from then on?",
        ask_all="Which call signs does the log show at sign-off, from left to right?",
        ask_word="What is the call sign at sign-off?",
        asides=("The coast guard, {word}, is off the air.", "A ship called {word} sinks in a film that evening."),
    ),
}


def _phrases(story: Story) -> dict[str, tuple[Phrase, ...]]:
    parts = {field.name: getattr(story, field.name) for field in fields(story) if field.name != "wording"}
    return {name: tuple(Phrase(text, PATTERNS) for text in ([told] if isinstance(told, str) else told)) for name, told in parts.items()}


NAMES = tuple(_STORIES)
SENTENCES = {name: _phrases(story) for name, story in _STORIES.items()}
WORDINGS = {name: story.wording for name, story in _STORIES.items()}
