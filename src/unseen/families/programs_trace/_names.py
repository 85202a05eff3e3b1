"""What the names of a program are called: the same program about shops, gardens or nothing at all.

A program names its parts by role: ``n`` numbers, ``s`` lists, ``f`` functions, ``h`` a function kept in a variable, ``i``
loop counters, ``e`` a list's element, ``u`` parameters, ``a`` a list parameter, ``t`` a local.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

_ROLES: Mapping[str, Mapping[str, str]] = {
    "letters": {"n": "a b c", "s": "p q r", "f": "f g", "h": "h", "i": "i j k", "e": "v", "u": "x y", "a": "z", "t": "w"},
    "shop": {
        "n": "price stock profit",
        "s": "orders basket returns",
        "f": "quote invoice",
        "h": "till",
        "i": "day shift hour",
        "e": "order",
        "u": "cost rate",
        "a": "bill",
        "t": "subtotal",
    },
    "garden": {
        "n": "roses weeds seeds",
        "s": "beds rows pots",
        "f": "grow prune",
        "h": "sprinkler",
        "i": "week morning visit",
        "e": "bed",
        "u": "sun rain",
        "a": "patch",
        "t": "buds",
    },
    "space": {
        "n": "fuel speed crew",
        "s": "moons probes orbits",
        "f": "launch dock",
        "h": "beacon",
        "i": "lap stage pulse",
        "e": "moon",
        "u": "thrust mass",
        "a": "cargo",
        "t": "drift",
    },
    "nonsense": {
        "n": "blorp zindle quax",
        "s": "morps tarns wubs",
        "f": "frip glonk",
        "h": "snerd",
        "i": "dax plim vorn",
        "e": "morp",
        "u": "kib lune",
        "a": "yarp",
        "t": "oob",
    },
}
NAMES = tuple(_ROLES)


def namer(theme: str) -> Callable[[str], str]:
    """The name of a part in this theme; functions beyond the theme's words are numbered."""
    words = {role: told.split() for role, told in _ROLES[theme].items()}

    def name(part: str) -> str:
        told, place = words[part[0]], int(part[1:])
        return told[place] if place < len(told) else f"{told[place % len(told)]}{place // len(told) + 1}"

    return name
