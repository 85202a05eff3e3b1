"""The stories an integer expression can be told in, each with its way back from the told text to the expression.

Every story says the same expression in another notation: on one line, in words, with its bracketed parts named,
as a chain of signals, a column of rows, or keys pressed one by one.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from unseen.families.arithmetic_chain._expression import Group

NAMES = ("Rosa", "Ken", "Ida", "Bo", "Lena", "Omar", "Ines", "Tariq", "Mina", "Paul", "Vera", "Juno")

_SIGNS = {"+": "+", "-": "-", "*": "×", "/": "÷"}
_WORDS = {"+": "plus", "-": "minus", "*": "times", "/": "divided by"}


@dataclass(frozen=True)
class Telling:
    """What a story is told about. ``facts`` are true sentences with numbers that play no part."""

    expression: Group
    numerals: Sequence[str]
    facts: Sequence[str]
    name: str
    signed: bool  # whether the result may be negative


class Story(ABC):
    """One way to tell an expression; ``facts`` are its idle sentences, ``pattern`` finds the expression in the told text."""

    facts: tuple[str, ...]
    pattern: re.Pattern[str]

    @abstractmethod
    def tell(self, told: Telling) -> str:
        """The story, ending with its question."""

    @abstractmethod
    def infix(self, found: re.Match[str]) -> str:
        """The expression as an infix string of numerals, ``+ - * /`` and round brackets."""


class Symbols(Story):
    """The bare expression."""

    facts = (
        "This sheet has the number {}.",
        "It comes from a stack of {} sheets.",
        "A copy was sent to room {}.",
        "The answer sheet is kept in drawer {}.",
        "The printer has made {} pages so far.",
        "The school's postbox has the number {}.",
        "An earlier form of this question had the code {}.",
    )
    pattern = re.compile(r"What is ([-\d ()+×÷]+)\?$")

    def tell(self, told: Telling) -> str:
        return _paragraph(*told.facts, f"What is {_line(told.expression.tokens(told.numerals), _SIGNS)}?")

    def infix(self, found: re.Match[str]) -> str:
        return _unsign(found[1])


class Words(Story):
    """The expression in spoken operators."""

    facts = (
        "The quiz has {} listeners tonight.",
        "The studio is on channel {}.",
        "The last caller waited {} seconds.",
        "Last week's prize went to ticket {}.",
        "The studio clock was bought for {} coins.",
        "A listener sent in {} riddles.",
        "The archive holds {} earlier quizzes.",
    )
    pattern = re.compile(r"Quiz question: how much is ([\d ()a-z]+)\?$")

    def tell(self, told: Telling) -> str:
        return _paragraph(*told.facts, f"Quiz question: how much is {_line(told.expression.tokens(told.numerals), _WORDS)}?")

    def infix(self, found: re.Match[str]) -> str:
        return _unword(found[1])


class Shop(Story):
    """A profit written as a formula whose bracketed parts are named by letters and explained afterwards."""

    facts = (
        "The shop stands at number {} of its street.",
        "The shop next door sold {} candles last year.",
        "The doorbell has rung {} times this month.",
        "A poster offers {} coins for a lost cat.",
        "The cellar holds {} empty crates.",
        "The old till weighs {} grams.",
        "The guest book has {} entries.",
    )
    pattern = re.compile(
        r"writes today's profit, in coins, as ([-\d A-Z+×÷]+?)(?:, where ([^.]+))?\. (?:A loss counts as negative\. )?What is today's profit\?$"
    )

    def tell(self, told: Telling) -> str:
        parts = _name_parts(told.expression, told.numerals, "ABCDEFGHIJKLMNOP")
        *where, (_, whole) = [(name, _line(tokens, _SIGNS)) for name, tokens in parts]
        named = f", where {_listed([f'{name} = {part}' for name, part in where])}" if where else ""
        loss = ["A loss counts as negative."] if told.signed else []
        ledger = f"{told.name}, who runs a lamp shop, writes today's profit, in coins, as {whole}{named}."
        return _paragraph(*told.facts, ledger, *loss, "What is today's profit?")

    def infix(self, found: re.Match[str]) -> str:
        parts = dict(part.split(" = ") for part in re.split(r", | and ", found[2])) if found[2] else {}
        return _unsign(_fill(found[1], parts, r"[A-Z]"))


class Voyage(Story):
    """A position sent as a chain of signals."""

    facts = (
        "The ship carries {} barrels.",
        "The lighthouse lamp has burned for {} nights.",
        "The tower keeper owns {} flags.",
        "The harbour charges {} coins a night.",
        "The crew has caught {} fish since spring.",
        "Another ship was seen {} days ago.",
        "The chart on the table is number {}.",
    )
    pattern = re.compile(r"The signals are, in order: ([\da-z, ]+)\. (?:[^?]*\. )?How many miles east of the lighthouse is the ship\?$")

    def tell(self, told: Telling) -> str:
        spoken = {**_WORDS, "(": "open", ")": "close"}
        signals = ", ".join(spoken.get(token, token) for token in told.expression.tokens(told.numerals))
        notes = ["The words open and close stand for brackets."] if "open" in signals else []
        notes += ["Miles to the west count as negative."] if told.signed else []
        opening = f"Captain {told.name}'s ship lies some miles east of a lighthouse, and a signal tower tells how many."
        return _paragraph(
            opening, *told.facts, f"The signals are, in order: {signals}.", *notes, "How many miles east of the lighthouse is the ship?"
        )

    def infix(self, found: re.Match[str]) -> str:
        return _unword(found[1].replace(",", "")).replace("open", "(").replace("close", ")")


class Kitchen(Story):
    """Scores of a cooking contest, one built on another: every bracketed part is a dish of its own, told before it is used."""

    facts = (
        "The kitchen has {} spoons.",
        "The oven has the serial number {}.",
        "The hall seats {} guests.",
        "Last year's winner was given {} coins.",
        "The salt jar weighs {} grams.",
        "A newspaper sold {} copies with the list of cooks.",
        "A waiter has walked {} steps today.",
    )
    pattern = re.compile(r"((?:The [a-z]+ score is [^.]+\. )+)What is the final score\?$")
    dishes = (
        "soup",
        "bread",
        "stew",
        "salad",
        "pie",
        "fish",
        "rice",
        "cake",
        "jam",
        "tea",
        "pasta",
        "cheese",
        "curry",
        "toast",
        "fruit",
        "pudding",
    )

    def tell(self, told: Telling) -> str:
        parts = _name_parts(told.expression, told.numerals, [f"the {dish} score" for dish in self.dishes])
        *before, (_, whole) = [(name, _line(tokens, _WORDS)) for name, tokens in parts]
        scores = [f"{name.capitalize()} is {part}." for name, part in before]
        return _paragraph(
            f"{told.name} judges a cooking contest.", *told.facts, *scores, f"The final score is {whole}.", "What is the final score?"
        )

    def infix(self, found: re.Match[str]) -> str:
        scores: dict[str, str] = dict(re.findall(r"The ([a-z]+) score is ([^.]+)\.", found[1]))
        parts = {f"the {dish} score": score for dish, score in scores.items()}
        return _unword(_fill(parts["the final score"], parts, r"the [a-z]+ score"))


class Ledger(Story):
    """An account kept as a column, one number to a row."""

    facts = (
        "The book has {} pages.",
        "The clerk's desk bears the number {}.",
        "A bottle of ink lasts for {} words.",
        "The bank has {} customers.",
        "The vault holds {} keys.",
        "The previous clerk served for {} weeks.",
        "The bank's letter box was emptied {} times.",
    )
    pattern = re.compile(r"read from top to bottom\.[^\n]*\n([-\d ()+×÷\n]+)\nWhat is the balance of the account\?$")

    def tell(self, told: Telling) -> str:
        tokens = told.expression.tokens(told.numerals)
        column = re.sub(r" (?=[-+×÷])", "\n", _line(tokens, _SIGNS))
        opening = f"Clerk {told.name} keeps an account as one long expression, one number to a row, read from top to bottom."
        return f"{_paragraph(opening, *told.facts)}\n{column}\nWhat is the balance of the account?"

    def infix(self, found: re.Match[str]) -> str:
        return _unsign(found[1].replace("\n", " "))


class Keypad(Story):
    """Keys pressed on a calculator, every digit a key of its own."""

    facts = (
        "The calculator has the serial number {}.",
        "The calculator's battery lasts for {} hours.",
        "The calculator cost {} coins when it was new.",
        "A shop sold {} calculators of the same kind.",
        "The calculator's manual has {} pages.",
        "The calculator's maker employs {} people.",
        "The calculator's keys have been pressed {} times before.",
    )
    pattern = re.compile(r"presses these keys on a calculator, one after another:\n([-\d ()+×÷]+) =\nWhat number does the display show\?$")

    def tell(self, told: Telling) -> str:
        keys = " ".join(" ".join(_SIGNS.get(token, token)) for token in told.expression.tokens(told.numerals))
        line = f"{told.name} presses these keys on a calculator, one after another:\n{keys} =\nWhat number does the display show?"
        return _paragraph(*told.facts, line)

    def infix(self, found: re.Match[str]) -> str:
        return _unsign(re.sub(r"(?<=\d) (?=\d)", "", found[1]))


STORIES: Mapping[str, Story] = {
    "symbols": Symbols(),
    "words": Words(),
    "shop": Shop(),
    "voyage": Voyage(),
    "kitchen": Kitchen(),
    "ledger": Ledger(),
    "keypad": Keypad(),
}


def _paragraph(*sentences: str) -> str:
    return " ".join(sentences)


def _line(tokens: Sequence[str], spelling: Mapping[str, str]) -> str:
    return " ".join(spelling.get(token, token) for token in tokens).replace("( ", "(").replace(" )", ")")


def _unsign(text: str) -> str:
    return text.replace("×", "*").replace("÷", "/")


def _unword(text: str) -> str:
    for sign, word in _WORDS.items():
        text = text.replace(word, sign)
    return text


def _listed(parts: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))


def _fill(text: str, parts: Mapping[str, str], name: str) -> str:
    """The text with every name replaced by the bracketed part it stands for, down to the innermost."""
    return re.sub(name, lambda found: f"({_fill(parts[found[0]], parts, name)})", text)


def _name_parts(group: Group, numerals: Sequence[str], names: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Every group with its name and tokens, inner groups first and the whole last; a group's tokens call its inner groups by name."""
    parts: list[tuple[str, list[str]]] = []

    def visit(inner: Group) -> str:
        tokens: list[str] = []
        for operator, operand in zip(("", *inner.operators), inner.operands, strict=True):
            tokens += [operator] if operator else []
            tokens.append(numerals[operand] if isinstance(operand, int) else visit(operand))
        name = names[len(parts)]
        parts.append((name, tokens))
        return name

    visit(group)
    return parts
