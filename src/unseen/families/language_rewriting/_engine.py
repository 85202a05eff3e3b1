"""The second solver of ``language/rewriting``: strings as written, regular expressions, and insertion by pairwise comparison."""

from __future__ import annotations

import re
from collections.abc import Callable

from unseen.errors import CertificateError
from unseen.families.language_rewriting._problem import ALPHABETS, Condition, Operation, RewritingProblem, Step
from unseen.task import JSON

Precedes = Callable[[str, str], bool]
_MOST_REWRITES = 20_000


def engine(problem: RewritingProblem) -> JSON:
    """The answer by string rewriting."""
    from_end, order = problem.reading != "usual", ALPHABETS[problem.reading]
    if problem.procedure == "fixpoint":
        return _until_none_fits(problem.words[0], problem.steps, from_end, order)
    if problem.procedure == "copy":
        if len(problem.words) == 1:
            return "".join(_copied(list(problem.words[0]), from_end))
        return _copied(list(problem.words), from_end)
    if problem.procedure == "rewrite":
        word = problem.words[0]
        for step in problem.steps:
            chosen = step.do if all(_word_meets(word, c, from_end, order) for c in step.conditions) else step.otherwise
            word = _rewrite(word, chosen, from_end) if chosen else word
        return word
    words = list(problem.words)
    for step in problem.steps:
        chosen = step.do if all(_list_meets(words, c, from_end, order) for c in step.conditions) else step.otherwise
        if chosen is None:
            continue
        words = [_rewrite(word, chosen, from_end) for word in words] if chosen.each else _rearrange(words, chosen, from_end, order)
    if not problem.ask:
        return words
    return words[_index(problem.ask, len(words), from_end and problem.procedure != "sort")]


def _copied(items: list[str], from_end: bool) -> list[str]:
    """One item after the other, from the first place to the last."""
    return [items[_index(place, len(items), from_end)] for place in range(1, len(items) + 1)]


def _index(place: int, size: int, from_end: bool) -> int:
    return size - place if from_end else place - 1


def _rewrite(word: str, operation: Operation, from_end: bool) -> str:
    kind, size = operation.kind, len(word)
    if kind == "every":
        return re.sub(operation.letters[0], operation.letters[1], word)
    if kind == "once":
        pattern = f"^(.*){operation.letters[0]}" if from_end else f"^(.*?){operation.letters[0]}"
        return re.sub(pattern, lambda found: found[1] + operation.letters[1], word)
    if kind == "reverse":
        return "".join(reversed(word))
    if kind == "double":
        return word[0] + word if from_end else word + word[-1]
    if kind == "rotate":
        cut = size - operation.places[0] if from_end else operation.places[0]
        return word[cut:] + word[:cut] if operation.places[0] <= size else word
    if max(operation.places) > size:
        return word
    if kind == "remove":
        at = _index(operation.places[0], size, from_end)
        return word[:at] + word[at + 1 :]
    low, high = sorted(_index(place, size, from_end) for place in operation.places)
    return f"{word[:low]}{word[high]}{word[low + 1 : high]}{word[low]}{word[high + 1 :]}"


def _rearrange(words: list[str], operation: Operation, from_end: bool, order: str) -> list[str]:
    kind, size, places = operation.kind, len(words), operation.places
    if kind == "reverse":
        return [words[-i] for i in range(1, size + 1)]
    if kind == "front":
        return [w for w in words if operation.letters[0] in w] + [w for w in words if operation.letters[0] not in w]
    if kind in ("rotate", "remove", "swap"):
        if max(places) > size:
            return words
        moved = words.copy()
        if kind == "rotate":
            for _ in range(places[0]):
                moved = [moved[-1], *moved[:-1]] if from_end else [*moved[1:], moved[0]]
        elif kind == "remove":
            del moved[_index(places[0], size, from_end)]
        else:
            one, other = (_index(place, size, from_end) for place in places)
            moved[one], moved[other] = words[other], words[one]
        return moved
    return _inserted(words, _precedence(operation, from_end, order))


def _precedence(operation: Operation, from_end: bool, order: str) -> Precedes:
    """Whether one word must stand to the left of another."""
    kind = operation.kind
    if kind == "alphabet":
        return lambda one, other: _earlier(one, other, order)
    if kind == "length":
        return lambda one, other: len(one) < len(other)
    if kind == "vowels":
        return lambda one, other: len(re.findall("[aeiou]", one)) < len(re.findall("[aeiou]", other))
    if kind == "count":
        return lambda one, other: len(one.split(operation.letters[0])) < len(other.split(operation.letters[0]))
    place = operation.places[0]
    return lambda one, other: _earlier(one[_index(place, len(one), from_end)], other[_index(place, len(other), from_end)], order)


def _inserted(words: list[str], precedes: Precedes) -> list[str]:
    done: list[str] = []
    for word in words:
        at = len(done)
        while at and precedes(word, done[at - 1]):
            at -= 1
        done.insert(at, word)
    return done


def _earlier(one: str, other: str, order: str) -> bool:
    """Whether one word stands before another in a dictionary of this alphabet."""
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            return order.index(mine) < order.index(theirs)
    return len(one) < len(other)


def _word_meets(word: str, condition: Condition, from_end: bool, order: str) -> bool:
    first, last = (word[-1], word[0]) if from_end else (word[0], word[-1])
    tests = {
        "contains": condition.letter in word,
        "longer": len(word) > condition.number,
        "even": len(word) % 2 == 0,
        "vowel": re.match("[aeiou]", first) is not None,
        "order": _earlier(first, last, order),
    }
    return tests[condition.kind]


def _list_meets(words: list[str], condition: Condition, from_end: bool, order: str) -> bool:
    first, last = (words[-1], words[0]) if from_end else (words[0], words[-1])
    if condition.kind == "item":
        return condition.number <= len(words) and condition.letter in words[_index(condition.number, len(words), from_end)]
    return len(first) > len(last) if condition.kind == "length" else _earlier(first, last, order)


def _until_none_fits(word: str, steps: tuple[Step, ...], from_end: bool, order: str) -> str:
    """Rewrites the first fitting pair again and again; a greedy prefix finds the one nearest the end."""
    becomes = {step.do.letters[0]: step.do.letters[1] for step in steps}
    for _ in range(_MOST_REWRITES):
        fitting = [s.do.letters[0] for s in steps if all(_word_meets(word, c, from_end, order) for c in s.conditions)]
        found = re.match(f"(.*{'' if from_end else '?'})({'|'.join(fitting)})", word) if fitting else None
        if not found:
            return word
        word = word[: found.start(2)] + becomes[found[2]] + word[found.end(2) :]
    raise CertificateError(f"the rules still fit after {_MOST_REWRITES} rewrites")
