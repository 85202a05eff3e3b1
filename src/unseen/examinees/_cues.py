"""Surface cues: answers that can be had from a prompt without solving anything.

The assay holds families to them (none may pay better than guessing), and the shortcut-taker lives by them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)*")
_WORD = re.compile(r"[^\W\d_]+")
_LIST = re.compile(r"[\w'-]+(?:(?:, and |, | and | -> | then )[\w'-]+)+")


def _numbers(body: str) -> list[str]:
    return [found.replace(",", "") for found in _NUMBER.findall(body)]


def _at(items: Sequence[str], index: int) -> str:
    return items[index] if items else ""


def _mentions(body: str, options: Sequence[str]) -> list[str]:
    """The options in the order the prompt mentions them, repeats included; without options, its words."""
    if not options:
        return _WORD.findall(body)
    canonical = {option.lower(): option for option in options}
    pattern = "|".join(sorted((re.escape(option) for option in options), key=len, reverse=True))
    return [canonical[found.lower()] for found in re.findall(rf"(?<!\w)(?:{pattern})(?!\w)", body, re.IGNORECASE)]


def _by_count(body: str, options: Sequence[str], rank: int) -> str:
    counts = Counter(_mentions(body, options)).most_common()
    return counts[rank][0] if counts else ""


Cue = Callable[[str, Sequence[str]], str]
CUES: Mapping[str, Cue] = MappingProxyType(
    {
        "first-number": lambda body, options: _at(_numbers(body), 0),
        "last-number": lambda body, options: _at(_numbers(body), -1),
        "largest-number": lambda body, options: max(_numbers(body), key=_size, default=""),
        "first-mention": lambda body, options: _at(_mentions(body, options), 0),
        "last-mention": lambda body, options: _at(_mentions(body, options), -1),
        "most-mentioned": lambda body, options: _by_count(body, options, 0),
        "least-mentioned": lambda body, options: _by_count(body, options, -1),
        "longest-list": lambda body, options: max(_LIST.findall(body), key=len, default=""),
        "last-list": lambda body, options: _at(_LIST.findall(body), -1),
        "first-option": lambda body, options: _at(options, 0),
        "last-option": lambda body, options: _at(options, -1),
        "longest-option": lambda body, options: max(options, key=len, default=""),
    }
)


def _size(number: str) -> float:
    try:
        return float(number)
    except ValueError:
        return 0.0


def cue_answer(cue: str, prompt: str, instruction: str = "", options: Sequence[str] = ()) -> str:
    """What a cue answers to a prompt; the instruction, which is the same for everybody, is left out of the reading."""
    return CUES[cue](prompt.replace(instruction, " ") if instruction else prompt, options)
