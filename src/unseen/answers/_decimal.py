"""Exact decimal numbers, with or without a unit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from unseen.answers._base import Absent, Answer, Unreadable
from unseen.answers._commitment import Commitment
from unseen.answers._numbers import Number, last_number, stated_number
from unseen.answers._reply import sentences
from unseen.task import JSON

# Spellings of one unit stand in one row; a reply in a unit of another row than the family's is refused.
_UNITS = (
    ("$", "usd", "dollar", "dollars", "us$", "bucks"),
    ("€", "eur", "euro", "euros"),
    ("£", "gbp", "pound", "pounds", "quid"),
    ("¥", "yen", "jpy"),
    ("cent", "cents", "¢", "c"),
    ("p", "pence", "penny"),
    ("%", "percent"),
    ("mm", "millimetre", "millimetres", "millimeter", "millimeters"),
    ("cm", "centimetre", "centimetres", "centimeter", "centimeters"),
    ("m", "metre", "metres", "meter", "meters"),
    ("km", "kilometre", "kilometres", "kilometer", "kilometers"),
    ("mi", "mile", "miles"),
    ("g", "gram", "grams"),
    ("kg", "kilogram", "kilograms", "kilo", "kilos"),
    ("s", "sec", "secs", "second", "seconds"),
    ("min", "mins", "minute", "minutes"),
    ("h", "hr", "hrs", "hour", "hours"),
    ("d", "day", "days"),
    ("week", "weeks"),
)
_ROW = {unit: row for row in _UNITS for unit in row}
_DECIMAL_COMMA = re.compile(r"(?<![\d.,])(\d+),(\d{1,2})(?![\d,.]\d|\d)")
_MAJOR_MINOR = re.compile(r"(\d+)\s+(?:dollars?|euros?|pounds?)(?:\s*,)?(?:\s+and)?\s+(\d{1,2})\s+(?:cents?|pence)\b", re.IGNORECASE)


@dataclass(frozen=True)
class DecimalAnswer(Answer):
    """A decimal with ``places`` digits after the point; the key is a string such as ``"12.30"``.

    ``units`` are the words or signs that may stand beside the number, the first being the one the prompt uses; with
    units given, a reply in another common unit (cents for dollars) is refused. Without, a unit is ignored.
    """

    places: int = 2
    units: tuple[str, ...] = ()

    @property
    def form(self) -> str:
        unit = f" in {self.units[0]}" if self.units else ""
        digits = "no decimal places" if not self.places else f"{self.places} decimal place{'s' if self.places > 1 else ''}"
        return f"the exact amount{unit}, with {digits}"

    def parse(self, text: str, options: Sequence[str] = ()) -> Any:
        return self._amount(stated_number(self._points(text)))

    def read(self, found: Commitment, options: Sequence[str] = ()) -> Any:
        if found.marked:
            try:
                return self.parse(found.statement)
            except Absent:
                pass
        return self._amount(last_number([self._points(sentence) for sentence in sentences(found.text)[-200:]]))

    def equal(self, value: Any, key: JSON) -> bool:
        return isinstance(value, Decimal) and value == Decimal(key)

    def spell(self, key: JSON) -> str:
        return str(key)

    def variants(self, key: JSON) -> list[str]:
        amount = Decimal(key)
        spellings = [f"{amount:,.{self.places}f}", f"{key}.", *([f"{amount.normalize():f}"] if amount else [])]
        signs = [unit for unit in self.units if unit in "$€£¥"]
        sign = [f"{'-' if amount < 0 else ''}{unit}{abs(amount):f}" for unit in signs]
        return [*spellings, *sign, *(f"{key} {unit}" for unit in self.units if unit not in signs)]

    def show(self, value: Any) -> str:
        return f"{value:f}"

    def _points(self, text: str) -> str:
        text = _MAJOR_MINOR.sub(lambda found: f"{found[1]}.{found[2]:0>2}", text[:5000])
        return _DECIMAL_COMMA.sub(r"\1.\2", text) if self.places == 2 else text

    def _amount(self, number: Number) -> Decimal:
        if number.value.adjusted() > 1100:
            raise Unreadable("the number is too large to be an answer")
        unit = number.unit.lower()
        mine = {spelling for own in self.units for spelling in _ROW.get(own.lower(), (own.lower(),))}
        if self.units and unit in _ROW and unit not in mine:
            raise Unreadable(f"the answer is in {number.unit}, not in {self.units[0]}")
        return number.value
