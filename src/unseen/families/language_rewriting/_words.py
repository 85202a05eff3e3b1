"""Invented words: pronounceable, unlike English ones of note, numbered so that one choice names one."""

from __future__ import annotations

ONSETS = ("", "", "", "", "", "", "b", "d", "f", "g", "k", "l", "m", "p", "r", "t", "v", "z")
_MIDDLES = ("b", "d", "f", "k", "m", "p", "r", "v", "z", "lb", "mb", "rv", "zd")
_CODAS = ("k", "m", "b", "v")
_VOWELS = "aeiou"
# What the pattern yields that English (or a map of the world) already has.
_ENGLISH = (
    "abib adam adapa akimbo akiva albedo album amado amaru ameba amok arab arak aram aroma aruba arum azov bamako bambara baroda "
    "bedim borak boredom bukavu debora demob dodoma dorado dukedom dumuzi durum edam edema edom efik erik erika evora fedora "
    "femora foredo forum gambado gazebo gemara gezira godiva gopak ibiza imam kabob kabuki kakapo kapok kaveri kazak kebab kebob "
    "kirov kodak kodok kokura labarum lambada laredo larum lavabo lazaro libava libero libido lipoma lombok lumumba madam madura "
    "maduro marimba mazama mazuma merak merida mezuza mikado morava mozarab mubarak muzak obama odom okapi opera oruro ovum padova "
    "paramo perak popedom purim radom ramada ramiro rebozo remora ribera rivera romero rubik rurik tamara tamari tambura tameka "
    "tamera tamika tarim teredo timaru topeka torero uredo zambezi zamora zareba "
)
_TAKEN = frozenset(_ENGLISH.split())


def how_many(syllables: int) -> int:
    """How many numbers there are for words of so many syllables (2 or more)."""
    return len(ONSETS) * 5 * int((len(_MIDDLES) * 5) ** (syllables - 1)) * (len(_CODAS) + (syllables > 2))


def word(number: int, syllables: int) -> str:
    """The word with a number. Words of two syllables always end in a consonant; none ends in e."""
    number, at = divmod(number, len(ONSETS))
    text = ONSETS[at]
    number, at = divmod(number, 5)
    text += _VOWELS[at]
    for _ in range(syllables - 1):
        number, at = divmod(number, len(_MIDDLES))
        text += _MIDDLES[at]
        number, at = divmod(number, 5)
        text += _VOWELS[at]
    if number:
        return text + _CODAS[number - 1]
    if syllables == 2:
        return text + _CODAS[-1]
    return text[:-1] + "u" if text.endswith("e") else text


def next_free(number: int, syllables: int, taken: list[str]) -> str:
    """The word with this number, or with the next one that is neither taken nor English."""
    size = how_many(syllables)
    while (found := word(number % size, syllables)) in _TAKEN or found in taken:
        number += 1
    return found
